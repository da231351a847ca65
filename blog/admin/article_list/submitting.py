"""Submitting an article to the Editors, and returning it to its Writer."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.models import Article, Author, Submission, SubmissionError, Version
from blog.models.submission import NOTE_LENGTH
from blog.versioning import versions_kept


class NoteForm(forms.Form):
    """An optional note to the Editors."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=NOTE_LENGTH,
        required=False,
        help_text=gettext_lazy("What an Editor should know. The article's history keeps it."),
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
    )


class ReturnForm(NoteForm):
    """A required note to the Writer, who must know what to change."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].required = True
        self.fields["note"].help_text = _("What is to be done. The article's history keeps it.")


@dataclass(frozen=True)
class Way:
    """A direction (submit or return): its form, its method and its texts."""

    form: type[NoteForm]
    say: Callable  # a method of SubmissionQuerySet
    title: str
    verb: str
    what: Version.What
    word: str  # in the history, before the note
    done: str


SUBMIT = Way(
    form=NoteForm,
    say=Submission.objects.submit,
    title=gettext_lazy("Submit to an Editor"),
    verb=gettext_lazy("Submit"),
    what=Version.What.SUBMITTED,
    word=gettext_lazy("Submitted."),
    done=gettext_lazy("“{}” is submitted. Editors see it in their list."),
)
RETURN = Way(
    form=ReturnForm,
    say=Submission.objects.give_back,
    title=gettext_lazy("Return to the Writer"),
    verb=gettext_lazy("Return"),
    what=Version.What.RETURNED,
    word=gettext_lazy("Returned."),
    done=gettext_lazy("“{}” is returned, with your note."),
)


class SubmittingAdmin(admin.ModelAdmin):
    """A base of the admin of articles: submitting requires the right to change, returning that to publish.

    The article's status stays new; whether it is submitted is stored apart. A Writer's new article gets the
    author page of the account as its author.
    """

    def get_urls(self):
        ways = {"submit": self.submit_view, "return": self.return_view}
        return [
            *(
                path(f"<path:object_id>/{way}/", self.admin_site.admin_view(view), name=f"blog_article_{way}")
                for way, view in ways.items()
            ),
            *super().get_urls(),
        ]

    def submit_view(self, request, object_id):
        return self._pass_on(request, object_id, SUBMIT, self.may_submit)

    def return_view(self, request, object_id):
        if not self.has_publish_permission(request):
            raise PermissionDenied
        return self._pass_on(request, object_id, RETURN, self.may_return)

    def may_submit(self, request, article) -> bool:
        is_ready = article.status == Article.Status.NEW and not article.is_submitted
        return is_ready and self.has_change_permission(request, article)

    def may_return(self, request, article) -> bool:
        return (
            article.is_submitted
            and self.has_publish_permission(request)
            and self.has_change_permission(request, article)
        )

    def submission_context(self, request, article) -> dict:
        """Return the edit page's context on submitting a new article; {} for other articles."""
        if article is None or article.status != Article.Status.NEW:
            return {}
        said = Submission.objects.latest_on(article)
        return {
            "submission": said if said and said.kind != Submission.Kind.PUBLISHED else None,
            "may_submit": self.may_submit(request, article),
            "may_return": self.may_return(request, article),
        }

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if not change and not self.has_publish_permission(request):
            self._sign(form.instance, request.user)

    def _sign(self, article, user):
        author = Author.objects.filter(user=user).first()
        if author and not article.author_links.exists():
            article.author_links.create(author=author)

    def _pass_on(self, request, object_id, way, may_go):
        article = self.get_object(request, unquote(object_id))
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        if article is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not may_go(request, article):
            self.message_user(request, self._refusal(article), messages.WARNING)
            return self._back_to(article)
        form = way.form(request.POST if request.method == "POST" else None)
        if not form.is_valid():
            return self._ask_for_note(request, article, way, form)
        self._say(request, article, way, form.cleaned_data["note"])
        return self._back_to(article)

    def _say(self, request, article, way, note):
        """Store the submission or answer with a log entry; show the reason if that is not possible."""
        try:
            with versions_kept([article], by=request.user, what=way.what, note=note):
                entry = self.log_change(request, article, f"{way.word} {note}".strip())
                way.say(article, request.user, note, entry)
        except SubmissionError as error:
            self.message_user(request, str(error), messages.WARNING)
        else:
            self.message_user(request, format_html(way.done, article.title), messages.SUCCESS)

    def _back_to(self, article):
        return HttpResponseRedirect(reverse("admin:blog_article_change", args=[article.pk]))

    def _refusal(self, article):
        if article.status != Article.Status.NEW:
            return _("This article is published already.")
        if article.is_submitted:
            return _("This article is submitted already.")
        return _("This article does not wait for an answer.")

    def _ask_for_note(self, request, article, way, form):
        context = {
            "title": way.title,
            "way": way,
            "opts": self.opts,
            "article": article,
            "form": form,
            "submission": Submission.objects.latest_on(article),
        }
        return TemplateResponse(
            request,
            "admin/blog/article/submission_form.html",
            self.admin_site.each_context(request) | context,
        )
