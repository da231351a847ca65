"""Categories and authors, which files refer to by name, as they do to series."""

from functools import cache

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog import search
from blog.articles.choices import Level
from blog.articles.counts import CategoryCount
from blog.articles.links import ArticleAuthor, ArticleCategory
from blog.base.models import PublicModel
from blog.base.parameters import as_text, listed_in
from blog.base.queries import ByCodePoint, CompiledQuery
from blog.documents.slugs import slugify_name
from blog.documents.text import fold_name
from blog.images.models import Image
from blog.site.addresses import address_of, is_outward
from blog.site.redirects import Redirect
from blog.site.slugs import SlugField, free_slug

SHOWN_OF_PICTURES = "file", "source", "width", "height"
LINKS = {"category": ArticleCategory, "author": ArticleAuthor}  # {model name: its links to articles}


class NamedQuerySet(models.QuerySet):
    """Categories, authors or series."""

    NAME_FIELDS = "id", "name", "slug", "folded_name"

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

    def _named_rows(self, rows) -> list:
        return [self.model.from_db(self.db, self.NAME_FIELDS, row) for row in rows]


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

    def named(self, name):
        """Return the category with this name or alias, as a queryset."""
        aliases = CategoryAlias.objects.filter(folded_name=folded(name))
        return self.filter(Q(folded_name=folded(name)) | Q(pk__in=aliases.values("category")))

    def by_folded_name(self, names) -> dict:
        aliases = CategoryAlias.objects.filter(folded_name__in=names)
        others = {alias.folded_name: alias.category for alias in aliases.select_related("category")}
        return others | super().by_folded_name(names)

    def of_articles(self, keys) -> list:
        """Return the categories that these articles have, of whatever level, without descriptions."""
        return self._named_rows(_CATEGORIES_OF.rows(self.model.objects, as_text(keys)))

    def held_by(self, articles, number) -> list[tuple]:
        """Return (category, how many of the articles have it) for a few hundred keys, most frequent first."""
        counts = dict(_held(number).rows(ArticleCategory.objects, as_text(articles)))
        rows = _NAMED.rows(self.model.objects, *counts) if counts else []
        found = {category.pk: category for category in self._named_rows(rows)}
        return [(found[key], count) for key, count in counts.items()]

    def most_used(self, number=None, *, by="articles") -> list:
        """Return the categories that have published articles, most used first, at most `number`.

        Each has article_count; `by` names the count of CategoryCount that orders them.
        """
        return highest_ranked(self.counted(timezone.now(), number, by=by), number)

    def brief(self, number, *, by="articles") -> list:
        """Return most_used(number, by=by) without descriptions, by a compiled query, for every page."""
        found = []
        for *row, count, rank in _brief(number, by).rows(self.model.objects, timezone.now()):
            category = self.model.from_db(self.db, self.NAME_FIELDS, row)
            category.article_count, category.rank = count, rank
            found.append(category)
        return highest_ranked(found, number)

    def counted(self, now, number=None, *, by="articles"):
        """Return categories annotated with article_count and rank, unordered, some more than `number`."""
        counts = CategoryCount.objects
        # Some more than asked for: stored counts include scheduled articles, so that ranks may still change.
        categories = self.filter(pk__in=counts.highest(by)[: 2 * number + 20]) if number else self
        counted = categories.annotate(article_count=count_of("pk", now)).order_by()
        return counted.annotate(rank=F("article_count") if by == "articles" else count_of("pk", now, by))


def count_of(category: str, now, name="articles"):
    """Return an expression for the published articles that a row's category (the name of a field) has."""
    stored = CategoryCount.objects.filter(category=OuterRef(category)).order_by().values("category")
    waiting = ArticleCategory.objects.waiting(name, now).filter(category=OuterRef(category))
    return Coalesce(Subquery(stored.annotate(n=Sum(name)).values("n")), 0) - Coalesce(
        Subquery(waiting.values("n")), 0
    )


@cache
def _held(number):
    def build(links, articles):
        held = links.filter(article__in=listed_in(articles)).order_by().values("category")
        counted = held.annotate(n=Count("article", distinct=True))
        frequent = counted.order_by("-n", ByCodePoint("category__folded_name"))[:number]
        return frequent.values_list("category", "n")

    return CompiledQuery(build)


def _named(categories, *keys):
    return categories.filter(pk__in=keys).order_by().values_list(*CategoryQuerySet.NAME_FIELDS)


_NAMED = CompiledQuery(_named)


@cache
def _brief(number, by):
    def build(categories, now):
        counted = categories.counted(now, number, by=by)
        return counted.values_list(*CategoryQuerySet.NAME_FIELDS, "article_count", "rank")

    return CompiledQuery(build)


def highest_ranked(categories, number=None) -> list:
    """Return those of counted() categories that have published articles, highest rank first."""
    found = [category for category in categories if category.rank > 0]
    found.sort(key=lambda category: (-category.rank, category.folded_name))
    return found[:number]


def _categories_of(categories, articles):
    primary = ArticleCategory._meta.get_field("article").related_model.objects.order_by()
    linked = ArticleCategory.objects.filter(article__in=listed_in(articles)).order_by().values("category")
    filed = primary.filter(pk__in=listed_in(articles)).values("primary_category")
    found = categories.filter(pk__in=linked.union(filed)).order_by()
    return found.values_list(*CategoryQuerySet.NAME_FIELDS)


_CATEGORIES_OF = CompiledQuery(_categories_of)


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


class AuthorQuerySet(NamedQuerySet):
    """Authors."""

    def with_list_relations(self):
        """Fetch what the list of authors shows, in two queries; other fields raise on access."""
        links = ArticleAuthor.objects.published().filter(author=OuterRef("pk")).order_by().values("author")
        return (
            self.annotate(article_count=Coalesce(Subquery(links.values(n=Count("pk")).values("n")), 0))
            .select_related("picture")
            .prefetch_related("links")
            .only("name", "slug", "bio", "url", *(f"picture__{name}" for name in SHOWN_OF_PICTURES))
            .fetch_mode(models.FETCH_RAISE)
        )

    def of_articles(self, keys) -> list:
        """Return the authors of these articles, without what is said of them."""
        return self._named_rows(_AUTHORS_OF.rows(self.model.objects, as_text(keys)))


def _authors_of(authors, articles):
    linked = ArticleAuthor.objects.filter(article__in=listed_in(articles)).order_by().values("author")
    return authors.filter(pk__in=linked).order_by().values_list(*AuthorQuerySet.NAME_FIELDS)


_AUTHORS_OF = CompiledQuery(_authors_of)


class Author(NamedModel):
    """An author as named in bylines; may be linked to a user of the admin."""

    bio = models.TextField(_("about the author"), blank=True)
    picture = models.ForeignKey(
        Image, models.PROTECT, null=True, blank=True, related_name="picture_of", verbose_name=_("picture")
    )
    url = models.URLField(_("web site"), blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="author",
        verbose_name=_("user"),
    )

    objects = AuthorQuerySet.as_manager()

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

    @property
    def shown_links(self) -> list[tuple[str, str]]:
        """The links that readers see, (label, address): the web site, then the others."""
        links = [(gettext("Web site"), self.url), *((link.label, link.address) for link in self.links.all())]
        return [link for link in links if is_outward(link[1])]  # they may not have been saved by a form


def folded(name: str) -> str:
    """Return the form in which names are compared, cut to the length of its column."""
    return fold_name(name)[:200]
