"""Middleware for response headers, malformed requests, and redirects from old URLs."""

import re
from unicodedata import normalize

from django.conf import settings
from django.http import Http404, HttpResponsePermanentRedirect
from django.middleware.http import ConditionalGetMiddleware
from django.urls import is_valid_path, reverse
from django.utils.cache import add_never_cache_headers, get_conditional_response, set_response_etag
from django.utils.encoding import escape_uri_path

from blog.articles.models import Article
from blog.page_cache.keys import NEVER_CACHED
from blog.reader.views import errors
from blog.site.identity import site_identity_cached
from blog.site.live_pages import live_pages, may_be_redirected
from blog.site.redirects import Redirect, forms_of

# URLs derived from the URL of an article (.md), a category or a series (feeds). Redirects apply to them, too.
APPENDAGE = re.compile(r"(?P<page>/.+?)(?P<rest>\.md|/feeds/(?:rss\.xml|atom\.xml|feed\.json))")


class _Middleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)


class NulMiddleware(_Middleware):
    """Middleware that removes NUL, which PostgreSQL rejects, from the query string and cookies.

    Paths and forms check for NUL themselves.
    """

    def __call__(self, request):
        query, cookies = request.META.get("QUERY_STRING", ""), request.headers.get("cookie", "")
        # Replaced instead of removed: the surrounding characters could form another "%00".
        request.META["QUERY_STRING"] = query.replace("%00", "%EF%BF%BD").replace("\0", "%EF%BF%BD")
        if "\\000" in cookies or "\0" in cookies:
            del request.META["HTTP_COOKIE"]
        return self.get_response(request)


class PageNumberMiddleware(_Middleware):
    """Middleware that answers 404 to ?page=2 on pages that are not lists.

    These URLs would show the same page again, so anybody could fill the page cache with copies of a page.
    """

    LISTS = frozenset(
        (
            *("archive_month", "archive_year", "author_detail", "author_index", "category_detail"),
            *("corrections", "language_home", "series_detail", "sitemap_section", "tag_detail"),
        )
    )

    def process_view(self, request, view, args, kwargs):
        is_list = request.resolver_match.url_name in self.LISTS
        if "page" in request.GET and not (is_list or request.path.startswith(NEVER_CACHED)):
            raise Http404


class PublicationMiddleware(_Middleware):
    """Middleware that caches the site identity for the duration of a request."""

    def __call__(self, request):
        with site_identity_cached():
            return self.get_response(request)


class PermissionsPolicyMiddleware(_Middleware):
    """Middleware that sets Permissions-Policy, which denies browser features that Galley does not use.

    The policy also applies to injected scripts.
    """

    POLICY = (
        "browsing-topics=(), camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
    )

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", self.POLICY)
        return response


class SpeculationRulesMiddleware(_Middleware):
    """Middleware that sends the Speculation-Rules header, so that browsers prefetch links of public pages."""

    def __call__(self, request):
        response = self.get_response(request)
        is_page = response.get("Content-Type", "").startswith("text/html")
        if is_page and response.status_code == 200 and not request.path.startswith(("/admin/", "/preview/")):
            # A structured header: a list of quoted strings.
            response.headers["Speculation-Rules"] = f'"{reverse("blog:speculation_rules")}"'
        return response


class CacheControlMiddleware(_Middleware):
    """Middleware that sets Cache-Control on public pages without one: a short time for proxies and CDNs.

    Browsers revalidate each time and mostly get a 304. The page cache stores only responses with `public`.
    """

    PUBLIC = (
        f"public, max-age=0, s-maxage={settings.CDN_SECONDS}, stale-while-revalidate={settings.CDN_SECONDS}"
    )

    def __call__(self, request):
        response = self.get_response(request)
        if request.method in {"GET", "HEAD"}:
            response.headers.setdefault("Cache-Control", self.PUBLIC)
        return response


class ConditionalMiddleware(ConditionalGetMiddleware):
    """Django's ConditionalGetMiddleware, extended to HEAD, which must have the same headers as GET."""

    def process_response(self, request, response):
        if request.method != "HEAD":
            return super().process_response(request, response)
        if self.needs_etag(response) and not response.has_header("ETag"):
            set_response_etag(response)
        etag = response.get("ETag")
        return get_conditional_response(request, etag=etag, response=response) if etag else response


class NeverCachedAdminMiddleware(_Middleware):
    """Middleware that forbids caching below /admin/. Django omits this for 404s and scripts."""

    def __call__(self, request):
        response = self.get_response(request)
        if request.path.startswith("/admin/") and "no-store" not in response.get("Cache-Control", ""):
            add_never_cache_headers(response)
        return response


class RedirectFallbackMiddleware(_Middleware):
    """Middleware that replaces a 404 with a redirect or a 410 if the path has a stored redirect.

    A path that is not in NFC is redirected to its NFC form.
    """

    def __call__(self, request):
        response = self.get_response(request)
        if (
            response.status_code != 404
            or request.method not in {"GET", "HEAD"}
            or not may_be_redirected(request.path)
        ):
            return response
        redirect, appendage = find_redirect(request.path)
        if redirect and live_pages([request.path]):
            return response  # CommonMiddleware adds the slash to the path of a page that appeared later
        if redirect is None:
            address = composed_address(request.path)
            return HttpResponsePermanentRedirect(address) if address else response
        if redirect.is_gone:
            return errors.gone(request)
        address = new_address(redirect, appendage)
        return HttpResponsePermanentRedirect(address) if address else response


def find_redirect(path: str) -> tuple[Redirect | None, str]:
    """Return (redirect, rest) for a path; (None, "") if it has no redirect.

    For the .md version or a feed of a page, return the redirect of the page, and this suffix as rest.
    """
    appendages = dict.fromkeys(spellings(path), "")
    if match := APPENDAGE.fullmatch(path):
        appendages |= dict.fromkeys(spellings(f"{match['page']}/"), match["rest"])
    redirects = Redirect.objects.filter(path__in=appendages).select_related(*Redirect.TARGETS)
    ranks = {form: rank for rank, form in enumerate(appendages)}
    found = min(redirects, key=lambda redirect: ranks[redirect.path], default=None)
    return found, appendages[found.path] if found else ""


def spellings(path: str) -> list[str]:
    """Return the forms in which a redirect may store this path, the nearest first.

    These are the path and its variants with or without a slash, .html or /index.html. Each is included as
    requested and in NFC, unescaped and escaped.
    """
    typed = (one for form in forms_of(path) for one in (form, normalize("NFC", form)))
    return list(dict.fromkeys(form for one in typed for form in (one, escape_uri_path(one))))


def composed_address(path: str) -> str | None:
    """Return the escaped path in NFC if it differs and matches a URL pattern, else None.

    Slugs are stored in NFC. Some systems decompose file names (NFD), and links are made from such names.
    """
    composed = normalize("NFC", path)
    return escape_uri_path(composed) if composed != path and is_valid_path(composed) else None


def new_address(redirect: Redirect, appendage: str) -> str | None:
    """Return the target URL of a redirect, or None if readers may not see the target."""
    if redirect.address:
        return None if appendage else redirect.address
    published = Article.objects.published()
    target = redirect.target
    if redirect.page:
        return target.get_absolute_url() if target.is_published and not appendage else None
    if redirect.article:
        if appendage not in {"", ".md"} or not published.filter(pk=target.pk).exists():
            return None
        return target.get_markdown_url() if appendage else target.get_absolute_url()
    if appendage == ".md" or (appendage and redirect.author) or not target.newest_articles().exists():
        return None
    address = target.get_absolute_url()
    return address and address + appendage.removeprefix("/")
