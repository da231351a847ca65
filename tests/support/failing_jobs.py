"""Jobs for tests with a real worker process."""

import os
import signal
import time
from pathlib import Path

from blog import jobs

# Scripts for TemporarySite.start_script(): to start jobs, and to run a worker that has these kinds of jobs.
START = "from tests.support import failing_jobs\nfrom blog import jobs\n"
WORK = """
from django.core.management import call_command
call_command("db_worker", interval=0.05, batch={batch}, idle={idle})
"""


@jobs.job("count_in_thread", group="counting", runs_in_thread=True)
@jobs.job("count", group="counting")
def count(running, *, file, batches):
    """Write a line for each batch: pk of the job, pid of the process, number of the batch."""
    for number in range(batches):
        if running.stop_requested:
            raise jobs.JobStopped({"stopped_at": number})
        with Path(file).open("a") as lines:
            lines.write(f"{running.job.pk} {os.getpid()} {number}\n")
        running.progress(number + 1, batches, "Counting")
        time.sleep(0.05)
    return {"counted": batches}


@jobs.job("kill")
def kill(running):
    os.kill(os.getpid(), signal.SIGKILL)
