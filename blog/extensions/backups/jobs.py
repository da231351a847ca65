"""The job that writes a backup to the bucket each night, or as soon as a worker runs after it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy

from blog.extensions.backups.archive import BackupError
from blog.extensions.backups.copies import write_copy
from blog.jobs import JobFailedError, JobStopped, RunningJob, job, periodic_hook, start
from blog.jobs.models import Job
from blog.jobs.run import worker_is_ending

KIND = "backup_copy"
HOUR = 3  # in the time zone of the site
RETRY = timedelta(hours=1)


@job(KIND, title=gettext_lazy("Backup to the bucket"), group=KIND, runs_in_thread=True)
def run(running: RunningJob) -> dict:
    """Write a backup. Return its name and its size in bytes."""

    def check_stop():
        if worker_is_ending.is_set():  # not stop_requested, whose query would see the snapshot
            raise JobStopped

    try:
        written = write_copy(check_stop)
    except (BackupError, OSError) as error:
        raise JobFailedError(str(error)) from error
    return {"name": written.name, "bytes": written.size}


@periodic_hook
def start_if_due() -> None:
    """Start the job if none began since the last night, or if the last one failed an hour ago."""
    if settings.BACKUP_BUCKET is None:
        return
    last, now = Job.objects.filter(kind=KIND).first(), timezone.now()
    if last is None or (not last.is_active and _is_due(last, now)):
        start(KIND)


def _is_due(last, now):
    has_failed = last.state == Job.State.FAILED
    return last.created_at < last_night(now) or (has_failed and last.ended_at < now - RETRY)


def last_night(now: datetime) -> datetime:
    """Return when it was HOUR for the last time, in the time zone of the site."""
    tonight = timezone.localtime(now).replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return tonight if tonight <= now else tonight - timedelta(days=1)
