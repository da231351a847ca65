"""Set new values in front matter, using the keys and formats that it already has."""

import dataclasses
from collections.abc import Collection
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from blog.documents.fields.dates import read_date, write_date
from blog.documents.fields.extraction import read_fields
from blog.documents.fields.keys import (
    GROUP,
    NAMES,
    Keys,
    fold_key,
    is_blank,
    keys_in_group,
    with_group_opened,
)
from blog.documents.fields.values import (
    ADDRESS_KEYS,
    ALT_KEYS,
    CREATED_KEYS,
    CREDIT_KEYS,
    LEVEL_KEYS,
    NAME_KEYS,
    PART_KEYS,
    UPDATED_KEYS,
    ArticleFields,
    CategoryName,
    boolean_of,
    category_of,
    credit_value,
    find_key,
    image_parts,
    name_of,
    part_of_series,
    series_parts,
    split_names,
    split_people,
)
from blog.documents.frontmatter.document import Document
from blog.documents.frontmatter.edits import REMOVED
from blog.documents.frontmatter.value_formats import same_value
from blog.documents.image_words import Credit
from blog.documents.text import as_html_words

_NOT_IN_FRONT_MATTER = frozenset(
    (
        *("body", "extra", "notices", "old_addresses", "generated_address"),
        *("is_slug_guessed", "are_categories_derived", "byline_in_file"),
    )
)
_GUESSED = frozenset(("title", "slug", "dated_at", "language"))  # if the file has no key for them
_CATEGORIES = frozenset(("primary_category", "categories"))


def front_matter_changes(
    document: Document, fields: ArticleFields, changed: Collection[str], *, time_zone: tzinfo | None = None
) -> dict[str, object]:
    """Return {key: value} for Document.patched, so that reading the file again gives the changed fields.

    `body`, `extra`, `notices` and `old_addresses` are not included. With the time zone of read_fields(),
    dates without an offset stay without one.
    """
    current = read_fields(document, path="", time_zone=time_zone or UTC)
    opened = with_group_opened(document.fields)
    keys = Keys(opened)
    if not current.names_categories and not _CATEGORIES.isdisjoint(changed):
        changed = {*changed, *_CATEGORIES}  # if only one were written, the other would be lost
    names = [
        name
        for name in ArticleFields.__dataclass_fields__
        if name in changed
        and name not in _NOT_IN_FRONT_MATTER
        and (
            getattr(current, name) != getattr(fields, name) or (name in _GUESSED and keys.first(name) is None)
        )
    ]
    draft = _Draft(opened, fields, time_zone)
    for name in names:
        draft.set(name)
    changes = draft.changes()
    if grouped := changes.keys() & keys_in_group(document.fields):
        new = {key: changes.pop(key) for key in grouped}
        group = document.fields[GROUP] | new
        changes[GROUP] = {key: value for key, value in group.items() if value is not REMOVED}
    return changes


class _Draft:
    """A copy of front matter in which fields are set one by one."""

    def __init__(self, front_matter, fields, time_zone):
        self.before = front_matter
        self.values = dict(front_matter)
        self.fields = dataclasses.replace(fields, title=as_html_words(fields.title))
        self.time_zone = time_zone

    def set(self, name: str) -> None:
        value = getattr(self.fields, name)
        match name:
            case "primary_category" | "categories" | "series" | "series_part":
                getattr(self, f"_set_{name}")(value)
            case "image" | "image_alt" | "image_credit" | "status":
                getattr(self, f"_set_{name}")(value)
            case "authors" | "translators" | "keywords":
                self._set_names(name, value)
            case "dated_at" | "updated_at":
                self._set_date(name, value)
            case "excerpt" if not value and self._keys.first(name) is None:
                self.values[NAMES[name][0]] = ""  # or the text before <!--more--> would be the excerpt again
            case _:
                self._set_plain(name, value)

    def changes(self) -> dict[str, object]:
        kept = self.values.items()
        changed = {
            key: value
            for key, value in kept
            if key not in self.before or not same_value(self.before[key], value)
        }
        return changed | {key: REMOVED for key in self.before if key not in self.values}

    @property
    def _keys(self):
        return Keys(self.values)

    def _set_plain(self, name, value):
        key = self._keys.first(name)
        if value is None:
            self._remove(name)
        elif key is None:
            if value or (value == 0 and value is not False):
                self.values[NAMES[name][0]] = value
        elif isinstance(old := self.values[key], dict):
            self.values[key] = {**old, find_key(old, NAME_KEYS): value}
        else:
            self.values[key] = value
        self._empty_if_blank(name, value)

    def _remove(self, name):
        for key in self._keys.all(name):
            del self.values[key]

    def _empty_if_blank(self, name, value, *, but=None):
        """If a field is blank, empty its other keys as well. Otherwise the next key would count."""
        if not is_blank(value):
            return
        for key in self._keys.all(name):
            if key != but and not is_blank(old := self.values[key]):
                self.values[key] = type(old)() if isinstance(old, (str, list, dict, bool)) else ""

    def _set_date(self, name, moment: datetime | None):
        if moment is None:
            self._remove(name)
            return
        if self._set_date_in_mapping(name, moment):
            return
        key = self._keys.first(name) or NAMES[name][0]
        old, moment = self.values.get(key, ""), moment.astimezone(UTC)
        zones = (self.time_zone,) if self.time_zone else (UTC, timezone(timedelta(hours=1)))
        if any(read_date(old, zone) != moment for zone in zones):
            self.values[key] = write_date(moment, old, self.time_zone)

    def _set_date_in_mapping(self, name, moment):
        """Set a date in `date: {created: …, updated: …}`. Return False if there is no such mapping."""
        key = self._keys.first(name) or (self._keys.first("dated_at") if name == "updated_at" else None)
        if not isinstance(mapping := self.values.get(key), dict):
            return False
        inner = find_key(mapping, CREATED_KEYS if name == "dated_at" else UPDATED_KEYS)
        zone = self.time_zone or UTC
        if read_date(old := mapping.get(inner, ""), zone) != moment:
            self.values[key] = {**mapping, inner: write_date(moment.astimezone(UTC), old, self.time_zone)}
        return True

    def _set_names(self, name, names):
        key = self._keys.first(name)
        if key is None:
            if names:
                self.values[NAMES[name][0]] = list(names)
            return
        old = self.values[key]
        at_commas = name in ("keywords", "translators") or fold_key(key) == "authors"
        text = ", ".join(names)
        split = split_names if name == "keywords" else split_people
        if isinstance(old, str) and split(text, at_commas=at_commas) == list(names):
            self.values[key] = text
        elif isinstance(old, dict) and len(names) == 1:
            self.values[key] = {**old, find_key(old, NAME_KEYS): names[0]}
        else:
            known = {name_of(item): item for item in split_names(old, at_commas=at_commas)}
            self.values[key] = [known.get(one, one) for one in names]
        self._empty_if_blank(name, names or None)

    def _set_series(self, name):
        key = self._keys.first("series")
        if key is None:
            if name:
                self.values[NAMES["series"][0]] = name
        else:
            self.values[key] = _with_name(self.values[key], name)
        self._empty_if_blank("series", name)
        self._set_series_part(self.fields.series_part)  # a stated part had no meaning without a series

    def _set_series_part(self, part):
        own, series = self._keys.first("series_part"), self._keys.first("series")
        _, mapping = series_parts(self.values.get(series))
        key = find_key(mapping, PART_KEYS)
        stated = self.values.get(own)
        if part_of_series(mapping.get(key) if is_blank(stated) else stated) == part:
            return
        if part is None:
            self._remove("series_part")
            if key in mapping:
                self.values[series] = _with_pair(self.values[series], key, None)
        elif own is None and mapping:
            self.values[series] = _with_pair(self.values[series], key, part)
        else:
            self.values[own or NAMES["series_part"][0]] = part

    def _set_primary_category(self, name):
        key = self._keys.first("primary_category")
        if key is None:
            if name:
                self.values[NAMES["primary_category"][0]] = name
        elif isinstance(old := self.values[key], dict):
            self.values[key] = {**old, find_key(old, NAME_KEYS): name}
        else:
            self.values[key] = name
        self._empty_if_blank("primary_category", name)
        if not self._keys.all("categories") and self._categories_of_primary() != self.fields.categories:
            self._set_categories(self.fields.categories)

    def _categories_of_primary(self):
        value = self.values.get(self._keys.first("primary_category"))
        return tuple(map(category_of, split_names(value, at_commas=False)))

    def _set_categories(self, categories: tuple[CategoryName, ...]):
        key = self._keys.first("categories")
        if key is None and self._categories_of_primary() == categories:
            return
        key = key or NAMES["categories"][0]
        old = self.values.get(key)
        text = ", ".join(category.name for category in categories)
        as_text = tuple(category_of(name) for name in split_names(text, at_commas=True))
        if isinstance(old, str) and as_text == categories:
            self.values[key] = text
            return
        items = split_names(old, at_commas=True)
        known = {category_of(item): item for item in items}
        model = next((item for item in items if isinstance(item, dict)), None)
        self.values[key] = [known.get(one) or _category_item(one, model) for one in categories]
        self._empty_if_blank("categories", list(categories))

    def _set_image(self, address):
        key = self._keys.first("image")
        if key is not None:
            old = self.values[key]
            self.values[key] = _with_address(old, address) if address else _without_address(old)
        elif address:
            self.values[NAMES["image"][0]] = address
        self._empty_if_blank("image", address, but=key)

    def _set_image_alt(self, alt):
        own, image = self._keys.first("image_alt"), self._keys.first("image")
        _, mapping = image_parts(self.values.get(image))
        if mapping and (own is None or not alt):
            self.values[image] = _with_pair(self.values[image], find_key(mapping, ALT_KEYS), alt)
        if own is not None or not mapping:
            self._set_plain("image_alt", alt)

    def _set_image_credit(self, credit: Credit):
        own, image = self._keys.first("image_credit"), self._keys.first("image")
        _, mapping = image_parts(self.values.get(image))
        key = find_key(mapping, CREDIT_KEYS)
        if key in mapping and (own is None or credit == Credit()):
            self.values[image] = _with_pair(self.values[image], key, credit_value(credit, mapping[key]))
        if own is not None or key not in mapping:
            self._set_own_credit(own, credit)

    def _set_own_credit(self, key, credit):
        if key is not None or credit != Credit():
            self.values[key or NAMES["image_credit"][0]] = credit_value(credit, self.values.get(key))
        self._empty_if_blank("image_credit", "" if credit == Credit() else credit)

    def _set_status(self, status):
        keys = self._keys.all("status")
        if status is None:
            self._remove("status")
        elif not keys:
            self.values[NAMES["status"][0]] = status
        for key in keys if status else ():
            self.values[key] = _status_value(fold_key(key), status, self.values[key])


def _category_item(category, model):
    if not (category.level or model):
        return category.name
    level_key, name_key = find_key(model or {}, LEVEL_KEYS), find_key(model or {}, NAME_KEYS)
    return ({level_key: category.level} if category.level else {}) | {name_key: category.name}


def _with_name(old, name):
    """Return the value with its first name replaced: only the first counts."""
    if isinstance(old, dict):
        return {**old, find_key(old, NAME_KEYS): name}
    if isinstance(old, list):
        renamed = [_with_name(item, name) if item is _first(old) else item for item in old]
        return [] if not name else renamed if _first(old) is not None else [name]
    return name


def _with_address(old, address):
    if isinstance(old, dict):
        return {**old, find_key(old, ADDRESS_KEYS): address}
    if isinstance(old, list):
        return [_with_address(item, address) if item is _first(old) else item for item in old] or [address]
    return address


def _without_address(old):
    """Return the value without the image's URL, but with its other details."""
    if isinstance(old, list):
        first = _first(old)
        return [_without_address(first)] if isinstance(first, dict) else []
    return _with_address(old, "")


def _with_pair(old, key, value):
    if isinstance(old, list):
        return [_with_pair(item, key, value) if item is _first(old) else item for item in old]
    return {**old, key: value}


def _first(items):
    return next((item for item in items if not is_blank(item)), None)


def _status_value(folded_key, status, old):
    word = str(old).strip().casefold()
    if folded_key == "draft":
        said = boolean_of(old)
        return old if said == (status == "new") else status == "new"
    if folded_key in ("published", "publish") and boolean_of(old) is not None:
        return old if boolean_of(old) == (status == "published") else status == "published"
    if word == "publish" and status == "new":
        return "draft"
    keeps = word in (("draft", "new") if status == "new" else ("publish", "published"))
    return old if keeps else status
