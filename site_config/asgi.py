"""The ASGI application: page cache in the event loop, Django in threads.

    client > protocol.py > page cache > buffering.py > a2wsgi > Django

Every layer before a2wsgi runs in the event loop and never blocks. a2wsgi runs Django in 16 threads. bin/serve
runs the application in gunicorn with the worker class of worker.py. Any other ASGI server can also run it,
without the limits of protocol.py.
"""

import asyncio
import logging
import os
import signal
from contextlib import suppress
from urllib.parse import urlsplit

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.contrib.auth import get_user
from django.db import DatabaseError, close_old_connections
from django.http import HttpRequest, parse_cookie

from site_config.buffering import FULL, NOT_ALLOWED, BufferedApplication, RefusedBodyError
from site_config.request_limits import IMPORT
from site_config.wsgi import application as django_application

# Imported after Django is set up by the line above.
from django.contrib.sessions.backends.db import SessionStore  # isort: skip
from blog import extend  # isort: skip
from blog.articles.models import Article  # isort: skip
from blog.articles.review_setting import apply_setting  # isort: skip
from blog.desk.second_step.gate import admit  # isort: skip
from blog.page_cache import PageCache, current_generation  # isort: skip
from blog.page_cache.generation import ExpiryThread  # isort: skip
from blog.page_cache.keys import CachedSite  # isort: skip
from site_config.housekeeping import keep_house  # isort: skip
from site_config.job_watch import job_watch  # isort: skip

logger = logging.getLogger(__name__)

THREADS = 16  # one per request that Django processes; slow clients occupy none


def next_due() -> float | None:
    """Return when the next scheduled article is due, in seconds since 1970, or None."""
    try:
        moment = Article.objects.next_scheduled()
    finally:
        close_old_connections()
    return moment.timestamp() if moment else None


def apply_review_setting() -> None:
    """Apply GALLEY_REQUIRE_REVIEW before the first request. On an error, withheld articles stay hidden."""
    if settings.READ_ONLY:
        return
    try:
        apply_setting()
    except DatabaseError:
        logger.exception("GALLEY_REQUIRE_REVIEW could not be applied. Restart the site.")
    finally:
        close_old_connections()


def may_upload(cookies: str, path: str) -> bool:
    """Whether this Cookie header contains the admitted session of an active staff user.

    Raises RefusedBodyError if the path needs the import permission and the user lacks it.
    """
    request = HttpRequest()
    request.path = path
    request.session = SessionStore(parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME))
    try:
        request.user = get_user(request)
        admit(request)
        user = request.user
        is_staff = user.is_active and user.is_staff
        if is_staff and path.startswith(IMPORT) and not user.has_perm("blog.add_stagedimport"):
            raise RefusedBodyError(*NOT_ALLOWED)
    except DatabaseError:
        raise RefusedBodyError(*FULL) from None
    finally:
        close_old_connections()
    return is_staff


def may_send(upload: extend.Upload, headers: dict[str, str]) -> bool:
    """Whether the sender of these headers may send a large body to an extension. Raises RefusedBodyError."""
    try:
        refusal = upload.refusal_of(headers)
    except DatabaseError:
        raise RefusedBodyError(*FULL) from None
    finally:
        close_old_connections()
    if refusal:
        raise RefusedBodyError(*refusal)
    return True


def report_ready() -> None:
    """Report to supervisor.py, which started this server, that it serves. It listens to the first worker."""
    with suppress(OSError):
        os.write(int(os.environ.get("READY_FD", "-1")), b"1")


class GalleyAsgiApp:
    """The ASGI application, with a thread that expires the page cache when a scheduled article is due."""

    def __init__(self):
        address = urlsplit(settings.SITE_URL)
        wsgi = WSGIMiddleware(django_application, workers=THREADS)
        self.behind = BufferedApplication(wsgi, self.may_upload)
        self.executor = wsgi.executor
        self.pages = PageCache(
            self.behind,
            site=CachedSite(address.scheme, address.netloc, settings.SESSION_COOKIE_NAME),
            generation=current_generation(),
            next_due=next_due,
            executor=wsgi.executor,
            capacity=settings.PAGE_CACHE_BYTES,
        )
        self.is_stopping = False

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            await self.lifespan(scope, receive, send)
        else:
            await self.pages(scope, receive, send)

    async def may_upload(self, scope) -> bool:
        if upload := extend.upload_to(scope["path"]):
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self.executor, may_send, upload, headers)
        cookies = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.executor, may_upload, cookies.decode("latin-1"), scope["path"])

    async def lifespan(self, scope, receive, send):
        """Handle ASGI lifespan events: start and stop the thread and the housekeeping."""
        await receive()
        scope.get("state", {})["site"] = self  # for protocol.py
        self.note_term()
        # New code or settings may make pages invalid that earlier processes cached in files.
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self.executor, apply_review_setting)
        self.pages.generation.bump()
        clock = ExpiryThread(self.pages.generation, next_due)
        clock.start()
        house = asyncio.create_task(keep_house(self))
        watch = job_watch()
        if watch:
            watch.start()
        await send({"type": "lifespan.startup.complete"})
        report_ready()
        await receive()
        house.cancel()
        clock.stop()
        if watch:
            await asyncio.to_thread(watch.end)
        await send({"type": "lifespan.shutdown.complete"})

    def note_term(self):
        """Set is_stopping at TERM, before the server handles it."""
        handle = signal.getsignal(signal.SIGTERM)

        def stop(number, frame):
            self.is_stopping = True
            handle(number, frame)

        if callable(handle):
            signal.signal(signal.SIGTERM, stop)


application = GalleyAsgiApp()
