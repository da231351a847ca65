"""The corrections of an article: what readers are told was wrong, added here and taken back."""

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

from blog.admin.article_list.publishing import WITH_UNDO
from blog.reviewing import correct, take_back_correction

CORRECTION_LENGTH = 2000


class CorrectionForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Correction"),
        max_length=CORRECTION_LENGTH,
        help_text=gettext_lazy(
            "What was wrong, and what is right. Readers see it with today's date: below the text, in feeds, "
            "among all corrections. Change the text itself, too."
        ),
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
    )


class CorrectingAdmin(admin.ModelAdmin):
    """A base of the admin of articles: who may change an article and add corrections may do so here."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.corrections_view)
        return [
            path("<path:object_id>/corrections/", view, name="blog_article_corrections"),
            *super().get_urls(),
        ]

    def may_correct(self, request, article) -> bool:
        return request.user.has_perm("blog.add_correction") and self.has_change_permission(request, article)

    def corrections_view(self, request, object_id):
        article = self.get_object(request, unquote(object_id))
        if not self.may_correct(request, article):
            raise PermissionDenied
        if article is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if "take_back" in request.POST:
            return self._take_correction_back(request, article)
        form = CorrectionForm(request.POST or None)
        if form.is_valid():
            correct(article, request.user, form.cleaned_data["text"])
            return self._corrected(request, article, _("A correction was added to “{}”."))
        return self._show_corrections(request, article, form)

    def _take_correction_back(self, request, article):
        number = request.POST["take_back"]
        found = [correction for correction in article.shown_corrections if str(correction.pk) == number]
        if not found:
            self.message_user(request, _("This correction is taken back already."), messages.WARNING)
            return self._back_to_corrections(article)
        take_back_correction(found[0], request.user)
        return self._corrected(request, article, _("A correction of “{}” was taken back."))

    def _corrected(self, request, article, sentence):
        said = format_html(sentence, article.title)
        self.message_user(request, said, messages.SUCCESS, extra_tags=WITH_UNDO)
        return self._back_to_corrections(article)

    def _back_to_corrections(self, article):
        return HttpResponseRedirect(reverse("admin:blog_article_corrections", args=[article.pk]))

    def _show_corrections(self, request, article, form):
        context = {
            "title": _("Corrections"),
            "opts": self.opts,
            "article": article,
            "form": form,
            "corrections": article.shown_corrections,
        }
        context = self.admin_site.each_context(request) | context
        return TemplateResponse(request, "admin/blog/article/corrections.html", context)
