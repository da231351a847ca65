"""The corrections of an article: add one, or retract one."""

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.articles.actions.corrections import add_correction, retract_correction
from blog.desk.base import WITH_UNDO, AdminPart

CORRECTION_LENGTH = 2000


class CorrectionForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Correction"),
        max_length=CORRECTION_LENGTH,
        help_text=gettext_lazy(
            "Say what was wrong and what is correct. Readers see this with today's date below the article, "
            "in feeds and on the Corrections page. Remember to fix the article itself, too."
        ),
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
    )


class Corrections(AdminPart):
    """The corrections screen, which requires the permissions to change the article and to add corrections."""

    def routes(self):
        return {"corrections": ("<path:object_id>/corrections/", self.row_view(self.edit, self._may_correct))}

    def form_context(self, request, row):
        return {"may_correct": bool(row) and self._may_correct(request, row)}

    def _may_correct(self, request, article):
        may_add = request.user.has_perm("blog.add_correction")
        return may_add and self.model_admin.has_change_permission(request, article)

    def edit(self, request, article):
        """GET shows the corrections and a form, POST adds or retracts one."""
        if "retract" in request.POST:
            return self._retract(request, article)
        form = CorrectionForm(request.POST or None)
        if form.is_valid():
            add_correction(article, request.user, form.cleaned_data["text"])
            return self._done(request, article, _("A correction was added to “{}”."))
        context = {
            "title": _("Corrections"),
            "article": article,
            "form": form,
            "corrections": article.shown_corrections,
        }
        return self.render(request, "admin/blog/article/corrections.html", context)

    def _retract(self, request, article):
        number = request.POST["retract"]
        found = [correction for correction in article.shown_corrections if str(correction.pk) == number]
        if not found:
            messages.warning(request, _("This correction has already been retracted."))
            return self._back(article)
        retract_correction(found[0], request.user)
        return self._done(request, article, _("A correction to “{}” was retracted."))

    def _done(self, request, article, sentence):
        messages.success(request, format_html(sentence, article.title), extra_tags=WITH_UNDO)
        return self._back(article)

    def _back(self, article):
        return HttpResponseRedirect(reverse("admin:blog_article_corrections", args=[article.pk]))
