"""The URLs of the site, plus two pages that fail."""

from django.urls import path

from site_config import urls
from site_config.urls import *  # noqa: F403 -- the handlers of errors, too


def fail(request):
    raise ValueError("this page fails")


def fail_otherwise(request):
    raise LookupError("this page fails otherwise")


urlpatterns = [path("fail/", fail), path("fail-otherwise/", fail_otherwise), *urls.urlpatterns]
