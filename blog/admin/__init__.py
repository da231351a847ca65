"""The editor's desk: Django's admin, with the site's name on it."""

from django.conf import settings
from django.contrib import admin

from blog.admin import articles, images, imports, names, redirects  # noqa: F401 -- each registers its models

admin.site.site_header = admin.site.site_title = settings.SITE_NAME
admin.site.index_title = settings.SITE_NAME
