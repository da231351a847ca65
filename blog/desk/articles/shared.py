"""What a list of articles has in common, for _shared_findings.html and _alike.html in admin/blog/article/."""

from blog.desk.jobs import JobProgress
from blog.review.alt_texts import pictures_to_describe
from blog.review.duplicates import groups_alike
from blog.review.jobs_mending import running_in
from blog.review.shared_findings import shared_findings, sums_of

MOST_COUNTED = 2000  # articles; of more, the pictures without a description are not counted


def shared_context(request, articles, scope: str, articles_admin) -> dict:
    """Return what both templates need of a list of articles (a queryset), which scopes.py names.

    Without a scope nothing is offered: the list is one that a form cannot name.
    """
    shared = shared_findings(articles, scope)
    job = running_in(scope)
    return {
        "shared": shared,
        "sums": sums_of(articles, shared),
        "alike": groups_alike(articles),
        "to_describe": _to_describe(articles, shared),
        "scope": scope,
        "may_settle": request.user.has_perm("blog.settle_mark"),
        "may_mend": bool(scope) and articles_admin.has_publish_permission(request),
        "mending": JobProgress.of(job, request.user) if job else None,
    }


def _to_describe(articles, shared):
    """Return how many pictures the button leads to; 0 if there is none, or if it would take too long."""
    numbers = [finding.number for finding in shared if finding.is_to_describe and not finding.done]
    is_counted = numbers and max(numbers) <= MOST_COUNTED
    return len(pictures_to_describe(articles)) if is_counted else 0
