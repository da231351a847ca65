"""Mirror remote images: several threads fetch, this thread writes in batches.

For each URL in a text, an Image and a link to it are created. A text is rendered again once all its images
are fetched or have failed. Only the HTML of the text is written, because nobody has edited its Markdown.
"""

import itertools
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import batched, chain, islice

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from blog import page_cache
from blog.documents.addresses import REMOTE, path_on_site
from blog.documents.rendering.images import is_same_image, shown_images
from blog.files.remote.fetcher import Fetcher, FetchError
from blog.images import files
from blog.images.links import BodyImage, PageImage
from blog.images.mirror.failures import MirrorFailure
from blog.images.models import Image, full_address, spellings
from blog.jobs import locks

# {model of a text: model of its links to stored images}
LINKS = {"article": BodyImage, "page": PageImage}
Text = tuple[str, int]  # (key of LINKS, primary key of a row)


@dataclass(slots=True)
class RemoteImageIndex:
    """The URLs of remote images without duplicates, in the order of fetching, and their texts."""

    # {text: {URL in its HTML: URL to fetch for it}}
    texts: dict[Text, dict[str, str]] = field(default_factory=dict)
    # {URL to fetch: texts that wait for it}. The set is empty if the image is in no text.
    waiting: dict[str, set[Text]] = field(default_factory=dict)

    def mark_done(self, address: str) -> list[Text]:
        """Mark a URL as fetched or failed; return the texts that no longer wait for any image."""
        texts = self.waiting.pop(address)
        return [text for text in texts if self.waiting.keys().isdisjoint(self.texts[text].values())]


def find_remote_images() -> RemoteImageIndex:
    """Return all remote images of articles, pages and the site identity that are not mirrored.

    Texts of articles in the trash are skipped. An image in a text that repeats the hero image is not fetched
    twice.
    """
    index = RemoteImageIndex()
    for source in Image.objects.remote().order_by("-pk").values_list("source", flat=True):
        if not _is_local(address := full_address(source)):
            index.waiting.setdefault(address, set())
    for text, html, hero in itertools.chain(_articles(), _pages()):
        if urls := _remote_urls(html, full_address(hero)):
            index.texts[text] = urls
            for address in urls.values():
                index.waiting.setdefault(address, set()).add(text)
    return index


def texts_of(model: str):
    """Return the manager of articles or pages, through LINKS because this room cannot import them."""
    return LINKS[model]._meta.get_field(model).related_model.objects


def _articles():
    rows = texts_of("article").in_use().order_by("-pk")
    for key, html, hero in rows.values_list("pk", "body_html", "hero_image__source").iterator(100):
        yield ("article", key), html, hero or ""


def _pages():
    rows = texts_of("page").order_by("-pk")
    for key, html in rows.values_list("pk", "body_html").iterator(100):
        yield ("page", key), html, ""


def _remote_urls(html, hero):
    addresses = [image.address for image in shown_images(html)]
    return {
        address: hero if hero.startswith(REMOTE) and is_same_image(address, hero) else address
        for address in addresses
        if address.startswith(REMOTE) and not _is_local(address)
    }


def _is_local(address):
    return bool(path_on_site(address, settings.SITE_URL))


class MirrorOutcome(StrEnum):
    STORED = "stored"
    REPEATED = "repeated"  # the same file was already stored
    FAILED = "failed"
    LATER = "later"  # failed before, and the next attempt is not due


@dataclass(frozen=True, slots=True)
class ImageReport:
    address: str
    outcome: MirrorOutcome
    message: str = ""  # the reason of a failure
    image: Image | None = None
    seconds: float = 0.0


def report_line(report: ImageReport) -> dict:
    """Return the JSON object of an image in a report."""
    image = report.image
    return {
        "address": report.address,
        "outcome": report.outcome,
        "message": report.message,
        "file": image.file.name if image else "",
        "width": image.width if image else None,
        "height": image.height if image else None,
        "seconds": round(report.seconds, 4),
    }


@dataclass(frozen=True, slots=True)
class FetchResult:
    """The result of one request: a stored image or a failure."""

    address: str
    seconds: float = 0.0
    stored: files.StoredImage | None = None
    failure: FetchError | None = None


def write(batch: tuple[FetchResult, ...]) -> list[ImageReport]:
    """Store the rows of one batch in one transaction: images, or failures with the next attempt."""
    with transaction.atomic():
        reports = [_written(fetched) for fetched in batch]
        MirrorFailure.objects.forget([fetched.address for fetched in batch if fetched.stored])
        page_cache.invalidate_on_commit()
    return reports


def reuse_files(images: dict[str, Image]) -> None:
    """Set the file of Image rows that have none, if their URL is in images: {URL: stored image}."""
    with transaction.atomic():
        updated = [_rows_without_file(address).update(**_file_of(image)) for address, image in images.items()]
        if any(updated):
            page_cache.invalidate_on_commit()


def update_texts(texts: list[Text], wanted: RemoteImageIndex, on_refusal) -> None:
    """Render texts again, so that they show the stored images instead of the remote ones."""
    for model in LINKS:
        keys = {key: wanted.texts.pop((of, key)) for of, key in texts if of == model}
        found = Image.objects.mirrored({address for shown in keys.values() for address in shown.values()})
        images_of = {key: _images_of(shown, found) for key, shown in keys.items()}
        shown = {key: by_address for key, by_address in images_of.items() if by_address}
        texts_of(model).show_images(shown, on_refusal)


def _images_of(shown, found):
    """Return {URL: image} for both spellings of each URL, because Markdown and HTML may differ."""
    return {
        spelling: found[fetched]
        for address, fetched in shown.items()
        if fetched in found
        for spelling in spellings(address)
    }


def _written(fetched) -> ImageReport:
    address, failure, stored = fetched.address, fetched.failure, fetched.stored
    if failure:
        MirrorFailure.objects.note(address, str(failure), is_passing=failure.is_passing)
        return ImageReport(address, MirrorOutcome.FAILED, str(failure), seconds=fetched.seconds)
    is_repeated = Image.objects.filter(file=stored.name).exists()
    outcome = MirrorOutcome.REPEATED if is_repeated else MirrorOutcome.STORED
    return ImageReport(address, outcome, image=_image(address, stored), seconds=fetched.seconds)


def _image(address, stored) -> Image:
    """Return the Image of this URL, with the file. Existing rows keep their source, alt text and credit."""
    _rows_without_file(address).update(**_file_of(stored))
    known = Image.objects.filter(source__in=spellings(address), file=stored.name).order_by("pk").first()
    return known or Image.objects.create(source=address, **_file_of(stored))


def _rows_without_file(address):
    return Image.objects.filter(source__in=spellings(address), file="")


def _file_of(image: Image | files.StoredImage) -> dict:
    name = image.file.name if isinstance(image, Image) else image.name
    return {"file": name, "width": image.width, "height": image.height, "digest": image.digest}


THREADS = 8
POLL_SECONDS = 0.5  # between checks of should_stop while no image arrives
BATCH_SIZE = 20  # images per transaction, the most that an interruption loses
IMAGE_TYPES = "image/avif,image/webp,image/*;q=0.9,*/*;q=0.5"
GROUP = "mirroring"  # job group: one of its jobs runs at a time


class MirroringError(Exception):
    """Raised when a run cannot start or continue. The message says why."""


def mirror_images(
    fetcher: Fetcher,
    *,
    retry: bool = False,
    on_start: Callable[[int], None] = lambda number: None,
    on_image: Callable[[ImageReport], None],
) -> int:
    """Mirror all remote images. Return the number of texts that could not be rendered again.

    retry: include images that failed and are not due for the next attempt. on_start is called with the number
    of images, on_image with the report of each image after its transaction. Raises MirroringError.
    """
    with locks.hold(f"group-{GROUP}") as held:
        if held is None:
            raise MirroringError("Remote images are already being fetched. Wait until that has finished.")
        mirroring = Mirroring(fetcher, retry=retry)
        on_start(mirroring.total)
        for report in chain.from_iterable(mirroring.run()):
            on_image(report)
    return mirroring.refused_texts


@contextmanager
def _explaining_disk():
    try:
        yield
    except OSError as error:  # of this disk; network errors are in the reports of the images
        reason = error.strerror or error
        raise MirroringError(
            f"Stopped: {reason}. Images fetched so far are kept. Fix the problem and try again."
        ) from error


class Mirroring:
    """One run. The caller must hold the lock of GROUP.

    retry: see mirror_images(). should_stop is called after each image and twice a second; if it returns true,
    run() ends.
    """

    def __init__(
        self, fetcher: Fetcher, *, retry: bool = False, should_stop: Callable[[], bool] = lambda: False
    ):
        self.fetcher = fetcher
        self._should_stop = should_stop
        self.is_stopped = False
        self.wanted = find_remote_images()
        self.refused_texts = 0
        addresses = list(self.wanted.waiting)
        self._stored = Image.objects.mirrored(addresses)
        now = timezone.now()
        failures = {} if retry else MirrorFailure.objects.at(addresses)
        self._failures = {url: failure for url, failure in failures.items() if failure.try_again_at > now}
        known = {*self._stored, *self._failures}
        self._missing = [address for address in addresses if address not in known]
        self.total = len(addresses) - len(self._stored)

    def run(self) -> Iterator[list[ImageReport]]:
        """Yield the reports of each batch of images, after its transactions.

        If the caller closes the generator, or should_stop returns true, the run ends after the requests in
        progress. Raises MirroringError if the disk is full or broken.
        """
        # Already stored: for another text, or by a run that was killed.
        for batch in batched(self._stored, BATCH_SIZE):
            reuse_files({address: self._stored[address] for address in batch})
            self._update_complete_texts(batch)
        for batch in batched(self._failures, BATCH_SIZE):
            self._update_complete_texts(batch)
            yield [_not_due(self._failures[address]) for address in batch]
        with _explaining_disk(), closing(self._fetched()) as results:
            for batch in batched(results, BATCH_SIZE):
                reports = write(batch)
                self._update_complete_texts(fetched.address for fetched in batch)
                yield reports

    def _update_complete_texts(self, addresses: Iterable[str]) -> None:
        texts = [text for address in addresses for text in self.wanted.mark_done(address)]
        update_texts(texts, self.wanted, self._refuse)

    def _refuse(self, row, error):
        self.refused_texts += 1  # the text keeps its remote images

    def _fetched(self) -> Iterator[FetchResult]:
        """Yield images in the order of arrival, until the run should stop. At most THREADS are in memory."""
        missing = iter(self._missing)
        with ThreadPoolExecutor(THREADS, "mirroring") as threads:
            pending = {threads.submit(self._fetch, address) for address in islice(missing, THREADS)}
            try:
                while pending:
                    done, pending = wait(pending, POLL_SECONDS, return_when=FIRST_COMPLETED)
                    for future in done:
                        yield _stored(*future.result())
                    pending |= {
                        threads.submit(self._fetch, address) for address in islice(missing, len(done))
                    }
                    if pending and self._should_stop():
                        self.is_stopped = True
                        return
            finally:
                if pending:
                    self.fetcher.stop()  # the executor waits for its threads to end

    def _fetch(self, address):
        """Return (URL, bytes or FetchError, seconds). Runs in a thread and must not use the database."""
        began = time.monotonic()
        try:
            result = self.fetcher.fetch(address, accept=IMAGE_TYPES)
        except FetchError as error:
            result = error
        return address, result, time.monotonic() - began


def _stored(address, result, seconds) -> FetchResult:
    """Store fetched bytes. Return a failure if the decoder does not accept them as an image."""
    if isinstance(result, FetchError):
        return FetchResult(address, seconds, failure=result)
    try:
        return FetchResult(address, seconds, stored=files.store_file(result))
    except files.ImageError as error:
        return FetchResult(address, seconds, failure=FetchError(str(error), is_passing=error.is_passing))


def _not_due(failure) -> ImageReport:
    message = f"{failure.reason} Next attempt after {failure.try_again_at:%Y-%m-%d %H:%M} UTC."
    return ImageReport(failure.address, MirrorOutcome.LATER, message)
