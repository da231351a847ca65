"""The letters of notices: one letter per kind and recipient, with an entry for each notice.

A notice that no longer applies, such as one of a submission that was answered since, has no entry.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.articles.models import Article
from blog.articles.submissions import Submission
from blog.base.models import name_of
from blog.extensions.notices.models import Notice, NoticeKind, recipients
from blog.imports.models import HeldUpdate, ImportRun
from blog.imports.uploads.models import StagedImport
from blog.jobs import title_of
from blog.jobs.models import Job
from blog.mail.models import Message
from blog.site.addresses import absolute
from blog.site.letters import short_letter

MOST_ENTRIES = 20
NOTE_LENGTH = 500  # characters of a note that a letter quotes


@dataclass(frozen=True)
class NoticeLine:
    """A notice as an entry of letters. only_for: primary key of its only recipient, or None for all."""

    title: str
    url: str
    detail: str  # for example who did it, or the note; may be ""
    by: int | None  # primary key of the user who caused it
    only_for: int | None = None
    number: int = 1


def write_letters(kind: NoticeKind, notices: Collection[Notice]) -> Iterator[Message]:
    """Yield the unsaved message to each recipient of at least one notice."""
    events = list(EVENTS[kind](notices))
    for user in recipients(kind) if events else ():
        own = [event for event in events if event.by != user.pk and event.only_for in (None, user.pk)]
        if own:
            yield _message(kind, own, user.email)


def _message(kind, events, address):
    number = sum(event.number for event in events)
    more = len(events) - MOST_ENTRIES
    letter = short_letter(
        SUBJECTS[kind](number, events[0].title),
        [ngettext("And %d more.", "And %d more.", more) % more] if more > 0 else [],
        entries=events[:MOST_ENTRIES],
    )
    reason = _("You get this e-mail because of your account on this site.")
    return letter.message(
        address, reason, [(_("Choose your notices"), absolute(reverse("admin:notices_choose")))]
    )


def _submitted(notices):
    rows = Submission.objects.waiting().filter(pk__in=_keys(notices), article__trashed_at=None)
    for row in rows.select_related("article", "by"):
        yield _event_of_submission(row)


def _returned(notices):
    returned = Submission.objects.filter(pk__in=_keys(notices), kind=Submission.Kind.RETURNED)
    new = returned.filter(article__status=Article.Status.NEW, article__trashed_at=None)
    for row in new.select_related("article", "by", "answers"):
        latest = Submission.objects.latest_on(row.article)
        if row.answers.by_id and latest == row:
            yield _event_of_submission(row, only_for=row.answers.by_id)


def _event_of_submission(row, only_for=None):
    url = absolute(reverse("admin:blog_article_change", args=[row.article_id]))
    note = row.note if len(row.note) <= NOTE_LENGTH else f"{row.note[:NOTE_LENGTH]}…"
    name = name_of(row.by)
    by = _("By %(person)s.") % {"person": name} if name else ""
    return NoticeLine(row.article.title, url, "\n".join(filter(None, [by, note])), row.by_id, only_for)


def _held(notices):
    by_key = {notice.key: notice for notice in notices}
    url = reverse("admin:blog_heldupdate_changelist")
    for run in ImportRun.objects.filter(pk__in=by_key):
        waiting = HeldUpdate.objects.waiting().filter(batch=run, article__trashed_at=None).count()
        if waiting:
            detail = ngettext("%d file waits.", "%d files wait.", waiting) % waiting
            title = run.file_name or run.source_name
            yield NoticeLine(title, absolute(url), detail, by_key[run.pk].by_id, number=waiting)


def _imported(notices):
    for job in Job.objects.filter(pk__in=_keys(notices)).exclude(started_by=None):
        run = ImportRun.objects.filter(pk=job.result.get("batch")).first()
        staged = StagedImport.objects.filter(import_job=job).first()
        if not (run or staged):
            continue
        title = (run and (run.file_name or run.source_name)) or staged.name
        page = reverse("admin:import_page", args=[staged.uid]) if staged else ""
        url = reverse("admin:blog_importrun_change", args=[run.pk]) if run else page
        detail = job.reason if job.state == Job.State.FAILED else _outcomes(run)
        yield NoticeLine(title, absolute(url), detail, None, only_for=job.started_by_id)


def _outcomes(run):
    """Return the numbers of files by outcome, without those that are 0."""
    names = ("created", "updated", "unchanged", "held", "conflict", "rejected", "skipped")
    fields = {name: run._meta.get_field(name).verbose_name for name in names}
    return ", ".join(f"{fields[name]}: {getattr(run, name)}" for name in names if getattr(run, name))


def _failed(notices):
    for job in Job.objects.filter(pk__in=_keys(notices), state=Job.State.FAILED):
        yield NoticeLine(str(title_of(job.kind)), absolute(reverse("admin:jobs")), job.reason, None)


def _keys(notices):
    return [notice.key for notice in notices]


EVENTS = {
    NoticeKind.SUBMITTED: _submitted,
    NoticeKind.RETURNED: _returned,
    NoticeKind.HELD: _held,
    NoticeKind.IMPORTED: _imported,
    NoticeKind.FAILED: _failed,
}


def _subject(one, many):
    """Return a function of (number, title of the first entry). one, many: functions that translate."""
    return lambda number, title: (
        one() % {"title": title} if number == 1 else many(number) % {"number": number}
    )


SUBJECTS = {
    NoticeKind.SUBMITTED: _subject(
        lambda: _("Submitted: %(title)s"),
        lambda n: ngettext("%(number)d article was submitted", "%(number)d articles were submitted", n),
    ),
    NoticeKind.RETURNED: _subject(
        lambda: _("Returned to you: %(title)s"),
        lambda n: ngettext(
            "%(number)d article was returned to you", "%(number)d articles were returned to you", n
        ),
    ),
    NoticeKind.HELD: _subject(
        lambda: _("A held update waits: %(title)s"),
        lambda n: ngettext("%(number)d held update waits", "%(number)d held updates wait", n),
    ),
    NoticeKind.IMPORTED: _subject(
        lambda: _("Your import has ended: %(title)s"),
        lambda n: ngettext("%(number)d import has ended", "%(number)d imports have ended", n),
    ),
    NoticeKind.FAILED: _subject(
        lambda: _("A job failed: %(title)s"),
        lambda n: ngettext("%(number)d job failed", "%(number)d jobs failed", n),
    ),
}
