"""What each role may do with notices: rows for tests/support/permission_tables.py."""

ADDRESSES = """
notices_choose                           login/login  200/302   200/302   200/302   200/302
"""

ACTIONS = ""


def rows():
    return {}
