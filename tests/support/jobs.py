"""Jobs run in the process of a test, without a worker."""

from blog.jobs import run
from blog.models import Job


def run_jobs() -> list[Job]:
    """Run all waiting jobs, and those that they start; return them as they ended."""
    ran = []
    while job := Job.objects.waiting().exclude(pk__in=ran).first():
        run.run(job.pk)
        ran.append(job.pk)
    return list(Job.objects.filter(pk__in=ran).order_by("pk"))
