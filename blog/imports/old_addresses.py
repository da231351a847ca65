"""Create redirects from the old addresses of articles, so that links to them still work."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings

from blog.articles.models import Article
from blog.base.queries import insert_rows
from blog.documents.fields.old_addresses import path_of
from blog.documents.notices import Notice, NoticeKind
from blog.imports.models import ImportRun
from blog.site.live_pages import PATH_LENGTH, live_pages, may_be_redirected
from blog.site.redirects import Redirect


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
