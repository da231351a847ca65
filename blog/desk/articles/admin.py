"""The admin class of articles: permissions, fields and fieldsets. The rest is in parts (make_parts())."""

from functools import partial

from django.contrib import admin, messages
from django.contrib.admin import ActionLocation
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog import extend
from blog.articles.actions.provenance import describe_provenance, provenance_note
from blog.articles.actions.publication import STORED_IN_LOG, Verb, version_kind
from blog.articles.actions.submission import sign
from blog.articles.changes import changing
from blog.articles.models import Article
from blog.articles.queue import TRASH
from blog.desk.articles.assignment import AssignmentFilter, AssignmentPart
from blog.desk.articles.bulk_fixes import Fixes, compare_duplicates
from blog.desk.articles.contact_sheet import contact_sheet_page
from blog.desk.articles.corrections import Corrections
from blog.desk.articles.editor import offer_links
from blog.desk.articles.filters import (
    AuthorFilter,
    BatchFilter,
    CategoryFilter,
    FlagFilter,
    GeneratorFilter,
    LinkedCategoryFilter,
    LinkedSeriesFilter,
    MarkFilter,
    NotesFilter,
    PersonFilter,
    SubmittedFilter,
    WrittenByFilter,
)
from blog.desk.articles.forms import ArticleForm
from blog.desk.articles.history import history_context, restore_version, summarise_versions
from blog.desk.articles.images import HERO_FIELDS, hero_preview
from blog.desk.articles.inlines import ArticleAuthorInline, ArticleCategoryInline, NamedRows, offered_images
from blog.desk.articles.list import (
    ArticleList,
    OrderFilter,
    QueueFilter,
    SharedFilter,
    row_states,
    search_articles,
)
from blog.desk.articles.notes import Notes
from blog.desk.articles.panels import side_panel_context, waiting_file
from blog.desk.articles.place_in_list import OPENED, NextInList
from blog.desk.articles.presence import PresencePart
from blog.desk.articles.preview import Previews
from blog.desk.articles.proof.page import ProofPage
from blog.desk.articles.provenance import Attribution
from blog.desk.articles.publication import PublicationPart, sentence_on
from blog.desk.articles.selection import select_first
from blog.desk.articles.submission import SubmissionPart
from blog.desk.articles.trash import Trash
from blog.desk.articles.undo import UndoPart
from blog.desk.base import ComposedAdmin, PublicAdmin, SavedCopies, require, urls_of
from blog.desk.columns import state_pill
from blog.desk.comparison.concurrent_saves import ArticleTexts, TwoEditors, version_kind_for
from blog.desk.forms import WrappedLine
from blog.imports.models import HeldUpdate
from blog.review.ai_label import approval_in_force, is_labelled

# Read-only without the permission to publish.
PUBLICATION_FIELDS = ("published_at", "is_featured", "is_trending")
TRANSLATION_FIELDSET = (
    gettext_lazy("Translations"),
    {"classes": ["edit-end"], "fields": ["translation_of"]},
)
KEYS = {"Ctrl Shift F": gettext_lazy("write in full screen, and leave it")}
NOTE_FIELDSET = (None, {"classes": ["edit-end"], "fields": ["note"]})


@admin.register(Article)
class ArticleAdmin(SavedCopies, ComposedAdmin, TwoEditors, PublicAdmin):
    texts = ArticleTexts()
    form = ArticleForm
    object_history_template = "admin/blog/article/history.html"
    list_display = ("title",)  # templates/admin/blog/article/_rows.html shows the rows
    list_filter = (
        *(
            QueueFilter,
            BatchFilter,
            CategoryFilter,
            MarkFilter,
            PersonFilter,
            WrittenByFilter,
            GeneratorFilter,
        ),
        *(AssignmentFilter, NotesFilter, FlagFilter, SubmittedFilter, AuthorFilter, SharedFilter),
        *(OrderFilter, LinkedCategoryFilter, LinkedSeriesFilter),
    )
    list_per_page = 50
    show_full_result_count = False
    actions_on_top, actions_on_bottom = False, True
    search_fields = ("title", "slug", "source_file__path")  # get_search_results() adds full-text search
    autocomplete_fields = ("primary_category", "series", "hero_image")
    readonly_fields = ("hero_preview", "writer")
    inlines = (ArticleCategoryInline, ArticleAuthorInline)
    fieldsets = (
        # templates/admin/blog/article/change_form.html positions each by its class.
        (None, {"classes": ["edit-title"], "fields": ["title", "slug"]}),
        (gettext_lazy("Text"), {"classes": ["edit-main-field edit-text"], "fields": ["body"]}),
        (
            gettext_lazy("Summary"),
            {
                "classes": ["edit-main-field edit-more"],
                "fields": ["excerpt", "meta_description", "share_quote", "keywords"],
            },
        ),
        (gettext_lazy("Image"), {"classes": ["edit-rail"], "fields": ["hero_preview", *HERO_FIELDS]}),
        (gettext_lazy("Primary category"), {"classes": ["edit-rail"], "fields": ["primary_category"]}),
        (gettext_lazy("Series"), {"classes": ["edit-rail"], "fields": ["series", "series_part"]}),
        (gettext_lazy("Translators"), {"classes": ["edit-end"], "fields": ["translators"]}),
        (
            gettext_lazy("Publication"),
            {
                "classes": ["edit-end"],
                "fields": ["published_at", ("is_featured", "is_trending"), "language"],
            },
        ),
    )

    def make_parts(self):
        self.publication, self.trash = PublicationPart(self), Trash(self)
        undo, next_in_list, notes = UndoPart(self), NextInList(self), Notes(self)
        assignment = AssignmentPart(self, publication=self.publication)
        submission = SubmissionPart(self)
        return (
            NamedRows(self),
            submission,
            self.publication,
            Attribution(self, publication=self.publication),
            assignment,
            self.trash,
            undo,
            Fixes(self, undo=undo),
            ProofPage(
                self,
                publication=self.publication,
                next_in_list=next_in_list,
                notes=notes,
                assignment=assignment,
                submission=submission,
            ),
            notes,
            next_in_list,
            PresencePart(self),
            Corrections(self),
            Previews(self),
            *(part(self) for part in extend.article_parts),
        )

    def get_urls(self):
        views = {
            "titles": ("titles/", partial(offer_links, model_admin=self)),
            "describe": ("describe/", partial(contact_sheet_page, model_admin=self)),
            "rows": ("rows/", partial(row_states, model_admin=self)),
            "alike": ("alike/<int:one>/<int:other>/", partial(compare_duplicates, model_admin=self)),
            "restore_version": (
                "<path:object_id>/restore-version/",
                partial(restore_version, model_admin=self),
            ),
        }
        return [*urls_of(self, views), *super().get_urls()]

    def has_publish_permission(self, request):
        return super().has_change_permission(request) and request.user.has_perm("blog.publish_article")

    def has_provenance_permission(self, request):
        """Whether the user may change who wrote an existing article."""
        return self.has_publish_permission(request) and request.user.has_perm("blog.change_provenance")

    def require_publisher(self, request):
        """Raise PermissionDenied if the user may not publish."""
        require(self.has_publish_permission(request))

    def has_change_permission(self, request, obj=None):
        """Also reject articles in the trash: these must be restored first."""
        if obj and obj.trashed_at:
            return False
        return super().has_change_permission(request, obj) and self._may_touch(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self._may_touch(request, obj)

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        if self.has_publish_permission(request):
            return fields
        return (*fields, *PUBLICATION_FIELDS)

    def get_fieldsets(self, request, obj=None):
        """Add who wrote the article, as fields if the user may change that, and a note for the history.

        Writers set the provenance of a new article but cannot change it later.
        """
        provenance = ["provenance", "machine", *(["provenance_reason"] if obj else [])]
        if obj and not (self.has_provenance_permission(request) and self._may_edit(request, obj)):
            provenance = ["writer"]
        return [
            *super().get_fieldsets(request, obj),
            (_("Written by"), {"classes": ["edit-end"], "fields": provenance}),
            *([TRANSLATION_FIELDSET, NOTE_FIELDSET] if self._may_edit(request, obj) else []),
        ]

    def _may_touch(self, request, article):
        """Whether the user may change an article in its status. Only publishers may unless it is new."""
        is_new = article is None or article.status == Article.Status.NEW
        return is_new or self.has_publish_permission(request)

    def get_changelist(self, request, **kwargs):
        return ArticleList

    def changelist_view(self, request, extra_context=None):
        if OPENED in request.GET:  # back from an article: the list itself is never frozen
            query = request.GET.copy()
            del query[OPENED]
            return HttpResponseRedirect(f"{request.path}?{query.urlencode()}")
        if request.method == "POST":
            select_first(request, self)
        return super().changelist_view(request, extra_context)

    def get_actions(self, request, action_location=ActionLocation.CHANGE_LIST):
        """Return the actions: in the trash only restoring and deleting, elsewhere all others."""
        in_trash = request.GET.get("state") == TRASH
        actions = super().get_actions(request, action_location)
        return {
            name: action
            for name, action in actions.items()
            if (name in {"restore", "delete_selected"}) == in_trash
        }

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.publishes = self.publication.pressed(request) == "publish"
        form.asks_who_wrote = obj is None and not self.has_provenance_permission(request)
        return form

    def get_search_results(self, request, queryset, search_term):
        found = search_articles(queryset, search_term) if search_term.strip() else queryset
        return found, False

    def view_on_site(self, article):
        """Return the article's public URL, or None if it is not published."""
        return (article.is_published and article.get_absolute_url()) or None

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ("title",)}  # a new title must not change an existing URL

    @admin.display(description=gettext_lazy("Image"))
    def hero_preview(self, article):
        return hero_preview(article)

    @admin.display(description=gettext_lazy("Written by"))
    def writer(self, article):
        return capfirst(describe_provenance(article))

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "title":
            kwargs["widget"] = WrappedLine({"class": "vTextField", "placeholder": _("Title")})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        may_decide = self.admin_site.get_model_admin(HeldUpdate).has_view_permission(request)
        context |= {
            "desk": side_panel_context(obj) if obj else None,
            "state_pill": state_pill(obj) if obj else None,
            "waiting_file": waiting_file(obj, may_decide=may_decide) if obj else None,
            "images": offered_images(obj) if self._may_edit(request, obj) else None,
            "show_save_and_add_another": False,
            "page_keys": KEYS if self._may_edit(request, obj) else {},
            "approval": approval_in_force(obj.reviews.all()) if obj and obj.is_reviewed else None,
        }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _may_edit(self, request, article):
        return self.has_change_permission(request, article) if article else self.has_add_permission(request)

    def save_model(self, request, obj, form, change):
        """Leave the row to save_related(): row and links are one change."""

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        for row in formset.created:
            self.admin_site.get_model_admin(type(row)).log_addition(request, row, [{"added": {}}])

    def save_related(self, request, form, formsets, change):
        """Save the article with its categories and authors: one change, one version.

        A new article of a Writer gets the author that belongs to the account. If a button publishes or
        unpublishes the article, undo reverts only that.
        """
        article = form.instance
        was_reviewed = change and Article.objects.reviewed().filter(pk=article.pk).exists()
        verb = self.publication.pressed(request)
        undo = sentence_on(verb, article) if verb else ""
        with changing([article] if change else [], by=request.user) as act:
            if not change:
                act.save(article, rendering=form.rendering)
            with changing([article], by=request.user, action=None, undo=undo) as publishing:
                if verb:
                    article.set_published(verb == Verb.PUBLISH)
                if change or verb:
                    publishing.save(article, rendering=form.rendering)
            on_provenance = self._note_on_provenance(form, change)
            if on_provenance:
                self.log_change(request, article, on_provenance)
            super().save_related(request, form, formsets, change)
            if not (change or self.has_publish_permission(request)):
                sign(article, request.user)
            if verb:
                self.log_change(request, article, STORED_IN_LOG[verb])
            kind = version_kind(Verb(verb), article) if verb else version_kind_for(request)
            notes = [on_provenance, form.store_translation(), form.cleaned_data.get("note")]
            act.describe(article, kind, "\n".join(filter(None, notes)))
        if was_reviewed and not article.is_reviewed:
            messages.warning(request, _ended_approval(article))

    def _note_on_provenance(self, form, change):
        if not (change and form.changes_provenance):
            return ""
        before = Article(
            provenance=form.initial["provenance"],
            machine=form.initial["machine"],
            generated_by=form.instance.generated_by,
        )
        return provenance_note(before, form.instance.written_by, form.cleaned_data["provenance_reason"])

    def delete_view(self, request, object_id, extra_context=None):
        page = self.trash.delete(request, object_id)
        return page or super().delete_view(request, object_id, extra_context)

    def history_view(self, request, object_id, extra_context=None):
        context = history_context(self, request, object_id) | (extra_context or {})
        return super().history_view(request, object_id, context)

    def get_deleted_objects(self, objs, request):
        listed, counts, *rest = super().get_deleted_objects(objs, request)
        return summarise_versions(listed, counts, len(objs)), counts, *rest


def _ended_approval(article):
    """Return a sentence on the approval that a change has ended, with a link to the proof."""
    sentence = _("Your change ended the approval.")
    if article.is_published and is_labelled(article):
        sentence = _("Your change ended the approval. Readers now see the AI label.")
    url = reverse("admin:blog_article_proof", args=[article.pk])
    return format_html('{} <a href="{}">{}</a>', sentence, url, _("Review"))
