"""Sources that editors saved before their pages were read: reopen marks whose claim is not there."""

from blog.extensions.sources.models import Evidence, LaterAnswer, Source
from blog.review.models import Approval
from blog.review.resolution import ResolutionError, reopen


def check_later_answers(source: Source) -> None:
    """Reopen the marks that were resolved by this source, but whose claims are not on its page.

    If the article was approved since, the mark stays resolved, and the finding lists the article. Safe to
    interrupt and repeat.
    """
    saved = LaterAnswer.objects.filter(source=source, is_resolved=True, article__trashed_at=None)
    for later in saved.select_related("article", "by"):
        evidence = source.evidence.filter(article=later.article_id, key=later.key, how=Evidence.How.ANSWER)
        compared = evidence.exclude(compared_at=None).first()
        if compared is None:
            continue
        approvals = Approval.objects.filter(article=later.article_id, kind=Approval.Kind.APPROVED)
        is_absent = compared.verdict == Evidence.Verdict.NOT_FOUND
        if is_absent and later.by and not approvals.filter(at__gt=later.at).exists():
            _reopen(later, compared)
        else:
            later.delete()


def _reopen(later, compared):
    try:
        reopen(later.article, [compared], later.by)
    except ResolutionError:  # an editor was faster
        later.delete()
    else:
        later.is_resolved = False
        later.save(update_fields=["is_resolved"])
