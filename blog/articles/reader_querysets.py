"""The queryset of articles for readers' pages, lists and feeds.

PublishedQuerySet.published() is the only rule for which articles readers may see.
"""

import operator
from collections import defaultdict
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Value
from django.utils import timezone

from blog.articles.authors import Author
from blog.articles.categories import Category, count_of
from blog.articles.choices import Level, Status
from blog.articles.corrections import Correction
from blog.articles.languages import same_languages
from blog.articles.links import MIN_ARTICLES_FOR_LINK, ArticleAuthor, ArticleCategory
from blog.articles.names import LINKS
from blog.articles.related import (
    CATEGORIES,
    depth_of_categories,
    find_candidates,
    find_reason,
    rank,
    slots,
    with_shared_categories,
)
from blog.articles.selection_querysets import SelectionQuerySet
from blog.articles.series import PART_ORDER
from blog.articles.similar import similar_to
from blog.articles.withholding import scheduled, visible
from blog.base.queries import (
    CompiledQuery,
    columns,
    first_rows,
    row_of,
    take_related,
    with_related,
)
from blog.documents.text import is_empty
from blog.images.models import Image

NEIGHBOUR_FIELDS = "id", "title", "slug", "language"
EARLIER, LATER = 0, 1
NEWEST_LISTED = 20  # articles of a category whose language is compared
NAME_FIELDS = "id", "name", "slug"  # of categories and authors
CARD_IMAGE_FIELDS = "id", "file", "source", "width", "height"
IMAGE_FIELDS = (
    *("id", "file", "source", "alt", "caption", "credit_creator", "credit_url", "credit_source"),
    *("width", "height", "focal_x", "focal_y"),
)
RELATED_FIELDS = (
    *("title", "slug", "excerpt", "keywords", "language", "base_language"),
    *("reading_time", "status", "published_at", "is_withheld"),
)
FEWEST_FOR_WORDS = 100  # articles; among fewer, even "those" and "small" look rare
BY_AUTHORS = 2  # articles related only by an author
FILE_FLAG_AGE = timedelta(days=90)  # after publication


class PublishedQuerySet(SelectionQuerySet):
    CARD_FIELDS = (
        *("title", "slug", "excerpt", "excerpt_is_template", "opening", "language"),
        *("reading_time", "status", "published_at", "is_withheld"),
        *("primary_category__name", "primary_category__slug"),
        *("hero_image__file", "hero_image__source", "hero_image__width", "hero_image__height"),
    )

    def published(self, now=None):
        """Return the articles that readers may see: the rule of Article.is_published.

        A database constraint keeps published articles out of the trash.
        """
        return self.filter(visible(now or timezone.now()))

    with_public_page = published  # each published row has a page

    def searchable(self):
        """Return the articles in the readers' search index: published and scheduled ones."""
        return self.filter(status=Status.PUBLISHED)

    def empty(self):
        """Return the articles without visible text or image. Reads only the HTML of those without words."""
        rows = self.filter(word_count=0).order_by().values_list("pk", "body_html")
        return self.filter(pk__in=[pk for pk, html in rows if is_empty(html)])

    def next_scheduled(self) -> datetime | None:
        """Return the date at which the next scheduled article appears, or None."""
        waiting = self.filter(scheduled(timezone.now()))
        return waiting.aggregate(first=models.Min("published_at"))["first"]

    def newest_first(self):
        """Order by date, newest first. The primary key breaks ties, so that pages never overlap."""
        return self.order_by("-published_at", "-pk")

    def in_series_order(self):
        """Order the parts of a series: numbered ones first, then the others by date."""
        return self.order_by(*PART_ORDER)

    def with_list_relations(self):
        """Fetch what a card shows, in a fixed number of queries. Other fields raise on access."""
        return (
            self.select_related("primary_category", "hero_image")
            .prefetch_related(self._with_rows("author_links", "author"))
            .only(*self.CARD_FIELDS)
            .fetch_mode(models.FETCH_RAISE)
        )

    def with_page_relations(self):
        """Fetch what an article's page or feed entry shows. Other relations raise on access."""
        return (
            self.select_related("primary_category", "hero_image")
            .prefetch_related(
                *(self._with_rows("author_links", "author"), self._with_rows("category_links", "category")),
                *("reviews", "corrections"),
            )
            .fetch_mode(models.FETCH_RAISE)
        )

    def featured(self):
        """Return the articles that an editor has featured."""
        return self.filter(is_featured=True, featured_is_suggested=False)

    def featured_by_files(self):
        """Return the recent articles that their files mark as featured, without an editor's decision."""
        since = timezone.now() - FILE_FLAG_AGE
        return self.filter(is_featured=True, featured_is_suggested=True, published_at__gte=since)

    def trending(self):
        """Return the articles that an editor has marked as trending. Suggested flags do not count."""
        return self.filter(is_trending=True, trending_is_suggested=False)

    def shown(self, keys) -> list:
        """Return the published articles with these keys, in the order of the keys.

        The status is checked in Python: with both conditions in the query, SQLite scans all published ones.
        """
        return in_order(keys, self.filter(pk__in=keys))

    def cards(self, keys) -> list:
        """Return the published articles with these keys, in order, with the fields that a card shows."""
        return _with_topics(self.with_list_relations().shown(keys)) if keys else []

    def hits(self, keys) -> list:
        """Return the published articles with these keys, in order, with the fields of a search result."""
        if not keys:
            return []
        articles = in_order(keys, _hits.instances(self.model.objects.fetch_mode(models.FETCH_RAISE), *keys))
        self._set_bylines(articles)
        for article in articles:
            take_related(article, "primary_category", Category, NAME_FIELDS)
            take_related(article, "hero_image", Image, CARD_IMAGE_FIELDS)
        return _with_topics(articles)

    def page(self, slug):
        """Return the published article with this slug and the related rows that its page shows, or None."""
        rows = _page.instances(self.model.objects.fetch_mode(models.FETCH_RAISE), slug, timezone.now())
        for article in rows:
            take_related(article, "primary_category", Category, NAME_FIELDS)
            take_related(article, "hero_image", Image, IMAGE_FIELDS)
            _take_links(article)
            if not article.__dict__.pop("is_corrected"):
                article.shown_corrections = []
        return next(iter(rows), None)

    def neighbours_of(self, article, now=None):
        """Return (earlier, later): the published neighbours in the article's language. Each may be None."""
        now = now or timezone.now()
        # With two upper bounds, SQLite would start its index scan at the first one, perhaps years away.
        latest = min(article.published_at, now)
        moments = latest, article.published_at, now
        rows = _neighbours.rows(self.model.objects, *moments, article.pk, *same_languages(article))
        earlier = max((row[1:] for row in rows if row[0] == EARLIER), default=None)
        later = min((row[1:] for row in rows if row[0] == LATER), default=None)
        return tuple(
            row and self.model.from_db(self.db, NEIGHBOUR_FIELDS, row[1:]) for row in (earlier, later)
        )

    def related_to(self, article, number):
        """Return the most closely related articles, closest first, each with its reason.

        The order is by the depth of the deepest shared category. Ties are broken by the weight of shared
        keywords (rare ones weigh more), then by the weights of all shared categories and of shared words in
        title, excerpt and keywords (rare ones weigh more), then by date, newest first. If there are too few,
        articles with similar texts follow, then a few by the same authors. All are in the article's language.

        Only a bounded number of articles per category, keyword and author is considered.
        """
        depths = depth_of_categories(article)
        rareness = find_candidates(article, depths, self._in_language_of(article))
        candidates = self._candidates(article, depths, rareness)
        closest = rank(article, candidates, depths, rareness)[:number]
        words = {}
        if len(closest) < number:
            known = {article.pk, *rareness}
            similar = similar_to(article) if self._are_enough_for_words() else {}
            words = {key: shared for key, shared in similar.items() if shared and key not in known}
            by_authors = [key for key in self._by_authors_of(article) if key not in known | words.keys()]
            others = self._candidates(article, depths, [*words, *by_authors[:BY_AUTHORS]])
            closest += others[: number - len(closest)]
        self._set_bylines(closest)
        for other in closest:
            other.reason = find_reason(article, other, depths, words.get(other.pk, []))
        return [other for other in closest if any(other.reason)]

    def _are_enough_for_words(self) -> bool:
        """Whether the site has enough published articles to tell rare words from common ones."""
        newest = self.model.objects.published().newest_first().values_list("pk")
        return newest[FEWEST_FOR_WORDS - 1 : FEWEST_FOR_WORDS].exists()

    def _by_authors_of(self, article) -> list[int]:
        """Return the primary keys of the newest published articles by the article's authors."""
        keys = [author.pk for author in article.byline]
        rows = _by_authors.rows(ArticleAuthor.objects, timezone.now(), *keys) if keys else []
        return [key for _moment, key in sorted(rows, reverse=True)]

    def _set_bylines(self, articles):
        """Set the byline of each article with one query."""
        keys, bylines = [article.pk for article in articles], defaultdict(list)
        for key, *row in _bylines.rows(ArticleAuthor.objects, *keys) if keys else ():
            bylines[key].append(row_of(Author, NAME_FIELDS, row))
        for article in articles:
            article.byline = bylines[article.pk]

    def _candidates(self, article, depths, keys):
        """Return the published articles with these keys in the article's language, in this order."""
        if not keys:
            return []
        rows = self.model.objects.fetch_mode(models.FETCH_RAISE)
        languages = same_languages(article)
        found = _candidates.instances(rows, *slots(depths), *keys)
        return in_order(keys, [other for other in found if other.base_language in languages])

    def _in_language_of(self, article):
        """Return a function that reduces keys to those of articles in the article's language.

        None if all articles are in this language.
        """
        if article.is_in_language_of_all:
            return None
        languages = same_languages(article)
        rows = self.model.objects.order_by()

        def in_language(keys):
            return set(rows.filter(pk__in=keys, base_language__in=languages).values_list("pk", flat=True))

        return in_language

    def are_all_in(self, languages) -> bool:
        """Whether all published articles are in these languages (values of base_language)."""
        return all(language in languages for (language,) in _languages.rows(self.model.objects))

    def is_list_in_language_of(self, article, category) -> bool:
        """Whether most of the newest articles of a category are in the article's language."""
        if article.is_in_language_of_all:
            return True
        newest = ArticleCategory.objects.filter(category=category).published().newest_articles()
        languages = self.filter(pk__in=list(newest[:NEWEST_LISTED])).order_by()
        found = list(languages.values_list("base_language", flat=True))
        return 2 * sum(language in same_languages(article) for language in found) > len(found)

    def _with_rows(self, links, row):
        """Return a prefetch of links and the rows they point to, in one query."""
        return Prefetch(links, LINKS[row].objects.select_related(row))


@CompiledQuery
def _neighbours(articles, latest, moment, now, key, *languages):
    before = articles.published(latest).exclude(published_at=moment, pk__gte=key).newest_first()
    after = articles.published(now).filter(published_at__gte=moment).exclude(published_at=moment, pk__lte=key)
    # A union of queries with one direction and language each: with OR, a database would read all rows.
    first, *others = (
        first_rows(nearest.filter(base_language=language), 1).values_list(
            Value(place), "published_at", *NEIGHBOUR_FIELDS
        )
        for place, nearest in ((EARLIER, before), (LATER, after.order_by("published_at", "pk")))
        for language in languages
    )
    return first.union(*others, all=True).order_by()


@CompiledQuery
def _languages(articles):
    """Return the first and the last language of searchable articles, in alphabetical order."""
    first, last = (
        first_rows(articles.searchable().order_by(order), 1).values_list("base_language")
        for order in ("base_language", "-base_language")
    )
    return first.union(last).order_by()


def in_order(keys, articles) -> list:
    """Return the published articles among these, in the order of the keys."""
    found = {article.pk: article for article in articles}
    return [found[key] for key in keys if key in found and found[key].is_published]


@CompiledQuery
def _page(articles, slug, now):
    corrections = Correction.objects.active().filter(article=OuterRef("pk"))
    rows = articles.published(now).filter(slug=slug).order_by().annotate(is_corrected=Exists(corrections))
    return with_related(rows, primary_category=NAME_FIELDS, hero_image=IMAGE_FIELDS)


@CompiledQuery
def _candidates(articles, *keys):
    """Return articles with the fields to show as related articles, and with those to rank them by.

    keys: the primary keys of CATEGORIES categories, then those of the articles.
    """
    categories, keys = keys[:CATEGORIES], keys[CATEGORIES:]
    rows = articles.filter(pk__in=keys).order_by().only(*RELATED_FIELDS)
    return with_shared_categories(rows, categories)


@CompiledQuery
def _hits(articles, *keys):
    """Return the articles with a card's fields, except authors, and their contents list and plain text."""
    own = (field for field in PublishedQuerySet.CARD_FIELDS if "__" not in field)
    rows = articles.filter(pk__in=keys).order_by().only(*own, "plain_text", "contents")
    return with_related(rows, primary_category=NAME_FIELDS, hero_image=CARD_IMAGE_FIELDS)


@CompiledQuery
def _bylines(authors, *keys):
    links = authors.filter(article__in=keys).order_by("position", "pk")
    return links.values_list("article", *columns("author", NAME_FIELDS))


@CompiledQuery
def _by_authors(links, now, *authors):
    """Return the newest articles by each of these authors, which may include the article itself."""
    newest = (
        first_rows(
            links.filter(author=author).published(now).order_by("-listed_at", "-article_id"), BY_AUTHORS + 1
        ).values_list("listed_at", "article")
        for author in authors
    )
    first, *others = newest
    return first.union(*others).order_by() if others else first


@CompiledQuery
def _topics(links, *keys):
    found = links.filter(article__in=keys, level=Level.GENERAL).order_by("-position", "-pk")
    return found.values_list("article", *columns("category", NAME_FIELDS))


def _with_topics(articles) -> list:
    """Set the topic that the card of each article shows, with one query. Return the articles."""
    keys = [article.pk for article in articles]
    topics = {key: row for key, *row in _topics.rows(ArticleCategory.objects, *keys)} if keys else {}
    for article in articles:
        row = topics.get(article.pk)
        article.topic = row_of(Category, NAME_FIELDS, row) if row else article.primary_category
    return articles


def _take_links(article):
    """Set byline and shown_categories with the fields that the page shows. Other fields raise on access."""
    article.byline, article.shown_categories, article.categories_with_multiple_articles = [], [], set()
    rows = _links.rows(ArticleCategory.objects, article.pk, timezone.now())
    for position, _key, level, count, *row in sorted(rows, key=operator.itemgetter(0, 1)):
        if level is None:
            article.byline.append(row_of(Author, NAME_FIELDS, row))
        else:
            category = row_of(Category, NAME_FIELDS, row)
            article.shown_categories.append(
                ArticleCategory(level=level, position=position, category=category)
            )
            if count >= MIN_ARTICLES_FOR_LINK:
                article.categories_with_multiple_articles.add(category.pk)


@CompiledQuery
def _links(categories, key, now):
    """Return the links to categories and to authors in one query. Author links have level None."""
    authors = ArticleAuthor.objects.filter(article=key).order_by()
    return (
        categories.filter(article=key)
        .order_by()
        .values_list("position", "pk", "level", count_of("category", now), *columns("category", NAME_FIELDS))
        .union(
            authors.values_list(
                "position",
                "pk",
                Value(None, models.PositiveSmallIntegerField()),
                Value(None, models.IntegerField()),
                *columns("author", NAME_FIELDS),
            ),
            all=True,
        )
    )
