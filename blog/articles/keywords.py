"""Keywords of articles as rows, to find articles that share keywords, and the tags that have a page.

The rows are derived from Article.keywords and written in the transaction of each change. All spellings of a
keyword are one tag. A tag keeps its name, the first spelling with the capitals of titles, and its slug.
"""

import itertools
import operator
from collections.abc import Collection, Mapping

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from blog.articles.categories import Category, CategoryAlias
from blog.articles.links import ListedQuerySet
from blog.articles.names import folded
from blog.base.queries import ROWS_AT_ONCE, CompiledQuery, insert_values
from blog.documents.names import capitals_in, spell_with
from blog.documents.slugs import SLUG_LENGTH, slugify_name
from blog.site.addresses import address_of
from blog.site.slugs import SlugField, first_free_slug, taken_slugs

SHOWN = 12  # keywords on the page of an article
NAME_LENGTH = 200
MOST = 50  # keywords per article, the rest is not indexed; few articles have more than ten


class KeywordQuerySet(ListedQuerySet):
    def synchronize(self, article) -> None:
        """Create and delete rows to match the keywords of the article, which must be saved."""
        wanted = folded_keywords(article)
        stored = dict(self.filter(article=article).values_list("keyword", "pk"))
        removed = [key for keyword, key in stored.items() if keyword not in wanted]
        if removed:
            self.filter(pk__in=removed).delete()
        added = {keyword: name for keyword, name in wanted.items() if keyword not in stored}
        if added:
            Tag.objects.add(added, [article.title])
            self.bulk_create(self.new_row(article, keyword) for keyword in added)

    def add(self, articles) -> None:
        """Create the rows of articles that were just inserted."""
        keywords = [(article, folded_keywords(article)) for article in articles]
        dates = ((article.pk, article.listing_date, names) for article, names in keywords)
        rows = ((key, keyword, date) for key, date, names in dates for keyword in names)
        insert_values(self.model, ["article", "keyword", "listed_at"], rows)
        names = {keyword: name for _, found in reversed(keywords) for keyword, name in found.items()}
        Tag.objects.add(names, [article.title for article in articles])

    def new_row(self, article, keyword):
        return self.model(article=article, keyword=keyword, listed_at=article.listing_date)


class ArticleKeyword(models.Model):
    """A keyword of an article, folded like a name."""

    article = models.ForeignKey("blog.Article", models.CASCADE, related_name="keyword_rows")
    keyword = models.CharField(max_length=200)
    listed_at = models.DateTimeField(null=True, editable=False)  # published_at while published, else null

    objects = KeywordQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["article", "keyword"], name="article_keyword_once")]
        indexes = [
            models.Index(
                fields=["keyword", "-listed_at", "-article"],
                name="keyword_newest",
                condition=Q(listed_at__isnull=False),
            )
        ]

    def __str__(self):
        return self.keyword


class TagQuerySet(models.QuerySet):
    def add(self, names: Mapping[str, str], titles: Collection[str]) -> None:
        """Create the missing tags. names: {folded name: name}. titles: of articles that have them."""
        missing = dict(names)
        for batch in itertools.batched(names, ROWS_AT_ONCE):
            for known in self.filter(folded_name__in=batch).values_list("folded_name", flat=True):
                del missing[known]
        slugs = {keyword: slugify_name(name)[:SLUG_LENGTH] for keyword, name in missing.items()}
        taken = taken_slugs(self, slugs.values()) if slugs else set()
        capitals = capitals_in(titles) if missing else {}
        rows = []
        for keyword, slug in sorted(slugs.items()):  # in one order, so that transactions cannot deadlock
            free = first_free_slug(slug, taken.__contains__)
            taken.add(free)
            name = spell_with(capitals, missing[keyword])
            rows.append(self.model(name=name[:NAME_LENGTH], slug=free, folded_name=keyword))
        # Another process may have just created the same tag.
        self.bulk_create(rows, batch_size=ROWS_AT_ONCE, ignore_conflicts=True)

    def by_folded_name(self, names) -> dict:
        """Return {folded name: tag} of the tags with these folded names."""
        return {tag.folded_name: tag for tag in self.filter(folded_name__in=names)}

    def with_public_page(self):
        """Return the tags of published articles."""
        return self.of_keywords(ArticleKeyword.objects.published())

    def of_keywords(self, keywords):
        return self.filter(Exists(keywords.filter(keyword=OuterRef("folded_name"))))

    def of_several(self, number):
        """Return the tags of at least `number` published articles, except those named like a category."""
        counted = ArticleKeyword.objects.published().order_by().values("keyword").annotate(n=Count("pk"))
        frequent = counted.filter(n__gte=number).values("keyword")
        return self.filter(folded_name__in=frequent).with_category().filter(category_slug=None)

    def with_category(self):
        """Annotate tags with category_slug, of a category with the same name and a public page, or None."""
        categories = Category.objects.with_public_page()
        aliases = CategoryAlias.objects.filter(
            folded_name=OuterRef("folded_name"), category__in=categories.values("pk")
        )
        named = categories.filter(folded_name=OuterRef("folded_name"))
        return self.annotate(
            category_slug=Coalesce(
                Subquery(named.order_by().values("slug")[:1]),
                Subquery(aliases.order_by().values("category__slug")[:1]),
            )
        )


class Tag(models.Model):
    """A keyword with a page that lists its articles. A category with the same name replaces that page."""

    name = models.CharField(max_length=NAME_LENGTH)
    slug = SlugField()
    folded_name = models.CharField(max_length=200, unique=True, editable=False)

    description = ""

    objects = TagQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return address_of("tag_detail", self.slug)

    def newest_articles(self):
        """Return a queryset of the primary keys of the published articles, newest first."""
        rows = ArticleKeyword.objects.published().filter(keyword=self.folded_name)
        return rows.order_by("-listed_at", "-article_id").values_list("article", flat=True)


def shared_keywords(article) -> list[tuple[str, str]]:
    """Return (tag, path of its page) for the first keywords that another published article has, too.

    The page is that of the category with the same name, or else of the tag.
    """
    keywords = list(itertools.islice(folded_keywords(article), SHOWN))
    if not keywords:
        return []
    tags = {}
    for keyword, name, slug, category in _shared.rows(Tag.objects, article.pk, timezone.now(), *keywords):
        path = address_of("category_detail", category) if category else address_of("tag_detail", slug)
        tags[keyword] = (name, path)
    return [tags[keyword] for keyword in keywords if keyword in tags]


@CompiledQuery
def _shared(tags, article, now, *keywords):
    """Return (folded name, name, slug, category's slug) for keywords that another published article has."""
    others = ArticleKeyword.objects.published(now).exclude(article=article)
    shared = tags.filter(folded_name__in=keywords).of_keywords(others).with_category().order_by()
    return shared.values_list("folded_name", "name", "slug", "category_slug")


def folded_keywords(article) -> dict[str, str]:
    """Return the article's keywords in their order, without duplicates, as {folded keyword: keyword}."""
    keywords = {}
    for keyword in map(str, article.keywords):
        keywords.setdefault(folded(keyword), keyword)
    return dict(itertools.islice(filter(operator.itemgetter(0), keywords.items()), MOST))
