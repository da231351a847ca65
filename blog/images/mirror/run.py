"""Mirror remote images: several threads fetch, this thread writes in batches.

For each URL in a text, a row of Image and a link to it are created. A text is rendered again once all its
images are fetched or have failed. Only its HTML is written: nobody has edited it.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from itertools import batched, islice

from django.utils import timezone

from blog.images.mirror.failures import MirrorFailure
from blog.images.mirror.fetcher import Fetcher, FetchError
from blog.images.mirror.remote_images import find_remote_images
from blog.images.mirror.report import MirrorReport, Outcome, PictureReport
from blog.images.mirror.storage import FetchResult, reuse_files, stored_file, update_texts, write
from blog.images.models import Image
from blog.jobs import locks

THREADS = 8
POLL_SECONDS = 0.5  # between two looks whether to stop, while no picture comes
BATCH_SIZE = 20  # pictures of one transaction: a kill loses no more
GROUP = "mirroring"  # of the jobs, of which one runs at a time


class MirroringError(Exception):
    """A mirroring cannot start, or go on; the message says why."""


def mirror_images(
    fetcher: Fetcher,
    *,
    retry: bool = False,
    on_start: Callable[[int], None] | None = None,
    on_picture: Callable[[PictureReport], None] | None = None,
) -> MirrorReport:
    """Fetch all pictures that are shown from elsewhere, and show them from here.

    retry: also those that have failed and are not to be asked for yet. on_start is told how many there are;
    on_picture of each, once its transaction is committed. Raises MirroringError.
    """
    report = MirrorReport()
    with _alone():
        mirroring = Mirroring(fetcher, retry=retry)
        if on_start:
            on_start(mirroring.total)
        for pictures in mirroring.run():
            for picture in pictures:
                report.add(picture)
                if on_picture:
                    on_picture(picture)
    report.refused_texts = mirroring.refused_texts
    return report


@contextmanager
def _alone():
    with locks.hold(f"group-{GROUP}") as held:
        if held is None:
            raise MirroringError("Remote images are already being fetched. Wait until that has finished.")
        yield


@contextmanager
def _explaining_disk():
    try:
        yield
    except OSError as error:  # those of other sites are reported with their pictures
        reason = error.strerror or error
        raise MirroringError(
            f"Stopped: {reason}. Images fetched so far are kept. Fix the problem and try again."
        ) from error


class Mirroring:
    """One run. Its caller holds the lock of the group.

    retry: also what is not to be asked for yet. should_stop is asked after each picture, and twice a second;
    then run() ends with what is there.
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
        self._missing = [one for one in addresses if one not in self._stored and one not in self._failures]
        self.total = len(addresses) - len(self._stored)

    def run(self) -> Iterator[list[PictureReport]]:
        """Yield what became of each batch of pictures, once its transactions are over.

        Whoever asks for no more ends the run, as does should_stop. Raises MirroringError if the disk takes
        no more.
        """
        # Another text shows what is stored already, or a killed run has left it.
        for some in batched(self._stored, BATCH_SIZE):
            reuse_files({address: self._stored[address] for address in some})
            self._settle(some)
        for some in batched(self._failures, BATCH_SIZE):
            self._settle(some)
            yield [_is_to_wait(self._failures[address]) for address in some]
        with _explaining_disk(), closing(self._fetched()) as results:
            for batch in _in_batches(results):
                reports = write(batch)
                self._settle(fetched.address for fetched in batch)
                yield reports

    def _settle(self, addresses: Iterable[str]) -> None:
        texts = [text for address in addresses for text in self.wanted.settle(address)]
        update_texts(texts, self.wanted, self._refuse)

    def _refuse(self, row, error):
        self.refused_texts += 1  # it shows its pictures from elsewhere, as before

    def _fetched(self) -> Iterator[FetchResult]:
        """Yield pictures as they come in, until the run should stop. At most THREADS are in memory."""
        missing = iter(self._missing)
        with ThreadPoolExecutor(THREADS, "mirroring") as threads:
            asked = {threads.submit(self._fetch, address) for address in islice(missing, THREADS)}
            try:
                while asked:
                    done, asked = wait(asked, POLL_SECONDS, return_when=FIRST_COMPLETED)
                    for future in done:
                        yield _stored(*future.result())
                    asked |= {threads.submit(self._fetch, address) for address in islice(missing, len(done))}
                    if asked and self._should_stop():
                        self.is_stopped = True
                        return
            finally:
                if asked:
                    self.fetcher.stop()  # the threads are waited for

    def _fetch(self, address):
        """Return the address with what came of it. It runs in a thread, without the database."""
        began = time.monotonic()
        try:
            result = self.fetcher.fetch(address)
        except FetchError as error:
            result = error
        return address, result, time.monotonic() - began


def _stored(address, result, seconds) -> FetchResult:
    if isinstance(result, FetchError):
        return FetchResult(address, seconds, failure=result)
    return stored_file(address, result, seconds)


def _failures_of(addresses) -> dict[str, MirrorFailure]:
    """Return what failed before and is not to be asked for yet."""
    now = timezone.now()
    failures = MirrorFailure.objects.at(addresses)
    return {address: failure for address, failure in failures.items() if failure.try_again_at > now}


def _is_to_wait(failure) -> PictureReport:
    message = f"{failure.reason} Next attempt after {failure.try_again_at:%Y-%m-%d %H:%M} UTC."
    return PictureReport(failure.address, Outcome.LATER, message)


def _in_batches(results: Iterable[FetchResult]) -> Iterator[list[FetchResult]]:
    while batch := list(islice(results, BATCH_SIZE)):
        yield batch
