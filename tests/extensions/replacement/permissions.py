"""Who may search and replace: rows for tests/support/permission_tables.py."""

ADDRESSES = """
blog_article_replace                     login/login  403/403   403/403   200/200   200/200
"""

ACTIONS = """
article replace_in_selected  no      no     no      no      no
"""


def rows():
    return {}
