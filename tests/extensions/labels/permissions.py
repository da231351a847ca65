"""Who sees the AI labels: rows for tests/support/permission_tables.py."""

ADDRESSES = """
labels_page                              login/login  403/405   200/405   200/405   200/405
labels_file                              login/login  403/405   200/405   200/405   200/405
"""
ACTIONS = ""


def rows():
    return {}
