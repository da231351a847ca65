"""The job that pulls, and when it starts: as often as set, after a push, or if somebody asks."""

import logging

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.extensions.git_source.models import Repository
from blog.extensions.git_source.problems import PullError
from blog.extensions.git_source.pull import PullProgress, fail, pull
from blog.imports.jobs import GROUP
from blog.imports.report import ImportFailedError
from blog.jobs import JobFailedError, JobStopped, RunningJob, job, periodic_hook, start
from blog.jobs.models import Job

logger = logging.getLogger(__name__)

KIND = "pull_repository"


@job(KIND, title=gettext_lazy("Pull from Git"), group=GROUP)
def run(running: RunningJob, confirmed: str = "") -> dict:
    """Pull the repository. Only the third failure in a row is a failed job, so that it is told once."""
    repository = Repository.current()
    if repository is None:
        raise JobFailedError(_("There is no repository to pull."))

    def on_progress(done, total, step):
        if running.stop_requested:
            raise JobStopped
        running.progress(done, total or None, step)

    begun = dict(running.job.result)
    progress = PullProgress(on_progress, running.store, begun, running.job.started_by)
    try:
        imported = pull(repository, progress, confirmed=confirmed)
    except PullError as error:
        logger.warning("Pull from Git: %s", error.code)
        if fail(repository, error):
            raise JobFailedError(error.sentence) from error
        return {"problem": error.code}
    except ImportFailedError as error:
        raise JobFailedError(str(error)) from error
    return {"import": imported.pk if imported else None}


def start_pull(by=None, *, confirmed: str = "") -> Job:
    """Start the job, unless one is waiting."""
    with transaction.atomic():
        waiting = Job.objects.waiting().filter(kind=KIND).first()
        arguments = {"confirmed": confirmed} if confirmed else {}
        return waiting or start(KIND, by, **arguments)


def active_pull() -> Job | None:
    return Job.objects.active().filter(kind=KIND).order_by("-state", "pk").first()


@periodic_hook
def start_if_due() -> None:
    """Start the job if it is time to look for commits."""
    repository = Repository.current()
    if repository is None or repository.paused_at or repository.next_at is None:
        return
    if repository.next_at <= timezone.now() and active_pull() is None:
        start(KIND)
