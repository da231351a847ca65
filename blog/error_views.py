"""What is answered when something has failed: a fault of ours (500), or nothing that can be stored (503).

Django calls these while it handles the exception, so they know it.
"""

import sys

from django.db import DatabaseError
from django.http import HttpResponse, HttpResponseServerError
from django.template import loader
from django.utils.cache import add_never_cache_headers
from django.views import defaults

from blog.storage_errors import storage_reason

RETRY_SECONDS = 60


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
