"""Who sees the calendar: rows for tests/support/permission_tables.py."""

ADDRESSES = """
calendar_page                            login/login  403/403   200/403   200/200   200/200
"""

ACTIONS = ""


def rows():
    return {}
