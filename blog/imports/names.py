"""Find or create the categories, authors and series that files name.

The data files of site generators describe authors, whom bylines name by a key.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain

from django.core.exceptions import ValidationError

from blog.articles.authors import MAILTO, Author, AuthorLink, validate_outward_link
from blog.articles.categories import Category
from blog.articles.links import ArticleAuthor, ArticleCategory
from blog.articles.models import Article
from blog.articles.names import folded
from blog.articles.series import Series
from blog.base.queries import insert_with_keys
from blog.documents.fields.values import ArticleFields
from blog.documents.generators.configuration import MAX_CONFIGURATION_BYTES
from blog.documents.generators.people import ConfiguredPerson, people_files
from blog.documents.image_words import ImageWords
from blog.documents.names import capitals_in, spell_author, spell_category, spell_series, spell_with
from blog.documents.notices import Notice, NoticeKind
from blog.documents.slugs import SLUG_LENGTH, slugify_name
from blog.files.archives import place_at
from blog.files.file_kinds import PEOPLE_FILE
from blog.files.folders import UnreadableError
from blog.imports.addresses import FoundConfiguration
from blog.imports.images import ImageStore, new_row
from blog.imports.models import ImportRun
from blog.imports.sources import ImportSource, PreparedFile
from blog.sandbox import calls
from blog.sandbox.refusals import RefusedError
from blog.site.slugs import first_free_slug, taken_slugs

LABEL_LENGTH, ADDRESS_LENGTH = (AuthorLink._meta.get_field(n).max_length for n in ("label", "address"))
BESIDE_TEXTS = "authors.yml"
URL_LENGTH = Author._meta.get_field("url").max_length


def find_people(source: ImportSource, found: FoundConfiguration | None) -> dict[str, ConfiguredPerson]:
    """Return {key in bylines: person} of an export of Galley, and of the data files of a generator.

    Without its configuration, as in a folder of texts alone, the data file may be next to the texts.
    """
    people = _read(source.place, "", PEOPLE_FILE)
    if found is None:
        people |= _read(source.place, "", BESIDE_TEXTS)
    elif not found.problem:
        for path in people_files(found.configuration):
            people |= _read(found.folder, found.above, path)
    return people


def _read(folder, above, path):
    place_path = f"{above}/{path}".lstrip("/")
    try:
        place = place_at(folder)
        place.check(place_path)
        return calls.read_people(path, place.read(place_path, MAX_CONFIGURATION_BYTES))
    except (UnreadableError, OSError, ValueError, RefusedError):
        return {}


def with_people(file: PreparedFile, people: Mapping[str, ConfiguredPerson]) -> PreparedFile:
    """Return the file, with the keys in its byline replaced by the names of these people."""
    if file.fields is None or people.keys().isdisjoint(file.fields.authors):
        return file
    byline = file.fields.authors
    names = tuple(dict.fromkeys(people[name].name if name in people else name for name in byline))
    return replace(file, fields=replace(file.fields, authors=names, byline_in_file=byline))


def describe_author(author: Author, person: ConfiguredPerson) -> list[AuthorLink]:
    """Fill in a new author from the data file. Return the author's valid links, unsaved."""
    author.bio = person.about
    if len(person.url) <= URL_LENGTH and _is_valid(person.url):
        author.url = person.url
    links = dict.fromkeys((label[:LABEL_LENGTH], address) for label, address in person.links)
    valid = [each for each in links if len(each[1]) <= ADDRESS_LENGTH and _is_valid(each[1])]
    return [
        AuthorLink(author=author, label=label, address=address, position=position)
        for position, (label, address) in enumerate(valid)
    ]


def add_pictures(people: Iterable[ConfiguredPerson], store: ImageStore, record: ImportRun) -> None:
    """Set the pictures of authors that this import has created, from the image files of the source."""
    for person in people:
        new = Author.objects.filter(folded_name=folded(person.name), created_by_import=record, picture=None)
        author = new.first() if person.picture else None
        if author and (stored := store.find(person.picture, PreparedFile(""), [])):
            author.picture = new_row(person.picture, stored, ImageWords(), record)
            author.picture.save()
            author.save()


def _is_valid(address):
    try:
        validate_outward_link(address)
    except ValidationError:
        return False
    return not address.startswith(MAILTO)


# The names in the fields of a file.
NAMES_IN = {
    Category: lambda fields: (fields.primary_category, *(each.name for each in fields.categories)),
    Author: lambda fields: fields.authors,
    Series: lambda fields: (fields.series,),
}
# The spelling of names of new rows. Editors may rename them.
SPELL = {Category: spell_category, Author: spell_author, Series: spell_series}
NAME_LENGTH = Category._meta.get_field("name").max_length


class BatchNames:
    """The categories, authors and series that one batch of files names.

    known: {(model, folded name): row} of earlier batches, so that known names need no query. new_rows: those
    that this batch has fetched or inserted.
    """

    def __init__(
        self,
        known: dict[tuple[type, str], Category | Author | Series],
        files: list[ArticleFields],
        new_files: list[ArticleFields],
        record: ImportRun,
        people: Mapping[str, ConfiguredPerson],
    ):
        """Fetch the rows of all names in the files at once, and insert missing rows for new files."""
        self.record = record
        self.people = {folded(person.name): person for person in people.values()}
        self._capitals = capitals_in(fields.title for fields in new_files)
        self.new_rows = {}
        self._rows = dict(known)  # with the new rows
        self._missing = set()  # fetched, but not found
        for model, names_in in NAMES_IN.items():
            names, new_names = (list(chain.from_iterable(map(names_in, each))) for each in (files, new_files))
            if any(names):  # most batches name no series
                self._look_up(model, names, new_names)

    def _look_up(self, model, names, new_names):
        wanted = {(model, folded(name[:NAME_LENGTH])) for name in set(names) if name}.difference(self._rows)
        for name, row in model.objects.by_folded_name({name for _, name in wanted}).items():
            self._add((model, name), row)
        spellings = {}
        for name, count in Counter(new_names).items():
            if name and (model, folded(name[:NAME_LENGTH])) not in self._rows:
                spellings.setdefault(folded(name[:NAME_LENGTH]), Counter())[name[:NAME_LENGTH]] += count
        names = {key: SPELL[model](counts.most_common(1)[0][0]) for key, counts in spellings.items()}
        if model is Category:
            names = {key: spell_with(self._capitals, name) for key, name in names.items()}
        for row in _insert(model, names, self.record, self.people):
            self._add((model, row.folded_name), row)
        self._missing |= wanted.difference(self._rows)

    def _add(self, key, row):
        self.new_rows[key] = self._rows[key] = row

    def named[Named: (Category, Author, Series)](
        self, model: type[Named], name: str, notices: list[Notice]
    ) -> Named | None:
        """Return the row with this name, found or created; None without a name."""
        if not name:
            return None
        name = cut(name, NAME_LENGTH, model._meta.verbose_name, notices)
        key = (model, folded(name))
        if key not in self._rows:
            known = None if key in self._missing else model.objects.named(name).first()
            row = known or model.objects.create(name=SPELL[model](name), created_by_import=self.record)
            self._add(key, row)
        return self._rows[key]


def _insert(model, names, record, people):
    """Insert a row for each of names, {folded name: name}, with the slug that save() would choose."""
    slugs = {folded_name: slugify_name(name)[:SLUG_LENGTH] for folded_name, name in names.items()}
    taken = taken_slugs(model.objects, slugs.values())
    rows = []
    for folded_name, slug in slugs.items():
        free = first_free_slug(slug, taken.__contains__)
        taken.add(free)
        name = names[folded_name]
        rows.append(model(name=name, slug=free, folded_name=folded_name, created_by_import=record))
    described = [(row, people[row.folded_name]) for row in rows if row.folded_name in people]
    links = [link for row, person in described if model is Author for link in describe_author(row, person)]
    insert_with_keys(model, rows)
    AuthorLink.objects.bulk_create(links)
    return rows


def cut(value, length, field, notices):
    if len(value) > length:
        notices.append(Notice(NoticeKind.CUT, f"{field} is longer than {length} characters: cut."))
    return value[:length]


def category_links(
    article: Article, fields: ArticleFields, names: BatchNames, notices: list[Notice]
) -> list[ArticleCategory]:
    """Return an unsaved link for each category and level that the file names."""
    wanted = {}
    for position, name in enumerate(fields.categories):
        category = names.named(Category, name.name, notices)
        level = Category.Level[name.level.upper()] if name.level else Category.Level.PLAIN
        link = ArticleCategory(article=article, category=category, level=level, position=position)
        wanted.setdefault((category.pk, level), link)
    return list(wanted.values())


def author_links(
    article: Article, fields: ArticleFields, names: BatchNames, notices: list[Notice]
) -> list[ArticleAuthor]:
    """Return an unsaved link for each author that the file names."""
    wanted = {}
    for position, name in enumerate(fields.authors):
        author = names.named(Author, name, notices)
        wanted.setdefault(author.pk, ArticleAuthor(article=article, author=author, position=position))
    return list(wanted.values())
