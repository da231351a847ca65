"""Redirect the old addresses of imported articles, and the feeds and lists of their site, so that links work.

Redirects of feeds, lists, and pages of categories, tags and authors are only added for addresses without a
page or a redirect. An undo of the import deletes them, and its restore adds them again.
"""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from blog import page_cache
from blog.articles.authors import Author
from blog.articles.categories import Category
from blog.articles.keywords import Tag
from blog.articles.models import Article
from blog.articles.names import folded
from blog.base.queries import ROWS_AT_ONCE, insert_rows
from blog.documents.fields.old_addresses import path_of
from blog.documents.generators.configuration import WITHOUT_ADDRESSES, Feeds
from blog.documents.generators.rules import AddressRules
from blog.documents.generators.slugs import title_slug
from blog.documents.notices import Notice, NoticeKind
from blog.imports.lock import acquire_import_lock
from blog.imports.models import ImportRun
from blog.site.live_pages import PATH_LENGTH, live_pages, may_be_redirected
from blog.site.redirects import Redirect, forms_of


def create_redirects(
    wanted: Iterable[tuple[Article, Iterable[str], list[Notice]]], record: ImportRun | None = None
) -> None:
    """Redirect old addresses to articles. wanted: (article, its old addresses, notices to add to).

    record: the import whose undo deletes the redirects, if they do not end with what it did to the articles.
    Existing pages and redirects are kept, and a notice is added. Readers may add or omit a trailing slash,
    .html and index.html, see find_redirect() in blog/reader/middleware.py.
    """
    paths = {}  # {path: (article, notices)}
    for article, addresses, notices in wanted:
        own = article.get_absolute_url().rstrip("/")
        for path in dict.fromkeys(filter(None, map(_path, addresses))):
            if path.rstrip("/") == own:
                continue
            if reason := _unusable(path):
                notices.append(_notice(path, reason))
            elif path in paths and paths[path][0] != article:
                notices.append(_notice(path, "already redirects to another page: left as it is."))
            else:
                paths.setdefault(path, (article, notices))
    if paths:
        _create(paths, record)


def _create(paths, record):
    known = {redirect.path: redirect for redirect in Redirect.objects.filter(path__in=paths)}
    live = live_pages(path for path in paths if path not in known)
    rows = []
    for path, (article, notices) in paths.items():
        if path in known:
            if known[path].article_id != article.pk:
                notices.append(_notice(path, "already redirects to another page: left as it is."))
        elif path in live:
            notices.append(_notice(path, "is a page of this site: no redirect created."))
        else:
            rows.append(Redirect(path=path, article=article, created_by_import=record))
    insert_rows(Redirect, rows)


def _notice(path, reason):
    return Notice(NoticeKind.OLD_ADDRESS, f"old address {path[:200]} {reason}")


def _unusable(path):
    if not may_be_redirected(path):
        return "is not part of the public site: no redirect created."
    if len(path.encode()) > PATH_LENGTH:
        return f"is longer than {PATH_LENGTH} bytes: no redirect created."
    return ""


def _path(address):
    """Return the path of an address on this site, or None."""
    if not address.startswith("/") or address.startswith("//"):
        return path_of(address) if _host(address) == _host(settings.SITE_URL) else None
    return address


def _host(address):
    return (urlsplit(address).hostname or "").removeprefix("www.")


MOST_TAGS = 1000  # the most frequent


# The paths that most generators use, for a site whose generator is not known.
COMMON = Feeds(
    feeds=("feed.xml", "atom.xml", "index.xml", "rss.xml", "feed.json"),
    categories=("category/:name/", "categories/:name/"),
    tags=("tag/:name/", "tags/:name/"),
    authors=("author/:name/", "authors/:name/"),
    lists=("", "archive/"),
)


def redirect_generator_pages(run: ImportRun, rules: AddressRules) -> None:
    """Create the redirects for the source of an import."""
    configuration = rules.configuration
    is_known = configuration.generator not in WITHOUT_ADDRESSES
    feeds = configuration.feeds if is_known else COMMON
    # For an unknown generator, also below the folders that the pattern has for all texts, such as /blog.
    folders = re.split(r"[:{]", rules.pattern, maxsplit=1)[0].rpartition("/")[0]
    bases = [configuration.base_path] if is_known else ["", folders]
    wanted = {}
    for address, target in (*_lists(feeds), *_names(feeds, rules.generator, run.source_name)):
        for base in bases:
            path = path_of(f"{base}/{quote(address.lstrip('/'))}")
            if path and path != "/" and path.rstrip("/") != str(target).rstrip("/"):
                wanted.setdefault(path, target)
    rows = [Redirect(path=path, created_by_import=run) for path in free_paths(list(wanted))]
    for row in rows:
        row.set_target(wanted[row.path])
    if rows:
        with transaction.atomic():
            Redirect.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE, ignore_conflicts=True)
            page_cache.invalidate_on_commit()


def withdraw_redirects(run: ImportRun) -> None:
    """Delete the redirects of an import that is undone, and store them for restore_redirects()."""
    redirects = Redirect.objects.filter(created_by_import=run)
    with transaction.atomic():
        acquire_import_lock()
        if not (stored := redirects.stored_values()):
            return
        run.withdrawn_redirects += stored
        run.save(update_fields=["withdrawn_redirects"])
        redirects.delete()
        page_cache.invalidate_on_commit()


def restore_redirects(run: ImportRun) -> None:
    """Create the redirects again that the undo of an import deleted, where their addresses are still free."""
    if not run.withdrawn_redirects:
        return
    with transaction.atomic():
        acquire_import_lock()
        free = {*free_paths([values["path"] for values in run.withdrawn_redirects])}
        stored = [values for values in run.withdrawn_redirects if values["path"] in free]
        Redirect.objects.recreate(stored, created_by_import=run)
        run.withdrawn_redirects = []
        run.save(update_fields=["withdrawn_redirects"])
        page_cache.invalidate_on_commit()


def _lists(feeds) -> Iterator[tuple[str, str]]:
    """Yield (old address, URL) of feeds and lists."""
    for address in feeds.feeds:
        is_atom = "atom" in address or address.rpartition("/")[2] == "feed.xml"
        name = "json" if address.endswith(".json") else "atom" if is_atom else "rss"
        yield address, reverse(f"blog:feeds:{name}")
    for address in ("feed/", "rss/"):
        yield address, reverse("blog:feeds:rss")
    for address in feeds.lists:
        yield address, reverse("blog:archive" if "archive" in address else "blog:home")
    indexes = {"category_index": (*feeds.categories, *feeds.tags), "author_index": feeds.authors}
    for page, patterns in indexes.items():
        starts = (pattern.partition(":")[0] for pattern in patterns)
        yield from ((start, reverse(f"blog:{page}")) for start in starts if start.strip("/"))


def _names(feeds, generator, source_name) -> Iterator[tuple[str, Category | Author | str]]:
    """Yield (old address, target) of the pages of categories, authors and tags in the source's articles."""
    articles = Article.objects.filter(source_file__source_name=source_name).order_by()
    slugs = defaultdict(set)
    for kind, name, slug in feeds.slugs:
        slugs[kind, folded(name)].add(slug)
    for kind, patterns, model in (
        ("category", feeds.categories, Category),
        ("author", feeds.authors, Author),
    ):
        rows = model.objects.filter(article_links__article__in=articles).distinct()
        for row in rows if patterns else ():
            for name in slugs[kind, row.folded_name] or {title_slug(row.name, generator), row.slug}:
                yield from ((pattern.replace(":name", name), row) for pattern in patterns)
    if not feeds.tags:
        return
    names = Counter(tag for keywords in articles.values_list("keywords", flat=True) for tag in keywords)
    names = {name: folded(name) for name, _count in names.most_common(MOST_TAGS)}
    categories = Category.objects.by_folded_name(names.values())
    tags = Tag.objects.by_folded_name(names.values())
    for name, key in names.items():
        target = categories.get(key) or tags.get(key)
        if not target:
            continue
        target = target if isinstance(target, Category) else target.get_absolute_url()
        for slug in slugs["tag", key] or {title_slug(name, generator)} - {""}:
            yield from ((pattern.replace(":name", slug), target) for pattern in feeds.tags)


def free_paths(paths) -> list[str]:
    """Return the paths that have no page or redirect in any form, and no form in common; see forms_of()."""
    live = live_pages(paths)
    free = [path for path in paths if path not in live and may_be_redirected(path)]
    taken = set()
    for batch in itertools.batched({form for path in free for form in forms_of(path)}, ROWS_AT_ONCE):
        taken.update(Redirect.objects.filter(path__in=batch).values_list("path", flat=True))
    chosen, seen = [], set()
    for path in free:
        forms = {*forms_of(path)}
        if not forms & (taken | seen):
            chosen.append(path)
            seen |= forms
    return chosen
