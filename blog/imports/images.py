"""The images that a file names: found beside it or below the static root, and stored as Image rows."""

import dataclasses
import posixpath
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

from blog.articles.models import Article
from blog.documents.addresses import REMOTE, check_remote_image
from blog.documents.fields.values import ArticleFields
from blog.documents.image_words import Credit, ImageWords
from blog.documents.notices import Notice, NoticeKind
from blog.files.folder_or_archive import place_at
from blog.files.folders import UnreadableError
from blog.files.upload_limits import MAX_IMAGE_BYTES
from blog.images import renditions
from blog.images.files import ImageError, StoredImage, store_file
from blog.images.models import ADDRESS_LENGTH, CREDIT_LENGTH, Image
from blog.imports.models import ImportRun
from blog.imports.sources import PreparedFile


class NoStaticRootError(UnreadableError):
    """Raised when an image lies in the folder of static files, which the import was not given."""


class ImageStore:
    """The files of one source's images, in the media storage; one that many articles name is stored once.

    What is stored stays, whatever becomes of the transaction: the next run finds it.
    """

    def __init__(self, root: Path, static_root: Path | None, *, keep: bool):
        self.root = root
        self.static_root = static_root.resolve() if static_root else None
        self.keep = keep  # False on a dry run: images are looked at, none is stored
        self._stored = {}

    def find(self, address: str, article_path: str, notices: list[Notice]) -> StoredImage | None:
        """Return the stored image; without one, None and a notice: readers see its alternative text."""
        try:
            base, path = self._locate(address, article_path)
            key = (base, path)
            if key not in self._stored:
                self._stored[key] = self._store(base, path)
            return self._stored[key]
        except NoStaticRootError as error:
            text = _not_shown(address, error).text
            notices.append(Notice(NoticeKind.NO_STATIC_ROOT, text, detail=address[:200]))
            return None
        except (UnreadableError, ImageError, ValueError) as error:
            notices.append(_not_shown(address, error))
            return None

    def predecode(self, file: PreparedFile) -> None:
        """Decode the images that a file names, so that the transaction it is written in needs not wait."""
        for address in {file.fields.image, *file.images} - {""}:
            if not address.startswith((*REMOTE, "data:")):
                self.find(address.strip(), file.path, [])

    def peek(self, address: str, article_path: str) -> tuple[bytes, StoredImage] | None:
        """Return an image's bytes, and as what they would be stored; None if it is not to be had."""
        try:
            base, path = self._locate(address, article_path)
            with _read():
                data = place_at(base).read(path, MAX_IMAGE_BYTES)
            return data, store_file(data, keep=False)
        except (UnreadableError, ImageError, ValueError):
            return None

    def _store(self, base, path):
        """Store an image. Raises OSError if the disk is full: no article comes in without its images."""
        with _read():
            data = place_at(base).read(path, MAX_IMAGE_BYTES)
        return store_file(data, keep=self.keep)

    def _locate(self, address, article_path):
        path = path_of_image(address, article_path)
        base = self.root
        if path.startswith("/"):
            if self.static_root is None:
                raise NoStaticRootError("name the folder of such pictures with --static-root.")
            base, path = self.static_root, path[1:]
        with _read():
            place_at(base).check(path)
        return base, path


def path_of_image(address: str, article_path: str) -> str:
    """Return the path of an image that a file names: from the file's root, or with a slash from the site's.

    Raises UnreadableError for an address that can be none.
    """
    if len(address.encode()) > ADDRESS_LENGTH:
        raise UnreadableError(f"the address is longer than {ADDRESS_LENGTH} bytes.")
    path = unquote(address.partition("?")[0].partition("#")[0])
    if "{{" in path or "{%" in path:
        raise UnreadableError("its address is a template, not a path.")
    if path.startswith("/"):
        return f"/{posixpath.normpath(path.lstrip('/'))}"
    return posixpath.normpath(posixpath.join(posixpath.dirname(article_path), path))


def created_by_import(file: PreparedFile, article: Article, store: ImageStore) -> dict[str, bytes]:
    """Return the bytes of the images beside a file that its article does not show yet, by their address."""
    shown = {(link.source, link.image.file.name) for link in article.body_image_links.all()}
    if hero := article.hero_image:
        shown.add((hero.source, hero.file.name))
    found = {}
    for address in _own_addresses(file):
        image = store.peek(address, file.path)
        if image and (address, image[1].name) not in shown:
            found[address] = image[0]
    return found


def _own_addresses(file):
    """Return the addresses of images that a file names and that lie beside it, or below the static root."""
    named = [file.fields.image, *map(str.strip, file.rendering.images)]
    here = [one for one in dict.fromkeys(named) if one and not one.startswith((*REMOTE, "data:"))]
    stored = Image.objects.stored_at_each(here)
    return [address for address in here if address not in stored]


class BatchImages:
    """Image rows for what one batch of files names. Covers and mirrored images are fetched at once."""

    def __init__(self, store: ImageStore, files: list[PreparedFile], record: ImportRun):
        covers = {file.fields.image for file in files}
        self.store = store
        self.record = record
        self._rows = {}
        self._new_rows = []
        self._looked_up = covers  # sources whose rows are known, all of them
        for image in Image.objects.filter(source__in=covers).order_by("-pk"):
            self._rows[image.source, image.file.name] = image  # the oldest one stays
        self._mirrored = Image.objects.mirrored(covers.union(*(file.images for file in files)))

    def insert_rows(self) -> None:
        """Insert the new rows, which have no primary key before."""
        Image.objects.bulk_create(self._new_rows)
        self._new_rows.clear()

    def set_hero(
        self, article: Article, fields: ArticleFields, article_path: str, notices: list[Notice]
    ) -> None:
        """Set the hero image that the front matter names, and the words that it gives to this use.

        An image that is new here gets them as its own, too; one that is known keeps those that it has.
        """
        credit = fitting_credit(fields.image_credit, notices) if fields.image else Credit()
        words = ImageWords(fields.image_alt, credit)
        image = self._hero(fields.image, words, article.hero_image, article_path, notices)
        if image != article.hero_image or words.alt:
            article.hero_is_decorative = False
        article.hero_image = image
        article.hero_alt, article.hero_credit = (words.alt, words.credit) if image else ("", Credit())

    def _hero(self, address, words, before, article_path, notices):
        """Return the row of a cover: that of before if it shows the same."""
        if not address:
            return None
        known = self._mirrored.get(address) or Image.objects.stored_at(address)
        if known or address.startswith(REMOTE):
            stored = known and StoredImage(known.file.name, known.width, known.height, known.digest)
        elif address.startswith("/") and self.store.static_root is None:
            sentence = f"image {address} dropped: to have it, name its folder with --static-root."
            notices.append(Notice(NoticeKind.NO_STATIC_ROOT, sentence, detail=address))
            return None
        else:
            stored = self.store.find(address, article_path, notices)
        if before and (before.source, before.file.name) == (address, stored.name if stored else ""):
            return before
        return self._row(address, stored, words)

    def are_elsewhere(self, addresses) -> bool:
        """Return whether these images are shown from other servers: none is, or will be, stored here."""
        return self._mirrored.keys().isdisjoint(addresses) and all(
            address.startswith(REMOTE)
            and not renditions.stored_name(address)
            and not check_remote_image(address)
            for address in addresses
        )

    def body(self, addresses: tuple[str, ...], article_path: str, notices: list[Notice]) -> dict[str, Image]:
        """Return the rows of a text's local, stored or mirrored images, by their address in the text."""
        rows = {}
        for address in dict.fromkeys(map(str.strip, addresses)):
            if image := self._mirrored.get(address) or Image.objects.stored_at(address):
                rows[address] = image
            elif address.startswith(REMOTE):
                if reason := check_remote_image(address):
                    notices.append(_not_shown(address, f"{reason}."))
            elif address.startswith("data:"):
                continue
            elif stored := self.store.find(address, article_path, notices):
                rows[address] = self._row(address, stored, ImageWords())
        return rows

    def _row(self, source, stored, words):
        key = source, file = source, stored.name if stored else ""
        if key not in self._rows:
            rows = Image.objects.filter(source=source, file=file).order_by("pk")
            known = None if source in self._looked_up else rows.first()
            self._rows[key] = known or _new_row(source, stored, words, self.record)
            if not known:
                self._new_rows.append(self._rows[key])
        return self._rows[key]


def _new_row(source, stored, words, record):
    row = Image(source=source, alt=words.alt, created_by_import=record)
    row.credit_creator, row.credit_url, row.credit_source = dataclasses.astuple(words.credit)
    if stored:
        row.file, row.width, row.height = stored.name, stored.width, stored.height
        row.digest = stored.digest
    return row


@contextmanager
def _read():
    """Turn OSError into UnreadableError with the system's reason."""
    try:
        yield
    except OSError as error:
        raise UnreadableError(f"it cannot be read: {error.strerror}.") from None


def _not_shown(address, reason):
    return Notice(NoticeKind.IMAGE_NOT_SHOWN, f"picture {address[:200]} not shown: {reason}")


def fitting_credit(credit, notices):
    """Return the credit, cut to the length of its columns, with a notice for each cut."""
    creator, url, source = credit.creator[:CREDIT_LENGTH], credit.url, credit.source[:CREDIT_LENGTH]
    if (creator, source) != (credit.creator, credit.source):
        sentence = f"the picture's credit is longer than {CREDIT_LENGTH} characters: cut."
        notices.append(Notice(NoticeKind.CUT, sentence))
    if len(url) > ADDRESS_LENGTH:
        sentence = f"the picture's credit links to more than {ADDRESS_LENGTH} characters: dropped."
        notices.append(Notice(NoticeKind.LEFT_OUT, sentence))
        url = ""
    return Credit(creator, url, source)
