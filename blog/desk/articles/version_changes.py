"""Describe the changes from one version to the next, in a line for the list of versions."""

import itertools
from collections.abc import Sequence

from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.articles.versions.contents import FIELDS, with_current_names
from blog.articles.versions.differences import same_value
from blog.articles.versions.history import DamagedVersionError, version_contents
from blog.articles.versions.models import Version
from blog.articles.versions.summary import TextChange, text_change
from blog.desk.comparison.words import label_of

LONGEST_TEXTS = 4_000_000  # characters of all texts on a page of the list; the rest is not compared
SECTION_SHOWN = 60  # characters of its heading
PUBLISHING = {Version.Action.PUBLISHED, Version.Action.UNPUBLISHED, Version.Action.SCHEDULED}
SAID_BY_ACTION = {"status", "published_at"}


def changes_in_words(versions: Sequence[Version]) -> dict[int, str]:
    """Return {number: what changed since the version before it}, for versions listed newest first.

    The last one has no entry. Takes at most six queries. Versions of long texts may lack an entry.
    """
    contents = {}
    left = LONGEST_TEXTS
    for version in versions:
        if left <= 0:
            break
        try:
            contents[version.number] = version_contents(version)
        except DamagedVersionError:
            continue
        left -= len(contents[version.number]["body"])
    contents = dict(zip(contents, with_current_names(*contents.values()), strict=True))
    return {
        version.number: _change(version, contents[before.number], contents[version.number])
        for version, before in itertools.pairwise(versions)
        if version.number in contents and before.number in contents
    }


def _change(version, before, after):
    names = [name for name in FIELDS if not same_value(before.get(name), after.get(name))]
    if version.action in PUBLISHING:
        names = [name for name in names if name not in SAID_BY_ACTION]
    parts = []
    if "body" in names:
        parts = text_in_words(text_change(before["body"], after["body"]))
        names = [name for name in names if name not in {"body", "body_images"}]
    labels = ", ".join(map(label_of, names))
    return capfirst(", ".join([*([_("%s changed") % labels] if labels else []), *parts]))


def text_in_words(change: TextChange) -> list[str]:
    """Return phrases such as "2 sentences removed" and "14 words added in “Tides”"."""
    if not change.is_counted:
        return [_("text changed throughout")]
    counted = [
        (
            change.sentences_removed,
            ngettext("%d sentence removed", "%d sentences removed", change.sentences_removed),
        ),
        (change.sentences_added, ngettext("%d sentence added", "%d sentences added", change.sentences_added)),
        (change.words_removed, ngettext("%d word removed", "%d words removed", change.words_removed)),
        (change.words_added, ngettext("%d word added", "%d words added", change.words_added)),
        (change.headings, ngettext("%d heading changed", "%d headings changed", change.headings)),
        (change.images_removed, ngettext("%d image removed", "%d images removed", change.images_removed)),
        (change.images_added, ngettext("%d image added", "%d images added", change.images_added)),
    ]
    phrases = [phrase % number for number, phrase in counted if number] or [
        _("order, formatting or code changed")
    ]
    if change.section:
        phrases[-1] = _("%(what)s in “%(section)s”") % {
            "what": phrases[-1],
            "section": Truncator(change.section).chars(SECTION_SHOWN),
        }
    return phrases
