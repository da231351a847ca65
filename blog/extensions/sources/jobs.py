"""Jobs that read which sources articles name, and open the sources that are due."""

from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog import jobs
from blog.articles.changes import Change
from blog.articles.models import Article
from blog.articles.undoable import UndoableAction
from blog.extensions.sources import acts
from blog.extensions.sources.choices import Opening, opening
from blog.extensions.sources.comparing import compare_pending, forget_texts
from blog.extensions.sources.due import due
from blog.extensions.sources.findings import with_findings
from blog.extensions.sources.models import ArticleSource, Evidence, ReadArticle, Source
from blog.extensions.sources.reading import ARTICLES_AT_ONCE, forget_read, read_articles, unread_articles
from blog.extensions.sources.replacing import REPLACE, replace_in_batches
from blog.extensions.sources.reports import report_changed
from blog.extensions.sources.rounds import NoNetworkError, Round
from blog.imports.models import ImportRun
from blog.jobs import JobFailedError, JobStopped, RunningJob, cleanup_hook, job, periodic_hook
from blog.jobs.models import Job
from blog.review.extension_findings import refresh
from blog.review.jobs import GROUP
from blog.review.models import MarkResolution
from blog.sandbox.refusal_messages import text_refusal
from blog.sandbox.refusals import RefusedError

MOST_IN_REQUEST = 20  # articles; a job reads more
LONGEST_IMPORT = timedelta(hours=1)
OFFLINE_WAIT = timedelta(hours=1)


def note_change(change: Change) -> None:
    """Read articles again whose words or answers have changed: a few after the commit, many in a job."""
    keys = set(change.words)
    if change.undone or _has_answers(change.undoable):
        keys.update(change.keys)
    keys -= {article.pk for article in change.inserted}
    if keys:
        forget_read(keys)
    if keys and change.checks:
        transaction.on_commit(partial(_read_soon, keys), robust=True)


def _has_answers(action):
    return action is not None and any(
        name == MarkResolution.stored_name for name, _key in action.appended_rows
    )


def _read_soon(keys):
    if len(keys) > MOST_IN_REQUEST:
        return  # the periodic hook starts the job once they are checked
    try:
        read(keys)
    except RefusedError:
        return  # the sandbox is busy: the job reads them
    if Source.objects.filter(links__article__in=keys, tried_at=None).exists() and opening() == Opening.YES:
        acts.start_opening()
    elif Evidence.objects.filter(article__in=keys, compared_at=None).exists():
        acts.start_reading()


def read(keys, on_batch=lambda done: None) -> int:
    """Read which sources these articles name, and update their findings. Return the number of articles."""
    _new, stored = read_articles(keys, on_batch)
    if found := with_findings(stored):
        refresh(found)
    return len(stored)


@job(acts.READ, title=_("Read sources"), group=acts.READ)
def read_sources(running: RunningJob) -> dict:
    """Read unread articles, compare what waits, and update findings. Return the number of articles read.

    It makes way for an import, which writes all the time.
    """
    keys = list(unread_articles().order_by("pk").values_list("pk", flat=True))
    done = 0
    for first in range(0, len(keys), ARTICLES_AT_ONCE):
        running.progress(first, len(keys))
        if running.stop_requested:
            raise JobStopped({"articles": done})
        if is_importing():
            return {"articles": done}
        done += read(keys[first : first + ARTICLES_AT_ONCE])
    compare_pending(lambda: running.stop_requested)
    report_changed()
    return {"articles": done}


@job(acts.OPEN, title=_("Open sources"), group=acts.OPEN, runs_in_thread=True)
def open_sources(running: RunningJob) -> dict:
    """Open the sources that are due. Return what the activity says of the round."""
    opened = Round(should_stop=lambda: running.stop_requested, on_source=lambda source, outcome: None)
    total = opened.number_due()

    def tell(source, outcome):
        running.progress(min(opened.counts.total(), total), total)

    opened.on_source = tell
    try:
        opened.run()
    except NoNetworkError as error:
        running.job.result |= opened.summary | {"due": total}
        message = gettext("This server could not reach any site. It goes on by itself.")
        raise JobFailedError(message) from error
    if opened.is_stopped:
        raise JobStopped(opened.summary)
    return opened.summary


@job(REPLACE, title=_("Replace sources"), group=GROUP)
def replace_sources(running: RunningJob, new: dict, seen: list) -> dict:
    """Replace sources, {address: new one}, in articles. seen: [(pk, lock version)].

    Return {"skipped": {pk: why}}.
    """
    user = running.job.started_by
    if user is None:
        raise JobFailedError(gettext("The user who started this job no longer exists."))

    def stored_action():
        known = UndoableAction.objects.filter(job=running.job).first()
        return known or UndoableAction(user=user, job=running.job)

    def report(done, total):
        running.progress(done, total)
        if running.stop_requested:
            raise JobStopped

    try:
        done = replace_in_batches(user, new, dict(seen), action=stored_action, on_progress=report)
    except RefusedError as error:
        raise JobFailedError(text_refusal(error)) from error
    return {"skipped": done.skipped, "reopened": done.reopened}


def is_importing() -> bool:
    since = timezone.now() - LONGEST_IMPORT
    return ImportRun.objects.filter(finished_at=None, started_at__gt=since).exists()


@periodic_hook
def start_due() -> None:
    """Start the jobs that have something to do."""
    active = set(Job.objects.active().filter(kind__in=(acts.READ, acts.OPEN)).values_list("kind", flat=True))
    if acts.READ not in active and not is_importing() and _is_unread():
        jobs.start(acts.READ)
    now = timezone.now()
    failed = Job.objects.filter(kind=acts.OPEN, state=Job.State.FAILED, ended_at__gt=now - OFFLINE_WAIT)
    if acts.OPEN not in active and due(now).exists() and not failed.exists():
        jobs.start(acts.OPEN)


def _is_unread():
    return (
        unread_articles().exists()
        or Source.objects.filter(is_reported=False).exists()
        or Evidence.objects.filter(compared_at=None, source__page_text__isnull=False).exists()
    )


@cleanup_hook
def forget_old() -> None:
    """Delete the texts of pages after a day, and what was left of articles while the extension was off."""
    forget_texts()
    for model in (ArticleSource, Evidence, ReadArticle):
        model.objects.exclude(article__in=Article.objects.order_by().values("pk")).delete()
