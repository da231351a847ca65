"""Register the admin of all models, and set its title."""

from django.contrib import admin
from django.utils.functional import lazystr

from blog.desk import (  # noqa: F401 -- each registers its models
    authors,
    categories,
    identity,
    pages,
    redirects,
    series,
    users,
)
from blog.desk.articles import admin as articles  # noqa: F401 -- the same
from blog.desk.images import admin as images  # noqa: F401 -- the same
from blog.desk.imports import held, import_run  # noqa: F401 -- the same
from blog.site.identity import site_identity


class SiteName:
    """Evaluates to the site's current name, which editors can change while this process runs."""

    def __str__(self):
        return site_identity().name


admin.site.site_header = admin.site.site_title = admin.site.index_title = lazystr(SiteName())
