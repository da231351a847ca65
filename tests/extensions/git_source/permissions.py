"""What each role may do with the Git repository: rows for tests/support/permission_tables.py."""

ADDRESSES = """
git_source_screen                        login/login  403/403   403/403   200/200   200/200
"""

ACTIONS = ""


def rows():
    return {}
