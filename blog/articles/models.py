"""The Article model.

Readers see an article when its status is published and published_at has passed. A later date is a schedule.
This rule is a condition in the query (PublishedQuerySet.published()), so no job can miss it.

- uid never changes: feed ids contain it.
- lock_version counts successful saves. Saving an outdated instance raises StaleArticleError.
- updated_at changes only when text that readers see has changed.
- While approvals are required, withheld articles are not published, either (withholding.py).
- An article in the trash has trashed_at and is not published (a constraint), so published() need not check
  it. It keeps everything, including its slug and the redirects to it, until it is deleted permanently.

save() derives HTML, contents list and reading time (derive()), writes the search index, and refuses to
publish an article that is empty or lacks a required approval.
"""

import uuid
from datetime import datetime
from functools import cached_property

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog import page_cache, search
from blog.articles.authors import Author
from blog.articles.categories import Category
from blog.articles.choices import Status
from blog.articles.desk_querysets import ArticleQuerySet
from blog.articles.digests import digest_of_words
from blog.articles.display import ArticleDisplay
from blog.articles.flags import FlagsModel
from blog.articles.hero import HeroImage
from blog.articles.keywords import ArticleKeyword
from blog.articles.languages import base_language
from blog.articles.links import ArticleCategory
from blog.articles.provenance import ProvenanceModel
from blog.articles.queue import ReviewStateModel
from blog.articles.series import SeriesPartModel
from blog.articles.translations import TranslationModel
from blog.articles.withholding import WithheldModel, judge
from blog.base.compressed import CompressedTextField
from blog.base.models import saved_or_as_before
from blog.base.registered import registered
from blog.documents.findings.share_text import contains_quote
from blog.documents.image_words import ImageWords
from blog.documents.rendering.values import Rendering
from blog.documents.text import is_empty, reading_time
from blog.images.links import BodyImage
from blog.images.models import Image
from blog.images.renditions import stored_name
from blog.site.addresses import address_of
from blog.site.redirects import Redirect
from blog.site.slugs import SlugField
from blog.site.text_model import RenderedText, StaleError

TITLE_LENGTH = 300


class StaleArticleError(StaleError):
    """Raised when saving an article that somebody else saved after this instance was read."""


class EmptyArticleError(Exception):
    """Raised when publishing an article that shows readers neither words nor an image."""


class UnreviewedArticleError(Exception):
    """Raised when publishing an AI-written article without an approval, where approvals are required."""


class Article(
    ProvenanceModel,
    ReviewStateModel,
    WithheldModel,
    FlagsModel,
    HeroImage,
    SeriesPartModel,
    TranslationModel,
    ArticleDisplay,
    RenderedText,
):
    """An article: fields from its file or an editor, and fields that derive() computes from them."""

    Status = Status

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # part of feed ids
    title = models.CharField(_("title"), max_length=TITLE_LENGTH)
    slug = SlugField(_("slug"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.NEW)
    excerpt = models.TextField(_("excerpt"), blank=True)
    meta_description = models.TextField(_("meta description"), blank=True)
    body = CompressedTextField(_("text"), blank=True)
    share_quote = models.TextField(_("share quote"), blank=True)
    language = models.CharField(
        _("language"),
        max_length=35,
        blank=True,
        help_text=_("A language tag such as en or pt-BR. Leave blank for the site's language."),
    )
    # The language without region or script, such as "pt". Lists next to an article stay in this language.
    base_language = models.CharField(max_length=8, editable=False, blank=True)
    translators = models.JSONField(_("translators"), default=list, blank=True)
    keywords = models.JSONField(_("keywords"), default=list, blank=True)
    primary_category = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="primary_of",
        verbose_name=_("primary category"),
    )
    categories = models.ManyToManyField(Category, through="ArticleCategory", related_name="articles")
    authors = models.ManyToManyField(Author, through="ArticleAuthor", related_name="articles")
    body_images = models.ManyToManyField(Image, through="BodyImage", related_name="articles")
    dated_at = models.DateTimeField(_("date in the file"), null=True, blank=True)
    published_at = models.DateTimeField(
        _("published at"),
        null=True,
        blank=True,
        help_text=_("The date readers see. A date in the future schedules the article."),
    )
    trashed_at = models.DateTimeField(_("in the trash since"), null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(editable=False)
    preview_key = models.UUIDField(default=uuid.uuid4, editable=False)  # signed in each preview link

    # The digest of the stored content that readers see, and the digest that the newest approval is for. The
    # article is approved while both are equal (blog/articles/digests.py).
    words_digest = models.CharField(max_length=64, editable=False, blank=True)
    reviewed_digest = models.CharField(max_length=64, editable=False, blank=True)
    # Whether other articles have the same excerpt, so that it does not describe this one.
    excerpt_is_template = models.BooleanField(editable=False, default=False)

    contents = models.JSONField(editable=False, default=list)
    opening = models.TextField(editable=False, blank=True)  # the text's first sentences
    plain_text = CompressedTextField(editable=False, blank=True)
    # Whether the text contains the share quote, which is shown as a quotation only then.
    quote_is_verbatim = models.BooleanField(editable=False, default=False)
    word_count = models.PositiveIntegerField(editable=False, default=0)
    reading_time = models.PositiveIntegerField(_("reading time"), editable=False, default=1)

    DERIVED_FIELDS = (
        *RenderedText.DERIVED_FIELDS,
        *("contents", "opening", "plain_text", "word_count", "reading_time"),
        *("words_digest", "quote_is_verbatim", "base_language"),
    )
    IMAGE_FIELDS = ("body_html", "words_digest")
    # These depend on more than the rendering.
    DIGESTS = ("content_digest", "words_digest", "quote_is_verbatim", "base_language")
    CONTENT_FIELDS = ("title", "excerpt", "meta_description", "share_quote", "body")
    STORED_FIELDS = (
        *("slug", "status", "published_at", "excerpt_is_template", "reviewed_digest", "words_digest"),
        *("is_ai_drafted", "is_withheld", "appeared_at"),
    )
    STALE = StaleArticleError

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        permissions = [
            ("publish_article", "Can publish and unpublish articles"),
            ("change_provenance", "Can change who an article says wrote it"),
            ("review_article", "Can approve articles"),
        ]
        constraints = [
            *ProvenanceModel.PROVENANCE_CONSTRAINTS,
            models.CheckConstraint(name="article_status_known", condition=Q(status__in=["new", "published"])),
            models.CheckConstraint(
                name="article_published_has_date",
                condition=~Q(status="published") | Q(published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="article_in_trash_is_not_published",
                condition=Q(trashed_at__isnull=True) | ~Q(status="published"),
            ),
            models.CheckConstraint(name="article_has_title_and_slug", condition=~Q(title="") & ~Q(slug="")),
        ]
        indexes = [
            models.Index(fields=["status", "-published_at", "-id"], name="article_newest"),
            models.Index(
                fields=["status", "base_language", "-published_at", "-id", "is_withheld"],
                name="article_language",
            ),
            models.Index(
                fields=["featured_is_suggested", "-published_at", "-id"],
                name="article_featured",
                condition=Q(is_featured=True, status="published"),
            ),
            models.Index(
                fields=["trending_is_suggested", "-published_at", "-id"],
                name="article_trending",
                condition=Q(is_trending=True, status="published"),
            ),
            models.Index(fields=["status", "-dated_at"], name="article_queue"),
            models.Index(fields=["generated_by", "provenance", "trashed_at"], name="article_written_by"),
            # The search on SQLite reads only this index, because article rows are wide.
            models.Index(fields=["id", "status", "published_at", "is_withheld"], name="article_visible"),
            # The admin's list and its search read only this index, for the same reason.
            models.Index(fields=["trashed_at", "title", "id", "slug"], name="article_names"),
            models.Index(fields=["-id"], name="article_in_use", condition=Q(trashed_at__isnull=True)),
            # The counts and filters of the queue, and the search for stale checks, read only this index.
            # PostgreSQL needs "id" in it for that.
            models.Index(
                fields=[
                    *("trashed_at", "is_by_machine", "review_state", "status", "published_at"),
                    *("words_digest", "id"),
                ],
                name="article_desk",
            ),
            # The report of AI labels reads only this index.
            models.Index(
                fields=[
                    *("status", "published_at", "provenance", "is_by_machine", "review_state"),
                    *("reviewed_digest", "id"),
                ],
                name="article_labels",
            ),
            # Both columns: with primary_category only, SQLite scans all rows that are not in the trash.
            models.Index(fields=["primary_category", "trashed_at"], name="article_topic"),
            SeriesPartModel.SERIES_INDEX,
            TranslationModel.TRANSLATION_INDEX,
            WithheldModel.RELEASED_INDEX,
            WithheldModel.WITHHELD_INDEX,
            WithheldModel.APPEARED_INDEX,
        ]

    def __str__(self):
        return self.title

    def save(self, *args, update_fields=None, rendering: Rendering | None = None, **kwargs):
        """Compute the derived fields, save, and redirect a changed URL if readers may know the old one.

        rendering is passed to derive().

        Raises StaleArticleError if somebody else saved the row after this instance was read,
        EmptyArticleError when publishing an article without visible text or image (unless it was already
        published in this state, or a fixture creates it), UnreviewedArticleError when publishing one that
        lacks a required approval (unless it is already published), and RefusedError if the text takes too
        much time or memory to render.
        """
        if update_fields is None:
            self.clear_part_without_series()
            self.derive(rendering)
        else:
            update_fields = {*update_fields, "lock_version", "is_ai_drafted", "is_withheld", "appeared_at"}
        is_new, is_hidden = self._state.adding, self.status == self.Status.NEW
        has_no_rows = is_new and self.pk is None  # of keywords or in the search index
        if not is_hidden:
            self._check_publishable(is_new)
        shows_images = update_fields is None and (not is_new or any(map(stored_name, self.image_addresses)))
        with saved_or_as_before(self):
            stored = None if is_new else self.claim_next_version()
            if stored:  # an approval or a template excerpt does not count as an edit: keep the newest values
                self.excerpt_is_template = stored.excerpt_is_template
                self.reviewed_digest = stored.reviewed_digest
                if update_fields is not None and "words_digest" not in update_fields:
                    self.words_digest = stored.words_digest  # an image may have changed it
            judge(self, stored)
            super().save(*args, update_fields=update_fields, **kwargs)
            if shows_images:
                BodyImage.objects.synchronize([self])
            if update_fields is None or "keywords" in update_fields:
                self._write_keywords(is_first=has_no_rows)
            self._update_redirects(stored)
            if stored and ((stored.status, stored.listing_date) != (self.status, self.listing_date)):
                Article.objects.update_dependents([self.pk])
            else:
                self._index(is_first=has_no_rows)
            was_hidden = stored is None or stored.status == self.Status.NEW
            if not (was_hidden and is_hidden):
                page_cache.invalidate_on_commit()

    def get_absolute_url(self):
        return article_address(self.slug)

    def get_markdown_url(self):
        return address_of("article_markdown", self.slug)

    def delete(self, *args, **kwargs):
        keys = [self.pk]
        with ArticleCategory.objects.counted(keys), registered.held_updates().images_dropped(keys):
            search.remove([self.pk])
            page_cache.invalidate_on_commit()
            return super().delete(*args, **kwargs)

    @property
    def is_empty(self) -> bool:
        """Whether the text shows neither words nor an image: the same rule as PublishedQuerySet.empty()."""
        return is_empty(self.body_html)

    def set_published(self, is_published: bool) -> None:
        """Set the status, to be saved. The date is kept when an article is hidden, and set if it has none."""
        self.status = self.Status.PUBLISHED if is_published else self.Status.NEW
        if is_published:
            self.published_at = self.published_at or timezone.now()

    @cached_property
    def is_submitted(self) -> bool:
        """Whether a submission waits for an Editor. Lists annotate this to avoid a query per row."""
        return self.submissions.waiting().exists()

    def set_from_rendering(self, rendering: Rendering) -> None:
        self.contents = [[heading.level, heading.id, heading.text] for heading in rendering.contents]
        self.plain_text = rendering.text
        self.opening = rendering.opening
        self.word_count = rendering.word_count
        self.reading_time = reading_time(self.word_count)

    def update_words_digest(self) -> None:
        super().update_words_digest()
        self.digest_words()
        self.base_language = base_language(self.language)
        self.quote_is_verbatim = contains_quote(self.share_quote, self.plain_text)

    def digest_words(self) -> None:
        """Compute words_digest. If the text was not derived, its stored image links are used."""
        self.words_digest = digest_of_words(self, self.new_image_links())

    def new_image_links(self) -> list[BodyImage]:
        """Return the links from the text to stored images, unsaved ones if the text was derived.

        A derived text without images costs no query.
        """
        if self.image_addresses is None:
            return list(self.body_image_links.all())
        if not self.image_addresses:
            return []
        known = self.images_by_address
        found = Image.objects.stored_at_each(set(self.image_addresses) - known.keys()) | known
        return BodyImage.objects.new_links(self, found)

    @cached_property
    def image_text_overrides(self) -> dict[str, ImageWords]:
        """{URL in the text: credit and decorative flag} of image uses that set them. save() stores them."""
        if self._state.adding:
            return {}
        links = self.body_image_links.exclude(credit="", is_decorative=False)
        return {link.source: link.image_text_overrides for link in links}

    def image_link(self, address, image) -> BodyImage:
        own = self.image_text_overrides.get(address, ImageWords())
        return BodyImage(
            article=self, image=image, source=address, credit=own.credit, is_decorative=own.is_decorative
        )

    def _check_publishable(self, is_new):
        if not is_new and self.is_empty and not self._was_published_empty():
            raise EmptyArticleError(
                f"“{self.title}” has no visible text or image, so it cannot be published."
            )
        if self.lacks_review and not self._was_published():
            raise UnreviewedArticleError(
                f"“{self.title}” cannot be published: it is AI-written and this version is not approved."
            )

    def _was_published(self):
        return Article.objects.filter(pk=self.pk, status=self.Status.PUBLISHED).exists()

    def _was_published_empty(self):
        stored = Article.objects.filter(pk=self.pk, status=self.Status.PUBLISHED).only("body_html").first()
        return stored is not None and stored.is_empty

    def _write_keywords(self, *, is_first):
        if is_first:
            ArticleKeyword.objects.add([self])
        else:
            ArticleKeyword.objects.synchronize(self)

    def _index(self, *, is_first):
        if is_first and self.primary_category_id is None:
            search.index_new(self)
        else:
            search.refresh_keys(Article, [self.pk])

    def _update_redirects(self, stored):
        """Redirect the old path to the new one, and delete redirects from the new one."""
        if stored and stored.has_passed_publication_date and stored.slug != self.slug:
            Redirect.objects.moved(stored, self)
        elif stored is None and self.is_published:
            Redirect.objects.delete_at([self])


def article_address(slug: str) -> str:
    """Return the path of the article with this slug."""
    return address_of("article_detail", slug)


def modified_at(article: Article) -> datetime:
    """Return the later of the article's publication and its last change for readers."""
    return max(article.updated_at, article.published_at)
