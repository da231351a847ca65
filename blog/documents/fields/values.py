"""The fields that a file gives an article, and functions to read them from front matter values."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from blog.documents.fields.keys import fold_key, is_blank, is_known_key, translation_key
from blog.documents.image_words import Credit, parse_credit, web_address
from blog.documents.notices import Notice

LEVELS = ("exact", "general", "medium", "specific", "niche")
LONGEST_READ = 10_000  # minutes
HIGHEST_PART = 32_767  # of a series: the maximum of the database column

NAME_KEYS = ("name", "title", "label", "id", "slug")
LEVEL_KEYS = ("type", "level")
PART_KEYS = ("part", "order", "index", "number", "position", "weight")  # in a mapping for the series
ADDRESS_KEYS = ("src", "url", "path", "image", "file", "href")
CREATED_KEYS = ("created", "published", "posted", "date")  # in a mapping for the date
UPDATED_KEYS = ("updated", "modified", "lastmod")
ALT_KEYS = ("alt", "altText", "alt_text", "imageAlt")
CREDIT_KEYS = ("credit", "attribution", "caption")
_CREATOR_KEYS = ("creator", "name", "author", "photographer")
_LINK_KEYS = ("url", "link", "href")
_SOURCE_KEYS = ("source", "site")

_YES = frozenset(("true", "yes", "on", "y", "1"))
_NO = frozenset(("false", "no", "off", "n", "0"))
_PART = re.compile(r"(?:part|no\.?|#)?\s*([0-9]{1,5})(?:\s*(?:/|of)\s*[0-9]+)?", re.IGNORECASE)
_MINUTES = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)\s*(?:m|min|mins|minutes?)?\b.*", re.IGNORECASE | re.DOTALL)


class CategoryName(NamedTuple):
    level: str  # one of LEVELS, or "" without a level
    name: str


@dataclass(frozen=True, slots=True)
class ArticleFields:
    title: str
    slug: str
    dated_at: datetime | None
    updated_at: datetime | None
    excerpt: str
    meta_description: str
    share_quote: str
    generated_by: str
    language: str
    primary_category: str
    categories: tuple[CategoryName, ...]
    authors: tuple[str, ...]
    keywords: tuple[str, ...]
    series: str
    series_part: int | None  # None without a series
    status: str | None  # "new", "published", or None if the file has no status
    is_featured: bool
    is_trending: bool
    image: str
    image_alt: str
    image_credit: Credit
    reading_time: int | None
    body: str
    extra: dict[str, object]
    notices: tuple[Notice, ...]
    translators: tuple[str, ...] = ()
    old_addresses: tuple[str, ...] = ()  # paths, or full URLs if the host may be another site's
    generated_address: str = ""  # the one of old_addresses that a site generator gave to the text
    is_slug_guessed: bool = False  # whether the file does not state its slug
    byline_in_file: tuple[str, ...] = ()  # authors as the file has them, if these are keys of known names
    are_categories_derived: bool = False  # whether the categories are not in the file: see topics.py

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(notice.text for notice in self.notices)

    @property
    def names_categories(self) -> bool:
        """Whether the file itself names a category."""
        return bool(self.primary_category or self.categories) and not self.are_categories_derived

    @property
    def other_keys(self) -> tuple[str, ...]:
        """The unknown keys, which are kept in `extra`. One that groups translations is in use."""
        in_use = translation_key(self.extra)
        return tuple(
            key for key in self.extra if not (is_known_key(key) or (in_use and fold_key(key) == in_use[0]))
        )


def text_of(value: object) -> str | None:
    """Return a scalar as text, "" if it is blank, or None for other values."""
    if is_blank(value):
        return ""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, (int, float)) and value is not True else None


_AND = re.compile(r",?\s+(?:and|und|et|y)\s+|\s*[&;]\s*")
_FULL_NAME = re.compile(r"[^\W\d_a-z][\w.'’-]*(?: [^\W\d_][\w.'’-]*){1,4}")  # noqa: RUF001 -- an apostrophe
_NOBODY = frozenset(
    (
        "admin",
        "administrator",
        "author",
        "author name",
        "n/a",
        "none",
        "unknown",
        "unknown author",
        "your name",
    )
)


def name_of(item: object) -> str:
    """Return the name in a list item, a scalar or mapping, or ""."""
    if isinstance(item, bool):
        return str(item).lower()  # in a list of names, a boolean is a word
    value = item.get(find_key(item, NAME_KEYS)) if isinstance(item, dict) else item
    return (text_of(value) or "").strip()


def split_names(value: object, *, at_commas: bool) -> list[object]:
    """Return the items of a list, flattened, or the parts of a text if `at_commas`. Skip blank items.

    A text without a comma whose words are joined by underscores, as for Jekyll, has spaces between its parts.
    """
    if isinstance(value, list):
        return [item for one in value for item in split_names(one, at_commas=False)]
    if isinstance(value, str) and at_commas:
        parts = value.split() if "_" in value and "," not in value else value.split(",")
        return [name.strip() for name in parts if name.strip()]
    return [] if is_blank(value) and value is not False else [value]


def split_people(text: str, *, at_commas: bool = False) -> list[str]:
    """Return the full names in a byline such as "Ida Aas, Bo Lind, and Eva Berg", or the text itself.

    Commas separate names only next to "and", or if `at_commas`: "Ann Lee, MD" is one name. A single word is
    part of another name: "Marks and Spencer".
    """
    names = [name.strip() for part in _AND.split(text) for name in part.split(",") if name.strip()]
    if len(names) > 1 and _AND.search(text) and all(map(_FULL_NAME.fullmatch, names)):
        return names
    return [name.strip() for name in text.split(",") if name.strip()] if at_commas else [text]


def is_nobody(name: str) -> bool:
    """Whether a byline is a placeholder, such as "admin"."""
    return " ".join(name.casefold().split()) in _NOBODY


def category_of(item: object) -> CategoryName:
    level = ""
    if isinstance(item, dict):
        level = str(item.get(find_key(item, LEVEL_KEYS)) or "").strip().casefold()
    return CategoryName(level if level in LEVELS else "", name_of(item))


def boolean_of(value: object) -> bool | None:
    """Return a value as a boolean (blank is False), or None for other values."""
    word = str(value).strip().casefold()
    if word in _YES:
        return True
    return False if word in _NO or is_blank(value) else None


def minutes_of(value: object) -> int | None:
    """Return whole minutes, rounded up, or None if not a number from 0 to LONGEST_READ."""
    if isinstance(value, str):
        if value.strip().casefold().lstrip("+-.") in ("inf", "infinity", "nan"):
            return None
        found = _MINUTES.fullmatch(value.strip())
        value = float(found[1]) if found else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return math.ceil(value) if math.isfinite(value) and 0 <= value <= LONGEST_READ else None


def series_parts(value: object) -> tuple[object, dict[str, object]]:
    """Return (value, its mapping or {}). Of a list, the first item that is not blank counts."""
    if isinstance(value, list):
        return series_parts(next((item for item in value if not is_blank(item)), None))
    return value, value if isinstance(value, dict) else {}


def part_of_series(value: object) -> int | None:
    """Return the number in values such as 2, "2", "Part 2" and "2 of 5"; None for other values."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    found = _PART.fullmatch(str(value).strip())
    number = int(found[1]) if found else None
    return number if number is not None and number <= HIGHEST_PART else None


def image_parts(value: object) -> tuple[object, dict[str, object]]:
    """Return (URL in the value, its mapping or {}). Of a list, the first item that is not blank counts."""
    if isinstance(value, list):
        return image_parts(next((item for item in value if not is_blank(item)), None))
    if isinstance(value, dict):
        return value.get(find_key(value, ADDRESS_KEYS)), value
    return value, {}


def credit_of(value: object) -> Credit:
    if isinstance(value, dict):
        parts = (value.get(find_key(value, keys)) for keys in (_CREATOR_KEYS, _LINK_KEYS, _SOURCE_KEYS))
        creator, url, source = ((text_of(part) or "").strip() for part in parts)
        return Credit(creator, web_address(url), source)
    return parse_credit(text_of(value) or "")


def credit_value(credit: Credit, old: object = "") -> str | dict[str, str]:
    """Return a value that credit_of() reads as this credit: a line, or a mapping if a line is misread.

    `old` is the value to replace: a mapping is replaced by a mapping.
    """
    text = credit.as_markdown()
    if credit_of(text) == credit and not isinstance(old, dict):
        return text
    return {"creator": credit.creator, "url": credit.url, "source": credit.source}


def find_key(mapping: dict[str, object], keys: Iterable[str]) -> str:
    """Return the first of these keys that is in the mapping, or the first of all."""
    keys = tuple(keys)
    return next((key for key in keys if key in mapping), keys[0])
