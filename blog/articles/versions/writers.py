"""The writers of an article: users who saved a version with changed content, or started its import."""

import itertools

from blog.articles.digests import TEXTS
from blog.articles.models import Article
from blog.articles.versions.history import version_contents
from blog.articles.versions.models import ArticleWriter, Version

Action = Version.Action
WORDS = (*TEXTS, "keywords", "hero_image", "body_images")


BY_RULE = frozenset(
    (Action.FIRST, Action.IMPORTED, Action.BULK, Action.RESTORED, Action.ACCEPTED, Action.UNDONE)
)  # actions whose words the user did not type


def has_written(user, article: Article, *, by_hand: bool = False) -> bool:
    """Whether the user started an import of the article, or saved a version with changed content.

    by_hand: only if the user typed or removed words, on the edit page or in the proof.
    """
    writers = article.writers.filter(user=user.pk, **({"by_hand": True} if by_hand else {}))
    return writers.exists() or user.pk in _writers_in_versions(article, user.pk, by_hand=by_hand)


def store_writers(article: Article) -> None:
    """Store the writers found in the article's versions, before some versions are deleted."""
    by_hand = _writers_in_versions(article, by_hand=True)
    for user in _writers_in_versions(article):
        ArticleWriter.objects.add(user, [article.pk], by_hand=user in by_hand)


def _writers_in_versions(article, only=None, *, by_hand=False) -> set[int]:
    """Return the pks of users who saved a version with changed content. only: check one user."""
    left_out = BY_RULE if by_hand else frozenset()
    rows = list(article.versions.order_by("number").values_list("pk", "by", "action"))
    first = {by for _, by, action in rows[:1] if action not in left_out}  # the creator of the article
    pairs = [
        (before, after, by)
        for (before, *_), (after, by, action) in itertools.pairwise(rows)
        if by and only in (None, by) and by not in first and action not in left_out
    ]
    versions = Version.objects.with_contents().in_bulk({key for pair in pairs for key in pair[:2]})
    written = {by for before, after, by in pairs if _words(versions[before]) != _words(versions[after])}
    return (first | written) - {None}


def _words(version):
    contents = version_contents(version)
    return [contents.get(name) for name in WORDS]
