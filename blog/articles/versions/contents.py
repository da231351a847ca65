"""The contents of a version as plain values.

Contents are everything that readers see of an article: a dict with the keys of FIELDS, in that order, and
JSON values. Dates are ISO 8601 texts in UTC with microseconds, or None. Related rows are stored with primary
key and name, so that they are found even after a merge or a rename:

- primary_category: {"id", "name"} or None; categories: a list of {"id", "name", "level"} in the order of
  the article, level as files write it; authors: a list of {"id", "name"}
- translators: a list of names
- series: {"id", "name"} or None; series_part: a number or None
- hero_image: {"id", "file", "address", "alt", "credit": [creator, url, source]} or None. address is the URL
  in the file; alt and credit are as readers get them. "decorative": True is added for a decorative image
- body_images: a list of {"address", "id", "file"}: the stored image for each URL in the text. "credit" and
  "decorative": True are added if this use sets them
- suggested_flags: a list of names of FLAGS that a file suggests, only if there are any. Readers do not see
  this, so it is no field to compare

Values equal to UNSAID are not stored, as in versions of releases before these fields existed.

with_current_names() replaces the names of categories, authors and series with current ones. A rename or a
merge changes no article, so it must not appear as a difference between two versions.
"""

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import astuple, dataclass
from datetime import UTC, datetime

from django.db.models import Prefetch

from blog.articles.authors import Author
from blog.articles.categories import Category
from blog.articles.file_fields import level_name
from blog.articles.flags import SUGGESTION_FIELDS
from blog.articles.links import ArticleAuthor, ArticleCategory
from blog.articles.models import Article
from blog.articles.names import folded
from blog.articles.series import Series
from blog.documents.image_words import Credit, ImageWords
from blog.images.links import BodyImage

TEXTS = ("title", "slug", "status", "excerpt", "meta_description", "share_quote", "language", "generated_by")
PROVENANCE = ("provenance", "machine")  # not in files
DATES = ("published_at", "dated_at")
FLAGS = ("is_featured", "is_trending")
FIELDS = (
    *("title", "slug", "status", *DATES, "excerpt", "meta_description", "share_quote", "language"),
    *("keywords", "hero_image", "primary_category", "categories", "authors", "translators"),
    *("series", "series_part"),
    *(*FLAGS, "generated_by", *PROVENANCE, "body_images", "body"),
)
UNSAID = {"provenance": "file", "machine": "", "translators": [], "series": None, "series_part": None}

DERIVED = ("body_html", "contents", "plain_text")


@dataclass(frozen=True, slots=True)
class Links:
    """The links of an article with their related rows, in the article's order."""

    categories: Iterable[ArticleCategory] = ()
    authors: Iterable[ArticleAuthor] = ()
    body_images: Iterable[BodyImage] = ()


def article_contents(article: Article, links: Links | None = None) -> dict:
    """Return the contents of the article. links: its links, which are queried if None."""
    links = links or Links(
        article.category_links.all(), article.author_links.all(), article.body_image_links.all()
    )
    found = {name: getattr(article, name) for name in (*TEXTS, *PROVENANCE, *FLAGS, "body")}
    found |= {name: date_text(getattr(article, name)) for name in DATES}
    found["keywords"], found["translators"] = list(article.keywords), list(article.translators)
    found["hero_image"] = _hero(article)
    found["primary_category"] = name_entry(article.primary_category)
    found["categories"] = [
        name_entry(link.category) | {"level": level_name(link.level)} for link in links.categories
    ]
    found["series"], found["series_part"] = name_entry(article.series), article.series_part
    found["authors"] = [name_entry(link.author) for link in links.authors]
    found["body_images"] = [
        _body_image(link) for link in sorted(links.body_images, key=lambda link: link.source)
    ]
    if suggested := [name for name in FLAGS if getattr(article, SUGGESTION_FIELDS[name])]:
        found["suggested_flags"] = suggested
    return in_order(found)


def with_contents(articles):
    """Prefetch the relations that article_contents() reads. Takes four queries in all."""
    return articles.select_related("hero_image", "primary_category", "series").prefetch_related(
        Prefetch("category_links", ArticleCategory.objects.select_related("category")),
        Prefetch("author_links", ArticleAuthor.objects.select_related("author")),
        Prefetch("body_image_links", BodyImage.objects.select_related("image")),
    )


def links_of(keys: Collection[int]) -> dict[int, Links]:
    """Return the links of the articles with these primary keys, each with what it links. Three queries."""
    links = {key: Links([], [], []) for key in keys}
    for link in ArticleCategory.objects.filter(article__in=links).select_related("category"):
        links[link.article_id].categories.append(link)
    for link in ArticleAuthor.objects.filter(article__in=links).select_related("author"):
        links[link.article_id].authors.append(link)
    for link in BodyImage.objects.filter(article__in=links).select_related("image"):
        links[link.article_id].body_images.append(link)
    return links


def in_order(contents: dict) -> dict:
    """Return the contents in the order of FIELDS, followed by unknown keys of other releases."""
    return {name: contents[name] for name in (*FIELDS, *contents) if name in contents}


def canonical(contents: dict) -> bytes:
    """Return the canonical bytes of contents, for the digest and for storage."""
    explicit = {name: value for name, value in contents.items() if (name, value) not in UNSAID.items()}
    text = json.dumps(explicit, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.encode("utf-8", "surrogatepass")


def read_canonical(data: bytes) -> dict:
    return in_order(UNSAID | json.loads(data.decode("utf-8", "surrogatepass")))


def digest_of(contents: dict) -> str:
    return hashlib.sha256(canonical(contents)).hexdigest()


def hero_entry(key: int | None, file: str, address: str, words: ImageWords) -> dict:
    """Return the entry of a hero image in contents."""
    credit = list(astuple(words.credit))
    entry = {"id": key, "file": file, "address": address, "alt": words.alt, "credit": credit}
    return entry | _decorative(words)


def words_in(entry: dict | None) -> ImageWords:
    """Return alt text and credit of a hero or body image in contents."""
    entry = entry or {}
    credit = Credit(*entry.get("credit", ()))
    return ImageWords(entry.get("alt", ""), credit, entry.get("decorative", False))


def read_date(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def date_text(moment):
    return moment.astimezone(UTC).isoformat(timespec="microseconds") if moment else None


def name_entry(row):
    """Return the entry of a category, author or series in contents, or None."""
    return {"id": row.pk, "name": row.name} if row else None


def image_entry(image):
    """Return the entry of a hero image with the image's own alt text and credit, or None."""
    return image and hero_entry(image.pk, image.file.name, image.source or image.url, image.words)


def _hero(article):
    image = article.hero_image
    return image and hero_entry(image.pk, image.file.name, image.source or image.url, article.hero_words)


def _body_image(link):
    own = link.image_text_overrides
    credit = {"credit": list(astuple(own.credit))} if own.credit else {}
    shown = {"address": link.source, "id": link.image_id, "file": link.image.file.name}
    return shown | credit | _decorative(own)


def _decorative(words):
    """Return the flag only if it is set, so that contents from before it existed stay the same."""
    return {"decorative": True} if words.is_decorative else {}


def with_current_names(*contents: dict) -> list[dict]:
    """Return the contents with current names. Deleted rows keep their names. Takes at most six queries."""
    of_categories = _renaming(Category, [entry for version in contents for entry in _categories(version)])
    of_authors = _renaming(Author, [entry for version in contents for entry in version["authors"]])
    of_series = _renaming(Series, [version["series"] for version in contents if version["series"]])
    return [
        in_order(version | _renamed(version, of_categories, of_authors, of_series)) for version in contents
    ]


def _categories(contents):
    primary = contents["primary_category"]
    return [*contents["categories"], *([primary] if primary else [])]


def _renamed(contents, of_categories, of_authors, of_series):
    primary, series = contents["primary_category"], contents["series"]
    return {
        "primary_category": of_categories(primary) if primary else None,
        "categories": _once_each(map(of_categories, contents["categories"])),
        "authors": _once_each(map(of_authors, contents["authors"])),
        "series": of_series(series) if series else None,
    }


def _renaming(model, entries):
    """Return a function that sets the primary key and name of an entry to those of its current row."""
    by_key = model.objects.in_bulk({entry["id"] for entry in entries})
    lost = {folded(entry["name"]) for entry in entries if entry["id"] not in by_key}
    by_name = model.objects.by_folded_name(lost) if lost else {}

    def renamed(entry):
        row = by_key.get(entry["id"]) or by_name.get(folded(entry["name"]))
        return entry | {"id": row.pk, "name": row.name} if row else entry

    return renamed


def _once_each(entries):
    return list({(entry["id"], entry["name"], entry.get("level")): entry for entry in entries}.values())
