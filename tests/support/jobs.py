"""Run jobs in the test's process, without a worker."""

from blog.jobs import run
from blog.models import Job


def run_jobs() -> list[Job]:
    """Run all waiting jobs, and the jobs that they start. Return them by pk, after they ended."""
    ran = []
    while job := Job.objects.waiting().exclude(pk__in=ran).first():
        run.run(job)
        ran.append(job.pk)
    return list(Job.objects.filter(pk__in=ran).order_by("pk"))
