"""What many articles have in common is said once, and mended in all of them at once.

A list of articles is named by its scope: batch:NUMBER for what an import brought, else the query string of the
list of articles.
"""

from blog.mending.alike import Alike, groups_alike
from blog.mending.fixing import MOST_IN_REQUEST, Fixing, mend
from blog.mending.offers import SharedFinding, shared_findings
from blog.mending.pictures import Picture, describe, pictures_to_describe

__all__ = [
    "MOST_IN_REQUEST",
    "Alike",
    "Fixing",
    "Picture",
    "SharedFinding",
    "describe",
    "groups_alike",
    "mend",
    "pictures_to_describe",
    "shared_findings",
]
