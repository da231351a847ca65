"""Compare a changed file with its article, and apply the decision.

Three contents (blog/articles/versions/contents.py) are compared. The base is the result of importing the
stored original, ours is the article now, and theirs would be the result of importing the new file.
"""

import dataclasses
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import tzinfo
from functools import cached_property

from django.db import transaction

from blog.articles.actions.restore import write_contents
from blog.articles.authors import Author
from blog.articles.categories import Category
from blog.articles.file_fields import EXPORTED_FIELDS, article_fields, edited_fields, field_digests
from blog.articles.flags import SUGGESTION_FIELDS
from blog.articles.models import Article
from blog.articles.names import folded
from blog.articles.provenance import WrittenBy
from blog.articles.series import Series
from blog.articles.versions.contents import (
    DATES,
    FIELDS,
    FLAGS,
    PROVENANCE,
    TEXTS,
    article_contents,
    date_text,
    hero_entry,
    in_order,
    read_date,
    words_in,
)
from blog.articles.versions.differences import same_value
from blog.articles.versions.merge import Merge, merge
from blog.articles.versions.models import Version
from blog.documents.addresses import REMOTE
from blog.documents.fields.extraction import read_fields
from blog.documents.fields.values import ArticleFields, CategoryName
from blog.documents.frontmatter.document import parse_file
from blog.documents.image_words import Credit, ImageWords, words_of_use
from blog.images.files import StoredImage
from blog.images.models import Image
from blog.images.originals import store_with_original
from blog.imports.images import add_original, fitting_credit, known_image, new_image
from blog.imports.models import SourceFile
from blog.imports.names import NAME_LENGTH
from blog.imports.provenance import update_provenance
from blog.imports.redirects import create_redirects

TEMPORARY_FILE = (
    "brought:"  # prefix of a digest, in place of the file name of an image that is not stored yet
)
CATEGORY_FIELDS = ("primary_category", "categories")
FITTING = {"generated_by": 200, "language": 35}


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A changed file of an article: its key, bytes, fields and images.

    images: {address in the file: digest of the bytes}, for the images that come with the file. written_by:
    the provenance that its import states.
    """

    source_name: str
    path: str
    root: str
    data: bytes
    digest: str
    fields: ArticleFields
    images: Mapping[str, str]
    written_by: WrittenBy


@dataclass(frozen=True)
class Comparison:
    """The contents of an article (ours), of its changed file (theirs), and of their common base."""

    article: Article
    file: ChangedFile
    base: dict
    ours: dict
    theirs: dict
    brings_addresses: bool  # whether the file has old addresses that need new redirects

    @cached_property
    def merge(self) -> Merge:
        return merge(self.base, self.ours, self.theirs)

    @property
    def is_identical(self) -> bool:
        """Whether the article already has the content of the file."""
        same = all(same_value(self.ours[name], self.theirs[name]) for name in FIELDS)
        return same and not self.brings_addresses


class RowsByName:
    """The categories, authors and series that files name. Each is looked up once."""

    def __init__(self):
        self.rows = {Category: {}, Author: {}, Series: {}}

    def entries(self, model, names) -> list:
        """Return {"id": key of the row or None, "name": name} for each name, or None for an empty one.

        Rows are found by their names and aliases.
        """
        rows, wanted = self.rows[model], {folded(name) for name in names if name}
        if missing := wanted - rows.keys():
            rows |= dict.fromkeys(missing) | model.objects.by_folded_name(missing)
        return [_entry(rows.get(folded(name)), name) for name in names]


def compare(
    article: Article,
    file: ChangedFile,
    original: ArticleFields | None,
    names: RowsByName | None = None,
) -> Comparison:
    """Compare an article, loaded with its relations, with a changed version of its file.

    original: the fields of the stored original, or None if it can no longer be parsed. For fields that nobody
    edited since the import, the base is the article's value: importing the original again might give another.
    names: pass the same to several comparisons, to look up each name only once.
    """
    names = names or RowsByName()
    ours = article_contents(article)
    base = _contents(original, ours, {}, names) if original else _nothing_known(ours)
    edited = edited_fields(article)
    for name in {*EXPORTED_FIELDS} & base.keys() - edited:
        base[name] = ours[name]
    if not original and not edited & {"image", "image_alt", "image_credit"}:
        base["hero_image"] = ours["hero_image"]
    named_before = {*original.old_addresses} if original else set()
    theirs = _contents(file.fields, ours, file.images, names)
    if original and original.generated_by == file.fields.generated_by:
        # Only the import may have stated the provenance, so keep it unless the file has changed.
        theirs["generated_by"] = base["generated_by"]
    if original and original.authors == (file.fields.byline_in_file or file.fields.authors):
        theirs["authors"] = base["authors"]  # the keys in a byline are not names; see names.py
    if original and not (original.names_categories or file.fields.names_categories):
        # The categories of the article are an editor's or the import's (see topics.py), so keep them.
        theirs |= {name: base[name] for name in CATEGORY_FIELDS}
    return Comparison(
        article,
        file,
        base,
        ours,
        theirs,
        not {*file.fields.old_addresses} <= named_before,
    )


def original_fields(source_file: SourceFile, time_zone: tzinfo) -> ArticleFields | None:
    """Return the fields of an article's stored original, or None if it can no longer be parsed."""
    with suppress(ValueError):
        document = parse_file(bytes(source_file.original), source_file.path)
        return read_fields(document, path=source_file.path, time_zone=time_zone)


def with_kept_categories(fields: ArticleFields, source_file: SourceFile, time_zone: tzinfo) -> ArticleFields:
    """Return a changed file's fields with the article's categories if no version of the file names any.

    The article's categories then come from an editor, or were derived when it was created; see topics.py.
    """
    if fields.names_categories:
        return fields
    original = original_fields(source_file, time_zone)
    if original is None or original.names_categories:
        return fields
    ours = article_fields(source_file.article)
    kept = {name: getattr(ours, name) for name in CATEGORY_FIELDS}
    return replace(fields, **kept, are_categories_derived=True)


def apply_comparison(
    comparison: Comparison,
    contents: dict,
    *,
    stored: Mapping[str, StoredImage],
    by=None,
    action=Version.Action.MERGED,
    note="",
) -> list[str]:
    """Write the decided contents, and make the file the article's source file.

    stored: the result of store_images(). The file's provenance is adopted together with its text. Returns
    messages about what is missing. Raises what save() raises, such as StaleArticleError, without changes.
    """
    article, ours = comparison.article, comparison.ours
    # The date of publication follows the file's date unless an editor has set another one.
    follows = ours["published_at"] is not None and ours["published_at"] == ours["dated_at"]
    notices = []
    with transaction.atomic():
        written = _with_rows(contents, ours, stored)
        if follows and contents["dated_at"]:
            written["published_at"] = contents["dated_at"]
        if contents["body"] != ours["body"] or contents["body"] == comparison.theirs["body"]:
            update_provenance(comparison.file.written_by, article, article.source_file)
            article.source_file.save(update_fields=["written_by"])
            written |= {name: getattr(article, name) for name in PROVENANCE}
        article.set_flags_by_file(**{name: contents[name] for name in SUGGESTION_FIELDS})
        _version, missing = write_contents(
            article, written, by=by, note=note, action=action, with_state=follows
        )
        create_redirects([(article, comparison.file.fields.old_addresses, notices)])
        adopt_file(comparison, contents)
    return [*missing, *(notice.text for notice in notices)]


def adopt_file(comparison: Comparison, contents: dict) -> None:
    """Make the new file the article's source file, so that an export patches only the differences to it.

    contents: the decided contents, as written. Values taken from the file count as imported in their stored
    form: with a number appended to the slug, or without an image that is not available.
    """
    file = comparison.file
    article = Article.objects.with_file_relations().get(pk=comparison.article.pk)
    stored = field_digests(article_fields(article))
    decided, theirs = (field_digests(_fields(each, file.fields)) for each in (contents, comparison.theirs))
    source_file = article.source_file
    source_file.source_name, source_file.path, source_file.root = file.source_name, file.path, file.root
    source_file.digest, source_file.original, source_file.extra = file.digest, file.data, file.fields.extra
    source_file.imported_fields = {
        name: stored[name] if decided[name] == theirs[name] else theirs[name] for name in EXPORTED_FIELDS
    }
    source_file.save()


def store_images(contents: dict, bytes_of: Callable[[str], bytes], *, keep=True) -> dict[str, StoredImage]:
    """Store those images of the contents that come with the file. Return {digest: StoredImage}.

    bytes_of returns the bytes of a digest. Raises ImageError or OSError if an image cannot be stored.
    """
    images = [contents["hero_image"], *contents["body_images"]]
    digests = {_new_digest(image) for image in images if image} - {""}
    return {digest: store_with_original(bytes_of(digest), keep=keep) for digest in digests}


def truncate_fields(fields: ArticleFields) -> ArticleFields:
    """Return the fields of a file cut to the lengths of their columns, as importing cuts them."""
    cut = {name: getattr(fields, name)[:length] for name, length in FITTING.items()}
    return dataclasses.replace(
        fields,
        **cut,
        primary_category=fields.primary_category[:NAME_LENGTH],
        categories=tuple(CategoryName(each.level, each.name[:NAME_LENGTH]) for each in fields.categories),
        authors=tuple(name[:NAME_LENGTH] for name in fields.authors),
        series=fields.series[:NAME_LENGTH],
        image_credit=fitting_credit(fields.image_credit, []),
    )


def _contents(fields, ours, images, names):
    found = contents_of_fields(truncate_fields(fields), ours, names)
    found["hero_image"] = _hero(found["hero_image"], images)
    links = {link["address"]: link for link in ours["body_images"]}
    in_text = [address for address in images if address in fields.body]
    for address in in_text:
        links[address] = links.get(address, {}) | _new_image(address, images[address])
    found["body_images"] = [links[address] for address in sorted(links)]
    return found


def _hero(hero, images):
    """Return the hero image that a file names, or None if it is not available."""
    if hero and hero["address"] in images:
        return hero | _new_image(hero["address"], images[hero["address"]])
    is_there = hero and (
        hero["id"] or hero["address"].startswith(REMOTE) or Image.objects.stored_at(hero["address"])
    )
    return hero if is_there else None


def _new_image(address, digest):
    return {"address": address, "id": None, "file": TEMPORARY_FILE + digest}


def _new_digest(image):
    return image["file"].removeprefix(TEMPORARY_FILE) if image["file"].startswith(TEMPORARY_FILE) else ""


def _nothing_known(ours):
    """Return the base if the original cannot be parsed: contents that are empty where a file sets them."""
    empty = {name: type(value)() if isinstance(value, str | list) else None for name, value in ours.items()}
    kept = {name: ours[name] for name in ("status", "published_at", *PROVENANCE, "body_images")}
    return empty | dict.fromkeys(FLAGS, False) | kept


def _with_rows(contents, ours, stored):
    """Return the contents with an Image row for each changed hero image and each image from the file."""
    hero, links = contents["hero_image"], contents["body_images"]
    before = ours["hero_image"]
    if hero and not (before and (hero["address"], hero["file"]) == (before["address"], before["file"])):
        hero = hero | {"id": _row(hero, stored)}
    links = [link | {"id": _row(link, stored)} if _new_digest(link) else link for link in links]
    return contents | {"hero_image": hero, "body_images": links}


def _row(entry, stored):
    """Return the primary key of the entry's image. A new row gets the entry's alt text and credit."""
    image = _shown(entry, stored)
    if image.pk is None:
        words = words_in(entry)
        image.alt = words.alt
        image.credit_creator, image.credit_url, image.credit_source = dataclasses.astuple(words.credit)
        image.save()
    return image.pk


def _shown(image, stored):
    """Return the image of an entry: a stored one if there is one, otherwise an unsaved one."""
    if digest := _new_digest(image):
        file = stored[digest]
        known = known_image(image["address"], file)
        if known:
            add_original(known, file)
        return known or new_image(image["address"], file)
    address = image["address"]
    known = Image.objects.filter(pk=image["id"]).first() or Image.objects.stored_at(address)
    known = known or Image.objects.mirrored([address]).get(address)
    return known or known_image(address, None) or Image(source=address)


def _fields(contents, like):
    """Return contents as the fields of a file, with the other fields from `like`."""
    hero = contents["hero_image"]
    primary, series = contents["primary_category"], contents["series"]
    same = {*EXPORTED_FIELDS} & contents.keys() - {
        *DATES,
        "primary_category",
        "categories",
        "authors",
        "series",
    }
    return dataclasses.replace(
        like,
        **{name: contents[name] for name in same},
        dated_at=read_date(contents["dated_at"]),
        primary_category=primary["name"] if primary else "",
        categories=tuple(CategoryName(each["level"], each["name"]) for each in contents["categories"]),
        authors=tuple(author["name"] for author in contents["authors"]),
        series=series["name"] if series else "",
        image=hero["address"] if hero else "",
        image_alt=hero["alt"] if hero else "",
        image_credit=Credit(*hero["credit"]) if hero else Credit(),
    )


def contents_of_fields(fields: ArticleFields, current: dict, names: RowsByName) -> dict:
    """Return the contents (contents.py) that an article would have with the values of a file.

    current: the article's present contents, which supply what a file cannot contain. Names without a row have
    no key. A slug with a number that Galley appended is kept, and so is a slug that the file does not state.
    names: see compare().
    """
    contents = current | {
        name: getattr(fields, name) for name in {*TEXTS, *FLAGS, "body"} - {"status", "slug"}
    }
    numbered = current["slug"].removeprefix(fields.slug)
    is_ours = current["slug"] == fields.slug + numbered and numbered[:1] == "-" and numbered[1:].isdecimal()
    contents["slug"] = current["slug"] if is_ours or fields.is_slug_guessed else fields.slug
    contents["dated_at"] = date_text(fields.dated_at)
    contents["keywords"], contents["translators"] = list(fields.keywords), list(fields.translators)
    primary, *categories = names.entries(
        Category, [fields.primary_category, *(category.name for category in fields.categories)]
    )
    levels = (category.level for category in fields.categories)
    contents["primary_category"] = primary
    contents["categories"] = [
        entry | {"level": level} for entry, level in zip(categories, levels, strict=True) if entry
    ]
    contents["authors"] = [entry for entry in names.entries(Author, fields.authors) if entry]
    contents["series"] = names.entries(Series, [fields.series])[0]
    contents["series_part"] = fields.series_part
    contents["hero_image"] = _hero_of_file(fields, current["hero_image"])
    return in_order(contents)


def _entry(row, name):
    if not name:
        return None
    return {"id": row.pk, "name": row.name} if row else {"id": None, "name": name}


def _hero_of_file(fields, current):
    """Return the hero image that a file names. Its alt text and credit default to those of the image."""
    if not fields.image:
        return None
    own = ImageWords(fields.image_alt, fields.image_credit)
    if not current or current["address"] != fields.image:
        return hero_entry(None, "", fields.image, own)
    image = Image.objects.filter(pk=current["id"]).first()
    is_decorative = current.get("decorative", False) and not own.alt
    words = words_of_use(replace(own, is_decorative=is_decorative), image.words if image else ImageWords())
    return hero_entry(current["id"], current["file"], fields.image, words)
