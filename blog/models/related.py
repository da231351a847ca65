"""Which articles are close to one: those that share its deepest categories, and then its words."""

import itertools
import math
from collections import Counter, defaultdict

from django.db.models import Case, Value, When
from django.utils import timezone

from blog.documents import distinct_words
from blog.models.compiled import CompiledQuery, first_rows
from blog.models.links import ArticleCategory

CATEGORIES = 8  # of one article, the deepest: few have more
LOOKED_AT = 30  # articles of one category
READ = 12  # articles whose words are compared


def closest_by_categories(article) -> dict[int, tuple[int, int]]:
    """Return the keys of a few published articles that share a category with this one, the closest ones.

    With each goes how close it is: how deep the deepest category in common stands, and all of them together.
    The newest of those that are as close as each other stand first.
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
    """Return how much it means to share each of the article's deepest categories."""
    depths = {}
    for link in sorted(article.filed_under, key=lambda link: link.closeness):
        depths[link.category_id] = link.closeness
    return dict(sorted(depths.items(), key=lambda item: (-item[1], item[0]))[:CATEGORIES])


def in_common(links, now, *categories):
    """Return which of the categories articles hold, since when each is listed, and whether it is public.

    Of each category some articles are looked at: those in which it stands deepest, as the index has them, and
    the newest that readers may see. For of the deepest many may be hidden, and those that are not must not
    get lost.
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
    """Return, by key, how much the words of each say that it is about the same: the rarer, the more."""
    own = words_of(article)
    common = {other.pk: own & words_of(other) for other in others}
    frequency = Counter(itertools.chain.from_iterable(common.values()))
    # fsum(), since a sum in the order of a set would not be the same each time.
    return {key: math.fsum(1 / frequency[word] for word in words) for key, words in common.items()}


def words_of(article) -> set[str]:
    return distinct_words(" ".join([article.title, article.excerpt, *map(str, article.keywords)]))
