"""Store the images that a file names as Image rows."""

import dataclasses
import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from django.db.models import Q

from blog.articles.models import Article
from blog.base.queries import ROWS_AT_ONCE, insert_with_keys
from blog.documents.addresses import REMOTE, check_image_address, check_remote_image
from blog.documents.image_words import Credit, ImageWords
from blog.documents.notices import Notice, NoticeKind
from blog.documents.rendering.values import ResolvedImage
from blog.files.archives import place_at
from blog.files.folders import UnreadableError
from blog.files.upload_limits import MAX_IMAGE_BYTES
from blog.images import renditions
from blog.images.files import ImageError, StoredImage
from blog.images.models import ADDRESS_LENGTH, CREDIT_LENGTH, Image
from blog.images.originals import store_with_original
from blog.imports.image_places import ImagePlaces, NoStaticRootError, reading
from blog.imports.models import ImportRun
from blog.imports.report import name_files
from blog.imports.sources import PreparedFile
from blog.sandbox import calls
from blog.sandbox.workers import wait_for

STORED_AT_ONCE = 6  # images, so that few are in memory

_NOT_SHOWN = re.compile(r"image (?P<address>.*?) not shown: (?P<reason>.*)", re.DOTALL)


class _Storing(NamedTuple):
    """An image that a thread stores: the futures of the image, once it is decoded, and of its saved files."""

    decoded: Future[StoredImage]
    saved: Future[StoredImage]


class _Refused(NamedTuple):
    """Why an image is refused each time."""

    reason: str


class ImageStore:
    """Stores the image files of one source, each only once, in the media storage. Thread-safe.

    Threads read, decode and save them, so that texts need not wait until the files are on the disk: only
    wait_for() and find() do. Stored files stay even if the transaction is rolled back. The next run finds
    them.
    """

    def __init__(self, places: ImagePlaces, *, keep: bool):
        self.places = places
        self.keep = keep  # False on a dry run: images are decoded, but not stored
        # By the folder or archive and the path in it.
        self._found: dict[tuple[Path, str], _Storing | StoredImage | _Refused] = {}
        self._begun: dict[str, list[Future[StoredImage]]] = defaultdict(list)  # by the path of the text
        self._lock = Lock()
        self._threads = ThreadPoolExecutor(STORED_AT_ONCE, thread_name_prefix="images")
        self._is_closed = False
        self.stored = 0  # images so far
        self.on_wait: Callable[[], None] = lambda: None  # called while and after wait_for() waits

    def close(self) -> None:
        """End the threads. Images that wait for one are not stored, because the import has ended."""
        self._is_closed = True
        self._threads.shutdown()

    def find(self, address: str, file: PreparedFile, notices: list[Notice]) -> StoredImage | None:
        """Store an image and return it. If that fails, add a notice and return None.

        Readers then see the alt text. Raises OSError on a full disk, so that its article is not imported
        without it.
        """
        try:
            image = self._at(address, file)
            return image.saved.result() if isinstance(image, _Storing) else image
        except NoStaticRootError as error:
            text = _not_shown(address, error).text
            notices.append(Notice(NoticeKind.NO_STATIC_ROOT, text, detail=address[:200]))
            return None
        except (UnreadableError, ImageError, ValueError) as error:
            notices.append(_not_shown(address, error))
            return None

    def find_early(self, address: str, file: PreparedFile) -> ResolvedImage | None:
        """Begin to store an image, as store_early() does, and return it as a new image is shown."""
        with suppress(UnreadableError, ValueError, OSError):
            found = self.store_early(address, file)
            if image := found.decoded.result() if isinstance(found, _Storing) else found:
                row = new_image(address, image)
                resolved = row.as_resolved()
                _break_cycle(row)
                return resolved
        return None

    def store_early(self, address: str, file: PreparedFile) -> _Storing | StoredImage | None:
        """Begin to store a local image before its article is written.

        For threads: nothing is read from the database. find() later reports what is wrong with the image.
        """
        is_local = bool(address) and not address.startswith((*REMOTE, "data:"))
        if not is_local or renditions.stored_name(address):
            return None
        with suppress(UnreadableError, ValueError, OSError, RuntimeError):  # RuntimeError: no threads
            image = self._at(address, file)
            if isinstance(image, _Storing):
                with self._lock:
                    self._begun[file.path].append(image.saved)
            return image
        return None

    def wait_for(self, files: Iterable[PreparedFile]) -> None:
        """Wait until the images that store_early() stores for these files are stored, or refused.

        Then the transaction of the files, which no other can interrupt, need not wait for them.
        """
        with self._lock:
            begun = [saved for file in files for saved in self._begun.pop(file.path, ())]
        wait_for(begun, self.on_wait)
        if begun:
            self.on_wait()

    def _at(self, address, file):
        place = self.places.locate(address, file)
        with self._lock:
            image = self._found.get(place)
            if image is None:
                decoded = Future()
                image = _Storing(decoded, self._threads.submit(self._store, place, decoded))
                self._found[place] = image
        if isinstance(image, _Refused):
            raise ImageError(image.reason)
        return image

    def peek(self, address: str, file: PreparedFile) -> tuple[bytes, StoredImage] | None:
        """Return an image's bytes and the StoredImage that they would become, or None if that fails."""
        try:
            base, path = self.places.locate(address, file)
            with reading():
                data = place_at(base).read(path, MAX_IMAGE_BYTES)
            return data, store_with_original(data, keep=False)
        except (UnreadableError, ImageError, ValueError):
            return None

    def _store(self, place, decoded):
        """Store an image in a thread. If it is not refused but fails, the next call tries it again."""
        try:
            if self._is_closed:
                raise ImageError("the import has ended.")
            base, path = place
            with reading():
                data = place_at(base).read(path, MAX_IMAGE_BYTES)
            saves = []
            with calls.importing():
                image = store_with_original(data, keep=self.keep, run=lambda *save: saves.append(save))
            decoded.set_result(image)
            for save, *arguments in saves:
                save(*arguments)
        except BaseException as error:
            with self._lock:
                if isinstance(error, ImageError) and not error.is_passing:
                    self._found[place] = _Refused(str(error))
                else:
                    del self._found[place]
            if not decoded.done():
                decoded.set_exception(error)
            raise
        with self._lock:
            self._found[place] = image
            self.stored += 1
        return image


def new_images(file: PreparedFile, article: Article, store: ImageStore) -> dict[str, bytes]:
    """Return {address: bytes} of the images that come with a file and that its article does not show yet."""
    shown = [(link.source, link.image) for link in article.body_image_links.all()]
    if hero := article.hero_image:
        shown.append((hero.source, hero))
    contents = {}
    for address in _own_addresses(file):
        peeked = store.peek(address, file)
        if peeked and not any(address == source and is_of(image, peeked[1]) for source, image in shown):
            contents[address] = peeked[0]
    return contents


def _own_addresses(file):
    """Return the addresses of local images that a file names, except images stored on this site."""
    named = [file.fields.image, *map(str.strip, file.rendering.images)]
    local = [each for each in dict.fromkeys(named) if each and not each.startswith((*REMOTE, "data:"))]
    stored = Image.objects.stored_at_each(local)
    return [address for address in local if address not in stored]


class BatchImages:
    """Image rows for one batch of files. Those of all addresses in the files are fetched at once."""

    def __init__(self, store: ImageStore, files: list[PreparedFile], record: ImportRun):
        self.store = store
        self.record = record
        self._rows = {}
        self._new_rows = []
        self._looked_up = {file.fields.image for file in files}.union(*(file.images for file in files)) - {""}
        for batch in itertools.batched(self._looked_up, ROWS_AT_ONCE):
            for image in Image.objects.filter(source__in=batch).order_by("-pk"):
                self._rows[image.source, image.original or image.file.name] = image  # keeps the oldest
        self._mirrored = Image.objects.mirrored(self._looked_up)

    def insert_rows(self) -> None:
        """Insert the new rows, which have no primary key until then."""
        insert_with_keys(Image, self._new_rows)
        self._new_rows.clear()

    def break_cycles(self) -> None:
        """Let the rows be freed without the garbage collection."""
        for row in self._rows.values():
            _break_cycle(row)

    def set_hero(self, article: Article, file: PreparedFile, notices: list[Notice]) -> None:
        """Set the hero image that the front matter names, with its alt text and credit.

        A new image also gets them as its own defaults. A known image keeps its own.
        """
        fields = file.fields
        credit = fitting_credit(fields.image_credit, notices) if fields.image else Credit()
        words = ImageWords(fields.image_alt, credit)
        image = self._hero(file, words, article.hero_image, notices)
        if image != article.hero_image or words.alt:
            article.hero_is_decorative = False
        article.hero_image = image
        article.hero_alt, article.hero_credit = (words.alt, words.credit) if image else ("", Credit())

    def _hero(self, file, words, before, notices):
        """Return the row of a hero image: the article's previous one if it shows the same file."""
        address = file.fields.image
        if not address:
            return None
        known = self._mirrored.get(address) or _stored_at(address)
        if known or address.startswith(REMOTE):
            stored = known and StoredImage(known.file.name, known.width, known.height, known.digest)
        elif self.store.places.need_static_root_for(address, file):
            sentence = f"image {address} dropped: pass its folder with --static-root to include it."
            notices.append(Notice(NoticeKind.NO_STATIC_ROOT, sentence, detail=address))
            return None
        else:
            stored = self.store.find(address, file, notices)
            if not stored and check_image_address(address, file.path):  # it leads above the folder
                return None
        if before and shows(before, address, stored):
            return before
        return self._row(address, stored, words)

    def body(self, file: PreparedFile, notices: list[Notice]) -> dict[str, Image]:
        """Return {address: Image} of the local, stored or mirrored images in a body."""
        rows = {}
        for address in dict.fromkeys(map(str.strip, file.rendering.images)):
            if image := self._mirrored.get(address) or _stored_at(address):
                rows[address] = image
            elif address.startswith(REMOTE):
                if reason := check_remote_image(address):
                    notices.append(_not_shown(address, f"{reason}."))
            elif address.startswith("data:"):
                continue
            elif stored := self.store.find(address, file, notices):
                rows[address] = self._row(address, stored, ImageWords())
        _merge_missing(notices)
        return rows

    def _row(self, source, stored, words):
        file, original = (stored.name, stored.original) if stored else ("", "")
        key = source, original or file
        if key not in self._rows:
            known = self._rows.get((source, file))
            if source not in self._looked_up:
                known = known_image(source, stored)
            self._rows[key] = known or new_row(source, stored, words, self.record)
            if not known:
                self._new_rows.append(self._rows[key])
        if stored:
            add_original(self._rows[key], stored)
        return self._rows[key]


def _stored_at(address):
    """Return the image whose file has this URL, or None. Most URLs are of other sites."""
    return Image.objects.stored_at(address) if renditions.stored_name(address) else None


def known_image(source: str, stored: StoredImage | None) -> Image | None:
    """Return the oldest image with this source and original, or else with this file and an unknown original.

    An earlier version may have encoded the same original differently.
    """
    rows = Image.objects.filter(source=source)
    if stored is None:
        return rows.filter(file="").order_by("pk").first()
    of_file = Q(file=stored.name)
    if stored.original:
        rows = rows.filter(Q(original=stored.original) | (of_file & Q(original="")))
    else:
        rows = rows.filter(of_file)
    return rows.order_by("-original", "pk").first()


def shows(image: Image, source: str, stored: StoredImage | None) -> bool:
    """Whether an image has this source and file. Adds the original if the image has none."""
    if stored is None:
        return (image.source, image.file.name) == (source, "")
    if image.source != source or not is_of(image, stored):
        return False
    add_original(image, stored)
    return True


def is_of(image: Image, stored: StoredImage) -> bool:
    """Whether an image is that of a stored file: by its original, or by the file if one has none.

    An earlier version may have encoded the same original differently.
    """
    if stored.original and image.original:
        return stored.original == image.original
    return image.file.name == stored.name


def add_original(image: Image, stored: StoredImage) -> None:
    """Set the original of an image that was imported before originals were kept."""
    if stored.original and not image.original:
        image.original = stored.original
        if image.pk:
            Image.objects.filter(pk=image.pk).update(original=stored.original)


def _break_cycle(image):
    """Replace the image's file, which refers to the image, with its name; access makes it again."""
    image.file = image.file.name


def new_image(source: str, stored: StoredImage | None) -> Image:
    """Return an unsaved image of a stored file, or a remote one."""
    row = Image(source=source)
    if stored:
        row.file, row.width, row.height = stored.name, stored.width, stored.height
        row.digest, row.original = stored.digest, stored.original
    return row


def new_row(source, stored, words, record):
    row = new_image(source, stored)
    row.alt, row.created_by_import = words.alt, record
    row.credit_creator, row.credit_url, row.credit_source = dataclasses.astuple(words.credit)
    return row


def _not_shown(address, reason):
    return Notice(NoticeKind.IMAGE_NOT_SHOWN, f"image {address[:200]} not shown: {reason}")


def _merge_missing(notices):
    """Replace the notices on images that are not shown for the same reason with one."""
    by_reason = defaultdict(list)
    for notice in notices:
        if notice.kind is NoticeKind.IMAGE_NOT_SHOWN and (match := _NOT_SHOWN.fullmatch(notice.text)):
            by_reason[match["reason"]].append((notice, match["address"]))
    for reason, missing in by_reason.items():
        if len(missing) > 1:
            first, merged = notices.index(missing[0][0]), {notice for notice, _ in missing}
            notices[:] = [notice for notice in notices if notice not in merged]
            names = name_files([address for _, address in missing])
            text = f"{len(missing)} images not shown: {reason.rstrip('.')} ({names})."
            notices.insert(first, Notice(NoticeKind.IMAGE_NOT_SHOWN, text))


def fitting_credit(credit, notices):
    """Return the credit, cut to the lengths of its columns. Adds a notice for each cut."""
    creator, url, source = credit.creator[:CREDIT_LENGTH], credit.url, credit.source[:CREDIT_LENGTH]
    if (creator, source) != (credit.creator, credit.source):
        sentence = f"the image credit is longer than {CREDIT_LENGTH} characters: cut."
        notices.append(Notice(NoticeKind.CUT, sentence))
    if len(url) > ADDRESS_LENGTH:
        sentence = f"the link of the image credit is longer than {ADDRESS_LENGTH} characters: dropped."
        notices.append(Notice(NoticeKind.LEFT_OUT, sentence))
        url = ""
    return Credit(creator, url, source)
