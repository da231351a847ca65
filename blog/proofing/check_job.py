"""Looking at what nobody has looked at yet, as a job: after an upgrade of the rules, or a check cut short."""

from django.utils.translation import gettext_lazy as _

from blog import jobs
from blog.jobs import RunningJob, Stopped, cleans_up, job
from blog.models import Job
from blog.proofing.checking import check_articles, stale_articles

KIND = "check_articles"


@job(KIND, title=_("Look at articles"), group=KIND)
def check_what_is_left(running: RunningJob) -> dict:
    """Look at all articles whose proofs are not fresh; return how many there were."""
    articles = stale_articles()
    total = articles.count()
    running.progress(0, total)

    def report(done):
        running.progress(done, total)
        if running.stop_requested:
            raise Stopped({"articles": done})

    return {"articles": check_articles(articles, on_batch=report).articles}


def start_check(user=None) -> Job | None:
    """Start the job if there is something to look at, and it does not wait or run already."""
    if Job.objects.active().filter(kind=KIND).exists() or not stale_articles().exists():
        return None
    return jobs.start(KIND, user)


@cleans_up
def check_after_upgrade() -> None:
    """Take up what an upgrade of the rules, a killed check or a busy sandbox has left."""
    start_check()
