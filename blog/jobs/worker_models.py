"""Which workers run jobs, and when each was last seen."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

SEEN_EVERY = timedelta(seconds=15)  # how often a worker reports
ALIVE_FOR = timedelta(minutes=1)  # after its last report
FORGOTTEN = timedelta(days=1)


class WorkerQuerySet(models.QuerySet):
    def note(self, name: str) -> None:
        """Store that the worker of this name is there now."""
        self.update_or_create(name=name, defaults={"seen_at": timezone.now()})

    def alive(self):
        return self.filter(seen_at__gt=timezone.now() - ALIVE_FOR)

    def last_seen(self):
        """Return when a worker was last seen; None if never, or if it ended in good order."""
        return self.aggregate(last=models.Max("seen_at"))["last"]

    def forget_old(self) -> None:
        self.filter(seen_at__lt=timezone.now() - FORGOTTEN).delete()


class Worker(models.Model):
    """A process that runs jobs (manage.py db_worker)."""

    name = models.CharField(max_length=200, unique=True)  # machine and process
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    objects = WorkerQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return self.name
