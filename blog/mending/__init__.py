"""What many articles have in common is said once, and mended in all of them at once.

A list of articles is named by its scope: batch:NUMBER for what an import brought, else the query string of
the list of articles.
"""

from blog.mending.alike import Alike, Groups, groups_alike
from blog.mending.fixing import MOST_IN_REQUEST, Fixing, mend
from blog.mending.jobs import is_for_a_job, running_in, start_mending, undo_of
from blog.mending.offers import SharedFinding, Sums, shared_findings, sums_of
from blog.mending.pictures import Picture, describe, pictures_to_describe
from blog.mending.staying import let_stay

__all__ = [
    "MOST_IN_REQUEST",
    "Alike",
    "Fixing",
    "Groups",
    "Picture",
    "SharedFinding",
    "Sums",
    "describe",
    "groups_alike",
    "is_for_a_job",
    "let_stay",
    "mend",
    "pictures_to_describe",
    "running_in",
    "shared_findings",
    "start_mending",
    "sums_of",
    "undo_of",
]
