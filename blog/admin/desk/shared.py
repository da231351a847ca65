"""What a list of articles has in common, for _shared_findings.html and _alike.html in admin/blog/article/."""

from blog.admin.desk.jobs import JobProgress
from blog.mending import groups_alike, pictures_to_describe, running_in, shared_findings, sums_of


def shared_context(request, articles, scope: str, articles_admin) -> dict:
    """Return what both templates need of a list of articles (a queryset), which scopes.py names."""
    shared = shared_findings(articles, scope)
    job = running_in(scope)
    is_to_describe = any(finding.is_to_describe and not finding.done for finding in shared)
    return {
        "shared": shared,
        "sums": sums_of(articles, shared),
        "alike": groups_alike(articles),
        "to_describe": len(pictures_to_describe(articles)) if is_to_describe else 0,
        "scope": scope,
        "may_settle": request.user.has_perm("blog.settle_mark"),
        "may_mend": articles_admin.has_publish_permission(request),
        "mending": JobProgress.of(job, request.user) if job else None,
    }
