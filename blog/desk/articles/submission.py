"""Submitting an article to the Editors, and returning it to its Writer."""

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.articles.actions.submission import return_to_writer, submit
from blog.articles.models import Article
from blog.articles.submissions import NOTE_LENGTH, Submission, SubmissionError
from blog.desk.base import AdminPart


class SubmitForm(forms.Form):
    """An optional note to the Editors."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=NOTE_LENGTH,
        required=False,
        help_text=gettext_lazy("Anything the Editor should know. Saved in the article's history."),
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
    )


class ReturnForm(SubmitForm):
    """A required note to the Writer."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].required = True
        self.fields["note"].help_text = _("What the Writer should change. Saved in the article's history.")


# The steps. act takes the article, the user and the note.
SUBMIT = {
    "form": SubmitForm,
    "act": submit,
    "title": gettext_lazy("Submit to an Editor"),
    "verb": gettext_lazy("Submit"),
    "done": gettext_lazy("“{}” was submitted to the Editors."),
}
RETURN = {
    "form": ReturnForm,
    "act": return_to_writer,
    "title": gettext_lazy("Return to the Writer"),
    "verb": gettext_lazy("Return"),
    "done": gettext_lazy("“{}” was returned with your note."),
}


class SubmissionPart(AdminPart):
    """Submitting an article and returning it.

    Submitting requires the permission to change the article; returning also requires the permission to
    publish. Neither changes the article's status: submissions are stored separately.
    """

    def routes(self):
        return {
            "submit": ("<path:object_id>/submit/", self.row_view(self.submit)),
            "return": (
                "<path:object_id>/return/",
                self.row_view(self.return_to_writer, self._may_publish_and_change),
            ),
        }

    def submit(self, request, article):
        return self._run_step(request, article, SUBMIT, self._may_submit)

    def return_to_writer(self, request, article):
        return self._run_step(request, article, RETURN, self._may_return)

    def _may_publish_and_change(self, request, article):
        may_publish = self.model_admin.has_publish_permission(request)
        return may_publish and self.model_admin.has_change_permission(request, article)

    def _may_submit(self, request, article):
        is_ready = article.status == Article.Status.NEW and not article.is_submitted
        return is_ready and self.model_admin.has_change_permission(request, article)

    def _may_return(self, request, article):
        return article.is_submitted and self._may_publish_and_change(request, article)

    def form_context(self, request, row):
        if row is None or row.status != Article.Status.NEW:
            return {}
        latest = Submission.objects.latest_on(row)
        return {
            "submission": latest if latest and latest.kind != Submission.Kind.PUBLISHED else None,
            "may_submit": self._may_submit(request, row),
            "may_return": self._may_return(request, row),
        }

    def _run_step(self, request, article, way, is_allowed):
        if not is_allowed(request, article):
            messages.warning(request, self._refusal(article))
            return self._back_to(article)
        form = way["form"](request.POST if request.method == "POST" else None)
        if not form.is_valid():
            return self._ask_for_note(request, article, way, form)
        try:
            way["act"](article, request.user, form.cleaned_data["note"])
        except SubmissionError as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, format_html(way["done"], article.title))
        return self._back_to(article)

    def _back_to(self, article):
        return HttpResponseRedirect(reverse("admin:blog_article_change", args=[article.pk]))

    def _refusal(self, article):
        if article.status != Article.Status.NEW:
            return _("This article has already been published.")
        if article.is_submitted:
            return _("This article has already been submitted.")
        return _("This article has not been submitted.")

    def _ask_for_note(self, request, article, way, form):
        context = {
            "title": way["title"],
            "verb": way["verb"],
            "article": article,
            "form": form,
            "submission": Submission.objects.latest_on(article),
        }
        return self.render(request, "admin/blog/article/submission_form.html", context)
