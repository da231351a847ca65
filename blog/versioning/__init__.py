"""Versions of articles: storing, comparing, restoring and three-way merging them."""

from blog.versioning.contents import FIELDS, canonical, contents_of, digest_of
from blog.versioning.differences import differences, text_differences, word_differences
from blog.versioning.holding import contents_of_fields, decide_update, hold_update, reopen_update
from blog.versioning.keeping import (
    DamagedVersionError,
    as_imported,
    keep_first_versions,
    keep_version,
    keep_versions,
    version_before,
    version_contents,
    versions_kept,
)
from blog.versioning.merging import Anew, Decision, Merge, UndecidedError, decide, merge
from blog.versioning.restoring import Restored, restore, write_contents

__all__ = [
    "FIELDS",
    "Anew",
    "DamagedVersionError",
    "Decision",
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
    "keep_version",
    "keep_versions",
    "merge",
    "reopen_update",
    "restore",
    "text_differences",
    "version_before",
    "version_contents",
    "versions_kept",
    "word_differences",
    "write_contents",
]
