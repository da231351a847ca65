"""Compute the address that a generator gave to a text, from its path, its front matter and a pattern."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from urllib.parse import quote

from blog.documents.fields.dates import date_in_name, read_written_date
from blog.documents.fields.keys import Keys
from blog.documents.fields.old_addresses import path_of
from blog.documents.fields.paths import language_in_path, name_in_path
from blog.documents.fields.values import ArticleFields, name_of, split_names, text_of
from blog.documents.generators.configuration import (
    WITHOUT_ADDRESSES,
    ContentRoot,
    Generator,
    Permalink,
    SiteConfiguration,
)
from blog.documents.generators.patterns import (
    JEKYLL_STYLES,
    PatternError,
    PatternToken,
    check_pattern,
    expand,
    generator_of_pattern,
    parse_pattern,
)
from blog.documents.generators.settings import zone_of
from blog.documents.generators.slugs import hexo_path, hexo_slug, hugo_slug, name_slug, plain_slug, title_slug
from blog.documents.notices import NoticeKind
from blog.documents.slugs import SLUG_LENGTH, make_slug

# The key in front matter that states the address of a text. Others, also exports of systems, have permalink.
_ADDRESS_KEYS = {
    Generator.HUGO: ("url",),
    Generator.ZOLA: ("path",),
    Generator.PELICAN: ("url",),
    Generator.DOCUSAURUS: (),
    Generator.MKDOCS: (),
    Generator.UNKNOWN: ("permalink", "url", "path"),
}
_DEFAULT_PATTERNS = {
    Generator.HUGO: "/:folders/:slugorcontentbasename/",
    Generator.ZOLA: "/:folders/:slugorcontentbasename/",
    Generator.ELEVENTY: "/:path/",
}
_LANGUAGES_IN_ADDRESSES = {Generator.HUGO, Generator.ZOLA, Generator.DOCUSAURUS, Generator.MKDOCS}
_ADDRESSES_WITHOUT_SLASH = {Generator.HUGO, Generator.ZOLA, Generator.PELICAN, Generator.HEXO}
_ENDING = re.compile(r"\.(?:md|markdown|mdx|html)$", re.IGNORECASE)
_DATED_NAME = re.compile(r"[0-9]{2,4}-[0-9]{1,2}-[0-9]{1,2}-(?=.)")
_DATED_PATH = re.compile(r"(?P<folder>.*?)(?P<date>[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2})[-/]?(?P<text>.*)")
_NUMBER = re.compile(r"[0-9]+\s*[-_.]+\s*(?=[^-_.\s])")
_ENDING_OF_SOURCE = re.compile(r"\.(?:md|markdown|mdx)$", re.IGNORECASE)
_INDEX = re.compile(r"_?index", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AddressRules:
    """How the addresses of the texts of a source were made.

    below, above: where the source is, relative to the configuration; see FoundConfiguration. pattern: given
    by a person; it counts instead of the configuration's. sections: the folders with an _index file, relative
    to the source.
    """

    configuration: SiteConfiguration
    below: str = ""
    above: str = ""
    pattern: str = ""
    sections: frozenset[str] = frozenset()

    @property
    def generator(self) -> str:
        """The generator whose tokens the patterns have."""
        if self.pattern and self.configuration.generator in WITHOUT_ADDRESSES:
            return generator_of_pattern(self.pattern)
        return self.configuration.generator

    @property
    def problem(self) -> str:
        """Why addresses of the configuration cannot be computed, or ""."""
        for permalink in (one for root in self.configuration.content_roots for one in root.permalinks):
            try:
                parse_pattern(permalink.pattern)
            except PatternError as error:
                return str(error)
        zone = self.configuration.time_zone
        return f"there is no time zone {zone[:40]}." if zone and not zone_of(zone) else ""

    def path_from_configuration(self, path: str) -> str | None:
        """Return a file's path relative to the configuration's folder, or None if it is outside.

        path: relative to the source.
        """
        if self.above:
            start = f"{self.above}/"
            return path.removeprefix(start) if path.startswith(start) else None
        return f"{self.below}/{path}" if self.below else path

    def root_of(self, path: str) -> tuple[ContentRoot, str] | None:
        """Return the content root of a file, and the file's path in that root. path: relative to the source.

        If several roots have the file, the deepest counts.
        """
        whole = self.path_from_configuration(path)
        roots = [] if whole is None else self.configuration.content_roots
        roots = [root for root in roots if not root.folder or whole.startswith(f"{root.folder}/")]
        if not roots:
            return None
        root = max(roots, key=lambda root: len(root.folder))
        return root, whole[len(root.folder) :].lstrip("/")

    def find(self, fields: Mapping[str, object], path: str, title: str) -> "OldAddress | None":
        """Return the old address of a text, or None if it had no page or the address cannot be computed.

        fields: its front matter. path: relative to the source.
        """
        found = self.root_of(path)
        if found is None:
            if not self.pattern:
                return None
            found = ContentRoot(""), path
        return _Text(self, fields, path, title, *found).address()

    def applied(self, fields: ArticleFields, front_matter: Mapping[str, object], path: str) -> ArticleFields:
        """Return the fields of a text with its old address. The generator's slug replaces a guessed one."""
        found = self.find(front_matter, path, fields.title)
        if found is None:
            return fields
        base = self.configuration.base_path
        others = fields.old_addresses
        if base and not self.pattern:  # addresses in front matter are below the base of the site
            others += tuple(base + one for one in others if one[:1] == "/" != one[1:2])
        addresses = tuple(dict.fromkeys((found.path, *found.others, *others)))
        fields = replace(fields, old_addresses=addresses, generated_address=found.path)
        if found.slug and fields.is_slug_guessed and (slug := make_slug(found.slug)[:SLUG_LENGTH]):
            notices = (notice for notice in fields.notices if notice.kind is not NoticeKind.SLUG_GUESSED)
            fields = replace(fields, slug=slug, notices=tuple(notices))
        return fields

    def pattern_of(self, path: str) -> str:
        """Return the pattern for a file, from the root of the old host; "" if there is none."""
        found = self.root_of(path)
        if self.pattern or found is None:
            return self.pattern
        root, inside = found
        pattern = _pattern(root, inside, self.generator, is_translation=False)
        if not pattern:
            return ""
        shown = {":dated_path": ":year/:month/:day/:title", ":numbered_path": ":path"}.get(pattern, pattern)
        return re.sub("/{2,}", "/", f"{self.configuration.base_path}/{root.base}/{shown}")


@dataclass(frozen=True, slots=True)
class OldAddress:
    """The old address of a text. slug: the last part of the path if it was made from the title, else "".

    others: the same address with other possible dates. Which date was used depends on the time zone and
    version of the generator, so there may be links to these, too.
    """

    path: str
    slug: str = ""
    others: tuple[str, ...] = ()


def rules_of_pattern(pattern: str, rules: AddressRules | None = None) -> AddressRules:
    """Return rules with a pattern that a person has entered. Raises PatternError.

    rules: the rules found for the source. Their generator and time zone still apply. A pattern with the year
    has the date of a name in its own tokens.
    """
    pattern = check_pattern(pattern)
    rules = replace(rules or AddressRules(SiteConfiguration(Generator.UNKNOWN)), pattern=pattern)
    if ":year" not in pattern:
        return rules
    return replace(rules, configuration=replace(rules.configuration, dates_in_names=True))


def _pattern(root, path, generator, *, is_translation):
    """Return the first permalink pattern that matches a file's path in its content root, or the default."""
    for permalink in root.permalinks:
        if permalink.folder == ":translation":
            continue
        if _matches(permalink, path):
            translated = next((one.pattern for one in root.permalinks if one.folder == ":translation"), "")
            return translated if is_translation and translated else permalink.pattern
    return _DEFAULT_PATTERNS.get(generator, "")


def _matches(permalink: Permalink, path):
    folder = permalink.folder
    is_collection = folder.startswith("_")  # Jekyll's: at any depth
    return not folder or path.startswith(f"{folder}/") or (is_collection and f"/{folder}/" in f"/{path}")


class _Text:
    """The values of one text for the tokens of a pattern."""

    def __init__(self, rules, fields, path, title, root, inside):
        self.rules, self.configuration, self.root = rules, rules.configuration, root
        self.generator = rules.generator
        self.fields, self.keys = fields, Keys(fields)
        self.path, self.inside, self.title = path, inside, title
        self.folders, self.name = self._split()

    def address(self) -> OldAddress | None:
        for key in _ADDRESS_KEYS.get(self.generator, ("permalink",)):
            value = self.fields.get(
                next((one for one in self.keys.all("address") if one.lower() == key), None)
            )
            if value is False and self.generator == Generator.ELEVENTY:
                return None  # the text had no page
            if isinstance(value, str) and (stated := self._stated(value.strip())):
                return stated
        pattern = self.rules.pattern or _pattern(
            self.root, self.inside, self.generator, is_translation=self._is_translation
        )
        if not pattern or pattern == "false":  # of Eleventy: the texts had no page
            return None
        is_whole = bool(self.rules.pattern)
        base = "" if is_whole or ":lang" in pattern else self._language_prefix
        start = "" if is_whole else f"{self.configuration.base_path}/{base}/{self.root.base}"
        try:
            paths = dict.fromkeys(self._expanded(pattern, date) for date in self.dates or (None,))
        except PatternError:  # see AddressRules.problem
            return None
        found = [one for path in paths if path and (one := self._checked(f"{start}/{path}"))]
        if not found:
            return None
        slug = found[0].path.rstrip("/").rpartition("/")[2] if self._uses_title(pattern) else ""
        others = tuple(one.path for one in found[1:])
        return OldAddress(found[0].path, re.sub(r"\.html?$", "", slug), others)

    def _stated(self, value):
        """Return the address that a key states: a path, or a pattern. None if it is neither."""
        is_style = self.generator == Generator.JEKYLL and value in JEKYLL_STYLES
        if "\\:" in value:  # a colon without a token, in Hugo
            value = value.replace("\\:", ":")
        elif is_style or re.search(r":\w|[{}]", value.partition("://")[2] or value):
            try:
                path = self._expanded(value, next(iter(self.dates), None))
            except PatternError:
                return None
            return path and self._checked(f"{self.configuration.base_path}/{path}")
        is_path = "/" in value or self.generator in _ADDRESSES_WITHOUT_SLASH
        if (
            "://" in value
            or value.startswith("//")
            or not value
            or not is_path
            or _ENDING_OF_SOURCE.search(value)
        ):
            return None
        return self._checked(f"{self.configuration.base_path}/{value}", is_escaped=True)

    def _checked(self, path, *, is_escaped=False):
        """Return an OldAddress if this is a possible path, else None."""
        path = re.sub("/{2,}", "/", path)
        address = path_of(path if is_escaped else quote(path))
        return OldAddress(address) if address and address != "/" else None

    def _expanded(self, pattern, date):
        if self.generator == Generator.DOCUSAURUS and (slug := self._text("slug")):
            return f"/{slug}"
        return expand(pattern, self._values, date)

    def _uses_title(self, pattern):
        names = {part.name for part in parse_pattern(pattern) if isinstance(part, PatternToken)}
        return "titleslug" in names or (self.generator == Generator.HUGO and bool(names & {"title", "slug"}))

    @cached_property
    def _values(self):
        name = name_slug(self.name, self.generator)
        stated = self._text("slug")
        title = title_slug(self.title, self.generator)
        titled = self.generator == Generator.HUGO
        named = name_slug(stated or self.name, self.generator)
        folders = "/".join(hugo_slug(folder) if titled else folder for folder in self.folders)
        values = {
            "title": title if titled else named,
            "slug": hugo_slug(stated) or title if titled else plain_slug(stated or self.name),
            "titleslug": stated or (self.name if self.configuration.names_are_slugs else title),
            "name": plain_slug(self.name) if self.generator == Generator.JEKYLL else name,
            "basename": _ENDING.sub("", posixpath.basename(self.inside)),
            **dict.fromkeys(("contentbasename", "filename"), name),
            **dict.fromkeys(("slugorcontentbasename", "slugorfilename"), named),
            **dict.fromkeys(("lang", "language", "locale"), self._language_token),
            "folders": folders,
            "path": self._whole_path(),
            "collection": next(
                (part[1:] for part in self.inside.split("/") if part.startswith("_")), "posts"
            ),
            "output_ext": ".html",
            "categories": "/".join(category.lower() for category in self._categories()),
            "slugified_categories": "/".join(map(plain_slug, self._categories())),
            "category": title_slug(next(iter(self._categories()), ""), self.generator),
            "author": title_slug(next(iter(self._names("authors")), ""), self.generator),
            "dated_path": self._dated_path(),
            "numbered_path": self._numbered_path(),
        }
        sections = self._sections()
        for end in ("", "slug"):
            values[f"section{end}"] = sections[0] if sections else ""
            values[f"section{end}s"] = "/".join(sections)
        if self.generator == Generator.UNKNOWN:
            values["slug"] = named
        if self.generator == Generator.HEXO:
            path = hexo_path(self.inside, has_date=self.configuration.dates_in_names)
            values |= {"title": path, "name": posixpath.basename(path), "post_title": title}
            values["category"] = "/".join(map(hexo_slug, self._categories()))
        return values

    def _text(self, name):
        value = self.fields.get(self.keys.first(name))
        return (text_of(value) or "").strip() if not isinstance(value, bool) else ""

    def _names(self, name):
        value = self.fields.get(self.keys.first(name))
        return [one for item in split_names(value, at_commas=False) if (one := name_of(item))]

    def _categories(self):
        key = "categories" if self.keys.first("categories") else "primary_category"
        value = self.fields.get(self.keys.first(key))
        if isinstance(value, str) and self.generator in {Generator.JEKYLL, Generator.UNKNOWN}:
            names = value.split() if key == "categories" else [value]
        else:
            names = self._names(key)
        default = self.configuration.default_category
        if self.generator == Generator.HEXO:
            return names or [default]
        if default:
            folder = posixpath.basename(posixpath.dirname(self.inside))
            return names or [folder or default]
        above = self.inside.partition("_posts/")[0].strip("/").split("/") if "_posts/" in self.inside else []
        return list(dict.fromkeys(filter(None, [*names, *above])))

    @cached_property
    def dates(self) -> list[datetime]:
        """The dates that the generator may have used. Jekyll's are in the site's time zone first."""
        zone = self.configuration.time_zone
        zones = (zone_of(zone), None) if self.generator == Generator.JEKYLL else (None,)
        value = self.fields.get(self.keys.first("dated_at"))
        if isinstance(value, dict):
            value = value.get("created")
        named = date_in_name(posixpath.basename(self.path))[0] or date_in_name(self.name)[0]
        folder = date_in_name(posixpath.basename(posixpath.dirname(self.path)))[0]
        dates = (
            read_written_date(text, zone)
            for text in (value, named or folder)
            if text not in (None, "")
            for zone in zones
        )
        return list(dict.fromkeys(filter(None, dates)))

    @property
    def _language(self):
        """The language of the text, if its root, its name or its front matter states one."""
        stem = _ENDING.sub("", posixpath.basename(self.inside))
        ending = stem.rpartition(".")[2] if "." in stem else ""
        if self.root.language:
            return self.root.language
        if self.generator in _LANGUAGES_IN_ADDRESSES:
            return ending if ending in self.configuration.languages else self.configuration.default_language
        return self._text("language") or language_in_path(self.path)

    @property
    def _is_translation(self):
        default = self.configuration.default_language
        return bool(self._language and default and self._language.lower() != default.lower())

    @property
    def _language_prefix(self):
        """The language code at the start of an address. Usually "" for the default language."""
        if self._is_translation or self.configuration.prefixes_default:
            is_used = self.generator in _LANGUAGES_IN_ADDRESSES or ":lang" in self.rules.pattern
            return self._language if is_used else ""
        is_default = self._language == self.configuration.default_language
        adds_none = self.generator == Generator.JEKYLL or self.generator in _LANGUAGES_IN_ADDRESSES
        return "" if is_default or adds_none else self._language

    @property
    def _language_token(self):
        return self._language if self.generator == Generator.PELICAN else self._language_prefix

    def _split(self):
        """Return the folders of the text, and the name of its file (for a bundle, of its own folder)."""
        if self.generator == Generator.UNKNOWN and self.configuration.dates_in_names:
            return self._folders(self.inside), name_in_path(self.path)
        stem = _ENDING.sub("", posixpath.basename(self.inside))
        before, _, ending = stem.rpartition(".")
        stem = before if before and ending in self.configuration.languages else stem
        folders = self._folders(self.inside)
        if _INDEX.fullmatch(stem) and folders:
            folders, stem = folders[:-1], folders[-1]
        if self.generator == Generator.JEKYLL:
            stem = _DATED_NAME.sub("", stem, count=1) if _DATED_NAME.match(stem) else stem
        elif self.configuration.dates_in_names:
            stem = date_in_name(stem)[1] or stem
        return folders, stem

    def _folders(self, path):
        return [folder for folder in posixpath.dirname(path).split("/") if folder]

    def _sections(self):
        """The folders that are sections for Hugo: the first, and those with an _index file."""
        before = len(self._folders(self.path)) - len(self._folders(self.inside))
        whole = self._folders(self.path)
        found = []
        for depth, folder in enumerate(self.folders):
            place = "/".join(whole[: before + depth + 1])
            if not depth or not self.rules.sections or place in self.rules.sections:
                found.append(hugo_slug(folder))
        return found

    def _whole_path(self):
        """The path without the ending. A file called index or README stands for its folder."""
        folder, _, name = _ENDING.sub("", self.inside).rpartition("/")
        if self.generator == Generator.JEKYLL:
            folder = re.sub(r"(?:^|.*/)_\w+(?:/|$)", "", folder)
        if self.generator == Generator.ELEVENTY:
            name = date_in_name(name)[1] or name
        if name.lower() in {"index", "readme"}:
            return folder
        return f"{folder}/{name}".lstrip("/")

    def _dated_path(self):
        """The path that Docusaurus makes of a blog's file: its date as folders, then its other parts."""
        path = re.sub(r"/index$", "", _ENDING.sub("", self.inside))
        found = _DATED_PATH.fullmatch(path)
        return f"{found['date'].replace('-', '/')}/{found['folder']}{found['text']}" if found else path

    def _numbered_path(self):
        """The path that Docusaurus makes of a document: without the numbers that order files."""
        parts = [_NUMBER.sub("", part, count=1) for part in _ENDING.sub("", self.inside).split("/")]
        if parts[-1].lower() in {"index", "readme"} or parts[-2:-1] == parts[-1:]:
            parts = parts[:-1]
        return "/".join(parts)
