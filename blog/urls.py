"""URL patterns of readers' pages.

The converters accept only values that can be stored, such as valid slugs; everything else is a 404.
"""

from django.urls import include, path, register_converter
from django.urls.converters import IntConverter, StringConverter

from blog import extension_apps
from blog.articles.authors import Author
from blog.articles.keywords import Tag
from blog.articles.series import Series
from blog.documents.fields.paths import LANGUAGES
from blog.documents.slugs import SLUG
from blog.images.renditions import FILE_NAME
from blog.reader import feeds
from blog.reader.names import NO_LETTER
from blog.reader.views import (
    archive,
    articles,
    authors,
    categories,
    corrections,
    files,
    health,
    home,
    markdown,
    pages,
    search,
    series,
    site,
)


class SlugConverter(StringConverter):
    regex = SLUG


class YearConverter(IntConverter):
    regex = "[1-9][0-9]{3}"

    def to_url(self, value):
        return f"{value:04}"


class MonthConverter(IntConverter):
    regex = "0[1-9]|1[0-2]"

    def to_url(self, value):
        return f"{value:02}"


class LanguageConverter(StringConverter):
    regex = rf"(?:{LANGUAGES})(?:-[a-z0-9]{{2,8}})*"


class ImageConverter(StringConverter):
    regex = FILE_NAME


class LetterConverter(StringConverter):
    regex = rf"[^\W\d_]|{NO_LETTER}"


class ColourConverter(StringConverter):
    regex = "[0-9a-f]{6}"


class StylesheetConverter(StringConverter):
    regex = r"[0-9a-f]{20}\.css"


register_converter(ImageConverter, "image")
register_converter(ColourConverter, "colour")
register_converter(LanguageConverter, "language")
register_converter(SlugConverter, "unicode_slug")
register_converter(LetterConverter, "letter")
register_converter(StylesheetConverter, "stylesheet")
register_converter(YearConverter, "year")
register_converter(MonthConverter, "month")

app_name = "blog"

feed_patterns = [
    path("rss.xml", feeds.RssFeed(), name="rss"),
    path("atom.xml", feeds.AtomFeed(), name="atom"),
    path("feed.json", feeds.JsonFeed(), name="json"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("articles/<unicode_slug:slug>/", articles.article_detail, name="article_detail"),
    path("articles/<unicode_slug:slug>.md", markdown.article_markdown, name="article_markdown"),
    path("preview/<str:token>/", articles.article_preview, name="article_preview"),
    path("categories/", categories.category_index, name="category_index"),
    path("categories/a-z/<letter:letter>/", categories.category_letter, name="category_letter"),
    path("categories/<unicode_slug:slug>/", categories.category_detail, name="category_detail"),
    path("categories/<unicode_slug:slug>/feeds/", include((feed_patterns, "category_feeds"))),
    path("archive/", archive.archive, name="archive"),
    path("archive/<year:year>/", archive.archive_year, name="archive_year"),
    path("archive/<year:year>/<month:month>/", archive.archive_month, name="archive_month"),
    path("authors/", authors.author_index, name="author_index"),
    path("authors/<unicode_slug:slug>/", authors.author_detail, name="author_detail"),
    path("authors/<unicode_slug:slug>/feeds/", include((feed_patterns, "author_feeds")), {"model": Author}),
    path("series/<unicode_slug:slug>/", series.series_detail, name="series_detail"),
    path("series/<unicode_slug:slug>/feeds/", include((feed_patterns, "series_feeds")), {"model": Series}),
    path("tags/<unicode_slug:slug>/", categories.tag_detail, name="tag_detail"),
    path("tags/<unicode_slug:slug>/feeds/", include((feed_patterns, "tag_feeds")), {"model": Tag}),
    path("corrections/", corrections.corrections, name="corrections"),
    path("search/", search.search_page, name="search"),
    path("search/suggestions/", search.suggestions, name="search_suggestions"),
    path("feeds/", include((feed_patterns, "feeds"))),
    path("favicon.ico", files.favicon, name="favicon"),
    path("icons-<colour:colour>/<str:name>", files.icon, name="icon"),
    path("look-<stylesheet:name>", site.look_stylesheet, name="look"),
    path("site.webmanifest", site.web_manifest, name="web_manifest"),
    path("speculation-rules.json", site.speculation_rules, name="speculation_rules"),
    path("robots.txt", site.robots_txt, name="robots_txt"),
    path("health/", health.health, name="health"),
    path("health/ready/", health.ready, name="ready"),
    path("media/<path:name>", files.media, name="media"),
    path("pictures/<image:file_name>/<int:width>.avif", files.rendition, name="rendition"),
    *extension_apps.reader_urls(),
    path("<language:language>/", home.language_home, name="language_home"),
    # Last, since it matches any single segment. blog/site/pages.py reserves the words used above.
    path("<unicode_slug:slug>/", pages.page_detail, name="page_detail"),
]
