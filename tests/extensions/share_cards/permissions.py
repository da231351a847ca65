"""What each role may do with share cards: rows for tests/support/permission_tables.py."""

from tests.support.admin_pages import create_article

ADDRESSES = """
share_cards_article                      login/login  403/405   200/405   200/405   200/405
"""

ACTIONS = ""


def rows():
    return {"share_cards/<int:key>": create_article()}
