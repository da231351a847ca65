"""Approving an article from its proof."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from blog.admin.proof_page.entries import Entry


class ApprovingError(Exception):
    """The article is not approved; the message says why, in words."""


@dataclass(frozen=True)
class Approval:
    """What stands in its way, and what readers will see of it."""

    why_not: str = ""
    entry: Entry | None = None
    changed_since: str = ""
    label: str = ""
    is_valid: bool = False


def look_at(article, entries, user) -> Approval:
    blocking = next((entry for entry in entries if entry.blocks), None)
    return Approval(blocking.why_not_approved if blocking else "", blocking)


def carry_out(user, article, entries, data) -> None:
    if "read" not in data or not data["read"]:
        raise ApprovingError(_("Not approved: read it to the end first."))


def version_seen(data) -> int:
    version = data.get("version", "")
    return int(version) if version.isascii() and version.isdigit() and len(version) < 10 else -1


def batch_of(article):
    return None
