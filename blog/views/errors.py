"""What is answered for what is not there, is gone, or went wrong.

Django calls those for failures while it handles the exception, so they know it.
"""

import sys

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpResponse, HttpResponseNotFound, HttpResponseServerError
from django.shortcuts import render
from django.template import loader
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views import defaults

from blog import page_head
from blog.models import Article
from blog.storage_errors import storage_reason
from blog.views.sections import Section, cards, keys

LATEST = 3  # on pages that have nothing of their own to show
RETRY_SECONDS = 60


def page_not_found(request, exception=None):
    """Answer the same to every address without a page: nothing in it tells which ones there could be."""
    if request.path.startswith((settings.STATIC_URL, settings.MEDIA_URL)):
        return HttpResponseNotFound("Not found", content_type="text/plain")
    return render(request, "404.html", error_context(_("Page not found")), status=404)


def gone(request):
    return render(request, "410.html", error_context(_("Page removed")), status=410)


def error_context(title):
    latest = cards(keys(Article.objects.published().newest_first()[:LATEST]))
    section = Section(latest, heading=_("Latest"), layout="three")
    return {"meta": error_metadata(title), "latest": section}


def error_metadata(title):
    return page_head.Metadata(title=title, path="", is_indexed=False)


def bad_request(request, exception):
    """Answer as Django does, but for a session that could not be stored, which Django takes for gone."""
    if reason := storage_reason(exception):
        return unavailable(request, reason)
    return defaults.bad_request(request, exception)


def server_error(request):
    """Answer without database and context; if not even the template can be had, in plain words."""
    if reason := storage_reason(sys.exception()):
        return unavailable(request, reason)
    try:
        return HttpResponseServerError(loader.render_to_string("500.html"))
    except Exception:  # whatever is broken, this is the last answer
        return HttpResponseServerError("Something went wrong.", content_type="text/plain")


def unavailable(request, reason: str):
    """Say why nothing can be stored, in the look of the place where somebody tried to."""
    response = HttpResponse(_unavailable_page(request, reason), status=503)
    response["Retry-After"] = str(RETRY_SECONDS)
    add_never_cache_headers(response)
    return response


def _unavailable_page(request, reason):
    context = {"reason": reason, "is_form": request.method == "POST"}
    if request.path.startswith("/admin/"):
        try:
            return loader.render_to_string("admin/unavailable.html", context, request)
        except (DatabaseError, OSError):
            pass  # the admin's frame asks the database, which may be what is away
    return loader.render_to_string("503.html", context)
