"""The front matter keys that files use for the fields of an article."""

from collections.abc import Mapping
from functools import lru_cache

# Galley writes new keys with the first name. If several keys have a value, the first in this order counts.
NAMES = {
    name: tuple(keys.split())
    for name, keys in {
        "title": "title",
        "slug": "slug",
        "dated_at": "date publishDate datePublished pubDate publishedAt publishedDate published",
        "updated_at": (
            "updatedAt updated lastmod updatedDate lastModified lastModifiedAt dateModified modified"
        ),
        "excerpt": "excerpt customExcerpt summary deck spoiler subtitle",
        "meta_description": "metaDescription seoDescription",
        "share_quote": "socialShare shareQuote",
        "generated_by": "generatedBy",
        "language": "lang language locale",
        "primary_category": "category section",
        "categories": "categories",
        "authors": "authors author byline primaryAuthor",
        "translators": "translators translator translatedBy",
        "keywords": "keywords tags topics",
        "series": "series seriesName seriesTitle",
        "series_part": "seriesPart part partNumber seriesOrder seriesIndex seriesNumber seriesWeight",
        "is_featured": "featured isFeatured",
        "is_trending": "trending isTrending",
        "image": (
            "image heroImage coverImage cover featuredImage primaryImage images featureImage "
            "bannerImage previewImage teaserImage thumbnail ogImage socialImage"
        ),
        "image_alt": "imageAlt heroImageAlt coverImageAlt coverAlt featuredImageAlt featureImageAlt",
        "image_credit": "imageCredit photoCredit coverImageCredit",
        "reading_time": "readingTime",
        "status": "status state draft published publish",
        "description": "description",  # the excerpt, or the meta description if the excerpt has its own key
        "address": "permalink path url",
        "old_addresses": "aliases alias redirectFrom legacyUrl oldUrl formerUrl",
        "discussions": "discussUrls discussUrl discussionUrls discussionUrl commentsUrl",
        "canonical": "canonical canonicalUrl sourceUrl",
    }.items()
}

GROUP = "taxonomies"  # contains the categories, tags and authors in files for Zola

_WITHOUT_JOINTS = str.maketrans("", "", "-_ ")
_FOLDED = {name: [key.casefold() for key in keys] for name, keys in NAMES.items()}
_KNOWN = frozenset(key for keys in _FOLDED.values() for key in keys)


class Keys:
    """The keys of a front matter, looked up by field name."""

    def __init__(self, fields: Mapping[str, object]):
        self.fields = fields
        self._by_folded: dict[str, list[str]] = {}
        for key in fields:
            self._by_folded.setdefault(fold_key(key), []).append(key)

    def all(self, name: str) -> list[str]:
        """Return the keys for a field, in order of precedence."""
        keys = self._own(name)
        match name:
            case "excerpt":
                return keys or self._own("description")
            case "meta_description":
                return keys or (self._own("description") if self._own("excerpt") else [])
            case "dated_at":
                return [key for key in keys if fold_key(key) != "published" or self._is_date(key)]
            case "status":
                return [key for key in keys if fold_key(key) != "published" or not self._is_date(key)]
        return keys

    def first(self, name: str) -> str | None:
        """Return the key that counts: the first with a value, or the first of all."""
        keys = self.all(name)
        return next((key for key in keys if not is_blank(self.fields[key])), keys[0] if keys else None)

    def _own(self, name):
        return [key for folded in _FOLDED[name] for key in self._by_folded.get(folded, ())]

    def _is_date(self, key):
        value = self.fields[key]
        return not isinstance(value, bool) and any(map(str.isdigit, str(value)))


def with_group_opened(fields: Mapping[str, object]) -> dict[str, object]:
    """Return front matter with the known keys of its GROUP added at the top level."""
    return {key: fields[GROUP][key] for key in keys_in_group(fields)} | dict(fields)


def keys_in_group(fields: Mapping[str, object]) -> set[str]:
    """Return the known keys of a front matter's GROUP that it does not also have at the top level."""
    group = fields.get(GROUP)
    return {key for key in group if is_known_key(key)} - fields.keys() if isinstance(group, dict) else set()


@lru_cache(maxsize=1024)  # the same few keys recur in every file
def fold_key(key: str) -> str:
    return key.casefold().translate(_WITHOUT_JOINTS)


def is_known_key(key: str) -> bool:
    return fold_key(key) in _KNOWN


def is_blank(value: object) -> bool:
    """Whether a value is empty: null, false, {}, whitespace, or a list of such values."""
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, list):
        return all(map(is_blank, value))
    return value is None or value is False or value == {}


# From Hugo, plugins and recipes. Other systems use some of these keys differently: see find_groups()
# in translations.py.
_TRANSLATION_KEYS = ("translationkey", "translationgroup", "translationid", "langref", "ref", "pageid")


def translation_key(extra: Mapping[str, object]) -> tuple[str, str] | None:
    """Return the first key that names the text in all languages, with its value, or None."""
    values = {fold_key(key): value for key, value in extra.items()}
    for key in _TRANSLATION_KEYS:
        value = values.get(key)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return key, str(value).strip()
    return None
