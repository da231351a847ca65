"""The front door: the page cache in the event loop, Django in threads behind it.

    client > page cache (blog/pages) > whole requests and answers (buffering.py) > a2wsgi > Django

bin/serve runs it in gunicorn, with the worker of worker.py; any ASGI server can.
"""

from urllib.parse import urlsplit

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.db import close_old_connections

from site_config.buffering import BufferedApplication
from site_config.wsgi import application as django_application

# After Django is set up, which the line above does.
from blog.models import Article  # isort: skip
from blog.pages import PageCache, current_generation  # isort: skip
from blog.pages.generation import Clock  # isort: skip
from blog.pages.questions import Site  # isort: skip

THREADS = 16  # with a thread for each request in work; slow clients hold none


def next_due() -> float | None:
    """Return when the next scheduled article appears, in seconds since 1970."""
    try:
        moment = Article.objects.next_scheduled()
    finally:
        close_old_connections()
    return moment.timestamp() if moment else None


class FrontDoor:
    """The ASGI application of the site, with the thread that keeps an eye on the clock."""

    def __init__(self):
        address = urlsplit(settings.SITE_URL)
        wsgi = WSGIMiddleware(django_application, workers=THREADS)
        self.behind = BufferedApplication(wsgi)
        self.pages = PageCache(
            self.behind,
            site=Site(address.scheme, address.netloc, settings.SESSION_COOKIE_NAME),
            generation=current_generation(),
            next_due=next_due,
            executor=wsgi.executor,
            capacity=settings.PAGE_CACHE_BYTES,
        )
        self.clock = None

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            await self.live(receive, send)
        else:
            await self.pages(scope, receive, send)

    async def live(self, receive, send):
        """Start and stop with the server's process."""
        await receive()
        # This process may have new code or settings: no page that an earlier one wrote into a file is right.
        self.pages.generation.raise_number()
        self.clock = Clock(self.pages.generation, next_due)
        self.clock.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.clock.stop()
        await send({"type": "lifespan.shutdown.complete"})


application = FrontDoor()
