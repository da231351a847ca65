"""Addresses of the reader's pages.

A slug is letters of any script, digits, - and _: nothing else reaches a view.
"""

from django.urls import include, path, register_converter

from blog import feeds, preview_views, search_views, views


class SlugConverter:
    regex = r"[-\w]+"

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


register_converter(SlugConverter, "unicode_slug")
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
    path("categories/<unicode_slug:slug>/", views.category_detail, name="category_detail"),
    path("categories/<unicode_slug:slug>/feeds/", include((feed_patterns, "category_feeds"))),
    path("archive/", views.archive, name="archive"),
    path("archive/<year:year>/", views.archive_year, name="archive_year"),
    path("archive/<year:year>/<month:month>/", views.archive_month, name="archive_month"),
    path("authors/<unicode_slug:slug>/", views.author_detail, name="author_detail"),
    path("search/", search_views.search_page, name="search"),
    path("search/suggestions/", search_views.suggestions, name="search_suggestions"),
    path("feeds/", include((feed_patterns, "feeds"))),
    path("robots.txt", views.robots_txt, name="robots_txt"),
    path("health/", views.health, name="health"),
    path("media/<path:name>", views.media, name="media"),
]
