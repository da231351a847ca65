"""The editor's desk: Django's admin, with the site's name on it."""

from django.contrib import admin
from django.utils.functional import lazystr

from blog.admin import (  # noqa: F401 -- each registers its models
    articles,
    held,
    images,
    imports,
    names,
    redirects,
    site,
)
from blog.models import site_identity


class SiteName:
    """The site's name whenever it is shown: an editor may have changed it since this process began."""

    def __str__(self):
        return site_identity().name


admin.site.site_header = admin.site.site_title = admin.site.index_title = lazystr(SiteName())
