"""Expire cached pages that change without a save in this process."""

import math
import threading
import time

from blog.page_cache import files
from blog.page_cache.generation import Generation, logger


class ExpiryThread(threading.Thread):
    """A thread of each server process that expires pages which change without a save in this process.

    It bumps the generation when a scheduled change is due. next_due() returns the time of that change in
    seconds since 1970, or None. The thread also syncs with other machines, and limits the age of a
    generation, because a process can be killed between its commit and its call to invalidate().
    """

    SYNC_SECONDS = 0.5
    GREATEST_AGE_SECONDS = 600
    PAUSE_SECONDS = 5

    def __init__(self, generation: Generation, next_due):
        super().__init__(name="page-clock", daemon=True)
        self.generation = generation
        self.next_due = next_due
        self.number = None
        self.due = self.began = 0.0
        self.stopped = threading.Event()

    def run(self):
        while not self.stopped.is_set():
            try:
                wait = self.tick()
            except Exception:  # the thread must survive a database that is down for a while
                logger.warning("The clock of the page cache has missed a tick.", exc_info=True)
                self.number, wait = None, self.PAUSE_SECONDS
            self.stopped.wait(wait)

    def tick(self) -> float:
        """Expire pages if due, and return the seconds until the next call."""
        self.generation.sync()
        if self.generation.number != self.number:
            generation = self.generation.number
            self.due, self.began = self.next_due() or math.inf, time.time()
            files.remove_older(generation)
            self.number = generation
        now = time.time()
        if now >= self.due:
            self.generation.bump_for(self.due)
            return 0
        if not 0 <= now - self.began < self.GREATEST_AGE_SECONDS:
            self.generation.bump()
            return 0
        return min(self.SYNC_SECONDS, self.due - now)

    def stop(self):
        self.stopped.set()
