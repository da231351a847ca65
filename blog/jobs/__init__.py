"""Jobs: what takes longer than a request, run by a worker (manage.py db_worker) beside the web processes.

A module registers a function with @job("kind") and is named in registry.MODULES; start("kind", user, ...)
runs it. The function gets a RunningJob for its progress, and raises JobFailedError or Stopped.
"""

from blog.jobs.registry import cleans_up, import_jobs, job, title_of
from blog.jobs.run import JobFailedError, LockLostError, RunningJob, Stopped
from blog.jobs.tasks import is_run_by_worker, start

__all__ = [
    "JobFailedError",
    "LockLostError",
    "RunningJob",
    "Stopped",
    "cleans_up",
    "import_jobs",
    "is_run_by_worker",
    "job",
    "start",
    "title_of",
]
