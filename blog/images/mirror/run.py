"""Mirror remote images: several threads fetch, this thread writes in batches.

For each URL in a text, an Image and a link to it are created. A text is rendered again once all its images
are fetched or have failed. Only the HTML of the text is written, because nobody has edited its Markdown.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from itertools import batched, islice

from django.utils import timezone

from blog.files.remote.fetcher import Fetcher, FetchError
from blog.images.mirror.failures import MirrorFailure
from blog.images.mirror.remote_images import find_remote_images
from blog.images.mirror.report import ImageReport, MirrorReport, Outcome
from blog.images.mirror.storage import FetchResult, reuse_files, stored_file, update_texts, write
from blog.images.models import Image
from blog.jobs import locks

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
    on_start: Callable[[int], None] | None = None,
    on_image: Callable[[ImageReport], None] | None = None,
) -> MirrorReport:
    """Mirror all remote images.

    retry: include images that failed and are not due for the next attempt. on_start is called with the number
    of images, on_image with the report of each image after its transaction. Raises MirroringError.
    """
    report = MirrorReport()
    with _exclusive():
        mirroring = Mirroring(fetcher, retry=retry)
        if on_start:
            on_start(mirroring.total)
        for image_reports in mirroring.run():
            for image_report in image_reports:
                report.add(image_report)
                if on_image:
                    on_image(image_report)
    report.refused_texts = mirroring.refused_texts
    return report


@contextmanager
def _exclusive():
    with locks.hold(f"group-{GROUP}") as held:
        if held is None:
            raise MirroringError("Remote images are already being fetched. Wait until that has finished.")
        yield


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
        self._failures = {} if retry else _failures_of(addresses)
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
            for batch in _in_batches(results):
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
    if isinstance(result, FetchError):
        return FetchResult(address, seconds, failure=result)
    return stored_file(address, result, seconds)


def _failures_of(addresses) -> dict[str, MirrorFailure]:
    """Return {URL: failure} for the URLs whose next attempt is not due yet."""
    now = timezone.now()
    failures = MirrorFailure.objects.at(addresses)
    return {address: failure for address, failure in failures.items() if failure.try_again_at > now}


def _not_due(failure) -> ImageReport:
    message = f"{failure.reason} Next attempt after {failure.try_again_at:%Y-%m-%d %H:%M} UTC."
    return ImageReport(failure.address, Outcome.LATER, message)


def _in_batches(results: Iterable[FetchResult]) -> Iterator[list[FetchResult]]:
    while batch := list(islice(results, BATCH_SIZE)):
        yield batch
