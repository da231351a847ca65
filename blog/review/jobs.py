"""Jobs that check articles, apply or undo a bulk fix, or remove a person.

The first job checks articles without a fresh check: after an upgrade of the rules, or after an interrupted
check. The others run as a job for more than MAX_ARTICLES_PER_REQUEST articles, and so does their undo.
"""

from collections.abc import Collection

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog import jobs
from blog.articles.actions.undo import undo_in_batches
from blog.articles.undoable import UndoableAction
from blog.documents.findings.kinds import FindingKind, Fix
from blog.jobs import JobFailedError, RunningJob, cleanup_hook, job
from blog.jobs.models import Job
from blog.review.bulk_fixes import MAX_ARTICLES_PER_REQUEST, BulkFix, apply_fix_in_batches
from blog.review.extension_findings import leave_out_switched_off
from blog.review.models import PersonDecision
from blog.review.people import REMOVE_PERSON, remove_in_batches
from blog.review.proofs import JOB, check_articles, stale_articles, start_check

GROUP = "bulk_fix"
BULK_FIX, UNDO = "bulk_fix", "undo"


@job(JOB, title=_("Check articles"), group=JOB)
def check_stale_articles(running: RunningJob) -> dict:
    """Check all articles without a fresh check. Return how many were checked."""
    articles = stale_articles()
    total = articles.count()
    running.progress(0, total)
    checked = check_articles(articles, on_batch=lambda done: running.advance(done, total))
    return {"articles": checked.articles}


@cleanup_hook
def check_after_upgrade() -> None:
    """Start a check of articles that an upgrade, a killed check or a busy sandbox left unchecked."""
    start_check()


cleanup_hook(leave_out_switched_off)


@cleanup_hook
def forget_undoable_actions() -> None:
    UndoableAction.objects.expired(timezone.now()).delete()


def start_fix_job(user, fixing: BulkFix, seen: dict[int, int]) -> Job:
    """Start a job that applies a fix. seen: {pk: lock version that the user saw}."""
    arguments = {"scope": fixing.scope, "finding": fixing.finding, "fix": fixing.fix}
    return jobs.start(BULK_FIX, user, **arguments, seen=list(seen.items()))


def active_fix_job(scope: str) -> Job | None:
    """Return the active job that applies or undoes a bulk fix in this scope, or None."""
    active = Job.objects.active().filter(kind__in=(BULK_FIX, UNDO), arguments__scope=scope)
    return active.select_related("started_by").order_by("pk").first()


def needs_job(action: UndoableAction) -> bool:
    """Whether undoing an action changes too many texts for a request."""
    return len(action.previous_content) > MAX_ARTICLES_PER_REQUEST


def is_being_undone(action: UndoableAction) -> bool:
    """Whether a job is undoing an action, or is active in the scope of a bulk fix."""
    undoing = Job.objects.active().filter(kind=UNDO, arguments__action=action.pk)
    return undoing.exists() or bool(action.scope and active_fix_job(action.scope))


def start_undo(user, action: UndoableAction, skip: Collection[int] = ()) -> Job:
    """Start a job that undoes an action. skip: primary keys of articles to leave out."""
    return jobs.start(UNDO, user, scope=action.scope, action=action.pk, skip=sorted(skip))


@job(BULK_FIX, title=_("Bulk fix"), group=GROUP)
def run_bulk_fix(running: RunningJob, scope: str, finding: str, fix: str, seen: list) -> dict:
    """Apply a fix to articles. seen: [(pk, lock version)]. Return {reason: number of skipped articles}."""
    fixing = BulkFix(scope, FindingKind(finding), Fix(fix))
    action = action_of(running, scope=scope, finding=finding, fix=fix)
    seen = dict(seen)
    skipped = apply_fix_in_batches(action.user, fixing, seen, action=action, on_progress=running.advance)
    check_changed(running, seen)
    return {str(reason): number for reason, number in skipped.items()}


@job(UNDO, title=_("Undo"), group=GROUP)
def run_undo(running: RunningJob, action: int, skip: Collection[int] = (), scope: str = "") -> dict:
    """Undo an action, but not in the articles with the keys in skip. Return how many were restored.

    scope: of a bulk fix, to find its active job.
    """
    row = UndoableAction.objects.filter(pk=action, undone_at=None).first()
    if row is None:
        raise JobFailedError(gettext("This has already been undone."))
    restored = undo_in_batches(user_of(running), row, running.advance, skip)
    check_changed(running, row.keys)
    return {"restored": restored}


def action_of(running, **values):
    """Return the action of a job: that of an interrupted run, or a new one with these values."""
    action = UndoableAction.objects.filter(job=running.job).first()
    return action or UndoableAction(user=user_of(running), job=running.job, **values)


def user_of(running):
    if running.job.started_by is None:
        raise JobFailedError(gettext("The user who started this job no longer exists."))
    return running.job.started_by


def check_changed(running, keys):
    """Check the articles with these keys, after all of them were changed."""
    running.progress(len(keys), len(keys), gettext("Checking articles"))
    check_articles(keys)


@job(REMOVE_PERSON, title=_("Remove a person from many articles"), group=GROUP)
def run_removal(
    running: RunningJob, person: int, seen: list, decision: int, ticked: list | None = None
) -> dict:
    """Remove a person from articles. seen: [(article pk, lock version)]. Return how many were changed.

    decision: the key of the PersonDecision to carry out. ticked: keys of the mentions to remove, by default
    of all without a concern.
    """
    row = PersonDecision.objects.select_related("person").filter(pk=decision, person=person).first()
    if row is None:
        raise JobFailedError(gettext("The decision on this person was changed after this job started."))
    action = action_of(running)
    remove_in_batches(action.user, row, dict(seen), action, running.advance, ticked)
    check_changed(running, list(dict(seen)))
    return {"articles": len(action.previous_content)}
