"""Kill processes of a site at random, and stop and start its database and cache server."""

import os
import random
import signal
import threading
import time
from contextlib import suppress

from tests.support.soak.processes import Role, processes_of
from tests.support.soak.record import Outage

KILL_SECONDS = 15  # on average, between two kills
DATABASE_SECONDS, CACHE_SECONDS = 240, 180  # between stops; several times in a short soak, too
SHORT_SOAK = 0.22  # share of a short soak's time
DOWN_SECONDS = (1, 8)
LONG_DOWN_SECONDS = 40  # of each fourth stop
# How often each is killed. A job fails after its third kill, so those that run are not killed too often.
KILLS = {Role.SERVER: 5, Role.SANDBOX: 5, Role.RUNNING_JOBS: 2, Role.JOBS: 1}
SWEEP_SECONDS = 0.2


class Faults:
    """Injects faults until the end of the soak. The oldest web worker is spared, to measure its memory."""

    def __init__(self, record, site, seconds):
        self.record, self.site = record, site
        self.chance = random.Random(9)  # noqa: S311 -- not for secrets
        self.ended = threading.Event()
        self.stops = 0
        self.database_seconds = min(DATABASE_SECONDS, seconds * SHORT_SOAK)
        self.cache_seconds = min(CACHE_SECONDS, seconds * SHORT_SOAK)

    def run(self, name, pause, fault):
        """Cause a fault again and again."""
        while not self.ended.wait(pause * self.chance.uniform(0.5, 1.5)):
            try:
                fault()
            except Exception as error:  # the test fails, but the soak continues
                self.record.fail(f"the fault {name} failed: {error!r}")

    def threads(self):
        faults = [("kill", KILL_SECONDS, self.kill), ("cache", self.cache_seconds, self.restart_cache)]
        if self.site.database:
            faults.append(("database", self.database_seconds, self.restart_database))
        return [threading.Thread(target=self.run, args=fault, name=fault[0]) for fault in faults]

    def kill(self):
        [role] = self.chance.choices(list(KILLS), list(KILLS.values()))
        if role != Role.RUNNING_JOBS:
            return self._kill(role)
        # It runs only while there are jobs.
        until = time.monotonic() + KILL_SECONDS
        while time.monotonic() < until and not self.ended.is_set():
            if self._kill(role):
                return True
            time.sleep(SWEEP_SECONDS)
        return False

    def _kill(self, role) -> bool:
        found = [each for each in processes_of(self.site.pid) if each.role == role]
        if role == Role.SERVER:
            found = sorted(found, key=lambda each: each.started)[1:]
        if not found:
            return False
        victim = self.chance.choice(found)
        if role == Role.SERVER:
            self.record.killed_servers.append(time.monotonic())
        with suppress(ProcessLookupError):
            os.kill(victim.pid, signal.SIGKILL)
            self.record.kills[victim.name] += 1
            self.record.note(f"killed {victim.name} {victim.pid}")
        return True

    def restart_cache(self):
        self.site.cache.stop()
        self.record.note("cache stopped")
        self.ended.wait(self.chance.uniform(*DOWN_SECONDS))
        self.site.cache.start()
        self.record.cache_restarts += 1
        self.record.note("cache started")

    def restart_database(self):
        self.stops += 1
        mode = self.chance.choice(["fast", "immediate"])
        seconds = LONG_DOWN_SECONDS if self.stops % 4 == 2 else self.chance.uniform(*DOWN_SECONDS)
        outage = Outage(time.monotonic())
        self.record.outages.append(outage)
        self.record.note(f"database stops ({mode}) for {seconds:.0f} s")
        self.site.database.stop(mode)
        self.ended.wait(seconds)
        self.site.database.start()
        outage.ended = time.monotonic()
        self.record.note(f"database is back after {outage.ended - outage.began:.1f} s")
