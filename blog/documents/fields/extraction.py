"""Read front matter into the fields of an article."""

import re
import string
from datetime import UTC, datetime, tzinfo
from urllib.parse import unquote, urlsplit

from blog.documents.addresses import check_image_address, is_placeholder
from blog.documents.fields.dates import date_in_path, read_date
from blog.documents.fields.keys import GROUP, Keys, fold_key, is_blank, keys_in_group, with_group_opened
from blog.documents.fields.old_addresses import read_old_addresses
from blog.documents.fields.paths import (
    date_in_file_name,
    is_draft_by_name,
    language_in_path,
    name_in_path,
)
from blog.documents.fields.values import (
    ALT_KEYS,
    CREATED_KEYS,
    CREDIT_KEYS,
    LEVEL_KEYS,
    PART_KEYS,
    UPDATED_KEYS,
    ArticleFields,
    boolean_of,
    category_of,
    credit_of,
    find_key,
    image_parts,
    is_nobody,
    minutes_of,
    name_of,
    part_of_series,
    series_parts,
    split_names,
    split_people,
    text_of,
)
from blog.documents.fields.warnings import find_warnings
from blog.documents.frontmatter.document import Document
from blog.documents.limits import (
    LONGEST_KEYWORD,
    LONGEST_SUMMARY,
    MOST_AUTHORS,
    MOST_CATEGORIES,
    MOST_KEYWORDS,
    MOST_TRANSLATORS,
)
from blog.documents.notices import Notice, NoticeKind
from blog.documents.slugs import SLUG_LENGTH, make_slug
from blog.documents.text import html_words, marked_excerpt, strip_markdown_inline

TITLE_LENGTH = 300

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_FENCED_CODE = re.compile(r"^ {0,3}(`{3,}+|~{3,}+)[^\n]*+\n(?:.*?^ {0,3}\1|.*)", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(
    r"^ {0,3}#{1,6}[ \t]++(?P<atx>[^\n]*+)$"
    r"|^ {0,3}(?![ \t]*(?:[-*_>=]|$))(?P<setext>[^\n]+)\n {0,3}(?:=+|-{2,})[ \t]*$",
    re.MULTILINE,
)
_PUBLISHED = frozenset(("publish", "published"))
_NEW = frozenset(("draft", "new"))


def read_fields(document: Document, *, path: str, time_zone: tzinfo) -> ArticleFields:
    """Return the fields of an article. Dates without an offset are in `time_zone`.

    `path` is relative to the imported folder. It replaces a missing slug, date, title, language or status.
    """
    return _Reader(document, path, time_zone).read()


def read_reading_time(document: Document) -> int | None:
    """Return only the reading time that a file states, in minutes."""
    return _Reader(document, "", UTC)._reading_time()


def read_labels(document: Document) -> tuple[bool, tuple[str, ...]]:
    """Return whether a file names a category, and its keywords, without reading its other fields."""
    reader = _Reader(document, "", UTC)
    return bool(reader._primary_category() or reader._categories()), reader._keywords()


class _Reader:
    def __init__(self, document: Document, path: str, time_zone: tzinfo):
        self.document = document
        self.path = path
        self.time_zone = time_zone
        self.keys = Keys(with_group_opened(document.fields))
        self.fields = self.keys.fields
        self.used: set[str] = set()
        self.notices = list(document.notices)
        self.is_slug_guessed = False

    def read(self) -> ArticleFields:
        image, series = self._image(), self._series()
        old_addresses = read_old_addresses(self.keys, self.notices)
        self.notices += find_warnings(self.document)
        return ArticleFields(
            title=self._title(),
            slug=self._slug(),
            dated_at=self._dated_at(),
            updated_at=self._updated_at(),
            excerpt=self._excerpt(),
            meta_description=self._summary("meta_description"),
            share_quote=self._summary("share_quote"),
            generated_by=", ".join(self._names("generated_by", MOST_AUTHORS, at_commas=False)),
            language=self._language(),
            primary_category=self._primary_category(),
            categories=self._categories(),
            authors=self._authors(),
            translators=tuple(dict.fromkeys(self._people("translators", MOST_TRANSLATORS, at_commas=True))),
            keywords=self._keywords(),
            series=series,
            series_part=self._series_part() if series else None,
            status=self._status(),
            is_featured=self._boolean("is_featured"),
            is_trending=self._boolean("is_trending"),
            image=image,
            image_alt=self._image_alt(),
            image_credit=self._image_credit(),
            reading_time=self._reading_time(),
            body=self.document.body,
            extra=self._extra(),
            notices=tuple(self.notices),
            old_addresses=old_addresses,
            is_slug_guessed=self.is_slug_guessed,
        )

    def _extra(self):
        """Return the keys of the file that have no meaning here."""
        extra = {key: value for key, value in self.document.fields.items() if key not in self.used}
        known = keys_in_group(self.document.fields)
        if known and extra[GROUP].keys() <= known:
            del extra[GROUP]
        return extra

    def _value(self, name):
        key = self.keys.first(name)
        self.used.add(key)
        return self.fields.get(key)

    def _text(self, name):
        text = text_of(value := self._value(name))
        if text is None:
            self._warn_of_type(self.keys.first(name), value, "text")
        return text or ""

    def _excerpt(self):
        return self._summary("excerpt") if self.keys.all("excerpt") else marked_excerpt(self.document.body)

    def _summary(self, name):
        return self._cut(self.keys.first(name), self._text(name), LONGEST_SUMMARY)

    def _cut(self, what, text, longest):
        if len(text) > longest:
            self._warn(NoticeKind.CUT, f"{what} is longer than {longest:,} characters: cut.")
        return text[:longest]

    def _first(self, what, items, most):
        if len(items) > most:
            self._warn(
                NoticeKind.CUT, f"{what} has {len(items):,} entries: only the first {most:,} were taken."
            )
        return items[:most]

    def _warn(self, kind, sentence, detail=None):
        self.notices.append(Notice(kind, sentence, detail=detail))

    def _warn_of_type(self, key, value, wanted):
        kind = {list: "a list", dict: "a group of keys", bool: "true"}.get(type(value), f"“{value}”"[:80])
        self._warn(NoticeKind.WRONG_TYPE, f"{key} is {kind}, not {wanted}: left out.")

    def _title(self):
        given = self._text("title")
        title = " ".join(line.strip() for line in html_words(given).strip().split("\n"))
        if html_words(given) != given:
            self._warn(NoticeKind.CHANGED, f"title holds HTML: “{title[:200]}” is what it says.")
        if not title and (heading := _title_in(self.document.body)):
            title = heading
            self._warn(NoticeKind.HEADING_AS_TITLE, "title taken from the first heading.")
        if not title:
            name = re.sub(r"[-_\s]+", " ", name_in_path(self.path)).strip()
            title = name[:1].upper() + name[1:] or "Untitled"
            self._warn(NoticeKind.GUESSED, "title taken from the file name.")
        if len(title) > TITLE_LENGTH:
            self._warn(NoticeKind.CUT, f"title is longer than {TITLE_LENGTH} characters: cut.")
            title = title[:TITLE_LENGTH].rstrip()
        return title

    def _slug(self):
        given = self._text("slug").strip()
        named = given or self._name_in_address()
        slug = make_slug(named or name_in_path(self.path))
        if not named:
            self.is_slug_guessed = True
            self._warn(NoticeKind.SLUG_GUESSED, "slug taken from the file name.", slug)
        if not slug:
            slug = "article"
            sentence = f"“{(named or self.path)[:200]}” gives no slug: “article” taken."
            self._warn(NoticeKind.SLUG_CHANGED, sentence, f"“{(named or self.path)[:200]}” → “article”")
        elif given and slug != given:
            change = f"“{given[:200]}” → “{slug[:200]}”"
            self._warn(NoticeKind.SLUG_CHANGED, f"slug “{given[:200]}” changed to “{slug[:200]}”.", change)
        if len(slug) > SLUG_LENGTH:
            cut = slug[:SLUG_LENGTH].rstrip("-")
            self._warn(NoticeKind.SLUG_CHANGED, f"slug is longer than {SLUG_LENGTH} characters: cut.", cut)
            slug = cut
        return slug

    def _name_in_address(self):
        """Return the last path segment of the first permalink that has a usable one, or ""."""
        for address in self._addresses():
            name = address.rstrip("/").rpartition("/")[2]
            name = re.sub(r"\.(?:html?|php|aspx?|md)$", "", name)
            if name and not re.search(r"[:{}*]", name):
                return name
        return ""

    def _addresses(self):
        for key in self.keys.all("address"):
            value = self.fields[key]
            if isinstance(value, str):
                try:
                    yield unquote(urlsplit(value.strip()).path)
                except ValueError:
                    continue

    def _dated_at(self):
        if moment := self._date("dated_at"):
            return moment
        text = date_in_file_name(self.path) or next(filter(None, map(date_in_path, self._addresses())), "")
        moment = read_date(text or date_in_path(self.path), self.time_zone)
        if text and moment is None:
            self._warn(NoticeKind.DATE, f"date in the name of the file not understood: “{text}”.")
        return moment

    def _updated_at(self):
        if self.keys.first("updated_at") is not None:
            return self._date("updated_at")
        dates = self.fields.get(self.keys.first("dated_at"))
        return (
            read_date(dates.get(find_key(dates, UPDATED_KEYS)), self.time_zone)
            if isinstance(dates, dict)
            else None
        )

    def _date(self, name) -> datetime | None:
        value = self._value(name)
        if isinstance(value, dict):
            value = value.get(find_key(value, CREATED_KEYS if name == "dated_at" else UPDATED_KEYS), value)
        if value is None or (isinstance(value, str) and is_blank(value)):
            return None  # an empty list is not blank: it was meant as a date and needs a warning
        moment = read_date(value, self.time_zone)
        if moment is None:
            self._warn(NoticeKind.DATE, f"{self.keys.first(name)} not understood: “{str(value)[:80]}”.")
        return moment

    def _language(self):
        tag = self._text("language").strip().replace("_", "-")
        if tag and not _LANGUAGE.fullmatch(tag):
            self._warn(
                NoticeKind.LEFT_OUT, f"language “{tag[:80]}” is not a tag such as en or pt-BR: left out."
            )
            tag = ""
        return tag or language_in_path(self.path)

    def _primary_category(self):
        items = split_names(self._value("primary_category"), at_commas=False)
        return next(filter(None, map(name_of, items)), "")

    def _categories(self):
        named = "categories" if self.keys.first("categories") else "primary_category"
        items = split_names(self._value(named), at_commas=named == "categories")
        items = self._first(self.keys.first(named), items, MOST_CATEGORIES)
        categories = []
        for item in items:
            category = category_of(item)
            if not category.name:
                self._warn(NoticeKind.LEFT_OUT, "a category without a name left out.")
                continue
            self._warn_of_level(item, category)
            categories.append(category)
        return tuple(categories)

    def _warn_of_level(self, item, category):
        level = item.get(find_key(item, LEVEL_KEYS)) if isinstance(item, dict) else None
        if level and not category.level:
            self._warn(
                NoticeKind.LEFT_OUT, f"level “{str(level)[:80]}” of the category “{category.name}” left out."
            )

    def _authors(self):
        at_commas = fold_key(self.keys.first("authors") or "") == "authors"
        return self._people("authors", MOST_AUTHORS, at_commas=at_commas)

    def _people(self, field, most, *, at_commas):
        """Return the names of people. at_commas: whether a value that is a string is split at its commas."""
        key = self.keys.first(field)
        at_commas = at_commas and isinstance(self.fields.get(key), str)
        names = self._names(field, most, at_commas=False)
        names = tuple(one for name in names for one in split_people(name, at_commas=at_commas))
        for name in filter(is_nobody, names):
            self._warn(NoticeKind.LEFT_OUT, f"{key}: “{name}” is nobody's name: left out.")
        return tuple(name for name in names if not is_nobody(name))[:most]

    def _keywords(self):
        keywords = self._names("keywords", MOST_KEYWORDS, at_commas=True)
        if any(len(keyword) > LONGEST_KEYWORD for keyword in keywords):
            self._warn(NoticeKind.CUT, f"a keyword is longer than {LONGEST_KEYWORD} characters: cut.")
        return tuple(keyword[:LONGEST_KEYWORD].rstrip() for keyword in keywords)

    def _names(self, name, most, *, at_commas):
        items = self._first(self.keys.first(name), split_names(self._value(name), at_commas=at_commas), most)
        names = tuple(filter(None, map(name_of, items)))
        if len(names) < len(items):
            self._warn(
                NoticeKind.LEFT_OUT, f"{self.keys.first(name)}: an entry that is not a name was skipped."
            )
        return names

    def _series(self):
        value = self._value("series")
        first, _ = series_parts(value)
        name = "" if first is True else name_of(first)
        if not name and not is_blank(first):
            self._warn_of_type(self.keys.first("series"), first, "a name")
        if len(split_names(value, at_commas=False)) > 1:
            self._warn(
                NoticeKind.LEFT_OUT, f"an article is in one series: “{name[:80]}” is taken, the others not."
            )
        return name

    def _series_part(self):
        _, mapping = series_parts(self.fields.get(self.keys.first("series")))
        value, key = self._value("series_part"), self.keys.first("series_part")
        if is_blank(value):
            key = find_key(mapping, PART_KEYS)
            value = mapping.get(key)
        part = None if is_blank(value) else part_of_series(value)
        if part is None and not is_blank(value):
            self._warn_of_type(key, value, "the number of a part")
        return part

    def _status(self):
        keys = self.keys.all("status")
        self.used.update(keys)
        said = {self._status_of(key) for key in keys} - {None}
        if not said and is_draft_by_name(self.path):
            self._warn(NoticeKind.DRAFT_NAME, "imported as new: the file name or folder marks it as a draft.")
            said = {"new"}
        if not is_blank(self.fields.get(find_key(self.fields, ("password",)))):
            self._warn(NoticeKind.STATUS, "imported as new: the old site asked readers for a password.")
            said = {"new"}
        return ("new" if "new" in said else "published") if said else None

    def _status_of(self, key):
        value = self.fields[key]
        if value is None or value == "":
            return None
        word, answer = str(value).strip().casefold(), boolean_of(value)
        folded = fold_key(key)
        if folded in ("status", "state") or answer is None:
            if word in _PUBLISHED | _NEW and folded != "draft":
                return "published" if word in _PUBLISHED else "new"
            self._warn(NoticeKind.STATUS, f"{key} “{str(value)[:80]}” not understood: imported as new.")
            return "new"
        return "published" if answer != (folded == "draft") else "new"

    def _boolean(self, name):
        value = self._value(name)
        answer = boolean_of(value)
        if answer is None:
            self._warn_of_type(self.keys.first(name), value, "true or false")
        return bool(answer)

    def _image(self):
        address, _ = image_parts(self._value("image"))
        if is_blank(address):
            return ""
        if not isinstance(address, str):
            self._warn_of_type(self.keys.first("image"), address, "an address")
            return ""
        address = address.strip()
        if is_placeholder(address):
            self._warn(NoticeKind.IMAGE_DROPPED, f"image “{address[:200]}” is a placeholder: left out.")
            return ""
        # Whether a folder above that of the texts may be read depends on the site's configuration.
        if reason := check_image_address(re.sub(r"\A(?:\.{1,2}/)+", "", address), self.path):
            self._warn(NoticeKind.IMAGE_DROPPED, f"image “{address[:200]}” dropped: {reason}.")
            return ""
        return f"https:{address}" if address.startswith("//") else address

    def _image_alt(self):
        _, mapping = image_parts(self._value("image"))
        alt = self._text("image_alt") or text_of(mapping.get(find_key(mapping, ALT_KEYS))) or ""
        return self._cut("the description of the image", alt, LONGEST_SUMMARY)

    def _image_credit(self):
        _, mapping = image_parts(self._value("image"))
        value = self._value("image_credit")
        value = mapping.get(find_key(mapping, CREDIT_KEYS)) if is_blank(value) else value
        credit = credit_of(value)
        if not credit.url and "](" in str(value):
            self._warn(NoticeKind.LEFT_OUT, "link in the image credit dropped: it is not http or https.")
        return credit

    def _reading_time(self):
        value = self._value("reading_time")
        minutes = None if is_blank(value) else minutes_of(value)
        if minutes is None and not is_blank(value):
            self._warn(
                NoticeKind.LEFT_OUT, f"negative or non-finite reading time “{str(value)[:80]}” left out."
            )
        return minutes


def _title_in(body):
    """Return the heading above all text, or else the first level-1 heading, or ""."""
    text = _FENCED_CODE.sub("", body)
    for found in _HEADING.finditer(text):
        words = found["setext"] or found["atx"].rstrip(" \t").rstrip("#").rstrip(" \t")
        if not words.strip("#" + string.whitespace):
            continue
        is_first = not text[: found.start()].strip()
        if is_first or re.match(r" {0,3}#[ \t]|[^\n]*\n {0,3}=", found[0]):
            return strip_markdown_inline(words).strip()
    return ""
