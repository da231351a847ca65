"""Request pages of the running site, as bin/update does after a reload."""

import http.client
import json
import os
import time
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from blog.management.sample_paths import sample_paths

WAIT_SECONDS = 60
PAUSE_SECONDS = 0.5
ANYWHERE = ("0.0.0.0", "::", "[::]")  # noqa: S104 -- compared with BIND


class Command(BaseCommand):
    help = "Request pages of the running site, on BIND and PORT, and name those that fail."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--since",
            type=float,
            default=0,
            metavar="SECONDS",
            help="Wait until the server has loaded its code after this time, in seconds since 1970.",
        )

    def handle(self, *, since, verbosity, **options):
        bind = os.environ.get("BIND") or "127.0.0.1"
        host = "127.0.0.1" if bind in ANYWHERE else bind.strip("[]")
        self.connection = http.client.HTTPConnection(host, int(os.environ.get("PORT") or 8000), timeout=30)
        try:
            self.wait_for_server(since)
            paths = sample_paths()
            failed = [f"{path} answers {status}" for path in paths if (status := self.get(path)[0]) != 200]
        except (OSError, http.client.HTTPException) as error:
            raise CommandError(f"{host}:{self.connection.port} does not answer: {error}.") from error
        finally:
            self.connection.close()
        if failed:
            raise CommandError("\n".join(failed))
        if verbosity:
            self.stdout.write(f"{len(paths)} pages answer 200.")

    def get(self, path):
        """Return (status, body). The request has the site's scheme, because a redirect would hide errors."""
        site = urlsplit(settings.SITE_URL)
        self.connection.request("GET", path, headers={"Host": site.netloc, "X-Forwarded-Proto": site.scheme})
        response = self.connection.getresponse()
        return response.status, response.read()

    def wait_for_server(self, since):
        """Wait until the server is ready, with code that it has loaded after `since`."""
        until = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                status, body = self.get("/health/ready/")
                state = json.loads(body)
                reason = "" if state.get("ready") else f"/health/ready/ answers {status}: {body.decode()}"
                if not reason and state.get("loaded_at", 0) < since:
                    reason = "The server still runs the code from before: its log says why."
            except (OSError, http.client.HTTPException, ValueError) as error:
                self.connection.close()
                reason = f"The server does not answer: {error}."
            if not reason:
                return
            if time.monotonic() > until:
                raise CommandError(reason)
            time.sleep(PAUSE_SECONDS)
