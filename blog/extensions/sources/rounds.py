"""Open the sources that are due: several threads request pages, this thread writes.

At most AT_ONCE pages are requested at once, and one page of a site in PAUSE, also if the process was killed
and begins again: tried_at of the site's sources says when it was last asked.
"""

import time
from collections import Counter, deque
from collections.abc import Callable, Collection
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta

from django.utils import timezone

from blog.extensions.sources.addresses import host_of
from blog.extensions.sources.choices import source_settings
from blog.extensions.sources.due import asked_for, claim, due, store
from blog.extensions.sources.models import Source, State
from blog.extensions.sources.opening import Opener, Outcome
from blog.extensions.sources.reports import report

AT_ONCE = 4
PAUSE = 5.0  # seconds between two requests for pages of one site
POLL_SECONDS = 0.5
READ_EVERY = 60.0  # seconds, while sources are due
MOST_OFFLINE = 10  # errors of the network in a row, with different sites
OFFLINE_WAIT = timedelta(hours=1)


class NoNetworkError(Exception):
    """Raised if this server can reach no site at all. The sources keep their states, and are due later."""


class Round:
    """One run. on_source is called with each source after its transaction, from this thread.

    articles: only the sources of these. should_stop: asked after each source and twice a second.
    """

    def __init__(
        self,
        articles: Collection[int] | None = None,
        *,
        should_stop: Callable[[], bool] = lambda: False,
        on_source: Callable[[Source, Outcome], None] = lambda source, outcome: None,
    ):
        self._articles = articles
        self._should_stop = should_stop
        self.on_source = on_source
        self._opener = Opener(source_settings().never)
        self._free_at: dict[str, float] = self._recent()
        self._pending: dict[Future[Outcome], str] = {}
        self._waiting: dict[str, deque[int]] = {}  # by site
        self._read_at = 0.0
        self._offline: list[Outcome] = []  # that wait for another site to be reached
        self.counts: Counter[str] = Counter()
        self.dead = self.failing = 0
        self.is_stopped = False

    @property
    def summary(self) -> dict[str, int]:
        """Return what the activity says of the round."""
        return {
            "opened": self.counts.total() - self.counts[State.NOT_OPENED],
            "nowhere": self.dead,
            "failing": self.failing,
            "moved": self.counts[State.MOVED],
        }

    @staticmethod
    def _recent():
        """Return {host: when it may be asked again} of the hosts that another process has just asked."""
        now, began = timezone.now(), time.monotonic()
        rows = Source.objects.filter(tried_at__gt=now - timedelta(seconds=PAUSE)).order_by()
        return {
            host: began + PAUSE - (now - tried_at).total_seconds()
            for host, tried_at in rows.values_list("host", "tried_at")
        }

    def number_due(self) -> int:
        return due(timezone.now(), self._articles).count()

    def run(self) -> Counter[str]:
        """Open all sources that are due, until should_stop returns true. Return {state: number}.

        Raises NoNetworkError.
        """
        with ThreadPoolExecutor(AT_ONCE, "sources") as threads:
            try:
                while not self.is_stopped and (self._begin(threads) or self._pending):
                    self._finish()
                    self.is_stopped = self._should_stop()
                while self._pending:
                    self._finish()
                self._store_offline()
            finally:
                if self._pending:
                    self._opener.fetcher.stop()  # the executor waits for its threads to end
        return self.counts

    def _begin(self, threads) -> bool:
        """Give free threads something to do. Return whether something is due, if only in a few seconds."""
        while len(self._pending) < AT_ONCE:
            moment = time.monotonic()
            self._free_at = {host: free for host, free in self._free_at.items() if free > moment}
            source = self._next({*self._free_at, *self._pending.values()})
            if source is None:
                return bool(self._waiting) or asked_for(self._articles).exists()
            if task := claim(source, timezone.now()):
                self._free_at[source.host] = time.monotonic() + PAUSE
                self._pending[threads.submit(self._opener.open, task)] = source.host
        return True

    def _next(self, busy) -> Source | None:
        """Return a source that is due, of none of the busy sites; first those that editors wait for."""
        if asked := asked_for(self._articles).exclude(host__in=busy).first():
            return asked
        if not self._waiting or time.monotonic() > self._read_at + READ_EVERY:
            self._read()
        while host := next((host for host in self._waiting if host not in busy), None):
            key = self._waiting[host].popleft()
            if not self._waiting[host]:
                del self._waiting[host]
            if source := due(timezone.now(), self._articles).filter(pk=key).first():
                return source
        return None

    def _read(self):
        """Read all that is due, by site, so that a site with many sources does not keep others waiting."""
        self._read_at = time.monotonic()
        self._waiting.clear()
        rows = due(timezone.now(), self._articles).order_by("next_opening_at", "pk")
        for key, host in rows.values_list("pk", "host").iterator():
            self._waiting.setdefault(host, deque()).append(key)

    def _finish(self):
        done, _pending = wait(self._pending, POLL_SECONDS, return_when=FIRST_COMPLETED)
        if not self._pending:
            time.sleep(POLL_SECONDS)
        for future in done:
            del self._pending[future]
            outcome = future.result()
            if outcome.is_offline:
                self._offline.append(outcome)
                self._check_network()
            else:
                self._store_offline()
                self._store(outcome)

    def _check_network(self):
        sites = {host_of(outcome.task.address) for outcome in self._offline}
        if len(sites) >= MOST_OFFLINE:
            keys = [outcome.task.key for outcome in self._offline]
            Source.objects.filter(pk__in=keys).update(next_opening_at=timezone.now() + OFFLINE_WAIT)
            raise NoNetworkError

    def _store_offline(self):
        while self._offline:
            self._store(self._offline.pop())

    def _store(self, outcome):
        source = store(outcome, timezone.now())
        if source is None:
            return
        if not source.is_reported:
            report(source)
        self.counts[outcome.state] += 1
        self.dead += source.leads_nowhere
        self.failing += source.tries > 0
        self.on_source(source, outcome)
