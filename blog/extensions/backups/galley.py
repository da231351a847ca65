from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from blog import extend
from blog.extensions.backups.jobs import KIND
from blog.jobs.models import Job

LATE = timedelta(days=2)


def newest_copy() -> dict:
    """Return whether the last two days have a backup in the bucket, and when the newest was written."""
    done = Job.objects.filter(kind=KIND, state=Job.State.DONE).first()
    is_new = done is not None and done.ended_at > timezone.now() - LATE
    return {"ok": is_new, "last": done and done.ended_at.isoformat(timespec="seconds")}


if settings.BACKUP_BUCKET is not None:
    extend.ready_checks.add(("backup_copies", newest_copy))
