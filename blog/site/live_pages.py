"""Find out which paths are public pages, and so cannot be redirected."""

import itertools
import re
from collections import defaultdict
from functools import cache
from unicodedata import normalize
from urllib.parse import unquote

from django.conf import settings
from django.urls import Resolver404, get_resolver, resolve
from django.utils.translation import gettext as _

from blog.base.queries import ROWS_AT_ONCE
from blog.base.registered import registered
from blog.site.redirects import Redirect, forms_of

PATH_LENGTH = Redirect._meta.get_field("path").max_length
CONTROL_CHARACTER = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class RedirectError(ValueError):
    """Raised when a path or URL cannot be used in a redirect. The message says why."""


def clean_path(address: str) -> str:
    """Return the path of an old URL in the form for Redirect.path. Raises RedirectError."""
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
    """Whether a redirect from this path is possible. If not, lookups need no query."""
    elsewhere = (settings.STATIC_URL, settings.MEDIA_URL, "/admin/")
    return not path.startswith(elsewhere) and len(path) <= PATH_LENGTH and "\0" not in path


def live_pages(paths) -> dict[str, object]:
    """Return {path: public page} for the paths that have one and therefore cannot be redirected.

    The page is an article, category, author, series or page, or the path itself for a tag or any other view.
    Unpublished rows do not count: their paths may be redirected until they are published. Forms, CSV lists
    and imports all use this rule.
    """
    views = defaultdict(dict)  # {URL name: {path: arguments of the view}}
    for path in paths:
        if match := _match(path):
            views[match.view_name][path] = match.kwargs
    live = {}
    for view_name, arguments in views.items():
        live |= _live(view_name, arguments)
    return live


def _live(view_name, arguments):
    """Return live_pages() of the paths of one view. The number of queries grows only with that of slugs."""
    slugs = {path: values.get("slug") for path, values in arguments.items()}
    if view_name in SLUG_PAGES:
        rows = Redirect.objects.targets(SLUG_PAGES[view_name]).with_public_page()
        found = _by_slug(rows, {*slugs.values()})
        return {path: found[slug] for path, slug in slugs.items() if slug in found}
    if view_name in TAG_PAGES:
        found = _by_slug(registered.public_tags(), {*slugs.values()})
        return {path: path for path, slug in slugs.items() if slug in found}
    if view_name in LISTS_OF_CONTENT:
        found = LISTS_OF_CONTENT[view_name]()
        return {path: path for path, values in arguments.items() if tuple(values.values()) in found}
    return {path: path for path in arguments}


def existing_pages(paths) -> set[str]:
    """Return the paths that a link can point to.

    These are public pages, redirects (but not 410 Gone), articles that may still be published, and all paths
    outside the public site, such as files and the admin, which are not checked.
    """
    paths = set(paths)
    found = {path for path in paths if not may_be_redirected(path)}
    found |= live_pages(paths - found).keys()
    for batch in itertools.batched(paths - found, ROWS_AT_ONCE):
        spellings = {form: path for path in batch for form in forms_of(path)}
        redirects = Redirect.objects.filter(path__in=spellings, is_gone=False)
        found |= {spellings[path] for path in redirects.values_list("path", flat=True)}
    return found | _unpublished(paths - found)


def _unpublished(paths):
    """Return the paths of articles that are not in the trash, published or not."""
    matches = {path: match for path in paths if (match := _match(path))}
    slugs = {
        path: match.kwargs["slug"]
        for path, match in matches.items()
        if SLUG_PAGES.get(match.view_name) == "article"
    }
    rows = _by_slug(Redirect.objects.targets("article").in_use(), set(slugs.values()))
    return {path for path, slug in slugs.items() if slug in rows}


def _match(path):
    """Return the ResolverMatch of a path or None. A missing trailing slash is added, as in Django."""
    for address in (path, f"{path}/"):
        if not _any_route(get_resolver()).match(address[1:]):
            continue
        try:
            return resolve(address)
        except Resolver404:
            continue
    return None


@cache
def _any_route(resolver):
    """Return an expression that matches if resolve() may: for other paths, that is a hundred times slower."""
    routes = (pattern.pattern.regex.pattern for pattern in top_patterns(resolver.url_patterns))
    return re.compile("|".join(re.sub(r"\?P<\w+>", "?:", route) for route in routes))


def top_patterns(patterns):
    """Yield the URL patterns, replacing those that include others without a prefix with these."""
    for pattern in patterns:
        if not str(pattern.pattern) and hasattr(pattern, "url_patterns"):
            yield from top_patterns(pattern.url_patterns)
        else:
            yield pattern


def _months():
    """Return the (year,) and (year, month) of published articles. Years in URLs have four digits."""
    articles = Redirect.objects.targets("article").published().filter(published_at__year__gte=1000)
    months = [row["month"] for row in articles.count_by_month()]
    return {(month.year,) for month in months} | {(month.year, month.month) for month in months}


def _languages():
    """Return the (language,) of published translations, and the (slug,) of pages."""
    translated = Redirect.objects.targets("article").published().filter(translation_group__isnull=False)
    languages = translated.order_by().values_list("language").distinct()
    pages = Redirect.objects.targets("page").published().values_list("slug")
    return {*pages, *((language.lower(),) for (language,) in languages)}


# {URL name of a list: function that returns the arguments with which it has content}
LISTS_OF_CONTENT = {
    "blog:archive_year": _months,
    "blog:archive_month": _months,
    "blog:language_home": _languages,
}
SLUG_PAGES = {  # {URL name: field of Redirect for the rows of these pages}
    "blog:article_detail": "article",
    "blog:article_markdown": "article",
    "blog:category_detail": "category",
    **dict.fromkeys([f"blog:category_feeds:{name}" for name in ("rss", "atom", "json")], "category"),
    "blog:author_detail": "author",
    "blog:series_detail": "series",
    **dict.fromkeys([f"blog:series_feeds:{name}" for name in ("rss", "atom", "json")], "series"),
    "blog:page_detail": "page",
}
TAG_PAGES = {"blog:tag_detail", *(f"blog:tag_feeds:{name}" for name in ("rss", "atom", "json"))}


def _by_slug(rows, slugs):
    rows = rows.only("title" if rows.model._meta.model_name in {"article", "page"} else "name", "slug")
    return {
        row.slug: row
        for batch in itertools.batched(slugs, ROWS_AT_ONCE)
        for row in rows.filter(slug__in=batch)
    }
