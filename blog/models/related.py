"""Candidates for related articles: ranked by shared categories, then by shared words."""

import itertools
import math
from collections import Counter, defaultdict

from django.db.models import Case, Value, When
from django.utils import timezone

from blog.documents import distinct_words
from blog.models.compiled import CompiledQuery, first_rows
from blog.models.links import ArticleCategory

CATEGORIES = 8  # the deepest ones of an article are used; few have more
LOOKED_AT = 30  # articles considered per category and order
READ = 12  # articles whose words are compared


def closest_by_categories(article) -> dict[int, tuple[int, int]]:
    """Return the few published articles that share the most with this one, closest first.

    The result is {key: (weight of the deepest shared category, sum of the weights of all shared ones)}.
    Among equally close articles, the newest come first.
    """
    depths = depth_of_categories(article)
    if not depths:
        return {}
    shared, moments = defaultdict(list), {}
    for key, category, moment, is_seen in _IN_COMMON.rows(ArticleCategory.objects, timezone.now(), *depths):
        if is_seen:
            shared[key].append(depths[category])
            moments[key] = moment
    shared.pop(article.pk, None)
    closeness = {key: (max(found), sum(found)) for key, found in shared.items()}
    closest = sorted(closeness, key=lambda key: (closeness[key], moments[key], key), reverse=True)
    return {key: closeness[key] for key in closest[:READ]}


def depth_of_categories(article) -> dict[int, int]:
    """Return {category key: weight} of the article's deepest categories, at most CATEGORIES."""
    depths = {}
    for link in sorted(article.filed_under, key=lambda link: link.closeness):
        depths[link.category_id] = link.closeness
    return dict(sorted(depths.items(), key=lambda item: (-item[1], item[0]))[:CATEGORIES])


def in_common(links, now, *categories):
    """Return (article, category, listed_at, is public) rows for some articles of each of the categories.

    For each category these are the articles in which it has the deepest level (the index's order), and the
    newest published ones, since all of the former may be unpublished.
    """
    is_seen = Case(When(listed_at__lte=now, then=Value(1)), default=Value(0))
    some = []
    for category in categories:
        held = links.filter(category=category)
        for rows in (
            held.order_by("-level", "-article_id"),
            held.published(now).order_by("-listed_at", "-article_id"),
        ):
            few = first_rows(rows, LOOKED_AT)
            some.append(few.values_list("article", "category", "listed_at", is_seen))
    first, *others = some
    return first.union(*others).order_by()


_IN_COMMON = CompiledQuery(in_common)


def words_in_common(article, others) -> dict[int, float]:
    """Return {key: similarity}: the sum over shared words of 1 / number of articles that share the word."""
    own = words_of(article)
    common = {other.pk: own & words_of(other) for other in others}
    frequency = Counter(itertools.chain.from_iterable(common.values()))
    # fsum() is exact: a plain sum would depend on the order of the set, and so differ between runs.
    return {key: math.fsum(1 / frequency[word] for word in words) for key, words in common.items()}


def words_of(article) -> set[str]:
    return distinct_words(" ".join([article.title, article.excerpt, *map(str, article.keywords)]))
