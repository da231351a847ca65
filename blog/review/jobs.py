"""Jobs that check articles, apply or undo a bulk fix, or remove a person.

The first job checks articles without a fresh check: after an upgrade of the rules, or after an interrupted
check. The others run as a job for more than MAX_ARTICLES_PER_REQUEST articles, and so does their undo.
"""

from collections.abc import Collection

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog import jobs
from blog.articles.actions.undo import UndoResult, latest_undoable, undo_bulk_fix, undo_in_batches
from blog.articles.undoable import UndoableAction
from blog.documents.findings.kinds import FindingKind, Fix
from blog.jobs import JobFailedError, JobStopped, RunningJob, cleanup_hook, job
from blog.jobs.models import Job
from blog.review.bulk_fixes import MAX_ARTICLES_PER_REQUEST, BulkFix, apply_fix_in_batches
from blog.review.extension_findings import leave_out_switched_off
from blog.review.models import PersonDecision
from blog.review.people import REMOVE_PERSON, remove_in_batches
from blog.review.proofs import JOB, check_articles, stale_articles, start_check

GROUP = "bulk_fix"
BULK_FIX, UNDO = "bulk_fix", "undo_bulk_fix"
UNDO_REMOVAL = "undo_removal"
UNDO_REPLACEMENT = "undo_replacement"
UNDONE_BY = {REMOVE_PERSON: UNDO_REMOVAL}  # kinds of jobs; those of extensions, too


@job(JOB, title=_("Check articles"), group=JOB)
def check_stale_articles(running: RunningJob) -> dict:
    """Check all articles without a fresh check. Return how many were checked."""
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


def undo_fix(user, number: int, skip: Collection[int] = ()) -> UndoResult | Job | None:
    """Undo a bulk fix, now or in a job, which is returned.

    Return None if it was undone already, or if a job is active in its scope. skip: primary keys of articles
    to leave out.
    """
    action = UndoableAction.objects.bulk_fixes().filter(pk=number).first()
    if action is None or active_fix_job(action.scope):
        return None
    if len(action.articles) > MAX_ARTICLES_PER_REQUEST:
        return jobs.start(UNDO, user, scope=action.scope, action=action.pk, skip=sorted(skip))
    return undo_bulk_fix(user, number, skip)


def needs_job(number: int) -> bool:
    """Whether the action with this key is a bulk fix whose undo takes too long for a request."""
    action = UndoableAction.objects.bulk_fixes().filter(pk=number).first()
    return action is not None and len(action.articles) > MAX_ARTICLES_PER_REQUEST


@job(BULK_FIX, title=_("Bulk fix"), group=GROUP)
def run_bulk_fix(running: RunningJob, scope: str, finding: str, fix: str, seen: list) -> dict:
    """Apply a fix to articles. seen: [(pk, lock version)]. Return {reason: number of skipped articles}."""
    fixing = BulkFix(scope, FindingKind(finding), Fix(fix))
    action = action_of(running, scope=scope, finding=finding, fix=fix)
    seen = dict(seen)
    skipped = apply_fix_in_batches(action.user, fixing, seen, action=action, on_progress=reporter(running))
    check_changed(running, seen)
    return {str(reason): number for reason, number in skipped.items()}


@job(UNDO, title=_("Undo bulk fix"), group=GROUP)
@job(UNDO_REPLACEMENT, title=_("Undo search and replace"), group=GROUP)
@job(UNDO_REMOVAL, title=_("Undo the removal of a person"), group=GROUP)
def run_undo(running: RunningJob, action: int, skip: Collection[int] = (), scope: str = "") -> dict:
    """Undo an action, but not in the articles with the keys in skip. Return how many were restored.

    scope: of a bulk fix, to find its active job.
    """
    row = UndoableAction.objects.filter(pk=action, undone_at=None).first()
    if row is None:
        raise JobFailedError(gettext("This has already been undone."))
    restored = undo_in_batches(user_of(running), row, reporter(running), skip)
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


def reporter(running):
    def report(done, total):
        running.progress(done, total)
        if running.stop_requested:
            raise JobStopped

    return report


def check_changed(running, keys):
    """Check the articles with these keys, after all of them were changed."""
    running.progress(len(keys), len(keys), gettext("Checking articles"))
    check_articles(keys)


def is_undone_by_job(number: int) -> bool:
    """Whether the action with this key is a removal or replacement by a job, which a job also has to undo."""
    return UndoableAction.objects.filter(pk=number, job__kind__in=UNDONE_BY).exists()


def start_undo(user, number: int, skip: Collection[int] = ()) -> Job | None:
    """Start a job that undoes a removal or replacement by a job.

    Return None if this is not the user's latest action, or if a job is undoing it already.

    skip: primary keys of articles to leave out.
    """
    action = latest_undoable(user)
    running = Job.objects.active().filter(kind__in=UNDONE_BY.values(), arguments__action=number)
    if action is None or action.pk != number or running.exists():
        return None
    return jobs.start(UNDONE_BY[action.job.kind], user, action=number, skip=list(skip))


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
    remove_in_batches(action.user, row, dict(seen), action, reporter(running), ticked)
    check_changed(running, list(dict(seen)))
    return {"articles": len(action.previous_content)}
