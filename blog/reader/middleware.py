"""Middleware: response headers, refusing malformed requests, and redirects from old addresses."""

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
from blog.site.live_pages import may_be_redirected
from blog.site.redirects import Redirect

# URLs below that of an article (.md), a category or a series (feeds), which change with it.
APPENDAGE = re.compile(r"(?P<page>/.+?)(?P<rest>\.md|/feeds/(?:rss\.xml|atom\.xml|feed\.json))")


class NulMiddleware:
    """Replaces NUL in the query string and cookies, since PostgreSQL refuses it. Paths and forms check it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        query, cookies = request.META.get("QUERY_STRING", ""), request.headers.get("cookie", "")
        # Replaced, not removed: the characters around it could otherwise form another "%00".
        request.META["QUERY_STRING"] = query.replace("%00", "%EF%BF%BD").replace("\0", "%EF%BF%BD")
        if "\\000" in cookies or "\0" in cookies:
            del request.META["HTTP_COOKIE"]
        return self.get_response(request)


class PageNumberMiddleware:
    """Answers 404 to ?page=2 on pages that are not lists, which would be the same page at another URL.

    Otherwise anybody could fill the page cache with copies of a page.
    """

    LISTS = frozenset(
        (
            *("archive_month", "archive_year", "author_detail", "author_index", "category_detail"),
            *("corrections", "series_detail", "sitemap_section"),
        )
    )

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        is_list = request.resolver_match.url_name in self.LISTS
        if "page" in request.GET and not (is_list or request.path.startswith(NEVER_CACHED)):
            raise Http404


class PublicationMiddleware:
    """Caches the site identity for the duration of a request."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with site_identity_cached():
            return self.get_response(request)


class PermissionsPolicyMiddleware:
    """Sets Permissions-Policy: denies browser features that Galley does not use, also to injected scripts."""

    POLICY = (
        "browsing-topics=(), camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
    )

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", self.POLICY)
        return response


class SpeculationRulesMiddleware:
    """Sends the Speculation-Rules header: the browser may prefetch links of public pages."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        is_page = response.get("Content-Type", "").startswith("text/html")
        if is_page and response.status_code == 200 and not request.path.startswith(("/admin/", "/preview/")):
            # A structured header: a list of quoted strings.
            response.headers["Speculation-Rules"] = f'"{reverse("blog:speculation_rules")}"'
        return response


class CacheControlMiddleware:
    """Sets Cache-Control on public pages without one: a short time for proxies and CDNs.

    Browsers revalidate each time, mostly with a 304. The page cache stores only responses marked public here.
    """

    PUBLIC = (
        f"public, max-age=0, s-maxage={settings.CDN_SECONDS}, stale-while-revalidate={settings.CDN_SECONDS}"
    )

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.method in {"GET", "HEAD"}:
            response.headers.setdefault("Cache-Control", self.PUBLIC)
        return response


class ConditionalMiddleware(ConditionalGetMiddleware):
    """Django's ConditionalGetMiddleware, for HEAD too, which must have the same headers as GET."""

    def process_response(self, request, response):
        if request.method != "HEAD":
            return super().process_response(request, response)
        if self.needs_etag(response) and not response.has_header("ETag"):
            set_response_etag(response)
        etag = response.get("ETag")
        return get_conditional_response(request, etag=etag, response=response) if etag else response


class NeverCachedAdminMiddleware:
    """Forbids caching below /admin/. Django does so for its pages, but not for 404s and scripts."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path.startswith("/admin/") and "no-store" not in response.get("Cache-Control", ""):
            add_never_cache_headers(response)
        return response


class RedirectFallbackMiddleware:
    """Turns a 404 into a redirect if the path is an old address of a public page, or into a 410."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if (
            response.status_code != 404
            or request.method not in {"GET", "HEAD"}
            or not may_be_redirected(request.path)
        ):
            return response
        redirect, appendage = find_redirect(request.path)
        if redirect is None:
            address = composed_address(request.path)
            return HttpResponsePermanentRedirect(address) if address else response
        if redirect.is_gone:
            return errors.gone(request)
        address = new_address(redirect, appendage)
        return HttpResponsePermanentRedirect(address) if address else response


def find_redirect(path: str) -> tuple[Redirect | None, str]:
    """Return (redirect, rest): the redirect of a path, or of the page whose .md or feed (rest) it is."""
    appendages = dict.fromkeys(spellings(path), "")
    if match := APPENDAGE.fullmatch(path):
        appendages |= dict.fromkeys(spellings(f"{match['page']}/"), match["rest"])
    redirects = Redirect.objects.filter(path__in=appendages).select_related(*Redirect.TARGETS)
    found = min(redirects, key=lambda redirect: appendages[redirect.path], default=None)
    return found, appendages[found.path] if found else ""


def spellings(path: str) -> set[str]:
    """Return the forms in which a redirect may have stored this path: (un)escaped, in NFC or unchanged."""
    typed = {path, normalize("NFC", path)}
    return typed | {escape_uri_path(one) for one in typed}


def composed_address(path: str) -> str | None:
    """Return the path in NFC, the form in which slugs are stored, if it differs and is a page; else None.

    Some systems decompose file names (NFD), from which links are made.
    """
    composed = normalize("NFC", path)
    return escape_uri_path(composed) if composed != path and is_valid_path(composed) else None


def new_address(redirect: Redirect, appendage: str) -> str | None:
    """Return the URL to which a redirect leads; None if readers may not see its target."""
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
