"""The job that keeps the Git repository of the export up to date (GALLEY_EXPORT_DIR).

It is started after each change that readers see, and by the worker when a scheduled article appears, or when
the last run was long ago: a process may have been killed after its database commit, before start_export().
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.articles.models import Article
from blog.exports.folder import ExportFailedError
from blog.extensions.git_export.export import export_to_git
from blog.jobs import JobFailedError, JobStopped, RunningJob, job, periodic_hook, start
from blog.jobs.models import Job
from blog.page_cache import content_changed

logger = logging.getLogger(__name__)

KIND = "export_to_git"
GROUP = KIND
AGAIN_AFTER = timedelta(minutes=10)


@job(KIND, title=gettext_lazy("Export to Git"), group=GROUP, runs_in_thread=True)
def run(running: RunningJob) -> dict:
    """Export what has changed. Earlier jobs of this kind are deleted: there would be one for each edit."""
    Job.objects.ended().filter(kind=KIND).delete()
    if settings.EXPORT_DIR is None:
        raise JobFailedError(_("GALLEY_EXPORT_DIR is not set on the machine of the worker."))

    def check_stop():
        if running.stop_requested:
            raise JobStopped

    def progress(done, total):
        check_stop()
        running.progress(done, total)

    try:
        report = export_to_git(settings.EXPORT_DIR, progress=progress, on_wait=check_stop)
    except (ExportFailedError, OSError) as error:
        raise JobFailedError(str(error)) from error
    for problem in report.problems:
        logger.warning("Export to Git: %s", problem)
    return {"commits": report.commits, "articles": report.articles, "problems": len(report.problems)}


def start_export(**_signal) -> None:
    """Start the job, unless one is waiting. Call it after the commit of the change."""
    if settings.EXPORT_DIR and not Job.objects.waiting().filter(kind=KIND).exists():
        start(KIND)


@periodic_hook
def start_if_due() -> None:
    """Start the job if an article has appeared, or if the last job ended some time ago."""
    if not settings.EXPORT_DIR:
        return
    last = Job.objects.filter(kind=KIND).order_by("-pk").first()
    if last and last.is_active:
        return
    now = timezone.now()
    if (
        last is None
        or last.ended_at < now - AGAIN_AFTER
        or Article.objects.published(now).filter(appeared_at__gt=last.started_at or last.ended_at).exists()
    ):
        start(KIND)


content_changed.connect(start_export, dispatch_uid=KIND)
