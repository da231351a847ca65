"""The configuration of a site generator: the old host, the folders of texts, and the patterns of addresses.

Nothing is executed: a configuration in JavaScript or Python is read as text. The readers run in the sandbox,
because the files are not trusted.
"""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

MAX_CONFIGURATION_BYTES = 512 * 1024  # the largest real ones have 100 KB


class ConfigurationError(ValueError):
    """Raised when a configuration cannot be read. The message says why."""


class Generator(StrEnum):
    """The generators whose rules for addresses are known here (rules.py)."""

    JEKYLL = "Jekyll"
    HEXO = "Hexo"
    HUGO = "Hugo"
    ELEVENTY = "Eleventy"
    DOCUSAURUS = "Docusaurus"
    PELICAN = "Pelican"
    MKDOCS = "MkDocs"
    ZOLA = "Zola"
    ASTRO = "Astro"
    GATSBY = "Gatsby"
    UNKNOWN = ""  # only a pattern is known


# Code makes their addresses: without a given pattern, those that are usual are computed, or none.
WITHOUT_ADDRESSES = frozenset((Generator.ASTRO, Generator.GATSBY, Generator.UNKNOWN))


@dataclass(frozen=True, slots=True)
class Permalink:
    """The pattern for the texts of a folder of the content root. "" matches all folders."""

    folder: str
    pattern: str


@dataclass(frozen=True, slots=True)
class ContentRoot:
    """A folder of texts, relative to the folder of the configuration ("" for that folder).

    base: the path of its texts on the site, such as blog, without slashes at its ends. language: the
    language of all its texts, if stated. permalinks: the first that matches counts.
    """

    folder: str
    base: str = ""
    language: str = ""
    permalinks: tuple[Permalink, ...] = ()


@dataclass(frozen=True, slots=True)
class Feeds:
    """Paths of feeds on the site, and patterns (with :name) for pages of categories, tags and authors.

    slugs: (kind, name, slug) if they are known: kind is category, tag or author.
    """

    feeds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()  # of all articles
    slugs: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SiteConfiguration:
    """The part of a configuration that an import needs. Folders are relative to the configuration's folder.

    site_url: absolute, with the path of the site on its host, without a trailing slash; "" if not stated.
    static_roots: the folders whose files the generator copies to the root of the site. languages: all
    languages of texts, including default_language. prefixes_default: whether the addresses of texts in the
    default language begin with its code, too. dates_in_names: whether the date at the start of a file name
    counts. names_are_slugs: whether the rest of the name is the slug, instead of the title. default_category:
    of texts in no folder, if folders are categories.
    """

    generator: str
    site_url: str = ""
    content_roots: tuple[ContentRoot, ...] = ()
    static_roots: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    default_language: str = ""
    prefixes_default: bool = False
    dates_in_names: bool = True
    names_are_slugs: bool = False
    default_category: str = ""
    time_zone: str = ""
    feeds: Feeds = Feeds()

    @property
    def host(self) -> str:
        """The host name of the old site without www., or ""."""
        return (_split(self.site_url).hostname or "").removeprefix("www.")

    @property
    def base_path(self) -> str:
        """The path of the site on its host, such as /blog, without a trailing slash."""
        return _split(self.site_url).path.rstrip("/")


def _split(url):
    try:
        parts = urlsplit(url)
        parts.hostname  # noqa: B018 -- raises
    except ValueError:
        return urlsplit("")
    return parts
