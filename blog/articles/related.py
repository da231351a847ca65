"""Candidates for related articles: found by shared categories and keywords, and what two articles share."""

import itertools
import math
from collections import Counter, defaultdict

from django.db.models import Case, OuterRef, Subquery, Sum, Value, When
from django.utils import timezone

from blog.articles.keywords import ArticleKeyword, folded_keywords
from blog.articles.links import ArticleCategory
from blog.base.queries import CompiledQuery, first_rows
from blog.documents.text import distinct_words

CATEGORIES = 8  # the deepest ones of an article are used; few have more
KEYWORDS = 8  # the first ones of an article are used
CANDIDATES_PER_CATEGORY = 30  # articles considered per category and order
# Articles considered per keyword, if the article has no category: of those with a common keyword, few share
# another. With categories, it is LOOKED_AT.
WITH_KEYWORD = 100
READ = 12  # articles that are compared: those with the deepest shared categories
WITH_BOTH = 4  # and, beside these, those with the rarest shared keywords


def find_candidates(article, depths: dict[int, int]) -> dict[int, int]:
    """Return the few published articles that share the most with this one, newest first.

    The result is {key: weight of the shared keywords}, a whole number: smaller differences say nothing.
    depths: the result of depth_of_categories().
    """
    keywords = folded_keywords(article)[:KEYWORDS]
    if not (depths or keywords):
        return {}
    holders = _find_holders(article, [*depths, *keywords])
    moments = {key: (moment, key) for articles in holders.values() for key, moment in articles.items()}
    closeness = _weights_of_shared(depths, holders)
    rareness = _weights_of_shared({word: _rareness(holders[word]) for word in keywords}, holders)
    closest = _highest({key: (max(weights), sum(weights)) for key, weights in closeness.items()}, moments)
    rarest = _highest({key: sum(weights) for key, weights in rareness.items()}, moments)
    number = WITH_BOTH if closest else READ
    chosen = sorted({*closest[:READ], *rarest[:number]}, key=moments.get, reverse=True)
    return {key: round(sum(rareness.get(key, ()))) for key in chosen}


def _find_holders(article, held) -> dict[int | str, dict]:
    """Return some other published articles, {key: date}, with each of these categories and keywords."""
    holders = [{} for _ in held]
    for key, place, moment, is_seen in _IN_COMMON.rows(ArticleCategory.objects, timezone.now(), *held):
        if is_seen and key != article.pk:
            holders[place][key] = moment
    return dict(zip(held, holders, strict=True))


def _rareness(holders) -> float:
    """Return the weight of a keyword: one more if only half as many articles have it."""
    return math.log2(2 * WITH_KEYWORD / max(len(holders), 1))


def _weights_of_shared(weights, holders) -> dict[int, list]:
    """Return {article: the weights of those of the categories or keywords that it has}."""
    shared = defaultdict(list)
    for one, weight in weights.items():
        for key in holders[one]:
            shared[key].append(weight)
    return shared


def _highest(values, moments):
    return sorted(values, key=lambda key: (values[key], moments[key]), reverse=True)


def depth_of_categories(article) -> dict[int, int]:
    """Return {category key: weight} of the article's deepest categories, at most CATEGORIES."""
    depths = {}
    for link in sorted(article.shown_categories, key=lambda link: link.closeness):
        depths[link.category_id] = link.closeness
    return dict(sorted(depths.items(), key=lambda item: (-item[1], item[0]))[:CATEGORIES])


def in_common(links, now, *held):
    """Return rows for some articles with each category (a key) or keyword (a string).

    The rows: article, place of the category or keyword, listed_at, is public. For each category these are the
    articles in which it has the deepest level (the index's order), and the newest published ones, since all
    of the former may be unpublished; for each keyword, the newest published ones.
    """
    is_seen = Case(When(listed_at__lte=now, then=Value(1)), default=Value(0))
    has_categories = not isinstance(held[0], str)
    first, *others = (
        some.values_list("article", Value(place), "listed_at", is_seen)
        for place, one in enumerate(held)
        for some in _holders(links, now, one, CANDIDATES_PER_CATEGORY if has_categories else WITH_KEYWORD)
    )
    return first.union(*others).order_by() if others else first


def _holders(links, now, one, with_keyword):
    if isinstance(one, str):
        yield _newest(ArticleKeyword.objects.filter(keyword=one), now, with_keyword)
    else:
        yield first_rows(
            links.filter(category=one).order_by("-level", "-article_id"), CANDIDATES_PER_CATEGORY
        )
        yield _newest(links.filter(category=one), now, CANDIDATES_PER_CATEGORY)


def _newest(rows, now, number):
    return first_rows(rows.published(now).order_by("-listed_at", "-article_id"), number)


_IN_COMMON = CompiledQuery(in_common)


def with_shared_categories(articles, categories):
    """Annotate articles with shared_categories: the sum of 2 ** place of those categories that they have."""
    bits = (When(category=category, then=Value(2**place)) for place, category in enumerate(categories))
    links = ArticleCategory.objects.filter(article=OuterRef("pk"), category__in=categories)
    shared = links.order_by().values("article").annotate(bits=Sum(Case(*bits), distinct=True))
    return articles.annotate(shared_categories=Subquery(shared.values("bits")))


def slots(depths) -> list[int]:
    """Return the keys of the categories, filled up with zeros, so that every query has as many."""
    return [*depths, *[0] * (CATEGORIES - len(depths))]


def rank(article, candidates, depths, rareness, apart_from) -> list:
    """Return the candidates, most closely related first; those whose key is in apart_from come last.

    depths and rareness: the results of depth_of_categories() and find_candidates(). Equally close candidates
    stay in their order, since sorted() is stable.
    """
    words = _words_in_common(article, candidates)

    def nearness(other):
        deepest, shared = _closeness(other, depths)
        return other.pk not in apart_from, deepest, rareness[other.pk], shared + words[other.pk]

    return sorted(candidates, key=nearness, reverse=True)


def _closeness(other, depths) -> tuple[int, int]:
    """Return the weight of the deepest shared category, and the sum of the weights of all shared ones."""
    bits = other.shared_categories or 0
    shared = [depth for place, depth in enumerate(depths.values()) if bits >> place & 1]
    return max(shared, default=0), sum(shared)


def _words_in_common(article, others) -> dict[int, float]:
    """Return {key: similarity}: the sum over shared words of 1 / number of articles that share the word."""
    own = _words_of(article)
    common = {other.pk: own & _words_of(other) for other in others}
    frequency = Counter(itertools.chain.from_iterable(common.values()))
    # fsum() is exact: a plain sum would depend on the order of the set, and so differ between runs.
    return {key: math.fsum(1 / frequency[word] for word in words) for key, words in common.items()}


def _words_of(article) -> set[str]:
    return distinct_words(" ".join([article.title, article.excerpt, *map(str, article.keywords)]))
