"""Find and rank related articles by shared categories, keywords and words."""

import itertools
import math
from collections import Counter, defaultdict
from typing import NamedTuple

from django.db.models import Case, OuterRef, Subquery, Sum, Value, When
from django.utils import timezone

from blog.articles.authors import Author
from blog.articles.categories import Category
from blog.articles.choices import Level
from blog.articles.keywords import ArticleKeyword, folded_keywords
from blog.articles.links import ArticleCategory
from blog.articles.names import folded
from blog.base.queries import CompiledQuery, first_rows
from blog.documents.text import distinct_words

CATEGORIES = 8  # per article: the deepest ones are used; few articles have more
KEYWORDS = 8  # per article: the first ones are used
CANDIDATES_PER_CATEGORY = 30  # articles considered per category and order
# Articles considered per keyword if the article has no category, because few articles with a common keyword
# share another one. With categories, the limit is CANDIDATES_PER_CATEGORY.
WITH_KEYWORD = 100
READ = 12  # articles compared: those with the deepest shared categories
WITH_BOTH = 4  # compared in addition: those with the rarest shared keywords
TOPICS = 2  # named in a reason


def find_candidates(article, depths: dict[int, int], in_language=None) -> dict[int, int]:
    """Return the few published articles that share the most with this one, newest first.

    The result is {primary key: weight of the shared keywords}, rounded because smaller differences mean
    nothing. depths: the result of depth_of_categories(). in_language(keys) returns the keys of articles in
    the article's language; without it, articles in any language are candidates.
    """
    keywords = list(folded_keywords(article))[:KEYWORDS]
    if not (depths or keywords):
        return {}
    holders = _find_holders(article, [*depths, *keywords])
    if in_language:
        kept = in_language(set().union(*holders.values()))
        holders = {
            trait: {key: moment for key, moment in found.items() if key in kept}
            for trait, found in holders.items()
        }
    moments = {key: (moment, key) for articles in holders.values() for key, moment in articles.items()}
    closeness = _weights_of_shared(depths, holders)
    rareness = _weights_of_shared({word: _rareness(holders[word]) for word in keywords}, holders)
    closest = _highest({key: (max(weights), sum(weights)) for key, weights in closeness.items()}, moments)
    rarest = _highest({key: sum(weights) for key, weights in rareness.items()}, moments)
    number = WITH_BOTH if closest else READ
    chosen = sorted({*closest[:READ], *rarest[:number]}, key=moments.get, reverse=True)
    return {key: round(sum(rareness.get(key, ()))) for key in chosen}


def _find_holders(article, traits) -> dict[int | str, dict]:
    """Return {category or keyword: {pk: date}}: some of the other published articles that have it."""
    holders = [{} for _ in traits]
    for key, place, moment, is_public in in_common.rows(ArticleCategory.objects, timezone.now(), *traits):
        if is_public and key != article.pk:
            holders[place][key] = moment
    return dict(zip(traits, holders, strict=True))


def _rareness(holders) -> float:
    """Return the weight of a keyword: it grows by one if half as many articles have the keyword."""
    return math.log2(2 * WITH_KEYWORD / max(len(holders), 1))


def _weights_of_shared(weights, holders) -> dict[int, list]:
    """Return {primary key of an article: weights of its categories or keywords}."""
    shared = defaultdict(list)
    for trait, weight in weights.items():
        for key in holders[trait]:
            shared[key].append(weight)
    return shared


def _highest(values, moments):
    return sorted(values, key=lambda key: (values[key], moments[key]), reverse=True)


def depth_of_categories(article) -> dict[int, int]:
    """Return {primary key: weight} of the article's deepest categories, at most CATEGORIES."""
    depths = {}
    for link in sorted(article.shown_categories, key=lambda link: link.closeness):
        depths[link.category_id] = link.closeness
    return dict(sorted(depths.items(), key=lambda item: (-item[1], item[0]))[:CATEGORIES])


@CompiledQuery
def in_common(links, now, *traits):
    """Return rows for some articles with each of these traits: categories (primary keys) or keywords.

    The rows: article, index of the trait, listed_at, whether it is public. For a category they contain the
    articles in which it has the deepest level (the index's order), and the newest published ones, because
    the former may all be unpublished; for a keyword, the newest published ones.
    """
    is_public = Case(When(listed_at__lte=now, then=Value(1)), default=Value(0))
    has_categories = not isinstance(traits[0], str)
    first, *others = (
        rows.values_list("article", Value(place), "listed_at", is_public)
        for place, trait in enumerate(traits)
        for rows in _holders(links, now, trait, CANDIDATES_PER_CATEGORY if has_categories else WITH_KEYWORD)
    )
    return first.union(*others).order_by() if others else first


def _holders(links, now, trait, with_keyword):
    if isinstance(trait, str):
        yield _newest(ArticleKeyword.objects.filter(keyword=trait), now, with_keyword)
    else:
        in_category = links.filter(category=trait)
        yield first_rows(in_category.order_by("-level", "-article_id"), CANDIDATES_PER_CATEGORY)
        yield _newest(in_category, now, CANDIDATES_PER_CATEGORY)


def _newest(rows, now, number):
    return first_rows(rows.published(now).order_by("-listed_at", "-article_id"), number)


def with_shared_categories(articles, categories):
    """Annotate articles with shared_categories: bit n is set if they have categories[n]."""
    bits = (When(category=category, then=Value(2**place)) for place, category in enumerate(categories))
    links = ArticleCategory.objects.filter(article=OuterRef("pk"), category__in=categories)
    shared = links.order_by().values("article").annotate(bits=Sum(Case(*bits), distinct=True))
    return articles.annotate(shared_categories=Subquery(shared.values("bits")))


def slots(depths) -> list[int]:
    """Return the primary keys of the categories, padded with zeros to the fixed length of the query."""
    return [*depths, *[0] * (CATEGORIES - len(depths))]


def rank(article, candidates, depths, rareness) -> list:
    """Return the candidates, most closely related first.

    depths and rareness: the results of depth_of_categories() and find_candidates(). Equally close candidates
    keep their order, because sorted() is stable.
    """
    words = _words_in_common(article, candidates)

    def nearness(other):
        deepest, shared = _closeness(other, depths)
        return deepest, rareness[other.pk], shared + words[other.pk]

    return sorted(candidates, key=nearness, reverse=True)


class RelatedReason(NamedTuple):
    """Why an article is related, for readers: shared topics, an author or shared words."""

    topics: list[Category | str] = ()  # shared categories and keywords
    author: Author | None = None
    words: list[str] = ()


def find_reason(article, other, depths, words) -> RelatedReason:
    """Return what a related article shares: narrow topics, else an author, a broad topic, or rare words."""
    bits = other.shared_categories or 0
    shared = [key for place, key in enumerate(depths) if bits >> place & 1]
    categories = {link.category_id: link.category for link in article.shown_categories}
    narrow = {link.category_id for link in article.shown_categories if link.level != Level.GENERAL}
    topics = {folded(categories[key].name): categories[key] for key in shared if key in narrow}
    common = set(list(folded_keywords(article))[:KEYWORDS]) & folded_keywords(other).keys()
    for keyword in map(str, article.keywords if common else ()):
        if folded(keyword) in common:
            topics.setdefault(folded(keyword), keyword)
    if topics:
        return RelatedReason(topics=list(topics.values())[:TOPICS])
    author = next((author for author in article.byline if author in other.byline), None)
    if author:
        return RelatedReason(author=author)
    return RelatedReason(topics=[categories[key] for key in shared[:TOPICS]], words=words)


def _closeness(other, depths) -> tuple[int, int]:
    """Return (weight of the deepest shared category, sum of the weights of all shared ones)."""
    bits = other.shared_categories or 0
    shared = [depth for place, depth in enumerate(depths.values()) if bits >> place & 1]
    return max(shared, default=0), sum(shared)


def _words_in_common(article, others) -> dict[int, float]:
    """Return {primary key: sum over shared words of 1 / number of articles that share the word}."""
    own = _words_of(article)
    common = {other.pk: own & _words_of(other) for other in others}
    frequency = Counter(itertools.chain.from_iterable(common.values()))
    # fsum() is exact. A plain sum would depend on the order of the set, and so differ between runs.
    return {key: math.fsum(1 / frequency[word] for word in words) for key, words in common.items()}


def _words_of(article) -> set[str]:
    return distinct_words(" ".join([article.title, article.excerpt, *map(str, article.keywords)]))
