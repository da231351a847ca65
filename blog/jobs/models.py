"""Jobs with their progress and result, and workers with the time of their last report."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

JOB_RETENTION = timedelta(days=30)
SEEN_EVERY = timedelta(seconds=15)  # how often a worker reports
ALIVE_FOR = timedelta(minutes=1)  # after its last report
WORKER_RETENTION = timedelta(days=1)


class JobQuerySet(models.QuerySet):
    def active(self):
        """Return the jobs that wait or run."""
        return self.filter(state__in=(self.model.State.WAITING, self.model.State.RUNNING))

    def ended(self):
        return self.exclude(state__in=(self.model.State.WAITING, self.model.State.RUNNING))

    def waiting(self):
        """Return the jobs that wait for a worker, oldest first."""
        return self.filter(state=self.model.State.WAITING).order_by("pk")

    def ready(self):
        """Return the waiting jobs that may run, because their group has no running job."""
        running = self.model.objects.filter(state=self.model.State.RUNNING).exclude(group="")
        return self.waiting().exclude(group__in=running.order_by().values("group"))

    def begin(self) -> bool:
        """Mark the waiting jobs as running. Return whether there were any."""
        now = timezone.now()
        begun = {"state": self.model.State.RUNNING, "started_at": now, "done": 0, "total": None}
        return bool(self.waiting().order_by().update(**begun, attempts=models.F("attempts") + 1))

    def requeue(self, **changes) -> None:
        """Mark the running jobs as waiting again, and apply the changes to other fields."""
        running = self.filter(state=self.model.State.RUNNING)
        running.update(state=self.model.State.WAITING, started_at=None, step="", **changes)

    def old(self):
        """Return the jobs that ended more than 30 days ago."""
        return self.ended().filter(ended_at__lt=timezone.now() - JOB_RETENTION)

    def forget_old(self) -> None:
        self.old().delete()


class Job(models.Model):
    """One run of the function that is registered for a kind with blog.jobs.job()."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        STOPPED = "stopped", _("stopped")

    kind = models.CharField(max_length=50)
    # Only one job of a group runs at a time. Blank: the job may run together with any other.
    group = models.CharField(max_length=50, blank=True)
    arguments = models.JSONField(default=dict)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)  # number of times a worker has started it
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    stop_requested_at = models.DateTimeField(null=True)
    stop_requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    step = models.CharField(max_length=200, blank=True)  # current step, shown to users
    reason = models.TextField(blank=True)  # why the job failed, shown to users
    result = models.JSONField(default=dict)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        default_permissions = ()
        permissions = [("view_job", "Can view jobs"), ("stop_job", "Can stop jobs of others")]
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [models.Index(fields=["state", "id"], name="job_state")]

    def __str__(self):
        return f"{self.kind} {self.pk}"

    @property
    def is_active(self) -> bool:
        return self.state in {self.State.WAITING, self.State.RUNNING}

    @property
    def locks(self) -> list[str]:
        """Return the names of the locks that a worker needs to run the job."""
        return [f"group-{self.group}", f"job-{self.pk}"] if self.group else [f"job-{self.pk}"]

    def request_stop(self, user=None) -> None:
        """Stop a waiting job at once, a running one after its current batch. Ignore a job that has ended."""
        now = timezone.now()
        row = type(self).objects.filter(pk=self.pk, stop_requested_at=None)
        request = {"stop_requested_at": now, "stop_requested_by": user}
        if not row.filter(state=self.State.WAITING).update(**request, state=self.State.STOPPED, ended_at=now):
            row.filter(state=self.State.RUNNING).update(**request)
        self.refresh_from_db()

    def end(self, state: str, reason: str = "") -> None:
        """Store that the job ended in this state, and why."""
        self.state, self.reason, self.ended_at = state, reason, timezone.now()
        self.save(update_fields=["state", "reason", "ended_at", "result", "done", "total", "step"])


class WorkerQuerySet(models.QuerySet):
    def touch(self, name: str) -> None:
        """Record that the worker with this name is alive now."""
        self.update_or_create(name=name, defaults={"seen_at": timezone.now()})

    def alive(self):
        return self.filter(seen_at__gt=timezone.now() - ALIVE_FOR)

    def last_seen(self):
        """Return when a worker last reported. None if none has, or if all have shut down cleanly."""
        return self.aggregate(last=models.Max("seen_at"))["last"]

    def forget_old(self) -> None:
        self.filter(seen_at__lt=timezone.now() - WORKER_RETENTION).delete()


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
