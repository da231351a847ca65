"""What the list of imports, and the page of one, say about imports by a token."""

from collections.abc import Collection

from django.utils import formats, timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.extend import ImportNote
from blog.extensions.api.models import JOINED_FOR, Intake
from blog.imports.models import ImportRun


def notes_on(keys: Collection[int]) -> dict[int, ImportNote]:
    """Return {primary key of an import: note} for those by a token."""
    zips = ImportRun.objects.filter(pk__in=keys, way=ImportRun.Way.TOKEN).values_list("pk", flat=True)
    notes = {key: ImportNote(_("by token")) for key in zips}
    for intake in Intake.objects.filter(pk__in=keys).select_related("token", "run"):
        notes[intake.pk] = _note(intake)
    return notes


def _note(intake) -> ImportNote:
    is_open = not intake.is_finished and intake.last_request_at > timezone.now() - JOINED_FOR
    return ImportNote(
        _sender(intake, is_open=is_open),
        receiving=_receiving(intake) if is_open and not intake.run.undone_at else "",
        refused=_refused(intake) if intake.refused else "",
        outcome=_("%d refused") % intake.refused if intake.refused else "",
    )


def _sender(intake, *, is_open):
    if intake.token is None or intake.token.revoked_at:
        return _("by a token that is revoked")
    if is_open:
        return _("by token, last request %(time)s ago") % {"time": timesince(intake.last_request_at)}
    sentence = ngettext(
        "by token, %(number)d request until %(time)s",
        "by token, %(number)d requests until %(time)s",
        intake.requests,
    )
    return sentence % {"number": intake.requests, "time": _time(intake.last_request_at)}


def _receiving(intake):
    files = intake.run.counted
    received = ngettext("Still receiving: %d file so far.", "Still receiving: %d files so far.", files)
    return f"{received % files} {_('It ends 15 minutes after the last request.')}"


def _refused(intake):
    first = intake.refusals.first()
    if first is None:
        return ""
    sentence = ngettext(
        "%(number)d request was refused at %(time)s: %(reason)s",
        "%(number)d requests were refused from %(time)s on: %(reason)s",
        intake.refused,
    )
    return sentence % {"number": intake.refused, "time": _time(first.at), "reason": first.reason}


def _time(moment):
    return formats.date_format(timezone.localtime(moment), "TIME_FORMAT")


def refusals_of(page: dict) -> dict | None:
    """Return the refused requests of an import for its page, or None."""
    run = page.get("batch")
    intake = run and Intake.objects.filter(pk=run.pk, refused__gt=0).first()
    if not intake:
        return None
    shown = list(intake.refusals.all())
    return {"refusals": shown, "number": intake.refused, "more": intake.refused - len(shown)}
