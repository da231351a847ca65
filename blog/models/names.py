"""Categories and authors, which files refer to by name, as they do to series."""

from functools import cache

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog import search
from blog.documents import fold_name, slugify_name
from blog.models.addresses import address_of
from blog.models.choices import Level
from blog.models.compiled import CompiledQuery
from blog.models.counts import ByCodePoint, CategoryCount
from blog.models.links import ArticleAuthor, ArticleCategory
from blog.models.parameters import listed
from blog.models.public import PublicModel
from blog.models.redirect import Redirect
from blog.models.slugs import SlugField, free_slug

LINKS = {"category": ArticleCategory, "author": ArticleAuthor}  # {model name: its links to articles}


class NamedQuerySet(models.QuerySet):
    """Categories, authors or series."""

    def named(self, name):
        """Return the row with this name, compared without case and punctuation, as a queryset."""
        return self.filter(folded_name=folded(name))

    def live(self):
        """Return the rows that have a public page: those of at least one published article."""
        links = LINKS[self.model._meta.model_name].objects.published()
        return self.filter(models.Exists(links.filter(**{self.model._meta.model_name: OuterRef("pk")})))

    def by_folded_name(self, names) -> dict:
        """Return {folded name: row} for the given folded names."""
        return {row.folded_name: row for row in self.filter(folded_name__in=names)}

    def get_by_natural_key(self, folded_name):
        return self.get(folded_name=folded_name)


class NamedModel(PublicModel):
    """A row with a name that is unique regardless of case and punctuation."""

    name = models.CharField(_("name"), max_length=200)
    slug = SlugField(_("slug"), blank=True)
    folded_name = models.CharField(max_length=200, unique=True, editable=False)
    # The import that made it; null: an editor did, or nobody knows.
    brought_by = models.ForeignKey(
        "blog.ImportBatch", models.SET_NULL, null=True, editable=False, related_name="+"
    )

    shown_when_new = False

    class Meta:
        abstract = True

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.folded_name = folded(self.name)
        self.slug = self.slug or free_slug(type(self).objects, slugify_name(self.name))
        super().save(*args, **kwargs)

    def natural_key(self):
        return (self.folded_name,)

    def newest_articles(self):
        """Return a queryset of the keys of its published articles, newest first."""
        return self.article_links.published().newest_articles()


class CategoryAlias(models.Model):
    """Another name of a category, which files may use. It is never the own name of any category."""

    category = models.ForeignKey("blog.Category", models.CASCADE, related_name="aliases")
    name = models.CharField(_("name"), max_length=200)
    folded_name = models.CharField(max_length=200, unique=True, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("other name")
        verbose_name_plural = _("other names, which files may still say")

    def __str__(self):
        return self.name


class CategoryQuerySet(NamedQuerySet):
    """Categories, with counts of their published articles."""

    NAME_FIELDS = "id", "name", "slug", "folded_name"

    def named(self, name):
        """Return the category with this name or alias, as a queryset."""
        aliases = CategoryAlias.objects.filter(folded_name=folded(name))
        return self.filter(Q(folded_name=folded(name)) | Q(pk__in=aliases.values("category")))

    def by_folded_name(self, names) -> dict:
        aliases = CategoryAlias.objects.filter(folded_name__in=names)
        others = {alias.folded_name: alias.category for alias in aliases.select_related("category")}
        return others | super().by_folded_name(names)

    def of_articles(self, keys):
        """Return the categories that these articles have, of whatever level."""
        primary = ArticleCategory._meta.get_field("article").related_model.objects.filter(pk__in=keys)
        linked = ArticleCategory.objects.filter(article__in=keys).order_by()
        return self.filter(pk__in=linked.values("category").union(primary.values("primary_category")))

    def held_by(self, articles, number) -> list[tuple]:
        """Return (category, how many of the articles have it) for a few hundred keys, most frequent first."""
        held = ArticleCategory.objects.filter(article__in=listed(articles)).order_by().values("category")
        frequency = "-n", ByCodePoint("category__folded_name")
        frequent = held.annotate(n=Count("article", distinct=True)).order_by(*frequency)[:number]
        counts = dict(frequent.values_list("category", "n"))
        categories = self.defer("description").in_bulk(counts)
        return [(categories[key], count) for key, count in counts.items()]

    def most_used(self, number=None, *, by="articles") -> list:
        """Return the categories that have published articles, most used first, at most `number`.

        Each has article_count; `by` names the count of CategoryCount that orders them.
        """
        return highest_ranked(self.counted(timezone.now(), number, by=by), number)

    def broadest(self, number) -> list:
        """Return most_used(number, by="broad") without descriptions, by a compiled query, for every page."""
        found = []
        for *row, count, rank in _broadest(number).rows(self.model.objects, timezone.now()):
            category = self.model.from_db(self.db, self.NAME_FIELDS, row)
            category.article_count, category.rank = count, rank
            found.append(category)
        return highest_ranked(found, number)

    def counted(self, now, number=None, *, by="articles"):
        """Return categories annotated with article_count and rank, unordered, some more than `number`."""
        counts = CategoryCount.objects
        # Some more than asked for: stored counts include scheduled articles, so that ranks may still change.
        categories = self.filter(pk__in=counts.highest(by)[: 2 * number + 20]) if number else self

        def seen(name):
            waiting = ArticleCategory.objects.waiting(name, now).filter(category=OuterRef("pk"))
            counted = counts.filter(category=OuterRef("pk")).order_by().values("category")
            return Coalesce(Subquery(counted.annotate(n=Sum(name)).values("n")), 0) - Coalesce(
                Subquery(waiting.values("n")), 0
            )

        counted = categories.annotate(article_count=seen("articles")).order_by()
        return counted.annotate(rank=F("article_count") if by == "articles" else seen(by))


@cache
def _broadest(number):
    def build(categories, now):
        counted = categories.counted(now, number, by="broad")
        return counted.values_list(*CategoryQuerySet.NAME_FIELDS, "article_count", "rank")

    return CompiledQuery(build)


def highest_ranked(categories, number=None) -> list:
    """Return those of counted() categories that have published articles, highest rank first."""
    found = [category for category in categories if category.rank > 0]
    found.sort(key=lambda category: (-category.rank, category.folded_name))
    return found[:number]


class Category(NamedModel):
    """A category. There is no tree: broader and narrower ones are found by the levels in articles."""

    Level = Level

    description = models.TextField(_("description"), blank=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def save(self, *args, **kwargs):
        with transaction.atomic():
            before = Category.objects.filter(pk=self.pk).first() if self.pk else None
            super().save(*args, **kwargs)
            # A category's own name takes precedence over the same name as an alias of any category.
            CategoryAlias.objects.filter(folded_name=self.folded_name).delete()
            if before and before.folded_name != self.folded_name:
                self.also_known_as(before)
            if before and before.name != self.name:
                search.refresh(self._articles_with_its_name())
            if before and before.slug != self.slug:
                Redirect.objects.moved(before, self)

    def get_absolute_url(self):
        return address_of("category_detail", self.slug)

    def _articles_with_its_name(self):
        """Return the articles that have this category, of whatever level."""
        articles = ArticleCategory._meta.get_field("article").related_model.objects
        linked = self.article_links.order_by().values("article")
        return articles.filter(Q(primary_category=self) | Q(pk__in=linked))

    def also_known_as(self, former) -> None:
        """Add the name of a former or merged category as an alias: files may still use it."""
        self.aliases.create(name=former.name, folded_name=former.folded_name)


class Author(NamedModel):
    """An author as named in bylines; may be linked to a user of the admin."""

    bio = models.TextField(_("about the author"), blank=True)
    url = models.URLField(_("web site"), blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="author",
        verbose_name=_("user"),
    )

    objects = NamedQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("author")
        verbose_name_plural = _("authors")

    def save(self, *args, **kwargs):
        with transaction.atomic():
            before = Author.objects.filter(pk=self.pk).first() if self.pk else None
            super().save(*args, **kwargs)
            if before and before.name != self.name:
                search.refresh(self.articles)
            if before and before.slug != self.slug:
                Redirect.objects.moved(before, self)

    def get_absolute_url(self):
        return address_of("author_detail", self.slug)


def folded(name: str) -> str:
    """Return the form in which names are compared, cut to the length of its column."""
    return fold_name(name)[:200]
