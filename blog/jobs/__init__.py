"""Jobs: tasks longer than a request, run by a worker (manage.py db_worker).

A module registers a function with @job("kind") and is listed in registry.MODULES. start("kind", user, ...)
creates a job, for which the worker calls the function.

The function gets a RunningJob, to which it reports progress. It raises JobFailedError if it cannot continue.
It works in batches, each in a transaction. Between two batches it checks RunningJob.stop_requested, and
raises JobStopped if that is true.

**The function must be repeatable.** After a kill, a TERM or a reboot it is called again with the same
arguments. It stores what it needs on the next attempt in the job's result (RunningJob.store()).

A job is a row (Job) with its kind, arguments, state and progress. These rows are the queue: workers run the
oldest job that waits, and whose group has no running job.
"""

from blog.jobs.registry import cleanup_hook, import_jobs, job, periodic_hook, title_of
from blog.jobs.run import JobFailedError, JobStopped, LockLostError, RunningJob, start

__all__ = [
    "JobFailedError",
    "JobStopped",
    "LockLostError",
    "RunningJob",
    "cleanup_hook",
    "import_jobs",
    "job",
    "periodic_hook",
    "start",
    "title_of",
]
