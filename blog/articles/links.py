"""Links (through models): categories and authors of articles, images in texts of articles and pages."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from blog.articles.choices import Level
from blog.articles.counts import CategoryLinkQuerySet, LinkQuerySet
from blog.documents.image_words import ImageWords
from blog.images.fields import CreditField
from blog.images.links import ImageLinkQuerySet
from blog.images.models import ADDRESS_LENGTH, Image

# Weight of a shared category for related articles, by its level in one of them.
CLOSENESS = {
    Level.EXACT: 5,
    Level.NICHE: 4,
    Level.SPECIFIC: 3,
    Level.MEDIUM: 2,
    Level.GENERAL: 1,
    Level.PLAIN: 2,
}
SEVERAL = 3  # published articles that make a category's list worth a visit


class ListedLink(models.Model):
    """A link of an article to something that has a list of its articles."""

    listed_at = models.DateTimeField(null=True, editable=False)  # published_at while published, else null

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        links = type(self).objects
        with links.changed([self.article_id]):
            super().save(*args, **kwargs)
            links.place([self.article_id])

    def delete(self, *args, **kwargs):
        with type(self).objects.changed([self.article_id]):
            return super().delete(*args, **kwargs)


class ArticleCategory(ListedLink):
    """A category of an article, with the level that its file gives it."""

    article = models.ForeignKey("blog.Article", models.CASCADE, related_name="category_links")
    category = models.ForeignKey(
        "blog.Category", models.PROTECT, related_name="article_links", verbose_name=_("category")
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=Level, default=Level.PLAIN)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    # {count of CategoryCount: levels}: an article is counted for its categories at one of these levels.
    COUNTED_LEVELS = {
        "articles": tuple(Level),
        "general": (Level.GENERAL,),
        # Categories without a level are as broad as general ones: many blogs have only those.
        "broad": (Level.GENERAL, Level.PLAIN),
    }

    objects = CategoryLinkQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("category of the article")
        verbose_name_plural = _("categories of the article")
        constraints = [
            models.UniqueConstraint(
                fields=["article", "category", "level"], name="article_category_once_a_level"
            ),
            models.CheckConstraint(
                name="article_category_level_known", condition=Q(level__in=[0, 1, 2, 3, 4, 9])
            ),
        ]
        indexes = [
            models.Index(fields=["category", "level", "article"], name="category_articles"),
            models.Index(
                fields=["category", "-listed_at", "-article"],
                name="category_newest",
                condition=Q(listed_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.category} ({self.get_level_display()})"

    def unique_error_message(self, model_class, unique_check):
        return ValidationError(_("The article has this category at this level already."))

    @property
    def closeness(self) -> int:
        """Weight of this category when articles related to this one are looked for."""
        return CLOSENESS[self.level]


class ArticleAuthor(ListedLink):
    """A name in an article's byline."""

    article = models.ForeignKey("blog.Article", models.CASCADE, related_name="author_links")
    author = models.ForeignKey(
        "blog.Author", models.PROTECT, related_name="article_links", verbose_name=_("author")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = LinkQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("author of the article")
        verbose_name_plural = _("authors of the article")
        constraints = [models.UniqueConstraint(fields=["article", "author"], name="article_author_once")]
        indexes = [
            models.Index(
                fields=["author", "-listed_at", "-article"],
                name="author_newest",
                condition=Q(listed_at__isnull=False),
            )
        ]

    def __str__(self):
        return self.author.name

    def unique_error_message(self, model_class, unique_check):
        return ValidationError(_("The article has this author already."))


class BodyImage(models.Model):
    """The stored image that is shown for an address (source) in an article's text, and its own words there.

    Its description is in the text.
    """

    article = models.ForeignKey("blog.Article", models.CASCADE, related_name="body_image_links")
    image = models.ForeignKey(Image, models.PROTECT, related_name="body_image_links")
    source = models.CharField(max_length=ADDRESS_LENGTH)
    credit = CreditField(_("credit"))
    is_decorative = models.BooleanField(_("decorative"), default=False)

    objects = ImageLinkQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "source"], name="body_image_once_a_source")]

    def __str__(self):
        return self.source

    @property
    def own_words(self) -> ImageWords:
        return ImageWords(credit=self.credit, is_decorative=self.is_decorative)


class PageImage(models.Model):
    """The stored image that is shown for an address (source) in a plain page's text."""

    page = models.ForeignKey("blog.Page", models.CASCADE, related_name="body_image_links")
    image = models.ForeignKey(Image, models.PROTECT, related_name="page_image_links")
    source = models.CharField(max_length=ADDRESS_LENGTH)

    own_words = ImageWords()

    objects = ImageLinkQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["page", "source"], name="page_image_once_a_source")]

    def __str__(self):
        return self.source
