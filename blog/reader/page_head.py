"""The metadata in the head of a page: title, description, Open Graph, JSON-LD.

URLs are built from SITE_URL, never from the request: a forged Host header must not get into cached pages.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from blog.articles.authors import Author
from blog.articles.categories import Category
from blog.articles.dates import local_iso
from blog.articles.keywords import Tag
from blog.articles.models import Article, modified_at
from blog.articles.series import Series
from blog.articles.translations import Translation, default_of
from blog.documents.summaries import opens_with
from blog.documents.text import clean_excerpt, make_excerpt, strip_markdown_inline, trim_at_word
from blog.reader.language import interface_language
from blog.reader.sharing import ShareImage, article_image, site_image
from blog.reader.structured_data import (
    blog_posting,
    breadcrumbs,
    item_list,
    page_object,
    profile_page,
    script_json,
    website,
)
from blog.review.ai_label import ai_disclosure
from blog.site.addresses import absolute, whole_address
from blog.site.identity import site_identity
from blog.site.pages import Page

TITLE_LENGTH = 70  # characters that search engines show; editors see where theirs would be cut
DESCRIPTION_LENGTH = 160
NAMES_IN_DESCRIPTION = 20  # more than fit in DESCRIPTION_LENGTH
FEEDS = (("application/rss+xml", "RSS"), ("application/atom+xml", "Atom"), ("application/feed+json", "JSON"))
LANGUAGE_TAG = re.compile("[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
RIGHT_TO_LEFT = {"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"}


@dataclass(frozen=True, slots=True)
class Metadata:
    """The metadata of a page."""

    title: str
    path: str
    description: str = ""
    image: ShareImage | None = None
    article: Article | None = None
    author: Author | None = None
    is_indexed: bool = True
    alternates: Sequence[tuple[str, str]] = ()  # (hreflang, absolute URL)
    data: list[dict] = field(default_factory=list)

    @property
    def document_title(self) -> str:
        """The whole title with the site's name. Search engines cut it themselves."""
        name = site_identity().name
        if self.title == name:
            return self.title
        ending = f" \N{EN DASH} {name}"
        return self.title + ending

    @property
    def canonical(self) -> str:
        return absolute(self.path)

    @property
    def kind(self) -> str:
        """The og:type of the page."""
        return "article" if self.article else "profile" if self.author else "website"

    @property
    def published_at(self) -> str:
        return local_iso(self.article.published_at) if self.article else ""

    @property
    def modified_at(self) -> str:
        return local_iso(modified_at(self.article)) if self.article else ""

    @property
    def ai_disclosure(self) -> str:
        return ai_disclosure(self.article) if self.article else ""

    @property
    def author_addresses(self) -> list[str]:
        byline = self.article.byline if self.article else []
        return [address for author in byline if (address := whole_address(author))]

    @property
    def json_ld(self) -> list[SafeString]:
        return [script_json(data) for data in self.data]


def home_metadata(names=(), homes=()) -> Metadata:
    site = site_identity()
    description = site.description or list_description(site.name, names)
    shown = {"title": site.name, "description": description, "image": site_image(), "data": [website()]}
    return Metadata(path="/", **shown, alternates=home_alternates(homes))


def page_metadata(
    title,
    path,
    *,
    description="",
    names=(),
    page_number=1,
    is_indexed=True,
    trail=(),
    image=None,
    alternates=(),
) -> Metadata:
    """Return the metadata of one page of a list. Each page number has its own canonical URL.

    names: the listed articles or categories, which replace a missing description. image: the site's if None.
    """
    description = plain_description(description) or list_description(title, names)
    title, path = numbered(title, path, page_number)
    data = [page_object("CollectionPage", title, path, description), *item_list(names)]
    if trail:
        data.append(breadcrumbs(trail, title, path))
    shown = {"is_indexed": is_indexed, "data": data, "alternates": alternates}
    return Metadata(title, path, description, image or site_image(), **shown)


def plain_page_metadata(page: Page) -> Metadata:
    path = page.get_absolute_url()
    description = plain_description(page.meta_description) or make_excerpt(page.body, DESCRIPTION_LENGTH)
    data = page_object("WebPage", page.plain_title, path, description)
    data["dateModified"] = local_iso(page.updated_at)
    if page.language:
        data["inLanguage"] = page.language
    return Metadata(page.plain_title, path, description, site_image(), data=[data])


def author_metadata(author: Author, *, names=(), page_number=1) -> Metadata:
    title, path = numbered(author.name, author.get_absolute_url(), page_number)
    description = plain_description(author.bio) or list_description(author.name, names)
    data = [profile_page(author, path, description), *item_list(names)]
    return Metadata(title, path, description, site_image(), author=author, data=data)


def article_metadata(article: Article, translations: list[Translation] = ()) -> Metadata:
    path, description = article.get_absolute_url(), article_description(article)
    return Metadata(
        title=article.plain_title,
        path=path,
        description=description,
        image=article_image(article),
        article=article,
        alternates=article_alternates(article.pk, translations),
        data=[blog_posting(article, description), breadcrumbs(article.trail, article.plain_title, path)],
    )


def article_alternates(key: int, translations: list[Translation]) -> list[tuple[str, str]]:
    """Return (hreflang, URL) of an article in each language, itself included, and x-default.

    [] if it has no translations, or if another article of its group has its language: the links of two pages
    count only if each names the other.
    """
    if len(translations) < 2 or key not in {each.article for each in translations}:
        return []
    rows = [(each.language, each.path) for each in translations if LANGUAGE_TAG.fullmatch(each.language)]
    rows.append(("x-default", default_of(translations).path))
    return [(language, absolute(path)) for language, path in rows]


def home_alternates(homes: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return (hreflang, URL) of the home in each language, and x-default. homes: from language_homes()."""
    rows = [*homes, ("x-default", reverse("blog:home"))] if homes else []
    return [(language, absolute(path)) for language, path in rows]


def numbered(title, path, page_number) -> tuple[str, str]:
    """Return (title, path), with the page number added from page 2 on."""
    if page_number == 1:
        return title, path
    title = _("%(title)s, page %(number)s") % {"title": title, "number": page_number}
    return title, f"{path}?page={page_number}"


def search_metadata(title: str, *, is_form: bool) -> Metadata:
    """Return the metadata of the search page. Search engines index the form, but not the results."""
    description = _("Search all articles of %(site)s, by title, topic, author and text.")
    return Metadata(
        title,
        reverse("blog:search") if is_form else "",
        description % {"site": site_identity().name},
        site_image() if is_form else None,
        is_indexed=is_form,
    )


def plain_description(text: str) -> str:
    return trim_at_word(strip_markdown_inline(text), DESCRIPTION_LENGTH)


def list_description(title: str, names) -> str:
    """Return a description with the title and the first entries of a list; "" for an empty list."""
    first = "; ".join(map(str, itertools.islice(names, NAMES_IN_DESCRIPTION)))
    return trim_at_word(f"{title} \N{EN DASH} {first}", DESCRIPTION_LENGTH) if first else ""


def article_description(article: Article) -> str:
    """Return the meta description, the excerpt, or the beginning of the article.

    A meta description that repeats an excerpt shared by many articles is skipped.
    """
    described = strip_markdown_inline(clean_excerpt(article.meta_description))
    repeats = article.excerpt_is_template and opens_with(article.excerpt, described)
    text = article.excerpt_or_opening if repeats else described or article.excerpt_or_opening
    return trim_at_word(text, DESCRIPTION_LENGTH) or make_excerpt(article.body, DESCRIPTION_LENGTH)


def text_language(article: Article) -> dict[str, str]:
    """Return the article's {"lang": …, "dir": …}, or {} if its language is unknown and the page's applies."""
    language = article.language
    if not LANGUAGE_TAG.fullmatch(language):
        language = settings.LANGUAGE_CODE
        if interface_language() == language:
            return {}
    primary = language.partition("-")[0].lower()
    return {"lang": language, "dir": "rtl" if primary in RIGHT_TO_LEFT else "ltr"}


def shown_update(article: Article) -> datetime | None:
    """Return when the article was last updated if that was after the day of publication, else None."""
    changed, published = timezone.localtime(article.updated_at), timezone.localtime(article.published_at)
    return changed if changed.date() > published.date() else None


def feed_space(of: Author | Category | Series | Tag | None) -> tuple[str, list[str]]:
    """Return (URL namespace, arguments) for the feeds of an author, category …, or of the site (None)."""
    return (f"{of._meta.model_name}_feeds", [of.slug]) if of else ("feeds", [])


def feed_links(of: Author | Category | Series | Tag | None = None) -> list[tuple[str, str, str]]:
    """Return (media type, name, path) of each feed of an author, category …, or of the site (None)."""
    space, arguments = feed_space(of)
    return [
        (media_type, name, reverse(f"blog:{space}:{name.lower()}", args=arguments))
        for media_type, name in FEEDS
    ]
