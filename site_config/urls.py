"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path, re_path

from blog import sitemaps
from blog.admin import editor
from blog.views import errors

handler404 = "blog.views.errors.page_not_found"
handler400 = "blog.views.errors.bad_request"
handler500 = "blog.views.errors.server_error"

urlpatterns = [
    # Before the admin, whose last pattern takes everything below /admin/. The names are those that the
    # editor's widget asks for; markdownx.urls itself is never mounted: its views serve anybody.
    path("admin/markdownx/preview/", editor.markdown_preview, name="markdownx_markdownify"),
    path("admin/markdownx/upload/", editor.image_upload, name="markdownx_upload"),
    # Django's way from a row's number to its page tells every member of staff the slug of an unpublished
    # article. Our admin needs it nowhere.
    re_path("^admin/r/", errors.page_not_found),
    path("admin/", admin.site.urls),
    path("sitemap.xml", sitemaps.sitemap_index, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemaps.sitemap_section, name="sitemap_section"),
    path("", include("blog.urls")),
]
