"""The root URL configuration."""

from django.contrib import admin
from django.urls import include, path, re_path

from blog.desk.articles import editor
from blog.reader import sitemaps
from blog.reader.views import errors

handler404 = "blog.reader.views.errors.page_not_found"
handler400 = "blog.reader.views.errors.bad_request"
handler500 = "blog.reader.views.errors.server_error"

urlpatterns = [
    # Before the admin, whose last pattern matches everything below /admin/. The editor's widget reverses
    # these names. markdownx.urls is not included, because its views need no login.
    path("admin/markdownx/preview/", editor.markdown_preview, name="markdownx_markdownify"),
    path("admin/markdownx/upload/", editor.image_upload, name="markdownx_upload"),
    # Block Django's unused "view on site" redirect: it would reveal slugs of new articles to all staff.
    re_path("^admin/r/", errors.page_not_found),
    path("admin/", admin.site.urls),
    path("sitemap.xml", sitemaps.sitemap_index, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemaps.sitemap_section, name="sitemap_section"),
    path("", include("blog.urls")),
]
