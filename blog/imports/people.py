"""Read authors from the data files of site generators, for bylines that name them by a key."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.core.exceptions import ValidationError

from blog.articles.authors import MAILTO, Author, AuthorLink, validate_outward_link
from blog.articles.names import folded
from blog.documents.generators.configuration import MAX_CONFIGURATION_BYTES
from blog.documents.generators.people import Person, people_files
from blog.documents.image_words import ImageWords
from blog.files.file_kinds import PEOPLE_FILE
from blog.files.folder_or_archive import place_at
from blog.files.folders import UnreadableError
from blog.imports.configuration import FoundConfiguration
from blog.imports.images import ImageStore, new_row
from blog.imports.models import ImportRun
from blog.imports.sources import ImportSource, PreparedFile
from blog.sandbox import calls
from blog.sandbox.refusals import RefusedError

LABEL_LENGTH, ADDRESS_LENGTH = (AuthorLink._meta.get_field(n).max_length for n in ("label", "address"))
URL_LENGTH = Author._meta.get_field("url").max_length


def find_people(source: ImportSource, found: FoundConfiguration | None) -> dict[str, Person]:
    """Return {key in bylines: person} of an export of Galley, and of the data files of a generator."""
    people = _read(source.place, "", PEOPLE_FILE)
    if found is not None and not found.problem:
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


def with_people(file: PreparedFile, people: Mapping[str, Person]) -> PreparedFile:
    """Return the file, with the keys in its byline replaced by the names of these people."""
    if file.fields is None or people.keys().isdisjoint(file.fields.authors):
        return file
    byline = file.fields.authors
    names = tuple(dict.fromkeys(people[name].name if name in people else name for name in byline))
    return replace(file, fields=replace(file.fields, authors=names, byline_in_file=byline))


def describe_author(author: Author, person: Person) -> list[AuthorLink]:
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


def add_pictures(people: Iterable[Person], store: ImageStore, record: ImportRun) -> None:
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
