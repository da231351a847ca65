"""Who has written in an article: whoever saved a version of it with other words."""

import itertools

from blog.articles.digests import TEXTS
from blog.articles.models import Article
from blog.articles.versions.history import version_contents
from blog.articles.versions.models import Version

WORDS = (*TEXTS, "hero_image", "body_images")


def has_written(user, article: Article) -> bool:
    """Return whether the user has saved a version of the article with changed words."""
    rows = list(article.versions.order_by("number").values_list("pk", "by"))
    pairs = [(before, after[0]) for (before, _), after in itertools.pairwise(rows) if after[1] == user.pk]
    if rows and rows[0][1] == user.pk:  # it is the user's from the beginning
        return True
    versions = Version.objects.with_contents().in_bulk({key for pair in pairs for key in pair})
    return any(_words_of(versions[before]) != _words_of(versions[after]) for before, after in pairs)


def _words_of(version):
    contents = version_contents(version)
    return [contents.get(name) for name in WORDS]
