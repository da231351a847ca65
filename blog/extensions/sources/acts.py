"""What editors do with a source: open it, check it again, ignore it."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from blog import jobs
from blog.base.models import name_of
from blog.documents.addresses import LONGEST_ADDRESS, check_host
from blog.extensions.sources.addresses import is_of_site, normalise
from blog.extensions.sources.choices import Opening, opening, source_settings
from blog.extensions.sources.models import TEXT_KEPT_FOR, Evidence, PageText, Source
from blog.extensions.sources.reports import MOST_AT_ONCE, articles_of, report
from blog.jobs.models import Job

READ, OPEN = "read_sources", "open_sources"  # kinds of jobs


class RefusedAddressError(Exception):
    """Raised for an address that is never opened. The message is for editors."""


class NotIgnoredError(Exception):
    """Raised if a source cannot be ignored. The message is for editors."""


def check_address(address: str) -> str:
    """Return the normalised form of an address. Raises RefusedAddressError if it is never opened."""
    words = address.strip()
    if not words.lower().startswith(("http://", "https://")):
        raise RefusedAddressError(
            _("Enter a URL that begins with http:// or https://, or name the source in words.")
        )
    if "@" in words.partition("://")[2].partition("/")[0]:
        raise RefusedAddressError(_("This URL contains a user name. Enter it without, so that it is opened."))
    found = normalise(words)
    if not found:
        message = _("This URL is not valid, or longer than %(number)d characters. Enter another one.")
        raise RefusedAddressError(message % {"number": LONGEST_ADDRESS})
    if check_host(found):
        raise RefusedAddressError(
            _(
                "This URL leads to a private network and is never opened. Enter a public one, or name the "
                "source in words."
            )
        )
    return found


def may_be_opened(source: Source) -> bool:
    """Whether the site's settings allow to open a source when an editor asks."""
    return opening() != Opening.NO and not is_of_site(source.host, source_settings().never)


def open_now(address: str) -> Source:
    """Return the source with this address, which is opened by a job before all others.

    The caller looks at it again until it is no longer `is_awaited`. A page that was tried within a day is
    not opened again, only by check_again(). Raises RefusedAddressError.
    """
    found = check_address(address)
    source = Source.objects.at(found)
    if source is None:
        new = Source.of(found)
        Source.objects.bulk_create([new], ignore_conflicts=True)
        source = Source.objects.at(found)
    is_new = source.tried_at is None or source.tried_at < timezone.now() - TEXT_KEPT_FOR
    if is_new and not source.is_awaited and may_be_opened(source):
        check_again([source.pk])
        source.refresh_from_db()
    return source


def check_again(keys: Iterable[int]) -> int:
    """Let a job open these sources now, even if they were opened today. Return how many these are."""
    if opening() == Opening.NO:
        return 0
    number = Source.objects.filter(pk__in=list(keys), ignored_at=None).update(asked_at=timezone.now())
    if number:
        start_opening()
    return number


def start_opening(by=None) -> Job:
    """Start the job that opens what is due, unless one waits. A running one may be about to end."""
    return Job.objects.waiting().filter(kind=OPEN).first() or jobs.start(OPEN, by)


def start_reading() -> Job:
    """Start the job that reads what articles name, and updates findings, unless it waits or runs."""
    return Job.objects.active().filter(kind=READ).first() or jobs.start(READ)


def ignore(source: Source, reason: str, by) -> None:
    """Do not check a source any more. Raises NotIgnoredError without a reason."""
    if not reason.strip():
        raise NotIgnoredError(_("Choose a reason. Nothing is saved yet."))
    source.ignored_at, source.ignored_reason = timezone.now(), reason.strip()
    source.ignored_by, source.ignored_by_name = by, name_of(by)
    _save_ignoring(source)


def end_ignoring(source: Source) -> None:
    source.ignored_at, source.ignored_reason, source.ignored_by, source.ignored_by_name = None, "", None, ""
    _save_ignoring(source)
    check_again([source.pk])


def _save_ignoring(source):
    source.is_reported = False
    source.save(
        update_fields=["ignored_at", "ignored_reason", "ignored_by", "ignored_by_name", "is_reported"]
    )
    if len(articles_of(source)) <= MOST_AT_ONCE:
        report(source)
    else:
        start_reading()


def forget_passages() -> int:
    """Forget all passages that were found, and the texts of pages. Return the number of passages."""
    PageText.objects.all().delete()
    return Evidence.objects.exclude(passage="").update(passage="", section="")
