"""What each role may do with followers: rows for tests/support/permission_tables.py."""

from blog.extensions.followers.models import Follower

ADDRESSES = """
followers_follower_changelist            login/login  403/403   403/403   403/403   200/200
followers_follower_add                   login/login  403/403   403/403   403/403   403/403
followers_follower_change                login/login  403/403   403/403   403/403   200/403
followers_follower_history               login/login  403/403   403/403   403/403   200/200
followers_follower_delete                login/login  403/403   403/403   403/403   200/302
followers/follower/<path:object_id>/     login/login  302/302   302/302   302/302   302/302
"""

ACTIONS = """
follower delete_selected   no       no     no      no      yes
"""


def rows():
    return {"followers/follower": Follower.objects.follow("nora@arle.example", "each")}
