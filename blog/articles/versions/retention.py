"""Delete old versions. This never happens automatically."""

import itertools
from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Length
from django.utils import timezone

from blog.articles.models import Article
from blog.articles.versions import storage
from blog.articles.versions.history import store_writers, stored_contents
from blog.articles.versions.models import Version

ARTICLES_AT_ONCE = 100
FROM_FILES = (Version.Action.IMPORTED, Version.Action.ACCEPTED)


def prune_versions(*, keep_days=None, keep_last=None, dry_run=False, now=None) -> Iterator[tuple]:
    """Delete versions that neither keep_days nor keep_last protects.

    Yield (article, numbers, size in bytes) of the deleted versions of each article, or of those to delete.

    keep_days: keep versions younger than this many days. keep_last: keep this many newest versions per
    article. At least one must be given. The first, the newest, the latest imported and all approved versions
    are always kept. Each article has its own transaction, so an interruption is harmless.
    """
    if keep_days is None and keep_last is None:
        raise ValueError("Specify keep_days, keep_last or both.")
    since = (now or timezone.now()) - timedelta(days=keep_days) if keep_days is not None else None
    # The second version itself may have been deleted by an earlier call.
    changed = Version.objects.filter(number__gt=1).values("article")
    keys = Article.objects.filter(pk__in=changed).order_by("pk").values_list("pk", flat=True)
    for batch in itertools.batched(keys, ARTICLES_AT_ONCE):
        for article in Article.objects.only("title").filter(pk__in=batch).order_by("pk"):
            if pruned := _prune(article, since, keep_last or 0, dry_run):
                yield pruned


def _prune(article, since, keep_last, dry_run):
    with transaction.atomic():
        Article.objects.select_for_update(no_key=True).only("pk").get(pk=article.pk)
        rows = article.versions.newest_first().annotate(size=Length("data")).defer("data", "note")
        outdated = _outdated(list(rows), since, keep_last)
        if outdated and not dry_run:
            store_writers(article)
            _delete(article, outdated)
    numbers = tuple(sorted(version.number for version in outdated))
    return (article, numbers, sum(version.size for version in outdated)) if outdated else None


def _outdated(versions, since, keep_last):
    """Return the versions to delete. versions: all of an article, newest first."""
    kept = {version.pk for version in (*versions[: max(keep_last, 1)], versions[-1])}
    kept |= {version.pk for version in versions if version.is_approved}
    kept |= {version.pk for version in [row for row in versions if row.action in FROM_FILES][:1]}
    if since is not None:
        kept |= {version.pk for version in versions if version.created_at >= since}
    return [version for version in versions if version.pk not in kept]


def _delete(article, outdated):
    """Delete these versions, and re-encode remaining ones that are stored as a difference from them."""
    keys = [version.pk for version in outdated]
    dependent = article.versions.filter(base__in=keys).exclude(pk__in=keys).with_contents().order_by("number")
    bases = {}
    for version in dependent:
        contents = stored_contents(version)
        base, base_contents = bases.get(version.base_id, (None, None))
        data, is_difference = storage.encode(contents, base_contents)
        if not is_difference:
            base = None
            bases[version.base_id] = version, contents
        article.versions.replace_data(version, base=base, data=data)
    # Differences first, then their bases, which the foreign key protects.
    article.versions.filter(pk__in=keys, base__isnull=False).delete()
    article.versions.filter(pk__in=keys).delete()
