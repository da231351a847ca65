"""Held updates: list, accept, decline, and compare with the article."""

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.utils import unquote
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.articles.actions.provenance import change_in_words, describe_provenance
from blog.articles.models import Article, StaleArticleError
from blog.articles.provenance import WrittenBy
from blog.desk.base import ReadOnlyAdmin, require, screen
from blog.desk.columns import change_link, state_pill
from blog.desk.comparison.form import KEYS, ComparisonForm, written
from blog.desk.imports.held_list import held_page, list_url, refusal_words
from blog.desk.numbers import read_number, read_numbers
from blog.imports.comparison import Comparison
from blog.imports.held import (
    DECISION_ERRORS,
    DecidedElsewhereError,
    OpenDecisionsError,
    accept,
    comparison_of,
    decline,
    store_decision,
)
from blog.imports.models import HeldUpdate

ACCEPTED_AT_ONCE = 100  # per request: each is read, merged and rendered
NAMES_SHOWN = 20
MOST_SELECTED = 500  # of one form
PERMISSIONS = ("blog.change_article", "blog.publish_article", "blog.decide_heldupdate")
State = HeldUpdate.State
HEAVY = tuple(f"article__{name}" for name in ("body", "body_html", "plain_text", "contents"))  # not shown


@admin.register(HeldUpdate)
class HeldUpdateAdmin(ReadOnlyAdmin):
    """Held updates, newest first. Deciding on them requires permission to change and publish articles."""

    fields = ("state", "held_at")  # not shown: change_view() shows the comparison

    def has_decide_permission(self, request):
        return request.user.has_perms(PERMISSIONS)

    def has_view_permission(self, request, obj=None):
        return self.has_decide_permission(request)

    def has_module_permission(self, request):
        return self.has_decide_permission(request)

    def get_queryset(self, request):
        rows = super().get_queryset(request).waiting().filter(article__trashed_at=None)
        return rows.select_related("article").defer("data", *HEAVY)

    def changelist_view(self, request, extra_context=None):
        """Show the list (GET), or accept or decline the selected files (POST)."""
        require(self.has_decide_permission(request))
        acts = {"accept": self.accept, "decline": self.decline}
        if request.method == "POST" and (act := acts.get(request.POST.get("action"))):
            keys = read_numbers(request.POST.getlist("_selected_action"), MOST_SELECTED)
            act(request, self.get_queryset(request).filter(pk__in=keys))
            return HttpResponseRedirect(request.get_full_path())
        request.belongs_to = reverse("admin:blog_article_changelist")
        return held_page(request, self)

    def accept(self, request, queryset):
        """Accept the files that merge without conflicts, and list the others, which remain held."""
        accepted, undecided, failed = [], [], []
        for held in queryset.order_by("pk")[:ACCEPTED_AT_ONCE]:
            before = describe_provenance(held.article)
            try:
                missing = accept(held, by=request.user)
            except OpenDecisionsError:
                undecided.append(held)
            except DECISION_ERRORS as error:
                failed.append((change_link(held, held.article.title), refusal_words(error)))
            else:
                accepted.append(held)
                self._log_provenance(request, held, before)
                self._warn_of_missing_images(request, missing)
        self._log(request, accepted, _("Update accepted: %s"))
        number = len(accepted)
        sentence = ngettext("%d file was accepted.", "%d files were accepted.", number) % number
        messages.add_message(request, messages.SUCCESS if number else messages.WARNING, sentence)
        self._list_others(request, undecided, failed)
        if (
            left := queryset.count() - len(undecided) - len(failed)
        ) > 0:  # accepted files have left the queryset
            sentence = _(
                "Only %(most)d files can be accepted at a time. %(left)d of your selection are still waiting."
            )
            messages.warning(request, sentence % {"most": ACCEPTED_AT_ONCE, "left": left})

    def decline(self, request, queryset):
        declined = [held for held in queryset.order_by("pk") if decline(held, by=request.user)]
        self._log(request, declined, _("Update declined: %s"))
        number = len(declined)
        sentence = ngettext(
            "%d file was declined. Its article was not changed.",
            "%d files were declined. Their articles were not changed.",
            number,
        )
        messages.add_message(request, messages.SUCCESS if number else messages.WARNING, sentence % number)

    def _list_others(self, request, undecided, failed):
        if undecided:
            number = len(undecided)
            sentence = ngettext(
                "%d file conflicts with changes made here and needs your decision:",
                "%d files conflict with changes made here and need your decision:",
                number,
            )
            links = ((change_link(held, held.article.title),) for held in undecided[:NAMES_SHOWN])
            links = format_html_join(", ", "<bdi>{}</bdi>", links)
            messages.warning(request, format_html("{} {}", sentence % number, links))
        for link, words in failed[:NAMES_SHOWN]:
            messages.error(request, format_html("<bdi>{}</bdi>: {}", link, words))

    def _warn_of_missing_images(self, request, missing):
        for sentence in missing[:NAMES_SHOWN]:
            messages.warning(request, _("Not available: %s") % sentence)

    def _log(self, request, updates, sentence):
        for held in updates:
            LogEntry.objects.log_actions(request.user.pk, [held.article], CHANGE, sentence % held.path)

    def _log_provenance(self, request, held, before):
        """Log on the article that a file changed its provenance, and which file did."""
        now = describe_provenance(held.article)  # re-read by the decision
        if now != before:
            sentence = change_in_words(before, now, _("the file %s says so") % held.path)
            LogEntry.objects.log_actions(request.user.pk, [held.article], CHANGE, sentence)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Show the comparison of the article and the file (GET), or decide on it (POST)."""
        require(self.has_decide_permission(request))
        rows = HeldUpdate.objects.filter(article__trashed_at=None).select_related("article")
        held = get_object_or_404(rows, pk=read_number(unquote(object_id)))
        if not held.is_waiting:
            context = {"title": _("Already decided"), "lost": written(request.POST)}
            return self._page(request, held, "decided.html", context)
        if "_decline" in request.POST and request.POST.get("compared", "").endswith(held.digest):
            return self._decline_one(request, held)
        try:
            comparison = comparison_of(held)
        except DECISION_ERRORS as error:
            context = {"title": _("This file cannot be read"), "reason": refusal_words(error)}
            return self._page(request, held, "unreadable.html", context)
        form = HeldComparison(held, comparison, request.POST if request.method == "POST" else None)
        if form.is_valid() and (response := self._store_decision(request, held, form)):
            return response
        if form.is_stale:  # saved by somebody else after this request had read the article
            return self.change_view(request, object_id)
        return self._page(request, held, "comparison.html", {"title": title_of(held), "form": form})

    def _store_decision(self, request, held, form):
        """Save the decisions and return a redirect. On failure, add an error to the form and return None."""
        before = describe_provenance(held.article)
        try:
            missing = store_decision(held, form.comparison, form.contents, form.state, by=request.user)
        except DECISION_ERRORS as error:
            form.refuse(error)
            return None
        self._log(request, [held], _("Decided in the comparison: %s"))
        self._log_provenance(request, held, before)
        self._warn_of_missing_images(request, missing)
        sentence = format_html(_("Your decisions were saved to “{}”."), change_link(held.article))
        return self._go_on(request, held, sentence)

    def _decline_one(self, request, held):
        if decline(held, by=request.user):
            self._log(request, [held], _("Update declined: %s"))
        sentence = format_html(_("The file was declined. “{}” was not changed."), change_link(held.article))
        return self._go_on(request, held, sentence)

    def _go_on(self, request, held, sentence):
        messages.success(request, sentence)
        following = (
            self.get_queryset(request).exclude(pk=held.pk).first() if "_next" in request.POST else None
        )
        if following:
            return HttpResponseRedirect(reverse("admin:blog_heldupdate_change", args=[following.pk]))
        return HttpResponseRedirect(list_url(held))

    def _page(self, request, held, template, context):
        context = {
            "held": held,
            "article": held.article,
            "article_link": change_link(held.article),
            "kind": kind_of(held),
            "state_pill": state_pill(held.article),
            "written_by_for_import": written_by_for_import(held),
            "changed_last": held.article.versions.for_list().newest_first().first(),
            "page_keys": KEYS,
        } | context
        return screen(self, request, f"admin/comparison/{template}", context)


def kind_of(held: HeldUpdate):
    return _("Held update") if held.article.status == Article.Status.PUBLISHED else _("Conflict")


def written_by_for_import(held: HeldUpdate) -> str:
    """Return the provenance set by the import, or "" if the import leaves it to the file."""
    written_by = WrittenBy.parse(held.written_by)
    return describe_provenance(held.article, written_by) if written_by != WrittenBy() else ""


def title_of(held: HeldUpdate):
    if held.article.status != Article.Status.PUBLISHED:
        return _("File and article have both changed")
    if held.article.is_published:
        return _("Held update for a published article")
    return _("Held update for a scheduled article")


class HeldComparison(ComparisonForm):
    """The comparison of an article and a file. Either side can also be taken as a whole."""

    is_stale = False

    def __init__(self, held: HeldUpdate, comparison: Comparison, data=None):
        self.comparison = comparison
        is_seen = held.article.status == Article.Status.PUBLISHED
        sides = (_("What readers see") if is_seen else _("The article"), _("The new file"))
        opened = f"{comparison.article.lock_version} {held.digest}"
        super().__init__(comparison.merge, comparison.base, opened, sides, data)

    def stale_message(self) -> str:
        return _(
            "The article or its file changed after you opened this page. Both versions below are now "
            "current, and your choices and text are still here."
        )

    def is_valid(self) -> bool:
        if self.data is None or self.errors:
            return False
        if "_decline" in self.data:  # the file was replaced by a newer one
            return False
        if "_file" in self.data:
            self.contents = self.comparison.theirs
            return True
        return self.take("ours") if "_article" in self.data else super().is_valid()

    @property
    def state(self) -> State:
        """ACCEPTED if the whole file or a merge without conflicts is saved, otherwise DECIDED."""
        is_automatic = self.merge.is_clean or "_file" in self.data
        return State.ACCEPTED if is_automatic else State.DECIDED

    def refuse(self, error: Exception) -> None:
        """Add the error of a failed save. The submitted decisions and texts stay in the form."""
        self.errors.append(refusal_words(error))
        self.is_stale = isinstance(error, StaleArticleError | DecidedElsewhereError)
