"""Notes to colleagues next to an article, on its proof and on its edit page."""

from collections import defaultdict
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from blog.articles.models import Article
from blog.articles.notes import NOTE_LENGTH, WORDS_LENGTH, Note
from blog.desk.base import AdminPart, require
from blog.desk.numbers import read_number
from blog.documents.marks import NoteHighlight, plain_words
from blog.review.note_places import (
    NotePlace,
    find_paragraph,
    paragraph_choices,
    place_notes,
)

MOST_IN_TEXT = 100  # notes with a square in the margin of the proof
OPENING_LENGTH = 60  # characters that find a paragraph in the rendered text
QUOTE_LENGTH = 600  # characters of Markdown that are read to quote a paragraph
MOST_SELECTED = 5000  # characters of a selection, whose beginning is kept
ACTS = ("resolve", "reopen", "delete")


class NoteForm(forms.Form):
    """A note or a reply. paragraph: key of a choice. words: what was selected."""

    text = forms.CharField(max_length=NOTE_LENGTH)
    paragraph = forms.CharField(max_length=16, required=False)
    words = forms.CharField(required=False)


@dataclass
class NoteThread:
    """A note with its replies. place: None for a note on the article, or if its paragraph is gone."""

    note: Note
    replies: list[Note]
    place: NotePlace | None
    may_delete: bool

    @property
    def quote(self) -> str:
        """The words that the note is about, or the beginning of its paragraph."""
        return self.note.words or plain_words(self.note.paragraph[:QUOTE_LENGTH])

    @property
    def is_lost(self) -> bool:
        """Whether the words that the note is about are no longer in the text."""
        is_on_words = self.note.paragraph or self.note.words
        return bool(is_on_words) and not (self.place and self.place.has_words)

    def as_highlight(self) -> NoteHighlight:
        return NoteHighlight(
            key=self.note.pk,
            opening=plain_words(self.place.paragraph[:QUOTE_LENGTH])[:OPENING_LENGTH],
            words=self.note.words if self.place.has_words else "",
            initial=self.note.initial,
            label=_("Note by %s, open") % self.note.by_name,
        )


class Notes(AdminPart):
    """Writing, answering, resolving and deleting notes.

    All users who may view the article may write. Resolving requires the permission to change it. A note
    without replies is deleted by its author or an Editor; one with replies can only be resolved.
    """

    def routes(self):
        return {"notes": ("<path:object_id>/notes/", self.edit)}

    def form_context(self, request, row):
        return {"notes": self.notes_on(request, row)} if row else {}

    def notes_on(self, request, article) -> dict:
        """Return the threads on an article, open and resolved. Takes one query.

        choices: the paragraphs that a new note can be on. highlights: the open notes on paragraphs, for the
        text of the proof.
        """
        is_editor = self.model_admin.has_publish_permission(request)
        notes, replies = [], defaultdict(list)
        for note in article.notes.all():
            (replies[note.answers_id] if note.answers_id else notes).append(note)
        places = place_notes(article.body, [note for note in notes if note.is_open])
        threads = {True: [], False: []}
        for note in notes:
            may_delete = (is_editor or note.by_id == request.user.pk) and not replies[note.pk]
            thread = NoteThread(note, replies[note.pk], places.get(note.pk), may_delete)
            threads[note.is_open].append(thread)
        return {
            "open": threads[True],
            "resolved": threads[False],
            "choices": paragraph_choices(article.body),
            "may_resolve": self.model_admin.has_change_permission(request, article),
            "highlights": [each.as_highlight() for each in threads[True] if each.place][:MOST_IN_TEXT],
        }

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def edit(self, request, object_id):
        """GET returns the notes as a part of a page. POST adds, resolves, reopens or deletes one."""
        require(self.model_admin.has_view_or_change_permission(request))
        article = get_object_or_404(Article, pk=read_number(unquote(object_id)))
        if request.method != "POST":
            context = {"article": article, "notes": self.notes_on(request, article), "is_edit_page": True}
            return render(request, "admin/blog/article/_notes.html", context)
        act = next((name for name in ACTS if name in request.POST), "")
        place = self._carry_out(request, article, act) if act else self._add(request, article)
        return self._back(request, article, place)

    def _add(self, request, article) -> str:
        """Add a note or a reply; return the id of the element to show next."""
        answered = None
        if "reply" in request.POST:
            threads = article.notes.filter(answers=None)
            answered = get_object_or_404(threads, pk=read_number(request.POST["reply"]))
        data = request.POST.copy()
        data["words"] = request.POST.get("words", "")[:MOST_SELECTED]
        text = request.POST.get(f"reply-{answered.pk}" if answered else "text", "")
        data["text"] = text.replace("\r\n", "\n")  # as in the maxlength of browsers
        form = NoteForm(data)
        if not form.is_valid():
            message = _("Not saved: write a note of at most %d characters.") % NOTE_LENGTH
            messages.error(request, message)
            return "notes"
        text = form.cleaned_data["text"]
        if answered:
            article.notes.create(by=request.user, text=text, answers=answered)
            return f"note-{answered.pk}"
        words = plain_words(form.cleaned_data["words"])[:WORDS_LENGTH]
        key = form.cleaned_data["paragraph"]
        paragraph = find_paragraph(article.body, key, words)
        if key and not paragraph:
            message = _("The paragraph has changed, so the note is on the whole article.")
            messages.warning(request, message)
        note = article.notes.create(by=request.user, text=text, paragraph=paragraph, words=words)
        return f"on-{note.pk}" if paragraph else f"note-{note.pk}"

    def _carry_out(self, request, article, act) -> str:
        note = get_object_or_404(article.notes, pk=read_number(request.POST[act]))
        if act == "delete":
            self._delete(request, note)
            return "notes"
        require(self.model_admin.has_change_permission(request, article))
        rows = article.notes.filter(pk=note.pk)
        if act == "resolve":
            rows.resolve(request.user)
            return "notes"
        rows.reopen()
        return f"note-{note.pk}"

    def _delete(self, request, note):
        require(note.by_id == request.user.pk or self.model_admin.has_publish_permission(request))
        with transaction.atomic():
            note = Note.objects.select_for_update().get(pk=note.pk)  # a reply at the same moment waits
            if note.replies.exists():
                message = _("The note has replies, so it is not deleted. Resolve it instead.")
                messages.warning(request, message)
                return
            note.delete()
        messages.success(request, _("The note was deleted."))

    def _back(self, request, article, place):
        name = "change" if "from_edit_page" in request.POST else "proof"
        url = reverse(f"admin:blog_article_{name}", args=[article.pk])
        return HttpResponseRedirect(f"{self.with_filters(request, url)}#{place}")
