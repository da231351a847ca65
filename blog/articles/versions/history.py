"""Record a version for each change of an article, read versions, and find their writers.

Only the gate records versions (blog/articles/changes.py). The articles are read from the database, because
forms and imports write links without updating the instances. The number of queries depends neither on the
number of articles (up to 100) nor on the number of versions.

Writers are users who saved a version with changed content, or started the import of the article.
"""

import hashlib
import itertools
import zlib

from django.db import transaction
from django.db.models import OuterRef, Subquery

from blog.articles.digests import TEXTS
from blog.articles.models import Article
from blog.articles.versions import storage
from blog.articles.versions.contents import (
    DERIVED,
    Links,
    article_contents,
    canonical,
    links_of,
    read_canonical,
)
from blog.articles.versions.models import ArticleWriter, Version
from blog.base.locking import lock_rows
from blog.base.models import name_of
from blog.base.queries import insert_rows

ARTICLES_AT_ONCE = 100  # each may be some MB


class DamagedVersionError(Exception):
    """Raised when the stored data of a version cannot be read, or does not match its digest."""


def record_versions(articles, *, by=None, action=Version.Action.SAVED, note="") -> list[Version]:
    """Record the current state of each article as its newest version; return the versions in order.

    by is a user or None. For a save that changed nothing and has no note, the newest version is returned
    instead of a new one. Deleted articles are skipped.
    """
    versions = {}
    keys = [article.pk for article in articles]
    with transaction.atomic(savepoint=False):
        for batch in itertools.batched(dict.fromkeys(keys), ARTICLES_AT_ONCE):
            versions |= _record(batch, by=by, action=action, note=note)
    return [versions[key] for key in keys if key in versions]


def record_imported_versions(links: dict[Article, Links]) -> None:
    """Record the first version of articles that an import created in this transaction.

    The instances and links are stored as given, without queries, because an import creates thousands.
    """
    for batch in itertools.batched(links, ARTICLES_AT_ONCE):
        versions = [
            _version(article, canonical(article_contents(article, links[article]))) for article in batch
        ]
        for version in versions:
            version.action = Version.Action.IMPORTED
        insert_rows(Version, versions)


def ensure_first_versions(articles) -> int:
    """Record a first version of the articles that have none; return their number."""
    count = 0
    with transaction.atomic(savepoint=False):
        for batch in itertools.batched((article.pk for article in articles), ARTICLES_AT_ONCE):
            without = Article.objects.filter(pk__in=batch, versions=None).order_by()
            count += len(_record(list(without.values_list("pk", flat=True)), action=Version.Action.FIRST))
    return count


def version_contents(version: Version) -> dict:
    """Return the contents of a version (contents.py). Raises DamagedVersionError."""
    return read_canonical(stored_contents(version))


def stored_contents(version: Version) -> bytes:
    """Return the canonical bytes of a version. Raises DamagedVersionError."""
    try:
        contents = _decode(version)
    except zlib.error:
        contents = b""
    if hashlib.sha256(contents).hexdigest() != version.digest:
        raise DamagedVersionError(f"The stored data of version {version.number} does not match its digest.")
    return contents


def version_before(version: Version) -> Version | None:
    earlier = version.article.versions.filter(number__lt=version.number)
    return earlier.with_contents().newest_first().first()


def latest_imported_version(article: Article) -> Version | None:
    """Return the latest version from the article's file, or None."""
    imported = article.versions.filter(action__in=[Version.Action.IMPORTED, Version.Action.ACCEPTED])
    return imported.with_contents().newest_first().first()


def _record(keys, *, action, by=None, note=""):
    """Record a version of each article with these primary keys; return {primary key: newest version}."""
    if not keys:
        return {}
    articles = _stored(keys)
    if action == Version.Action.FIRST:
        articles = [article for article in articles if not article.newest_version]
    known = [article.newest_version for article in articles if article.newest_version]
    newest = Version.objects.with_contents().in_bulk(known)
    links = links_of([article.pk for article in articles])
    versions, new = {}, []
    for article in articles:
        before = newest.get(article.newest_version)
        version = _version(article, canonical(article_contents(article, links[article.pk])), before)
        if before and before.digest == version.digest and action == Version.Action.SAVED and not note:
            version = before
        else:
            version.by, version.by_name, version.action, version.note = by, name_of(by), action, note
            new.append(version)
        versions[article.pk] = version
    Version.objects.bulk_create(new)
    return versions


def _stored(keys):
    """Lock the articles, so that version numbers are unique, and return them.

    The lock is a separate query: a query that waits for a lock would see the versions from before the wait.
    """
    lock_rows(Article.objects.filter(pk__in=keys))
    newest = Version.objects.filter(article=OuterRef("pk")).order_by("-number").values("pk")[:1]
    articles = Article.objects.filter(pk__in=keys).order_by("pk")
    articles = articles.select_related("hero_image", "primary_category", "series")
    return articles.defer(*DERIVED).annotate(newest_version=Subquery(newest))


def _version(article, contents, before=None):
    base = before and (before.base or before)
    data, is_difference = storage.encode(contents, stored_contents(base) if base else None)
    return Version(
        article=article,
        number=before.number + 1 if before else 1,
        base=base if is_difference else None,
        data=data,
        digest=hashlib.sha256(contents).hexdigest(),
    )


def _decode(version):
    if version.base_id is None:
        return storage.decode_whole(bytes(version.data))
    return storage.decode_difference(bytes(version.data), storage.decode_whole(bytes(version.base.data)))


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
