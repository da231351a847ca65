"""The screens of pages such as /about/."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from blog.desk.articles.forms import EDITOR_HELP, EditorWidget, TextForm
from blog.desk.base import PublicAdmin, SavedCopies
from blog.desk.comparison.concurrent_saves import PageTexts, TwoEditors
from blog.desk.forms import LABELS, MESSAGES, BodyText, ExactLine, ExactText
from blog.site.pages import Page


class PageForm(TextForm):
    EMPTY = _("A published page cannot be empty. Add text, or unpublish it first.")

    class Meta:
        model = Page
        fields = ("title", "slug", "body", "meta_description", "language", "is_published")
        labels = LABELS
        error_messages = MESSAGES
        field_classes = {
            **dict.fromkeys(["title", "language"], ExactLine),
            "body": BodyText,
            "meta_description": ExactText,
        }
        widgets = {
            "body": EditorWidget(attrs={"class": "vLargeTextField"}),
            "meta_description": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        }
        help_texts = {"body": EDITOR_HELP}

    @property
    def was_published(self) -> bool:
        return "is_published" not in self.changed_data

    @property
    def is_for_readers(self) -> bool:
        return bool(self.cleaned_data.get("is_published"))


@admin.register(Page)
class PageAdmin(SavedCopies, TwoEditors, PublicAdmin):
    texts = PageTexts()
    form = PageForm
    list_display = ("title", "address", "is_published", "updated_at")
    list_filter = ("is_published",)
    search_fields = ("title", "slug")
    fieldsets = (
        (None, {"classes": ["desk-title"], "fields": ["title", "slug"]}),
        (_("Text"), {"classes": ["desk-text"], "fields": ["body"]}),
        (_("Search engines"), {"classes": ["desk-meta"], "fields": ["meta_description"]}),
        (_("Publication"), {"classes": ["desk-meta"], "fields": ["is_published", "language"]}),
    )

    def save_model(self, request, obj, form, change):
        obj.save(rendering=form.rendering)

    def view_on_site(self, page):
        """Return the page's public URL, or None if it is not published."""
        return (page.is_published and page.get_absolute_url()) or None

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ("title",)}
