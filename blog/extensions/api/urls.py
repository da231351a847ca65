from django.urls import path, re_path

from blog.extensions.api import articles, pages, zips
from blog.extensions.api.requests import endpoint

urlpatterns = [
    path("api/v1/", pages.people, name="people"),
    path("api/v1/openapi.json", pages.schema, name="schema"),
    path(
        "api/v1/articles",
        endpoint(GET=articles.get_articles, POST=articles.post_article),
        name="articles",
    ),
    path("api/v1/articles/<path:path>", endpoint(GET=articles.get_article), name="article"),
    path("api/v1/imports", endpoint(POST=zips.post_import), name="imports"),
    path("api/v1/imports/<uuid:uid>", endpoint(GET=zips.get_import), name="import"),
    # Also line breaks, which path converters do not match.
    re_path(r"^api/v1/(?P<rest>[\s\S]+)$", endpoint(GET=pages.not_found, POST=pages.not_found), name="other"),
]
