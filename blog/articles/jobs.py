"""The job that finds similar articles, for example after an import or an upgrade."""

from django.utils.translation import gettext_lazy as _

from blog import page_cache
from blog.articles.linked_files import delete_unused_files
from blog.articles.models import Article
from blog.articles.similar import JOB, find_similar, start_finding_similar, without_similar
from blog.jobs import RunningJob, cleanup_hook, job


@job(JOB, title=_("Find related articles"), group=JOB)
def find_missing(running: RunningJob) -> dict:
    """Find similar articles for all articles that lack them. Return how many were done."""
    total, before = without_similar(Article.objects).count(), 0
    running.progress(0, total)

    def report(done):
        running.advance(before + done, max(total, before + done))

    # More may have been published meanwhile.
    while done := find_similar(Article.objects.all(), report):
        before += done
    page_cache.invalidate_on_commit()
    return {"articles": before}


@cleanup_hook
def find_after_upgrade() -> None:
    start_finding_similar(Article.objects)


cleanup_hook(delete_unused_files)
