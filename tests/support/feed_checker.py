"""Validate feeds and sitemaps by their specifications."""

import json
import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from datetime import datetime
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from urllib.parse import urlsplit

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
SITEMAP_IMAGE = "{http://www.google.com/schemas/sitemap-image/1.1}"
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
RSS_CHANNEL = {"title": 1, "link": 1, "description": 1, "language": 1, "lastBuildDate": 1, f"{ATOM}link": 1}
RSS_ITEM = {"title": 1, "link": 1, "guid": 1, "pubDate": 1, f"{CONTENT}encoded": 1, f"{ATOM}updated": 1}
RSS_MAY = {"description", "category", f"{DC}creator", f"{DC}language", "item"}
ATOM_FEED = {f"{ATOM}{name}": 1 for name in ("id", "title", "updated", "author")}
ATOM_ENTRY = {f"{ATOM}{name}": 1 for name in ("id", "title", "updated", "published", "content")}
ATOM_MAY = {
    f"{ATOM}{name}" for name in ("author", "category", "entry", "icon", "link", "subtitle", "summary")
}
W3C_DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?")


class Faults(list):
    """A list of error messages, in the order in which they were found."""

    def unless(self, condition, words):
        if not condition:
            self.append(words)

    def counts(self, element, wanted, allowed):
        """Report children that are missing, repeated or not allowed."""
        numbers = Counter(child.tag for child in element)
        for tag, number in wanted.items():
            self.unless(numbers[tag] == number, f"{numbers[tag]} {tag} in {element.tag}")
        for tag in set(numbers) - set(wanted) - allowed:
            self.append(f"{tag} in {element.tag}")

    def text(self, element, tag):
        self.unless((element.findtext(tag) or "").strip(), f"empty {tag}")

    def unique(self, values, what):
        self.unless(len(set(values)) == len(values), f"{what} twice")


class Addresses(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name in {"href", "src", "cite", "poster"}]


def is_whole(address) -> bool:
    return urlsplit(address).scheme in {"http", "https", "mailto", "urn"}


def is_moment(text) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except (TypeError, ValueError):
        return False


def is_mail_date(text) -> bool:
    try:
        return parsedate_to_datetime(text).tzinfo is not None
    except (TypeError, ValueError):
        return False


def parsed(body: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(body)  # noqa: S314 -- written by this site


def faults_of_text(body: bytes, html: list[str]) -> Faults:
    """Return errors that apply to feeds of all formats: control characters and relative URLs."""
    faults = Faults()
    faults.unless(not CONTROLS.search(body.decode()), "control characters")
    for address in (address for text in html for address in Addresses(text).found):
        faults.unless(is_whole(address), f"relative address {address}")
    return faults


def rss_errors(body: bytes) -> Faults:
    """Return errors in RSS 2.0 with content:encoded, dc:creator and atom:link."""
    root = parsed(body)
    [channel] = root
    items = channel.findall("item")
    faults = faults_of_text(body, [item.findtext(f"{CONTENT}encoded") for item in items])
    faults.unless((root.tag, root.get("version")) == ("rss", "2.0"), "not RSS 2.0")
    faults.counts(channel, RSS_CHANNEL, RSS_MAY)
    for tag in ("title", "link", "description"):
        faults.text(channel, tag)
    faults.unless(LANGUAGE.fullmatch(channel.findtext("language")), "language")
    faults.unless(is_mail_date(channel.findtext("lastBuildDate")), "lastBuildDate")
    faults.unless(channel.find(f"{ATOM}link").get("rel") == "self", "no link to itself")
    faults.unless(is_whole(channel.findtext("link")), "relative link")
    faults.unique([item.findtext("guid") for item in items], "guid")
    for item in items:
        faults.counts(item, RSS_ITEM, RSS_MAY)
        faults.text(item, "title")
        faults.unless(is_whole(item.findtext("link")), "relative link")
        faults.unless(is_mail_date(item.findtext("pubDate")), "pubDate")
        faults.unless(is_moment(item.findtext(f"{ATOM}updated")), "atom:updated")
        faults.unless(item.find("guid").get("isPermaLink") == "false", "guid is no address")
    return faults


def faults_of_atom(body: bytes) -> Faults:
    """Return errors in Atom (RFC 4287)."""
    feed = parsed(body)
    entries = feed.findall(f"{ATOM}entry")
    faults = faults_of_text(body, [entry.findtext(f"{ATOM}content") for entry in entries])
    faults.unless(feed.tag == f"{ATOM}feed", "not Atom")
    faults.counts(feed, ATOM_FEED, ATOM_MAY)
    relations = Counter(link.get("rel") for link in feed.findall(f"{ATOM}link"))
    faults.unless(relations == {"alternate": 1, "self": 1}, f"links {relations}")
    faults.unique([entry.findtext(f"{ATOM}id") for entry in entries], "id")
    for element in (feed, *entries):
        faults.text(element, f"{ATOM}title")
        faults.unless(is_whole(element.findtext(f"{ATOM}id")), "id is no IRI")
        faults.unless(is_moment(element.findtext(f"{ATOM}updated")), "updated")
        for person in element.findall(f"{ATOM}author"):
            faults.text(person, f"{ATOM}name")
            faults.unless(is_whole(person.findtext(f"{ATOM}uri")), "relative uri")
        for link in element.findall(f"{ATOM}link"):
            faults.unless(is_whole(link.get("href")), "relative link")
        language = element.get("{http://www.w3.org/XML/1998/namespace}lang", "en")
        faults.unless(LANGUAGE.fullmatch(language), f"language {language}")
    for entry in entries:
        faults.counts(entry, ATOM_ENTRY, ATOM_MAY)
        faults.unless(entry.find(f"{ATOM}content").get("type") == "html", "type of content")
        faults.unless(all(tag.get("term") for tag in entry.findall(f"{ATOM}category")), "empty category")
    return faults


def faults_of_json_feed(body: bytes) -> Faults:
    """Return errors in JSON Feed 1.1."""
    feed = json.loads(body)
    items = feed["items"]
    faults = faults_of_text(body, [item["content_html"] for item in items])
    faults.unless(not re.search(rb"\\u(00[01][0-9a-f]|007f)", body), "escaped control characters")
    faults.unless(feed["version"] == "https://jsonfeed.org/version/1.1", "version")
    faults.unless(feed["title"].strip(), "empty title")
    faults.unique([item["id"] for item in items], "id")
    known = {"version", "title", "home_page_url", "feed_url", "description", "icon", "language", "authors"}
    faults.unless(set(feed) <= known | {"items"}, f"{set(feed) - known}")
    for name in ("home_page_url", "feed_url", "icon"):
        faults.unless(is_whole(feed[name]), f"relative {name}")
    for item in items:
        faults.unless(isinstance(item["id"], str), "id is no text")
        faults.unless(is_whole(item["url"]), "relative url")
        faults.unless(is_moment(item["date_published"]) and is_moment(item["date_modified"]), "dates")
        faults.unless(all(isinstance(tag, str) for tag in item.get("tags", [])), "tags")
        faults.unless(LANGUAGE.fullmatch(item.get("language", "en")), "language")
        for author in item.get("authors", []):
            faults.unless(author["name"].strip() and is_whole(author["url"]), "author")
    return faults


def faults_of_sitemap(body: bytes, site: str) -> Faults:
    """Return errors in a sitemap or sitemap index (sitemaps.org 0.9, with Google's extension for images)."""
    faults = Faults()
    root = parsed(body)
    member = {f"{SITEMAP}urlset": "url", f"{SITEMAP}sitemapindex": "sitemap"}.get(root.tag)
    faults.unless(member, f"root {root.tag}")
    faults.unless(len(root) <= 50_000, "more than 50,000 addresses")
    faults.unless(len(body) <= 50 * 1024**2, "more than 50 MB")
    faults.unique([entry.findtext(f"{SITEMAP}loc") for entry in root], "address")
    for entry in root:
        faults.unless(entry.tag == f"{SITEMAP}{member}", f"{entry.tag} in the list")
        images = entry.findall(f"{SITEMAP_IMAGE}image")
        faults.unless(len(images) <= 1000, "more than 1,000 images")
        for image in images:
            faults.counts(image, {f"{SITEMAP_IMAGE}loc": 1}, set())
            entry.remove(image)
        faults.counts(entry, {f"{SITEMAP}loc": 1}, {f"{SITEMAP}lastmod"})
        address = entry.findtext(f"{SITEMAP}loc")
        faults.unless(address.startswith(f"{site}/"), f"{address} is of another site")
        faults.unless(address.isascii() and len(address) < 2048, f"{address} is not escaped, or too long")
        changed = entry.findtext(f"{SITEMAP}lastmod")
        faults.unless(changed is None or W3C_DATE.fullmatch(changed), f"date {changed}")
    return faults
