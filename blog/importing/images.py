"""The images that a file names: found beside it or below the static root, stored, and made Image rows."""

import dataclasses
import posixpath
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

from blog.documents import ArticleFields, Credit, check_remote_image
from blog.documents.addresses import REMOTE
from blog.documents.notices import Kind, Notice
from blog.importing.places import place_at
from blog.importing.walking import UnreadableError
from blog.media import images, renditions
from blog.models import Image
from blog.models.image import ADDRESS_LENGTH, CREDIT_LENGTH
from blog.sandbox.images import MAX_BYTES


class ImageStore:
    """Image rows for the images of one source's files; an image that many files name is stored once."""

    def __init__(self, root: Path, static_root: Path | None, *, keep: bool):
        self.root = root
        self.static_root = static_root.resolve() if static_root else None
        self.keep = keep  # False on a dry run: images are looked at, none is stored
        self._stored = {}
        self._rows = {}
        self._new_rows = []
        self._looked_up = set()  # sources whose rows are known, all of them

    def look_ahead(self, sources: set[str]) -> None:
        """Fetch the rows of these addresses at once, and forget others, so that memory stays flat."""
        self.forget_rows()
        for image in Image.objects.filter(source__in=sources).order_by("pk"):
            key = (image.source, image.file.name, image.alt, *dataclasses.astuple(image.credit))
            self._rows[key] = image
        self._looked_up = sources

    def forget_rows(self) -> None:
        """Forget rows that a rolled-back transaction has taken along. Stored files stay."""
        self._rows.clear()
        self._new_rows.clear()
        self._looked_up = set()

    def insert_rows(self) -> None:
        """Insert the rows that are new. Until then they have no key."""
        Image.objects.bulk_create(self._new_rows)
        self._new_rows.clear()

    def hero(self, fields: ArticleFields, article_path: str, notices: list[Notice]) -> Image | None:
        """Return the row of the cover that the front matter names."""
        if not fields.image:
            return None
        known = Image.objects.stored_at(fields.image)
        if known or fields.image.startswith(REMOTE):
            stored = known and images.StoredImage(known.file.name, known.width, known.height, known.digest)
            return self._row(fields.image, stored, fields.image_alt, _fitting(fields.image_credit, notices))
        if fields.image.startswith("/") and self.static_root is None:
            sentence = f"image {fields.image} dropped: to have it, name its folder with --static-root."
            notices.append(Notice(Kind.IMAGE_DROPPED, sentence))
            return None
        return self._row(
            fields.image,
            self._find(fields.image, article_path, notices),
            fields.image_alt,
            _fitting(fields.image_credit, notices),
        )

    def body(self, addresses: tuple[str, ...], article_path: str, notices: list[Notice]) -> dict[str, Image]:
        """Return the rows of those images in a text that lie here or are stored, by their address there."""
        rows = {}
        for address in dict.fromkeys(map(str.strip, addresses)):
            if image := Image.objects.stored_at(address):
                rows[address] = image
            elif address.startswith(REMOTE):
                if reason := check_remote_image(address):
                    notices.append(_not_shown(address, f"{reason}."))
            elif not address.startswith("data:") and (stored := self._find(address, article_path, notices)):
                rows[address] = self._row(address, stored, "", Credit())
        return rows

    def _find(self, address, article_path, notices):
        """Return the stored image, or None with a warning: its alternative text then stands there."""
        try:
            base, path = self._locate(address, article_path)
            key = (base, path)
            if key not in self._stored:
                self._stored[key] = self._store(base, path)
            return self._stored[key]
        except (UnreadableError, images.ImageError, ValueError) as error:
            notices.append(_not_shown(address, error))
            return None

    def _store(self, base, path):
        """Store an image. Raises OSError if there is no room: without its images no article is in."""
        with _read():
            data = place_at(base).read(path, MAX_BYTES)
        return images.store_file(data, keep=self.keep)

    def _locate(self, address, article_path):
        if len(address.encode()) > ADDRESS_LENGTH:
            raise UnreadableError(f"the address is longer than {ADDRESS_LENGTH} bytes.")
        path = unquote(address.partition("?")[0].partition("#")[0])
        if "{{" in path or "{%" in path:
            raise UnreadableError("its address is a template, not a path.")
        if path.startswith("/"):
            if self.static_root is None:
                raise UnreadableError("name the folder of such pictures with --static-root.")
            base, path = self.static_root, path.lstrip("/")
        else:
            base, path = self.root, posixpath.join(posixpath.dirname(article_path), path)
        path = posixpath.normpath(path)
        with _read():
            place_at(base).check(path)
        return base, path

    def _row(self, source, stored, alt, credit):
        values = {
            "source": source,
            "file": stored.name if stored else "",
            "alt": alt,
            "credit_creator": credit.creator,
            "credit_url": credit.url,
            "credit_source": credit.source,
        }
        key = tuple(values.values())
        if key not in self._rows:
            size = {"width": stored.width, "height": stored.height, "digest": stored.digest} if stored else {}
            known = None if source in self._looked_up else Image.objects.filter(**values).first()
            self._rows[key] = known or Image(**values, **size)
            if not known:
                self._new_rows.append(self._rows[key])
        return self._rows[key]


@contextmanager
def _read():
    """Let what the system says of a file be a reason not to show it."""
    try:
        yield
    except OSError as error:
        raise UnreadableError(f"it cannot be read: {error.strerror}.") from None


def are_elsewhere(addresses) -> bool:
    """Tell whether all of these images are shown from where they are: none is, or will be, stored here."""
    return all(
        address.startswith(REMOTE) and not renditions.stored_name(address) and not check_remote_image(address)
        for address in addresses
    )


def _not_shown(address, reason):
    return Notice(Kind.IMAGE_NOT_SHOWN, f"picture {address[:200]} not shown: {reason}")


def _fitting(credit, notices):
    """Return the credit with no more of it than a row has room for."""
    creator, url, source = credit.creator[:CREDIT_LENGTH], credit.url, credit.source[:CREDIT_LENGTH]
    if (creator, source) != (credit.creator, credit.source):
        sentence = f"the picture's credit is longer than {CREDIT_LENGTH} characters: cut."
        notices.append(Notice(Kind.CUT, sentence))
    if len(url) > ADDRESS_LENGTH:
        sentence = f"the picture's credit links to more than {ADDRESS_LENGTH} characters: dropped."
        notices.append(Notice(Kind.LEFT_OUT, sentence))
        url = ""
    return Credit(creator, url, source)
