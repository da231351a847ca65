"""The proof: read an article with its marks, resolve them, approve it, and go to the next one.

Images are decided on the contact sheet, not as marks, so the proof has only a summary of them.
"""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from blog.articles.actions.publication import Verb
from blog.articles.actions.trash import trash, trash_sentence
from blog.articles.models import Article
from blog.base.locking import lock_rows
from blog.desk.articles.list import BATCH, scope_of_article
from blog.desk.articles.panels import snippet
from blog.desk.articles.proof import approval
from blog.desk.articles.proof.entries import MarkEntries, MarkEntry, entries_of
from blog.desk.articles.proof.resolution import (
    ResolutionForm,
    answers_to,
    difference_to,
    find_fix,
    fix_preview,
    resolution_message,
    resolve_from_form,
)
from blog.desk.articles.selection import decode_seen_versions
from blog.desk.base import WITH_UNDO, AdminPart, require
from blog.desk.numbers import read_number
from blog.documents.findings.kinds import IMAGE_KINDS, KINDS, FindingKind
from blog.documents.marks import HighlightedText, NoteHighlight
from blog.imports.models import ImportRun
from blog.reader.views.articles import text_context
from blog.review.approval import ReviewRefusedError, withdraw
from blog.review.contact_sheet import images_of, latest_look
from blog.review.marks import Mark
from blog.review.removal import plan_text_removal
from blog.review.resolution import ResolutionError
from blog.sandbox import calls
from blog.sandbox.refusal_messages import text_refusal
from blog.sandbox.refusals import RefusedError

VERSIONS_SHOWN = 4
STALE_VERSION = -1  # no article has this lock version
KEYS = {
    "N B": gettext_lazy("next or previous open mark"),
    "1 2 3 4": gettext_lazy("source or fix, rewrite, remove, not a claim"),
    "4": gettext_lazy("saves at once if no reason is needed; click it to give one"),
    "Enter": gettext_lazy("save"),
    "A": gettext_lazy("approve and next"),
    "P": gettext_lazy("publish"),
    "S": gettext_lazy("schedule"),
    "E": gettext_lazy("edit"),
    "M": gettext_lazy("assign"),
    "O": gettext_lazy("note on the selection or paragraph"),
    "R": gettext_lazy("resolve the first note"),
    "#": gettext_lazy("move to the trash"),
    "J K": gettext_lazy("next or previous article"),
    "D": gettext_lazy("show changes since approval"),
}
DEEPEST = 2  # heading level in the table of contents


def article_images(article: Article, marks: Iterable[Mark]) -> dict:
    """Return the images of an article: their number, the names of open findings, and who has looked at them.

    url: that of the contact sheet that includes them.
    """
    kinds = dict.fromkeys(mark.kind for mark in marks if mark.kind in IMAGE_KINDS and mark.is_open)
    images, scope = images_of(article), scope_of_article(article)
    return {
        "number": len(images),
        "findings": [_(KINDS[FindingKind(kind)].name) for kind in kinds],
        "look": latest_look(images),
        "url": reverse("admin:blog_article_describe", query={"scope": scope}),
        "is_of_import": scope.startswith(BATCH),
    }


def build_marked_article(
    article, entries: MarkEntries, current: MarkEntry | None, notes: list[NoteHighlight]
) -> dict:
    """Return the article with highlighted marks and notes.

    article: template context. text: HTML. refusal: why the marks could not be highlighted, or "". Then the
    text is without them.
    """
    context = text_context(article)
    as_highlight = [
        entry.as_highlight(is_in_hand=entry == current) for entry in entries.numbered if entry.passage
    ]
    marked, refusal = _mark(context["body_html"], as_highlight, notes)
    # Sanitised HTML of the page, to which the sandbox added tags.
    text = mark_safe(marked.text)  # noqa: S308 -- sanitised
    sections = _sections(article, entries.open, marked.sections)
    return {"article": context, "text": text, "sections": sections, "refusal": refusal}


def _mark(html, as_highlight, notes) -> tuple[HighlightedText, str]:
    if not (as_highlight or notes):
        return HighlightedText(html), ""
    try:
        return calls.mark_text(str(html), as_highlight, notes), ""
    except RefusedError as error:
        return HighlightedText(html), text_refusal(error)


def _sections(article, open_entries, headings) -> list[dict]:
    """Return the table of contents, the opening first, with the number of open marks in each section.

    headings: {number of a mark: id of its heading}.
    """
    names = {name: text for level, name, text in article.contents if level <= DEEPEST}
    marks = {name: [] for name in ("", *names)}
    for entry in open_entries:
        if entry.number in headings:
            marks.get(headings[entry.number], marks[""]).append(entry)
    sections = [
        {
            "id": name,
            "text": names.get(name, ""),
            "open": len(entries),
            "is_blocking": any(entry.is_blocking for entry in entries),
        }
        for name, entries in marks.items()
    ]
    return sections if names else []


class ProofPage(AdminPart):
    """The proof, for users who may view the article."""

    def routes(self):
        return {
            "proof": ("<path:object_id>/proof/", self.show),
            "resolve": ("<path:object_id>/proof/resolve/", self.resolve),
            "approve": ("<path:object_id>/proof/approve/", self.approve),
            "withdraw": ("<path:object_id>/proof/withdraw/", self.withdraw),
            "publish_from_proof": ("<path:object_id>/proof/publish/", self.publish),
            "trash_from_proof": ("<path:object_id>/proof/trash/", self.move_to_trash),
            "difference": ("<path:object_id>/proof/difference/", self.compare),
        }

    def answer(self, request, row, *, is_added):
        return self._redirect_to_proof(request, row.pk) if "_proof" in request.POST else None

    @method_decorator(require_safe)
    def show(self, request, object_id):
        may_view = self.model_admin.has_view_or_change_permission
        article = self._article(request, object_id, may_view, Article.objects.with_page_relations())
        place = self.next_in_list.place(request, article.pk)
        entries = entries_of(article)
        current = entries.current(request.GET.get("mark", ""))
        notes = self.notes.notes_on(request, article)
        sheet = build_marked_article(article, entries, current, notes["highlights"])
        is_in_text = current and current.is_open and current.start is not None
        removal = plan_text_removal(article.body, current.marks) if is_in_text else None
        fix = find_fix(article, current) if current and current.is_open else {}
        before, following = entries.neighbours_of(current)
        context = sheet["article"] | {
            "title": article.title,
            "subtitle": _("Proof"),
            "may": {
                "resolve": self._may_resolve(request, article),
                "change": self.model_admin.has_change_permission(request, article),
                "approve": self._may_approve(request, article),
                "publish": self._may_publish(request, article) and not article.is_published,
                "trash": self._may_trash(request, article),
            },
            "entries": entries,
            "current": current,
            "entry_before": before,
            "next_entry": following,
            "sheet": sheet,
            "notes": notes,
            "assignment": self.assignment.choice(request, article),
            "removal": removal,
            "fix": fix_preview(article, fix),
            "answers": answers_to(current.open_marks, removal, is_fixable=bool(fix))
            if current and current.is_open
            else [],
            "has_field_for_each_kind": "each" in request.GET,
            "place": place,
            "images": article_images(article, entries.marks),
            "may_decide_images": self.model_admin.has_publish_permission(request),
            "approval": approval.approval_status(
                article, entries, request.user, approval.take_form(request, article)
            ),
            "snippet": snippet(article),
            "versions": article.versions.for_list().newest_first()[:VERSIONS_SHOWN],
            "batch": self._batch_of(request, article),
            **self.submission.form_context(request, article),
            "page_keys": KEYS,
            "list_url": self.list_url(request),
            "preserved": self.model_admin.get_preserved_filters(request),
        }
        return self.render(request, "admin/proof/page.html", context)

    def _batch_of(self, request, article):
        """Return the import that created the article; None if the user may not view imports."""
        imports = self.model_admin.admin_site.get_model_admin(ImportRun)
        if not imports.has_view_permission(request):
            return None
        return ImportRun.objects.filter(source_files__article=article).first()

    @method_decorator(require_POST)
    def resolve(self, request, object_id):
        article = self._article(request, object_id, self._may_resolve)
        form = ResolutionForm(request.POST)
        form.full_clean()
        entries = entries_of(article)
        entry = entries.by_key(form.cleaned_data.get("key", ""))
        if entry is None:
            message = entries.refusal or _("This mark is no longer in the text.")
            messages.warning(request, message)
            return self._redirect_to_proof(request, article.pk)
        try:
            entries = resolve_from_form(request.user, article, entries, entry, form)
        except ResolutionError as error:
            messages.error(request, str(error))
            return self._redirect_to_proof(request, article.pk, mark=entry.number)
        if entries is None:
            return self._redirect_to_proof(request, article.pk)
        message = resolution_message(entry, form.cleaned_data["outcome"], entries)
        messages.success(request, message, extra_tags=WITH_UNDO)
        following = entries.open_from(entry.start or 0)  # after the last mark, to the approve button
        number = following.number if following else ""
        return self._redirect_to_proof(request, article.pk, mark=number, settled=1)

    @method_decorator(require_POST)
    def compare(self, request, object_id):
        """Return the changes in the sentence of a mark as HTML, while the user types."""
        article = self._article(request, object_id, self._may_resolve)
        spans = difference_to(article, request.POST.get("place", ""), request.POST.get("text", ""))
        return render(request, "admin/blog/article/_spans.html", {"spans": spans})

    @method_decorator(require_POST)
    def approve(self, request, object_id):
        article = self._article(request, object_id, self._may_approve)
        following = self._following(request, article)
        try:
            approval.approve_from_form(request.user, article, entries_of(article), request.POST)
        except approval.SentenceNotShownError:
            approval.keep_form(request, article, is_refused=False)
            return self._redirect_to_proof(request, article.pk, place="approve")
        except ReviewRefusedError:
            approval.keep_form(request, article, is_refused=True)
            return self._redirect_to_proof(request, article.pk, place="approve")
        messages.success(request, format_html(_("Approved “{}”."), article.title), extra_tags=WITH_UNDO)
        return self._redirect_to(request, following)

    @method_decorator(require_POST)
    def withdraw(self, request, object_id):
        article = self._article(request, object_id, self._may_approve)
        try:
            withdraw(article, request.user, request.POST.get("note", "")[: approval.NOTE_LENGTH])
        except ReviewRefusedError as error:
            messages.error(request, str(error))
        else:
            message = format_html(_("Withdrew the approval of “{}”."), article.title)
            messages.success(request, message, extra_tags=WITH_UNDO)
        return self._redirect_to_proof(request, article.pk)

    @method_decorator(require_POST)
    def publish(self, request, object_id):
        article = self._article(request, object_id, self._may_publish)
        if "anyway" not in request.POST:
            status = approval.approval_status(article, entries_of(article), request.user, {})
            if status["asks_before_publishing"]:
                return self._redirect_to_proof(request, article.pk, place="publish")
        seen = decode_seen_versions(request.POST.get("seen", ""))
        self.publication.carry_out(request, Verb.PUBLISH, {article.pk: seen.get(article.pk, STALE_VERSION)})
        return self._redirect_to_proof(request, article.pk)

    @method_decorator(require_POST)
    def move_to_trash(self, request, object_id):
        article = self._article(request, object_id, self._may_trash)
        following = self._following(request, article)
        with transaction.atomic():
            lock_rows(Article.objects.filter(pk=article.pk))
            article = self._article(request, object_id, self._may_trash)  # others may have published it
            trash(request.user, [article])
        messages.success(request, trash_sentence([article]), extra_tags=WITH_UNDO)
        return self._redirect_to(request, following)

    def _following(self, request, article):
        place = self.next_in_list.place(request, article.pk)
        return place.after if place.after != article.pk else None

    def _redirect_to(self, request, key):
        if key is None:
            messages.info(request, _("That was the last one in the list."))
            return HttpResponseRedirect(self.list_url(request))
        return self._redirect_to_proof(request, key)

    def _redirect_to_proof(self, request, key, *, place="title", **query):
        """Redirect to a proof: to the mark in the query, or to the element with the id `place`."""
        query = {name: value for name, value in query.items() if value != ""}
        place = f"#m{query['mark']}" if "mark" in query else f"#{place}"
        parts = (urlencode(query), self.model_admin.get_preserved_filters(request))
        query = "&".join(filter(None, parts))
        url = reverse("admin:blog_article_proof", args=[key])
        return HttpResponseRedirect(f"{url}?{query}{place}" if query else url + place)

    def _article(self, request, object_id, may, rows=Article.objects):
        """Return the article with the pk from the URL. Raises Http404, or PermissionDenied unless `may`."""
        article = rows.filter(pk=read_number(unquote(object_id))).first()
        require(may(request, article))
        if article is None:
            raise Http404
        return article

    def _may_trash(self, request, article):
        return not (article and article.trashed_at) and self.model_admin.has_delete_permission(
            request, article
        )

    def _may_resolve(self, request, article):
        return request.user.has_perm("blog.settle_mark") and self.model_admin.has_change_permission(
            request, article
        )

    def _may_approve(self, request, article):
        return request.user.has_perm("blog.review_article") and self.model_admin.has_change_permission(
            request, article
        )

    def _may_publish(self, request, article):
        return self.model_admin.has_publish_permission(request) and self.model_admin.has_change_permission(
            request, article
        )
