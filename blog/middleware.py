"""Headers that Django does not set, and old addresses."""

import re

from django.conf import settings
from django.http import Http404, HttpResponsePermanentRedirect
from django.utils.encoding import escape_uri_path

from blog import views
from blog.models import Article, Redirect

PATH_LENGTH = Redirect._meta.get_field("path").max_length
# What hangs on the address of an article or category, and moves with it.
APPENDAGE = re.compile(r"(?P<page>/.+?)(?P<rest>\.md|/feeds/(?:rss\.xml|atom\.xml|feed\.json))")


class NulMiddleware:
    """No NUL gets in by an address or a cookie: PostgreSQL refuses it. Forms see to theirs."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\0" in request.path_info:
            raise Http404
        query, cookies = request.META.get("QUERY_STRING", ""), request.headers.get("cookie", "")
        # Not removed: what stood around it could then form another one.
        request.META["QUERY_STRING"] = query.replace("%00", "%EF%BF%BD").replace("\0", "%EF%BF%BD")
        if "\\000" in cookies or "\0" in cookies:
            del request.META["HTTP_COOKIE"]
        return self.get_response(request)


class PermissionsPolicyMiddleware:
    """Pages use none of these, so nothing that gets into one may ask a reader for them."""

    POLICY = (
        "browsing-topics=(), camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
    )

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", self.POLICY)
        return response


class RedirectFallbackMiddleware:
    """Lead old addresses on, but only to what readers may see: all else stays the 404 that it is."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in {"GET", "HEAD"} or not is_page(request.path):
            return response
        redirect, appendage = find_redirect(request.path)
        if redirect is None:
            return response
        if redirect.is_gone:
            return views.gone(request)
        address = new_address(redirect, appendage)
        return HttpResponsePermanentRedirect(address) if address else response


def is_page(path: str) -> bool:
    """Whether an old address may look like this; all others cost no query."""
    elsewhere = (settings.STATIC_URL, settings.MEDIA_URL, "/admin/")
    return not path.startswith(elsewhere) and len(path) <= PATH_LENGTH


def find_redirect(path: str) -> tuple[Redirect | None, str]:
    """Return the redirect of a path, or that of the page on which it hangs and what hangs there."""
    appendages = {path: "", escape_uri_path(path): ""}  # both spellings are in use: as typed, and escaped
    if match := APPENDAGE.fullmatch(path):
        page = f"{match['page']}/"
        appendages |= {page: match["rest"], escape_uri_path(page): match["rest"]}
    redirects = Redirect.objects.filter(path__in=appendages).select_related("article", "category")
    found = min(redirects, key=lambda redirect: appendages[redirect.path], default=None)
    return found, appendages[found.path] if found else ""


def new_address(redirect: Redirect, appendage: str) -> str | None:
    """Return where the old address leads; None if readers must not see what is there."""
    published = Article.objects.published()
    target = redirect.target
    if redirect.article:
        if appendage not in {"", ".md"} or not published.filter(pk=target.pk).exists():
            return None
        return target.get_markdown_url() if appendage else target.get_absolute_url()
    if appendage == ".md" or not published.in_category(target).exists():
        return None
    return target.get_absolute_url() + appendage.removeprefix("/")
