"""Which addresses lead to a page now, and so need no redirect."""

import itertools
import re
from unicodedata import normalize
from urllib.parse import unquote

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.base.queries import ROWS_AT_ONCE
from blog.site.redirects import Redirect

PATH_LENGTH = Redirect._meta.get_field("path").max_length
CONTROL_CHARACTER = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class RedirectError(ValueError):
    """An address cannot be used in a redirect; the message says why."""


def clean_path(address: str) -> str:
    """Return the path of an old address as redirects store it. Raises RedirectError."""
    path = address.strip().partition("?")[0].partition("#")[0]
    if "://" in path:
        path = path.partition("://")[2].partition("/")[2]
    path = "/" + normalize("NFC", unquote(path)).lstrip("/")
    if CONTROL_CHARACTER.search(path):
        raise RedirectError(_("The URL contains an invalid character."))
    if len(path.encode("utf-8", "surrogatepass")) > PATH_LENGTH:  # indexes are limited in bytes
        raise RedirectError(_("The path is longer than %d bytes.") % PATH_LENGTH)
    if not may_be_redirected(path):
        raise RedirectError(_("A redirect cannot be added here: this path is not part of the public site."))
    return path


def may_be_redirected(path: str) -> bool:
    """Whether a path can be that of a redirect; others need no query."""
    elsewhere = (settings.STATIC_URL, settings.MEDIA_URL, "/admin/")
    return not path.startswith(elsewhere) and len(path) <= PATH_LENGTH and "\0" not in path


def live_pages(paths) -> dict[str, object]:
    """Return {path: public page at it}, for the paths that have one and therefore cannot be redirected.

    The page is an article, category, author, series or plain page; for any other URL, its path. An
    unpublished row does not count: its address may be redirected until it is published. Forms, CSV lists and
    imports all use this rule.
    """
    live, slugs = {}, {}
    for path in paths:
        match = _match(path)
        if match and match.view_name in SLUG_PAGES:
            slugs.setdefault(match.view_name, {})[path] = match.kwargs["slug"]
        elif match and _is_found(match):
            live[path] = path
    for view_name, wanted in slugs.items():
        rows = _by_slug(
            Redirect.objects.targets(SLUG_PAGES[view_name]).with_public_page(), set(wanted.values())
        )
        live |= {path: rows[slug] for path, slug in wanted.items() if slug in rows}
    return live


def existing_pages(paths) -> set[str]:
    """Return those of the paths at which the site has something for a link to lead to.

    Besides public pages, that is a redirect, an article that may still be published, and whatever is no page
    of readers: of files and of the admin nobody asks here.
    """
    paths = set(paths)
    found = {path for path in paths if not may_be_redirected(path)}
    found |= live_pages(paths - found).keys()
    for some in itertools.batched(paths - found, ROWS_AT_ONCE):
        at = {one: path for path in some for one in (path, f"{path}/")}
        redirects = Redirect.objects.filter(path__in=at, is_gone=False).values_list("path", flat=True)
        found |= {at[one] for one in redirects}
    return found | _coming(paths - found)


def _coming(paths):
    """Return those of the paths that are addresses of articles not published, and not in the trash."""
    matches = {path: match for path in paths if (match := _match(path))}
    slugs = {
        path: match.kwargs["slug"]
        for path, match in matches.items()
        if SLUG_PAGES.get(match.view_name) == "article"
    }
    rows = _by_slug(Redirect.objects.targets("article").in_use(), set(slugs.values()))
    return {path for path, slug in slugs.items() if slug in rows}


def _match(path):
    """Return the ResolverMatch of a path, or None; a missing trailing slash is added, as Django does."""
    for address in (path, f"{path}/"):
        try:
            return resolve(address)
        except Resolver404:
            continue
    return None


def _is_found(match):
    """Whether the page of a URL without a row exists: archive pages do only if they list an article."""
    if match.view_name not in {"blog:archive_year", "blog:archive_month"}:
        return True
    year = match.kwargs["year"]
    if year > timezone.localtime().year:  # as in the archive view; after year 9999 there is no next month
        return False
    articles = Redirect.objects.targets("article").published().in_years([year])
    return (articles.in_month(**match.kwargs) if "month" in match.kwargs else articles).exists()


SLUG_PAGES = {  # {URL name: the field of Redirect that leads to the rows of these pages}
    "blog:article_detail": "article",
    "blog:article_markdown": "article",
    "blog:category_detail": "category",
    **dict.fromkeys([f"blog:category_feeds:{name}" for name in ("rss", "atom", "json")], "category"),
    "blog:author_detail": "author",
    "blog:series_detail": "series",
    **dict.fromkeys([f"blog:series_feeds:{name}" for name in ("rss", "atom", "json")], "series"),
    "blog:page_detail": "page",
}


def _by_slug(rows, slugs):
    rows = rows.only("title" if rows.model._meta.model_name in {"article", "page"} else "name", "slug")
    return {
        row.slug: row for some in itertools.batched(slugs, ROWS_AT_ONCE) for row in rows.filter(slug__in=some)
    }
