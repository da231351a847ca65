"""Keeping a version of each change, and reading what is kept.

Whoever changes articles does it within versions_kept(), or calls keep_versions() afterwards in the same
transaction. What is stored is read from the database for that, not from the objects at hand: forms and
imports write links past them. The queries are as many for one article as for a hundred, and for its 500th
version as for its second.
"""

import hashlib
import itertools
import zlib
from contextlib import contextmanager

from django.db import transaction
from django.db.models import OuterRef, Subquery

from blog.models import Article, Version, name_of
from blog.versioning import storage
from blog.versioning.contents import DERIVED, Links, canonical, contents_of, read_canonical, with_contents

ARTICLES_AT_ONCE = 100  # each may be some MB


class DamagedVersionError(Exception):
    """What is stored of a version is not what was kept."""


@contextmanager
def versions_kept(articles, *, by=None, what=Version.What.SAVED, note=""):
    """Run a change of these stored articles in one transaction, and keep a version of each.

    An article that has none yet, from before there were versions, gets its first before the change.
    """
    articles = list(articles)
    with transaction.atomic():
        keep_first_versions(articles)
        yield
        keep_versions(articles, by=by, what=what, note=note)


def keep_version(article: Article, *, by=None, what=Version.What.SAVED, note="") -> Version:
    """Keep what is stored of one article; see keep_versions()."""
    return keep_versions([article], by=by, what=what, note=note)[0]


def keep_versions(articles, *, by=None, what=Version.What.SAVED, note="") -> list[Version]:
    """Keep what is stored of each article as its newest version; return those, in order.

    by is a user or None. Saving what is the same as in the newest version keeps nothing, without a note: then
    that one is returned. Articles that are not stored any more are left out.
    """
    versions = {}
    keys = [article.pk for article in articles]
    with transaction.atomic():
        for some in itertools.batched(dict.fromkeys(keys), ARTICLES_AT_ONCE):
            versions |= _keep(some, by=by, what=what, note=note)
    return [versions[key] for key in keys if key in versions]


def keep_imported(links: dict[Article, Links]) -> None:
    """Keep a first version of articles that were made from files in this transaction, with their links.

    What is stored is what is at hand, so that nothing is read again: an import makes thousands.
    """
    for some in itertools.batched(links, ARTICLES_AT_ONCE):
        versions = [_version(article, canonical(contents_of(article, links[article]))) for article in some]
        for version in versions:
            version.what = Version.What.IMPORTED
        Version.objects.bulk_create(versions)


def keep_first_versions(articles) -> int:
    """Keep a first version of those articles that have none, and return how many those were."""
    count = 0
    with transaction.atomic():
        for some in itertools.batched((article.pk for article in articles), ARTICLES_AT_ONCE):
            without = Article.objects.filter(pk__in=some, versions=None).order_by()
            count += len(_keep(list(without.values_list("pk", flat=True)), what=Version.What.FIRST))
    return count


def version_contents(version: Version) -> dict:
    """Return what readers saw of the article then, as blog/versioning/contents.py says.

    Raises DamagedVersionError if it is not to be had from what is stored.
    """
    return read_canonical(stored_contents(version))


def stored_contents(version: Version) -> bytes:
    """Return the canonical bytes of a version. Raises DamagedVersionError."""
    try:
        contents = _decode(version)
    except zlib.error:
        contents = b""
    if hashlib.sha256(contents).hexdigest() != version.digest:
        raise DamagedVersionError(f"Version {version.number} of the article is not what was kept.")
    return contents


def version_before(version: Version) -> Version | None:
    earlier = version.article.versions.filter(number__lt=version.number)
    return earlier.with_contents().newest_first().first()


def as_imported(article: Article) -> Version | None:
    """Return the article as its file last made it, without anybody's hand; None if no file did."""
    imported = article.versions.filter(what__in=[Version.What.IMPORTED, Version.What.ACCEPTED])
    return imported.with_contents().newest_first().first()


def _keep(keys, *, what, by=None, note=""):
    """Keep a version of each article with these keys; return the newest of each, by key."""
    if not keys:
        return {}
    articles = _stored(keys)
    if what == Version.What.FIRST:
        articles = [article for article in articles if not article.newest_version]
    known = [article.newest_version for article in articles if article.newest_version]
    newest = Version.objects.with_contents().in_bulk(known)
    versions, new = {}, []
    for article in articles:
        before = newest.get(article.newest_version)
        version = _next_version(article, before)
        if before and before.digest == version.digest and what == Version.What.SAVED and not note:
            version = before
        else:
            version.by, version.by_name, version.what, version.note = by, name_of(by), what, note
            new.append(version)
        versions[article.pk] = version
    Version.objects.bulk_create(new)
    return versions


def _stored(keys):
    """Return the articles as they are stored, locked: no two give the same number to a version.

    The lock is a query of its own: one that waits for it sees versions as they were when it began to wait.
    """
    list(Article.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    newest = Version.objects.filter(article=OuterRef("pk")).order_by("-number").values("pk")[:1]
    articles = Article.objects.filter(pk__in=keys).order_by("pk")
    return with_contents(articles.defer(*DERIVED).annotate(newest_version=Subquery(newest)))


def _next_version(article, before):
    return _version(article, canonical(contents_of(article)), before)


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
