"""Addresses of the reader's pages.

Of a slug nothing reaches a view but what may be stored as one.
"""

from django.urls import include, path, register_converter

from blog import feeds, head_views, page_views, preview_views, search_views, views
from blog.documents import SLUG
from blog.media.renditions import FILE_NAME


class SlugConverter:
    regex = SLUG

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


class YearConverter:
    regex = "[1-9][0-9]{3}"

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return f"{value:04}"


class MonthConverter:
    regex = "0[1-9]|1[0-2]"

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return f"{value:02}"


class DigestConverter:
    regex = "[0-9a-f]{20}"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


class PictureConverter:
    regex = FILE_NAME

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


class LetterConverter:
    regex = rf"[^\W\d_]|{views.NO_LETTER}"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


register_converter(DigestConverter, "digest")
register_converter(PictureConverter, "picture")
register_converter(SlugConverter, "unicode_slug")
register_converter(LetterConverter, "letter")
register_converter(YearConverter, "year")
register_converter(MonthConverter, "month")

app_name = "blog"

feed_patterns = [
    path("rss.xml", feeds.RssFeed(), name="rss"),
    path("atom.xml", feeds.AtomFeed(), name="atom"),
    path("feed.json", feeds.JsonFeed(), name="json"),
]

urlpatterns = [
    path("", views.home, name="home"),
    path("articles/<unicode_slug:slug>/", views.article_detail, name="article_detail"),
    path("articles/<unicode_slug:slug>.md", views.article_markdown, name="article_markdown"),
    path("preview/<str:token>/", preview_views.article_preview, name="article_preview"),
    path("categories/", views.category_index, name="category_index"),
    path("categories/a-z/<letter:letter>/", views.category_letter, name="category_letter"),
    path("categories/<unicode_slug:slug>/", views.category_detail, name="category_detail"),
    path("categories/<unicode_slug:slug>/feeds/", include((feed_patterns, "category_feeds"))),
    path("archive/", views.archive, name="archive"),
    path("archive/<year:year>/", views.archive_year, name="archive_year"),
    path("archive/<year:year>/<month:month>/", views.archive_month, name="archive_month"),
    path("authors/<unicode_slug:slug>/", views.author_detail, name="author_detail"),
    path("search/", search_views.search_page, name="search"),
    path("search/suggestions/", search_views.suggestions, name="search_suggestions"),
    path("feeds/", include((feed_patterns, "feeds"))),
    path("cards/<uuid:uid>-<digest:digest>.png", head_views.share_card, name="share_card"),
    path("favicon.ico", head_views.favicon, name="favicon"),
    path("site.webmanifest", head_views.web_manifest, name="web_manifest"),
    path("speculation-rules.json", head_views.speculation_rules, name="speculation_rules"),
    path("robots.txt", views.robots_txt, name="robots_txt"),
    path("health/", views.health, name="health"),
    path("media/<path:name>", views.media, name="media"),
    path("pictures/<picture:file_name>/<int:width>.avif", views.rendition, name="rendition"),
    # Last: any one word. blog/models/page.py keeps pages off the words that stand above.
    path("<unicode_slug:slug>/", page_views.page_detail, name="page_detail"),
]
