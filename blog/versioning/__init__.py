"""Versions of articles: storing, comparing, restoring and three-way merging them."""

from blog.versioning.contents import FIELDS, Links, canonical, contents_of, digest_of
from blog.versioning.differences import Differences, differences, text_differences, word_differences
from blog.versioning.holding import (
    contents_of_fields,
    decide_update,
    hold_update,
    reopen_update,
    withdraw_updates,
)
from blog.versioning.keeping import (
    DamagedVersionError,
    as_imported,
    keep_first_versions,
    keep_imported,
    keep_version,
    keep_versions,
    version_before,
    version_contents,
    versions_kept,
)
from blog.versioning.merging import Anew, Decision, Merge, UndecidedError, decide, merge
from blog.versioning.renaming import with_names_of_today
from blog.versioning.restoring import Restored, restore, write_contents

__all__ = [
    "FIELDS",
    "Anew",
    "DamagedVersionError",
    "Decision",
    "Differences",
    "Links",
    "Merge",
    "Restored",
    "UndecidedError",
    "as_imported",
    "canonical",
    "contents_of",
    "contents_of_fields",
    "decide",
    "decide_update",
    "differences",
    "digest_of",
    "hold_update",
    "keep_first_versions",
    "keep_imported",
    "keep_version",
    "keep_versions",
    "merge",
    "reopen_update",
    "restore",
    "text_differences",
    "version_before",
    "version_contents",
    "versions_kept",
    "with_names_of_today",
    "withdraw_updates",
    "word_differences",
    "write_contents",
]
