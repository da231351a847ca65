"""Change who wrote several articles, with a form that shows the effect first. Can be undone."""

from django.contrib import admin
from django.utils.translation import gettext_lazy, ngettext_lazy

from blog.articles.actions.provenance import set_provenance, sort
from blog.desk.articles.forms import AttributionForm
from blog.desk.articles.selection import (
    encode_seen_versions,
    groups,
    seen_or_selected,
    summarise,
)
from blog.desk.base import AdminPart
from blog.review.ai_label import is_labelled

TITLE = ngettext_lazy("Change who wrote %d article?", "Change who wrote %d articles?")
BUTTON = ngettext_lazy("Change %d", "Change %d")
LABELLED = ngettext_lazy("%d will get an AI label", "%d will get AI labels")
NO_LONGER_LABELLED = ngettext_lazy("%d will lose its AI label", "%d will lose their AI labels")
STILL_LABELLED = ngettext_lazy("%d will keep its AI label", "%d will keep their AI labels")
UNLABELLED = ngettext_lazy("%d will stay without an AI label", "%d will stay without AI labels")
PUBLIC = ngettext_lazy(
    "%d is public, so readers will see the change immediately",
    "%d are public, so readers will see the change immediately",
)


class Attribution(AdminPart):
    """Changing who wrote articles, which requires the permission to change provenance."""

    def actions(self):
        return (self.attribute,)

    @admin.action(
        permissions=["provenance"], description=gettext_lazy("Change who wrote the selected articles")
    )
    def attribute(self, request, queryset):
        """Show the form, then the effect of the answer; store the answer if its effect was shown."""
        seen, articles = seen_or_selected(request, queryset)
        if not articles:
            return self.publication.report_none(request)
        form = AttributionForm(request.POST if seen else None)
        if not form.is_valid():
            return self._ask_who(request, form, articles)
        if "_attribute" in request.POST and request.POST.get("shown") == str(form.written_by):
            reason = form.cleaned_data["reason"]
            self.publication.report(request, set_provenance(request.user, seen, form.written_by, reason))
            return None
        return self._ask_who(request, form, articles, sort(form.written_by, articles))

    def _ask_who(self, request, form, articles, sorting=None):
        context = {
            "title": TITLE % len(articles),
            "form": form,
            "errors": form.errors,
            "seen": encode_seen_versions(articles),
            "any_key": articles[0].pk,
            "list_url": self.list_url(request),
        }
        if sorting:
            context |= {
                "shown": str(form.written_by),
                "summary": summary(sorting, form.written_by),
                "groups": groups(sorting),
                "is_possible": bool(sorting.changed),
                "button": BUTTON % len(sorting.changed),
            }
        return self.render(request, "admin/blog/article/provenance_form.html", context)


def summary(sorting, written_by) -> str:
    """Return a one-line summary, such as “20 articles: 14 will lose their AI labels; 6 unchanged.”

    Sets the new provenance on the articles, without saving them.
    """
    before = [is_labelled(article) for article in sorting.changed]
    for article in sorting.changed:
        article.written_by = written_by
    after = [is_labelled(article) for article in sorting.changed]
    changes = list(zip(before, after, strict=True))
    parts = [
        (NO_LONGER_LABELLED, changes.count((True, False))),
        (LABELLED, changes.count((False, True))),
        (STILL_LABELLED, changes.count((True, True))),
        (UNLABELLED, changes.count((False, False))),
        (PUBLIC, sum(article.is_published for article in sorting.changed)),
    ]
    return summarise(sorting, parts)
