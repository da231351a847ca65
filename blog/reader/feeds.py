"""RSS, Atom and JSON feeds with complete articles, for the site and each category, author, series and tag.

The id of an entry is the article's uid, so that a new title or URL does not make a new entry.
"""

import json
import re
from html import escape, unescape
from urllib.parse import urljoin

from django.contrib.syndication.views import Feed
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed, rfc3339_date
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from blog import extend
from blog.articles.categories import Category
from blog.articles.internal_links import find_shown_urls
from blog.articles.models import Article, modified_at
from blog.documents.characters import clean_characters
from blog.documents.rendering.images import without_hero
from blog.reader import page_head, sharing, structured_data
from blog.reader.body import shown_html
from blog.reader.language import ui_language_within_text
from blog.review import ai_label
from blog.site import addresses
from blog.site.identity import site_identity

NEWEST = 20
# Bytes. Feed readers poll often: entries beyond this have the excerpt and a link instead of the text.
LARGEST_FEED = 60 * 1024
ENTRY_OVERHEAD_BYTES = 2 * 1024  # estimate per entry for everything except the article's text
START_TAG = re.compile(r'<[a-z][a-z0-9]*(?:\s+[a-z-]+(?:="[^"]*")?)*\s*/?>')
HEADING_LINK = re.compile(r'<a class="anchor"(?: [a-z-]+="[^"]*")*></a>\n?')
ADDRESS = re.compile(r'(?<=\s)(href|src)="([^"]*)"')


def hubs() -> list[str]:
    return [hub for url in extend.feed_hubs if (hub := url())]


class RssGenerator(Rss201rev2Feed):
    def rss_attributes(self):
        return {
            **super().rss_attributes(),
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
        }

    def add_root_elements(self, handler):
        super().add_root_elements(handler)
        for hub in hubs():
            handler.addQuickElement("atom:link", None, {"rel": "hub", "href": hub})

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        for author in item["authors"]:
            handler.addQuickElement("dc:creator", author["name"])
        if item["language"]:
            handler.addQuickElement("dc:language", item["language"])
        handler.addQuickElement("atom:updated", rfc3339_date(item["updateddate"]))
        # Escaped, not in a CDATA section, which a "]]>" in the text would end.
        handler.addQuickElement("content:encoded", item["content"])


class AtomGenerator(Atom1Feed):
    def item_attributes(self, item):
        return {"xml:lang": item["language"]} if item["language"] else {}

    def add_root_elements(self, handler):
        super().add_root_elements(handler)
        handler.addQuickElement("icon", self.feed["icon"])
        for hub in hubs():
            handler.addQuickElement("link", "", {"rel": "hub", "href": hub})

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        for author in item["authors"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", author["name"])
            if author["url"]:
                handler.addQuickElement("uri", author["url"])
            handler.endElement("author")
        handler.addQuickElement("content", item["content"], {"type": "html"})


class JsonGenerator(SyndicationFeed):
    """JSON Feed 1.1: https://www.jsonfeed.org/version/1.1/"""

    content_type = "application/feed+json; charset=utf-8"

    def write(self, outfile, encoding):
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.feed["title"],
            "home_page_url": self.feed["link"],
            "feed_url": self.feed["feed_url"],
            "description": self.feed["description"],
            "icon": self.feed["icon"],
            "language": self.feed["language"],
            "authors": [{"name": self.feed["author_name"], "url": self.feed["author_link"]}],
            "hubs": [{"type": "WebSub", "url": hub} for hub in hubs()],
        }
        items = [self.item(item) for item in self.items]
        text = json.dumps({**structured_data.without_empty(feed), "items": items}, ensure_ascii=False)
        outfile.write(text.encode(encoding))

    def item(self, item):
        values = {
            "id": item["unique_id"],
            "url": item["link"],
            "title": item["title"],
            "summary": item["summary"],
            "image": item["image"],
            "date_published": rfc3339_date(item["pubdate"]),
            "date_modified": rfc3339_date(item["updateddate"]),
            "authors": [structured_data.without_empty(author) for author in item["authors"]],
            "tags": item["categories"],
            "language": item["language"],
        }
        return {
            **structured_data.without_empty(values),
            "content_html": item["content"],
        }  # required, even if empty


@method_decorator(require_safe, name="__call__")
class ArticleFeed(Feed):
    """The newest articles of the site, or of the category, author, series or tag in the URL."""

    name = ""
    item_guid_is_permalink = False

    def __call__(self, request, *args, **kwargs):
        response = super().__call__(request, *args, **kwargs)
        # Unpublishing an article can make the newest date earlier. The ETag reflects every change.
        del response["Last-Modified"]
        return response

    def get_object(self, request, slug=None, model=Category):
        if slug is None:
            return None
        row = get_object_or_404(model, slug=slug)
        if not row.newest_articles().exists():
            raise Http404
        return row

    def items(self, row):
        if row:
            articles = Article.objects.with_page_relations().shown(row.newest_articles()[:NEWEST])
        else:
            articles = Article.objects.published().newest_first().with_page_relations()[:NEWEST]
        listed = [article for article in articles if article.get_absolute_url()]
        full_texts = _that_fit(listed)
        for article in listed:
            article.has_full_text = article.pk in full_texts
        texts = {article.pk: article.body_html for article in listed if article.has_full_text}
        urls = find_shown_urls(texts)
        for article in listed:
            article.shown_urls = urls.get(article.pk, {})
        return listed

    def title(self, row):
        if not row:
            return clean_characters(site_identity().name)
        titles = {"topic": clean_characters(row.name), "site": clean_characters(site_identity().name)}
        return _("%(topic)s – %(site)s") % titles  # noqa: RUF001 -- a dash between two titles

    def description(self, row):
        """Return the feed's description, which RSS requires not to be empty."""
        words = row.description if row else site_identity().tagline
        return clean_characters(words).strip() or self.title(row)

    subtitle = description

    def link(self, row):
        return addresses.absolute(row.get_absolute_url() if row else "/")

    def feed_url(self, row):
        space, arguments = page_head.feed_space(row)
        return addresses.absolute(reverse(f"blog:{space}:{self.name}", args=arguments))

    def author_name(self):
        return clean_characters(site_identity().publisher)

    def author_link(self):
        return site_identity().publisher_url or addresses.absolute("/")

    def feed_extra_kwargs(self, row):
        return {"icon": sharing.site_icon().address}

    def item_title(self, article):
        return clean_characters(article.plain_title)

    def item_description(self, article):
        return escape(clean_characters(article.excerpt_or_opening), quote=False)

    def item_link(self, article):
        return addresses.absolute(article.get_absolute_url())

    def item_guid(self, article):
        return f"urn:uuid:{article.uid}"

    def item_pubdate(self, article):
        return article.published_at

    def item_updateddate(self, article):
        return modified_at(article)

    def item_categories(self, article):
        names = [article.primary_category.name] if article.primary_category else []
        names += [link.category.name for link in article.shown_categories]
        return [clean_characters(name) for name in dict.fromkeys(names)]

    def item_extra_kwargs(self, article):
        image = article.hero_image
        return {
            "authors": [
                {"name": clean_characters(author.name), "url": addresses.whole_address(author)}
                for author in article.byline
            ],
            "content": clean_characters(entry_html(article, is_full=article.has_full_text)),
            "summary": clean_characters(article.excerpt_or_opening),
            "image": addresses.absolute(image.url) if image and image.url else "",
            "language": page_head.text_language(article).get("lang", ""),
        }


class RssFeed(ArticleFeed):
    name = "rss"
    feed_type = RssGenerator


class AtomFeed(ArticleFeed):
    name = "atom"
    feed_type = AtomGenerator


class JsonFeed(ArticleFeed):
    name = "json"
    feed_type = JsonGenerator


def _that_fit(articles) -> set[int]:
    """Return the pks of the newest articles that together fit in LARGEST_FEED, at least one."""
    room = LARGEST_FEED - len(articles) * ENTRY_OVERHEAD_BYTES
    fitting = set()
    for article in articles:
        room -= len(escape(article.body_html, quote=False).encode())
        if fitting and room < 0:
            break
        fitting.add(article.pk)
    return fitting


def entry_html(article, *, is_full: bool) -> str:
    """Return the HTML of a feed entry: label, hero image, text and corrections, with absolute URLs.

    Unless is_full, the excerpt and a link to the article replace the text.

    Self-links of headings are removed, because feed readers show them as "#" after the heading.
    """
    with override(ui_language_within_text(article.language)):
        label, corrections = label_html(article), corrections_html(article)
        read_on = escape(_("Read the whole article"))
    address = addresses.absolute(article.get_absolute_url())
    if not is_full:
        excerpt = escape(article.excerpt_or_opening)
        text = f'<p>{excerpt}</p>\n<p><a href="{escape(address)}">{read_on}</a></p>\n'
        return label + hero_html(article) + text + corrections
    text = shown_html(HEADING_LINK.sub("", article.body_html), article.shown_urls, article.language)
    text = with_whole_addresses(text, address)
    return label + hero_html(article) + text + corrections


def label_html(article) -> str:
    """Return the AI label: who wrote and reviewed the text, in the active language."""
    disclosure = ai_label.ai_label(article)
    return f"<p><em>{escape(disclosure.text)}</em></p>\n" if disclosure else ""


def corrections_html(article) -> str:
    context = {"corrections": article.shown_corrections}
    return render_to_string("blog/_corrections.html", context) if article.shown_corrections else ""


def hero_html(article) -> str:
    """Return the hero image as HTML; "" if there is none, or if the text begins with the same image."""
    hero = article.shown_hero
    if not hero or without_hero(article.body_html, hero.url)[0] != article.body_html:
        return ""
    credit = render_to_string("blog/_credit.html", {"credit": article.hero_words.credit}).strip()
    words = " ".join(filter(None, [escape(hero.caption), credit]))
    caption = f"<figcaption>{words}</figcaption>" if words else ""
    image = f'<img src="{escape(addresses.absolute(hero.url))}" alt="{escape(article.shown_hero_alt)}">'
    return f"<figure>{image}{caption}</figure>\n"


def with_whole_addresses(html: str, base: str) -> str:
    """Return sanitised HTML with each href and src made absolute.

    A regular expression is safe here: the sanitiser escapes every "<" that does not begin a tag and writes
    every attribute in double quotes. Only URLs change, so the HTML stays safe. Re-serialising the HTML could
    not guarantee this.
    """

    def complete(match):
        try:
            address = urljoin(base, unescape(match[2]))
        except ValueError:  # an invalid URL such as https://[half-an-address
            return match[0]
        return f'{match[1]}="{escape(address)}"'

    return START_TAG.sub(lambda tag: ADDRESS.sub(complete, tag[0]), html)
