"""The findings on the edit page: what an editor should look at, each with a link to its field."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from blog.documents.findings.kinds import KINDS, FindingKind

# {field of an article: id of the element}; of all others it is "id_" with the field's name
ANCHORS = {"reading_time": "panel-file"}


@dataclass(frozen=True)
class Finding:
    """A message, and the id of the element that it is about; empty if that is not on the page."""

    sentence: str
    anchor: str = ""


def findings(kinds: Iterable[FindingKind]) -> list[Finding]:
    """Return a message for each kind of finding, once."""
    return [_message(KINDS[kind]) for kind in dict.fromkeys(kinds)]


def _message(kind):
    return Finding(_(kind.sentence), ANCHORS.get(kind.field, f"id_{kind.field}"))
