"""Error pages: not found, gone, bad request, server error, and storage unavailable.

Django calls bad_request() and server_error() while it handles the exception.
"""

import re
import sys

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpResponse, HttpResponseNotFound, HttpResponseServerError
from django.shortcuts import render
from django.template import loader
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views import defaults

from blog import search
from blog.articles.models import Article
from blog.files.errors import AWAY, storage_reason
from blog.reader import page_head
from blog.reader.views.sections import HomeSection, cards, keys

LATEST = 3  # articles on error pages
NEAREST = 5  # titles that are like the last part of the URL
NAME_OF_PAGE = re.compile(r"([^/.]{3,200})(?:\.html?|\.md)?/?")
RETRY_SECONDS = 60


def page_not_found(request, exception=None):
    """Answer 404 with the published titles that are nearest to the URL, and nothing of unpublished pages."""
    if request.path.startswith((settings.STATIC_URL, settings.MEDIA_URL)):
        return HttpResponseNotFound("Not found", content_type="text/plain")
    context = error_context(_("Page not found")) | {"nearest": nearest_articles(request.path)}
    return render(request, "404.html", context, status=404)


def nearest_articles(path: str) -> list[Article]:
    """Return the published articles whose titles are like the last part of a path, if that is a page's."""
    found = NAME_OF_PAGE.fullmatch(path.rstrip("/").rpartition("/")[2])
    query = search.parse(re.sub("[-_+]", " ", found[1])) if found else None
    return cards(search.find_nearest_titles(query, Article.objects.published(), NEAREST)) if query else []


def gone(request):
    return render(request, "410.html", error_context(_("Page removed")), status=410)


def error_context(title):
    latest = cards(keys(Article.objects.published().newest_first()[:LATEST]))
    section = HomeSection(latest, heading=_("Latest"), layout="three")
    return {"meta": page_head.Metadata(title=title, path="", is_indexed=False), "latest": section}


def bad_request(request, exception):
    """Answer 400, or 503 for a session that could not be stored, which Django reports as a bad request."""
    if reason := storage_reason(exception):
        return unavailable(request, reason)
    return defaults.bad_request(request, exception)


def server_error(request):
    """Answer 503 if storage is unavailable, else 500 without using the database or a context.

    If the template of the 500 cannot be rendered, the response is plain text.
    """
    if reason := storage_reason(sys.exception()):
        return unavailable(request, reason)
    try:
        return HttpResponseServerError(loader.render_to_string("500.html", _about(request)))
    except Exception:  # last resort: without it the reader would get no response
        return HttpResponseServerError("Something went wrong.", content_type="text/plain")


def unavailable(request, reason: str):
    """Answer 503 with the reason why storage is unavailable, as a page of the admin or the public site."""
    response = HttpResponse(_unavailable_page(request, reason), status=503)
    response["Retry-After"] = str(RETRY_SECONDS)
    add_never_cache_headers(response)
    return response


def _about(request):
    return {"request_id": getattr(request, "id", "")}


def _unavailable_page(request, reason):
    context = _about(request) | {"reason": reason, "is_form": request.method == "POST"}
    if request.path.startswith("/admin/"):
        # With the request, the page would have a user, and wait for the database a second time.
        visitor = None if reason == _(AWAY) else request
        try:
            return loader.render_to_string("admin/unavailable.html", context, visitor)
        except (DatabaseError, OSError):
            pass  # the admin's base template queries the database, which may be down
    return loader.render_to_string("503.html", context)
