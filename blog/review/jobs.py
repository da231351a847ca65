"""Looking at what nobody has looked at yet, as a job: after an upgrade of the rules, or a check cut short."""

from django.utils.translation import gettext_lazy as _

from blog.jobs import RunningJob, Stopped, cleans_up, job
from blog.review.afterwards import JOB, start_check
from blog.review.proofs import check_articles, stale_articles


@job(JOB, title=_("Look at articles"), group=JOB)
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


@cleans_up
def check_after_upgrade() -> None:
    """Take up what an upgrade of the rules, a killed check or a busy sandbox has left."""
    start_check()
