"""Search and replace in many articles: a form, a preview of each change, and the question about approvals.

All steps are POST requests to one URL, because the selected articles may be too many for a URL. Nothing
changes that the preview does not show: the form has the keys of its rows, and the versions of its articles.
"""

import re

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.articles.actions.base import SkipReason
from blog.articles.models import Article, EmptyArticleError
from blog.articles.versions.differences import Span, differences
from blog.desk.articles.costs import cost_question, format_left_out, kept_fields, left_out
from blog.desk.articles.list import ALL, articles_in, link_to, scope_of_list
from blog.desk.articles.selection import (
    MOST_FIRST,
    RESULT_MESSAGES,
    announce_job,
    decode_seen_versions,
    format_titles,
    report_changed,
)
from blog.desk.base import TOAST, AdminPart
from blog.desk.comparison.words import label_of, rows_of
from blog.desk.jobs import JobProgress
from blog.desk.numbers import read_number, read_numbers
from blog.extensions.replacement.changes import (
    MAX_ARTICLES_PER_REQUEST,
    MOST_ROWS,
    PreviewRow,
    ReplacementPreview,
    needs_typed_number,
    plan_replacement,
    preview_replacement,
    replace,
)
from blog.extensions.replacement.jobs import replacement_job, start_replacement
from blog.extensions.replacement.search import Replacement, Subject
from blog.review.approval_costs import edit_cost
from blog.sandbox.refusal_messages import text_refusal
from blog.sandbox.refusals import RefusedError

LONGEST = 500  # characters of the searched words and the new ones
SHORTEST = 2
SELECTION = "selection"  # scope of articles that the form lists by their keys
SHOWN_AROUND = 160  # characters of a passage before and after its changes

STARTS = ("https://", "http://", "/")
NOT_IN_URL = set("<>()[]\"'`\\ ")
NOT_IN_HOST = NOT_IN_URL | set("/?#@")
SUBJECTS = (
    (Subject.WORDS, gettext_lazy("Words or names")),
    (Subject.LINK, gettext_lazy("A link")),
    (Subject.LINK_BEGINNING, gettext_lazy("Links that begin with this URL")),
    (Subject.HOST, gettext_lazy("All links to a host")),
)


class ReplacementForm(forms.Form):
    """What to search for, and what replaces it."""

    old = forms.CharField(label=gettext_lazy("Search for"), max_length=LONGEST)
    new = forms.CharField(label=gettext_lazy("Replace with"), max_length=LONGEST)
    subject = forms.ChoiceField(
        label=gettext_lazy("What"), choices=SUBJECTS, initial=Subject.WORDS, widget=forms.RadioSelect
    )
    whole_words = forms.BooleanField(label=gettext_lazy("Whole words only"), required=False, initial=True)
    same_case = forms.BooleanField(label=gettext_lazy("Match upper and lower case"), required=False)
    with_titles = forms.BooleanField(label=gettext_lazy("Also in titles"), required=False)
    with_summaries = forms.BooleanField(
        label=gettext_lazy("Also in excerpts, descriptions and share quotes"), required=False
    )
    with_images = forms.BooleanField(label=gettext_lazy("Also in alt texts and captions"), required=False)

    def clean_old(self):
        old = " ".join(self.cleaned_data["old"].split())
        if len(old) < SHORTEST or not any(map(str.isalnum, old)):
            raise ValidationError(_("Enter at least two characters, with a letter or digit."))
        return old

    def clean_new(self):
        return " ".join(self.cleaned_data["new"].split())

    def clean(self):
        values = super().clean()
        old, new, subject = values.get("old"), values.get("new"), values.get("subject")
        if not (old and new and subject):
            return values
        if old == new:
            self.add_error("new", _("This is what you search for."))
        if subject == Subject.HOST:
            for name in ("old", "new"):
                if set(values[name]) & NOT_IN_HOST or "." not in values[name].strip("."):
                    self.add_error(name, _("Enter only the host, such as www.example.com."))
        elif subject != Subject.WORDS:
            for name in ("old", "new"):
                if set(values[name]) & NOT_IN_URL or not values[name].startswith(STARTS):
                    self.add_error(name, _("Enter a URL that begins with https://, http:// or /."))
        return values

    @cached_property
    def replacement(self) -> Replacement:
        values = self.cleaned_data
        return Replacement(**values | {"subject": Subject(values["subject"])})


class ReplacementScreen(AdminPart):
    """Searching and replacing in the articles of a list, which requires the permission to publish."""

    def routes(self):
        return {"replace": ("replace/", self.show)}

    def actions(self):
        return (self.replace_in_selected,)

    def list_links(self, request):
        if not self.model_admin.has_publish_permission(request):
            return []
        url = reverse("admin:blog_article_replace", query={"scope": scope_of_list(request.GET)})
        return [(_("Search and replace…"), url)]

    @admin.action(
        permissions=["publish"], description=gettext_lazy("Search and replace in the selected articles")
    )
    def replace_in_selected(self, request, queryset):
        """Show the form for the selected articles."""
        keys = queryset.order_by("pk").values_list("pk", flat=True)[:MOST_FIRST]
        return self._page(request, ReplacementForm(), _Scope(SELECTION, list(keys)))

    def show(self, request):
        """GET shows the form, or a job. POST shows the preview or one article, or carries out the changes."""
        self.model_admin.require_publisher(request)
        if request.method != "POST":
            return self._start_page(request)
        scope = _Scope.read(request.POST)
        articles = scope.articles(request, self.model_admin)
        form = ReplacementForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, scope)
        try:
            if number := read_number(request.POST.get("article", "")):
                return self._compare(request, form.replacement, articles, number)
            if "apply" in request.POST:
                return self._apply(request, form, scope, articles)
            after = read_number(request.POST.get("after", ""))
            return self._page(request, form, scope, preview_replacement(form.replacement, articles, after))
        except RefusedError as error:
            messages.error(request, text_refusal(error))
        except EmptyArticleError as error:
            messages.error(request, str(error))
        return self._page(request, form, scope)

    def _start_page(self, request):
        scope = _Scope(request.GET.get("scope", "") or ALL)
        scope.articles(request, self.model_admin)  # raises Http404 if the scope is invalid
        number = read_number(request.GET.get("job", ""))
        return self._page(request, ReplacementForm(), scope, job=replacement_job(number) if number else None)

    def _page(self, request, form, scope, preview=None, job=None, error=""):
        articles = scope.articles(request, self.model_admin)
        back, back_name = (
            (self.list_url(request), _("Articles")) if scope.is_selection else link_to(scope.name)
        )
        request.belongs_to = back
        context = {
            "title": _("Search and replace"),
            "form": form,
            "scope": scope,
            "number": articles.order_by().count(),
            "preview": preview,
            "job": JobProgress.of(job, request.user) if job else None,
            "left": _left_by(job),
            "back": back,
            "back_name": back_name,
            "url": reverse("admin:blog_article_replace"),
            "error": error,
        }
        if preview:
            context |= _preview_context(preview, request.POST)
        return self.render(request, "replacement/replacement.html", context)

    def _compare(self, request, replacement, articles, number):
        """Show all changes in one article."""
        article = articles.filter(pk=number).first()
        if article is None:
            raise Http404
        changed, _skipped = plan_replacement(replacement, [article.pk])
        changes = changed.get(article.pk, {})
        before = {name: getattr(article, name) for name in ("body", *changes)}
        found = differences(before, before | changes)
        request.belongs_to = self.list_url(request)
        context = {"title": article.title, "article": article, "found": found, "rows": rows_of(found.fields)}
        return self.render(request, "replacement/in_article.html", context)

    def _apply(self, request, form, scope, articles):
        data, replacement = request.POST, form.replacement
        seen = decode_seen_versions(data.get("seen", ""))
        known = set(articles.order_by().values_list("pk", flat=True)) if seen else set()
        seen = {key: version for key, version in seen.items() if key in known}
        chosen = set(data.getlist("change"))
        changes, _skipped = plan_replacement(replacement, list(seen), chosen)
        public = _count_public(seen)
        if needs_typed_number(public) and re.sub(r"\D", "", data.get("typed", "")) != str(public):
            error = _("Type the number of public articles to replace in them.")
            preview = preview_replacement(replacement, articles.filter(pk__in=list(seen)))
            return self._page(request, form, scope, preview, error=error)
        cost = edit_cost(changes)
        skipped = left_out(data, cost)
        if skipped is None:
            return self._ask(request, scope, cost, _count_public(changes))
        changes = {key: new for key, new in changes.items() if key not in skipped}
        if skipped:
            messages.info(request, format_left_out(len(skipped)), extra_tags=TOAST)
        if len(changes) > MAX_ARTICLES_PER_REQUEST:
            return self._start(request, replacement, {key: seen[key] for key in changes}, chosen)
        self._report(request, replace(request.user, replacement, seen, changes))
        return HttpResponseRedirect(self.list_url(request) if scope.is_selection else _url(scope))

    def _ask(self, request, scope, cost, public):
        title = ngettext(
            "This replacement would end %d approval",
            "This replacement would end %d approvals",
            cost.approvals,
        )
        url = reverse("admin:blog_article_replace")
        context = cost_question(
            title % cost.approvals, cost, url=url, fields=kept_fields(request.POST), public=public
        )
        request.belongs_to = self.list_url(request)
        return self.render(
            request,
            "admin/blog/article/cost.html",
            context | {"back": _url(scope), "back_name": _("Search and replace")},
        )

    def _start(self, request, replacement, seen, chosen):
        job = start_replacement(request.user, replacement, seen, chosen)
        announce_job(request, len(seen))
        return HttpResponseRedirect(reverse("admin:blog_article_replace", query={"job": job.pk}))

    def _report(self, request, result):
        report_changed(request, result)
        for reason in (SkipReason.CHANGED, SkipReason.TRASHED):
            if skipped := result.skipped.get(reason):
                message = format_html("{} {}", RESULT_MESSAGES[reason] % len(skipped), format_titles(skipped))
                messages.warning(request, message)


class _Scope:
    """The articles to search: those of a named list (articles_in()), or those with the keys in the form."""

    def __init__(self, name, keys=()):
        self.name, self.keys = name, keys

    @classmethod
    def read(cls, data):
        name = data.get("scope", "") or ALL
        if data.get("everywhere"):
            return cls(ALL)
        keys = read_numbers(data.get("keys", "").split(), MOST_FIRST)
        return cls(name, keys if name == SELECTION else ())

    @property
    def is_selection(self) -> bool:
        return self.name == SELECTION

    @property
    def is_all(self) -> bool:
        return self.name == ALL

    def articles(self, request, model_admin):
        """Return a queryset of the articles, without those in the trash."""
        if self.is_selection:
            return Article.objects.in_use().filter(pk__in=self.keys)
        listed = articles_in(self.name, request, model_admin).order_by().values("pk")
        return Article.objects.in_use().filter(pk__in=listed)


def _url(scope):
    query = {} if scope.is_selection else {"scope": scope.name}
    return reverse("admin:blog_article_replace", query=query)


def _count_public(keys) -> int:
    return Article.objects.published().filter(pk__in=list(keys)).order_by().count()


def _left_by(job) -> list[tuple[Article, str]]:
    """Return the articles that a job has skipped, with why."""
    skipped = job.result.get("skipped", {}) if job else {}
    rows = Article.objects.filter(pk__in=list(skipped)).only("title").order_by("title", "pk")
    return [(article, skipped[str(article.pk)]) for article in rows]


def _preview_context(preview: ReplacementPreview, data):
    ticked = set(data.getlist("change")) if "apply" in data else None
    return {
        "rows": [
            (row, label_of(row.field), _spans(row), ticked is None or row.key in ticked)
            for row in preview.rows
        ],
        "seen": " ".join(f"{key}.{version}" for key, version in preview.versions.items()),
        "approvals": edit_cost(dict.fromkeys(preview.versions, ("body",))).approvals,
        "most_rows": MOST_ROWS,
    }


def _spans(row: PreviewRow) -> list[Span]:
    """Return a passage with its changes, shortened before the first one, after the last, and between."""
    spans, here = [], 0
    for number, edit in enumerate(row.edits):
        spans.append(Span("same", _shortened(row.text[here : edit.start], after=number > 0, before=True)))
        spans += Span("removed", row.text[edit.start : edit.end]), Span("added", edit.new)
        here = edit.end
    return [*spans, Span("same", _shortened(row.text[here:], after=True, before=False))]


def _shortened(text, *, after, before):
    """Shorten text after a change, before one, or between two."""
    if len(text) <= SHOWN_AROUND * (after + before):
        return text
    return (text[:SHOWN_AROUND] if after else "") + " … " + (text[-SHOWN_AROUND:] if before else "")
