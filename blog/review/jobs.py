"""Jobs of this room: check articles, apply or undo a bulk fix, remove a person.

The check runs on articles without a fresh proof: after an upgrade of the rules, or after an interrupted
check. Bulk fixes and removals of persons run as a job in more than MAX_ARTICLES_PER_REQUEST articles.
"""

from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog import jobs
from blog.articles.actions.models import UndoableAction
from blog.articles.actions.undo import UndoResult, undo_bulk_fix, undo_in_batches
from blog.documents.findings.kinds import FindingKind, Fix
from blog.jobs import JobFailedError, JobStopped, RunningJob, cleanup_hook, job
from blog.jobs.models import Job
from blog.review.bulk_fixes import MAX_ARTICLES_PER_REQUEST, BulkFix, apply_fix_in_batches
from blog.review.models import Person
from blog.review.people import remove_in_batches
from blog.review.proofs import JOB, check_articles, stale_articles, start_check

GROUP = "mend"
MEND, UNDO = "mend", "undo_bulk_fix"
TAKE_OUT = "take_out_person"


@job(JOB, title=_("Look at articles"), group=JOB)
def check_what_is_left(running: RunningJob) -> dict:
    """Look at all articles whose proofs are not fresh; return how many there were."""
    articles = stale_articles()
    total = articles.count()
    running.progress(0, total)

    def report(done):
        running.progress(done, total)
        if running.stop_requested:
            raise JobStopped({"articles": done})

    return {"articles": check_articles(articles, on_batch=report).articles}


@cleanup_hook
def check_after_upgrade() -> None:
    """Take up what an upgrade of the rules, a killed check or a busy sandbox has left."""
    start_check()


@dataclass(frozen=True, slots=True)
class UndoOutcome:
    """What became of an undo: it is done, or a job does it."""

    done: UndoResult | None = None

    @property
    def is_job(self) -> bool:
        return self.done is None


def start_fix_job(user, fixing: BulkFix, seen: dict[int, int]) -> Job:
    """Start a job that applies a fix. seen: {key: version that the user saw}."""
    what = {"scope": fixing.scope, "finding": fixing.finding, "fix": fixing.fix}
    return jobs.start(MEND, user, **what, seen=list(seen.items()))


def active_fix_job(scope: str) -> Job | None:
    """Return the job that mends, or undoes it, in the list with this scope; None if none does."""
    active = Job.objects.active().filter(kind__in=(MEND, UNDO), arguments__scope=scope)
    return active.select_related("started_by").order_by("pk").first()


def undo_fix(user, number: int) -> UndoOutcome | None:
    """Undo what was mended, now or by a job; return None if it is undone already, or about to be."""
    action = UndoableAction.objects.bulk_fixes().filter(pk=number).first()
    if action is None or active_fix_job(action.scope):
        return None
    if len(action.articles) > MAX_ARTICLES_PER_REQUEST:
        jobs.start(UNDO, user, scope=action.scope, action=action.pk)
        return UndoOutcome()
    undoing = undo_bulk_fix(user, number)
    return undoing and UndoOutcome(undoing)


def needs_job(number: int) -> bool:
    """Whether undoing the action with this key takes longer than a request."""
    action = UndoableAction.objects.bulk_fixes().filter(pk=number).first()
    return action is not None and len(action.articles) > MAX_ARTICLES_PER_REQUEST


@job(MEND, title=_("Change of many articles"), group=GROUP)
def run_mending(running: RunningJob, scope: str, finding: str, fix: str, seen: list) -> dict:
    """Apply a fix to articles, seen as (key, version); return how many were left as they are, by reason."""
    user = _who(running)
    fixing = BulkFix(scope, FindingKind(finding), Fix(fix))
    action = UndoableAction.objects.filter(job=running.job).first() or fixing.action(user)
    action.job = running.job
    seen = dict(seen)
    left = apply_fix_in_batches(user, fixing, seen, action=action, on_progress=_reporter(running))
    check_articles(seen)
    return {str(reason): number for reason, number in left.items()}


@job(UNDO, title=_("Undo of a change of many articles"), group=GROUP)
def run_undo(running: RunningJob, scope: str, action: int) -> dict:
    """Undo what was mended in a list; return how many articles were restored."""
    row = UndoableAction.objects.bulk_fixes().filter(pk=action).first()
    if row is None:
        raise JobFailedError(gettext("This is undone already."))
    restored = undo_in_batches(_who(running), row, _reporter(running))
    check_articles(row.keys)
    return {"restored": restored}


def _who(running):
    if running.job.started_by is None:
        raise JobFailedError(gettext("Whoever started this is not on record any more."))
    return running.job.started_by


def _reporter(running):
    def report(done, total):
        running.progress(done, total)
        if running.stop_requested:
            raise JobStopped

    return report


def start_taking_out(user, person: Person, seen: dict[int, int]) -> Job:
    """Start a job that takes a person out. seen: {key: version of the article that the user saw}."""
    return jobs.start(TAKE_OUT, user, person=person.pk, seen=list(seen.items()))


@job(TAKE_OUT, title=_("Taking a person out of many articles"), group="mend")
def run_taking_out(running: RunningJob, person: int, seen: list) -> dict:
    """Take a person out of articles, seen as (key, version); return of how many."""
    user, row = running.job.started_by, Person.objects.filter(pk=person).first()
    if user is None or row is None:
        raise JobFailedError(gettext("This person, or whoever started it, is not on record any more."))
    action = UndoableAction.objects.filter(job=running.job).first() or UndoableAction(user=user)
    action.job = running.job

    def report(done, total):
        running.progress(done, total)
        if running.stop_requested:
            raise JobStopped

    remove_in_batches(user, row, dict(seen), action, report)
    check_articles(list(dict(seen)))
    return {"articles": len(action.previous_content)}
