"""The screen of jobs, and the progress of one job with its Stop button."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from blog.base.models import name_of
from blog.desk.base import require
from blog.imports.articles import count_checked
from blog.imports.models import ImportRun
from blog.jobs import title_of
from blog.jobs.models import Job, Worker

FAILED_SHOWN_FOR = timedelta(days=3)  # on the dashboard; the screen of jobs lists all
ENDED_ON_A_PAGE = 50


@dataclass(frozen=True)
class JobProgress:
    """A job as templates/admin/jobs/_progress.html shows it to one user."""

    job: Job
    may_stop: bool

    @classmethod
    def of(cls, job: Job, user) -> "JobProgress":
        return cls(job, job.is_active and may_stop(job, user))

    @property
    def title(self) -> str:
        return title_of(self.job.kind)

    @property
    def who(self) -> str:
        return name_of(self.job.started_by) if self.job.started_by else ""

    @property
    def now(self) -> str:
        """The current step, or what the job waits for; "" if it has ended."""
        job = self.job
        if not job.is_active:
            return ""
        if is_worker_missing():
            return _("Waiting: the worker is not running.")
        if job.stop_requested_at:
            return _("Stopping after the current step.")
        if job.state == Job.State.WAITING:
            return _("Queued.")
        return " ".join(filter(None, [job.step, self.time_left])) or _("Started.")

    @cached_property
    def done(self) -> int:
        """The number of steps that are done.

        For an import, it is counted as on the other screens, because the job's stored number lags behind.
        """
        job = self.job
        run = job.result.get("batch") if job.is_active else None
        if run and self.files:
            checked = count_checked([run]).get(run)
            return checked.number if checked else job.done
        stored = ImportRun.objects.filter(pk=run).first() if run else None
        return stored.counted if stored else job.done

    @property
    def files(self) -> int:
        """The number of files of an import whose articles the job checks, or has checked; otherwise 0."""
        return self.job.result.get("files", 0)

    @property
    def time_left(self) -> str:
        """The time left at the average speed so far; "" while it cannot be estimated."""
        job = self.job
        if not (job.done and job.total):
            return ""
        taken = (timezone.now() - job.started_at).total_seconds()
        return format_time_left(taken / job.done * (job.total - job.done))

    @property
    def end(self) -> str:
        """The outcome of the job, as a sentence."""
        job = self.job
        if job.state == Job.State.STOPPED and job.stop_requested_by:
            return _("Stopped by %(person)s.") % {"person": name_of(job.stop_requested_by)}
        return job.reason or str(ENDS.get(job.state, ""))


ENDS = {
    Job.State.DONE: gettext_lazy("Done."),
    Job.State.FAILED: gettext_lazy("Failed."),
    Job.State.STOPPED: gettext_lazy("Stopped."),
}


def format_time_left(seconds: float) -> str:
    """Return the rounded time left as a sentence; "" below one second."""
    if seconds < 1:
        return ""
    if seconds < 90:
        number = round(seconds)
        return ngettext("About %d second left.", "About %d seconds left.", number) % number
    number = round(seconds / 60)
    return ngettext("About %d minute left.", "About %d minutes left.", number) % number


def may_see(job: Job, user) -> bool:
    return user.has_perm("blog.view_job") or job.started_by_id == user.pk


def may_stop(job: Job, user) -> bool:
    return user.has_perm("blog.stop_job") or job.started_by_id == user.pk


def is_worker_missing() -> bool:
    return not Worker.objects.alive().exists()


def has_stalled_jobs(user) -> bool:
    """Whether jobs wait without a worker. Always False for users who may not see jobs."""
    return user.has_perm("blog.view_job") and Job.objects.active().exists() and is_worker_missing()


def count_failed_jobs(user) -> int:
    """Return how many jobs failed lately. Always 0 for users who may not see jobs."""
    if not user.has_perm("blog.view_job"):
        return 0
    return Job.objects.filter(state=Job.State.FAILED, ended_at__gt=timezone.now() - FAILED_SHOWN_FOR).count()


@require_safe
@permission_required("blog.view_job", raise_exception=True)
def jobs_page(request, site):
    jobs = Job.objects.select_related("started_by", "stop_requested_by")
    ended = jobs.ended().order_by("-ended_at", "-pk")
    page = Paginator(ended, ENDED_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("Jobs"),
        "active": [JobProgress.of(job, request.user) for job in jobs.active().order_by("pk")],
        "page": page,
        "ended": [JobProgress.of(job, request.user) for job in page.object_list],
        "has_stalled_jobs": has_stalled_jobs(request.user),
    }
    return TemplateResponse(request, "admin/jobs/list.html", site.each_context(request) | context)


@require_safe
def job_progress(request, key):
    """Return the HTML fragment of one job, for static/js/admin-job.js."""
    job = get_object_or_404(Job.objects.select_related("started_by", "stop_requested_by"), pk=key)
    require(may_see(job, request.user))
    progress = JobProgress.of(job, request.user)
    context = {"progress": progress, "back": return_url(request.GET)}
    return render(request, "admin/jobs/_progress.html", context)


@require_POST
def stop_job(request, key):
    job = get_object_or_404(Job, pk=key)
    require(may_stop(job, request.user))
    job.request_stop(request.user)
    return HttpResponseRedirect(return_url(request.POST))


def return_url(data) -> str:
    """Return the admin screen to go back to after Stop: the URL in `back`, otherwise the list of jobs."""
    page = data.get("back", "")
    is_ours = page.startswith(reverse("admin:index")) and url_has_allowed_host_and_scheme(page, None)
    return page if is_ours else reverse("admin:jobs")
