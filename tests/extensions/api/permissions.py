"""What each role may do with tokens: rows for tests/support/permission_tables.py."""

ADDRESSES = """
api_tokens                               login/login  403/403   403/403   200/200   200/200
api_new                                  login/login  403/403   403/403   200/200   200/200
api_revoke                               login/login  405/403   405/403   405/404   405/404
"""

ACTIONS = ""


def rows():
    return {}
