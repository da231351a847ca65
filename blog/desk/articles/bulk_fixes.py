"""Bulk fixes: fix or accept a finding that the articles of a list share, and compare duplicates.

shared_context() returns the context of _shared_findings.html and _duplicates.html.
"""

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from blog.articles.actions.base import SkipReason
from blog.articles.models import Article
from blog.articles.versions.contents import DATES, article_contents, with_contents
from blog.articles.versions.differences import differences
from blog.desk.articles.costs import fix_question, format_left_out, kept_fields, left_out, public_question
from blog.desk.articles.list import articles_in, link_to, scope_of_list
from blog.desk.articles.selection import RESULT_MESSAGES, announce_job, report_changed
from blog.desk.base import TOAST, WITH_UNDO, AdminPart, require, screen
from blog.desk.comparison.words import rows_of
from blog.desk.jobs import JobProgress
from blog.desk.numbers import read_numbers
from blog.documents.findings.fixes import fixes_for
from blog.documents.findings.kinds import FIX_NAMES, KINDS, FindingKind, Fix
from blog.review.approval_costs import fix_cost
from blog.review.bulk_fixes import MAX_ARTICLES_PER_REQUEST, BulkFix, apply_fix
from blog.review.contact_sheet import image_summary
from blog.review.counts import count_list
from blog.review.duplicates import accept_duplicates, find_duplicate_groups
from blog.review.jobs import active_fix_job, start_fix_job
from blog.review.shared_findings import mark_totals, shared_findings

MOST_KEYS = 1000  # articles in one form
# Fields not compared: they differ between any two articles.
OF_EACH = ("slug", "status", *DATES)


class Fixes(AdminPart):
    """Findings shared by the articles of a list. A bulk fix requires the permission to publish."""

    def routes(self):
        return {"bulk_fix": ("bulk-fix/", self.fix), "keep_duplicates": ("keep-duplicates/", self.accept)}

    def list_context(self, request, changelist):
        """Return the findings shared by most articles of the list, if the URL has `shared=yes`."""
        if changelist.params.get("shared") != "yes":
            return {}
        return shared_context(request, changelist.queryset, scope_of_list(request.GET), self.model_admin)

    @method_decorator(require_POST)
    def fix(self, request):
        """Apply a fix to all articles of a list; first ask if approvals would end, or if some are public."""
        self.model_admin.require_publisher(request)
        fixing = _read_fixing(request.POST)
        articles = fixing.articles(articles_in(fixing.scope, request, self.model_admin))
        seen = dict(articles.order_by().values_list("pk", "lock_version"))
        public = articles.published().order_by().count()
        cost = fix_cost(fixing, seen)
        skipped = left_out(request.POST, cost)
        if skipped is None:
            return self._ask_about_approvals(request, fixing, cost, public)
        if public and request.POST.get("confirmed") != str(public):
            return self._ask(request, fixing, articles, len(seen))
        seen = {key: version for key, version in seen.items() if key not in skipped}
        if len(seen) > MAX_ARTICLES_PER_REQUEST:
            start_fix_job(request.user, fixing, seen)
            announce_job(request, len(seen))
        else:
            self._report(request, apply_fix(request.user, fixing, seen))
        if skipped:
            messages.info(request, format_left_out(len(skipped)), extra_tags=TOAST)
        return HttpResponseRedirect(self.undo.return_url(request))

    def _ask_about_approvals(self, request, fixing, cost, public):
        question = fix_question(fixing, cost, public, request.POST)
        request.belongs_to, name = link_to(fixing.scope)
        context = question | {"back": self.undo.return_url(request), "back_name": name}
        return self.render(request, "admin/blog/article/cost.html", context)

    def _ask(self, request, fixing, articles, number):
        name, button = _(KINDS[fixing.finding].name), _(FIX_NAMES[fixing.fix])
        fields, back = kept_fields(request.POST), self.undo.return_url(request)
        context = public_question(
            name, number, articles.published(), button=button, url=request.path, fields=fields, back=back
        )
        return self.render(request, "admin/blog/article/bulk_fix_confirmation.html", context)

    def _report(self, request, sorting):
        report_changed(request, sorting)
        for reason in (SkipReason.CHANGED, SkipReason.NO_BETTER):
            if skipped := sorting.skipped.get(reason):
                messages.warning(request, RESULT_MESSAGES[reason] % len(skipped))

    @method_decorator(require_POST)
    def accept(self, request):
        """Accept duplicates: resolve the finding in each of the articles."""
        require(request.user.has_perm("blog.settle_mark"))
        keys = read_numbers(request.POST.get("articles", "").split(), MOST_KEYS)
        articles = Article.objects.in_use().filter(pk__in=keys)
        number = accept_duplicates(request.user, request.POST.get("finding", ""), articles)
        if number:
            message = ngettext(
                "%d article was kept as a known duplicate.",
                "%d articles were kept as known duplicates.",
                number,
            )
            messages.success(request, message % number, extra_tags=WITH_UNDO)
        else:
            messages.success(request, _("Nothing left to decide."), extra_tags=TOAST)
        return HttpResponseRedirect(self.undo.return_url(request))


def _read_fixing(data) -> BulkFix:
    """Return the bulk fix that a form names. Raises Http404 if the finding does not have this fix."""
    finding, fix = data.get("finding", ""), data.get("fix", "")
    if finding not in FindingKind or fix not in Fix or Fix(fix) not in fixes_for(FindingKind(finding)):
        raise Http404
    return BulkFix(data.get("scope", ""), FindingKind(finding), Fix(fix))


def shared_context(request, articles, scope: str, articles_admin) -> dict:
    """Return the context of both templates for a list of articles (a queryset).

    scope: see scope_of_list(). If it is "", forms cannot name the list, so no fixes are offered.
    """
    counts = count_list(articles)
    shared = shared_findings(articles, scope, counts)
    job = active_fix_job(scope)
    images = image_summary(articles, counts)
    return {
        "shared": shared,
        "sums": mark_totals(counts, shared),
        "alike": find_duplicate_groups(articles),
        "images": images,
        "image_findings": [_(KINDS[kind].name) for kind in images["kinds"]],
        "scope": scope,
        "may_resolve": request.user.has_perm("blog.settle_mark"),
        "may_fix": bool(scope) and articles_admin.has_publish_permission(request),
        "fix_job": JobProgress.of(job, request.user) if job else None,
    }


@require_safe
def compare_duplicates(request, one, other, *, model_admin):
    """Show the comparison of two articles, which requires the permission to view articles."""
    require(model_admin.has_view_or_change_permission(request))
    articles = with_contents(Article.objects.all()).in_bulk([one, other])
    if len(articles) < len({one, other}):
        raise Http404
    sides = [articles[one], articles[other]]
    diff = differences(*map(article_contents, sides))
    context = {
        "title": _("Compare two articles"),
        "sides": sides,
        "rows": rows_of(field for field in diff.fields if field.name not in OF_EACH),
        "found": diff,
    }
    return screen(model_admin, request, "admin/blog/article/duplicate_comparison.html", context)
