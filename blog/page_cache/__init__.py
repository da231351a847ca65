"""The page cache: render public pages once, serve them until a change.

    invalidate_on_commit()  called by models, the importer and the admin
    generation.py  the number that invalidate() bumps. Every process on this machine sees it at once, other
                   machines through a cache server. A thread bumps it when a scheduled article is due, and
                   every ten minutes
    keys.py        recognises requests for a public page, and computes their key
    responses.py   the pages in memory, within a limit: encodings, ETags, answers to conditional requests
    cache.py       the ASGI layer that combines these
    files.py       the same pages as files, for nginx

All pages share one generation, so no code has to track which page shows what. A page belongs to the
generation that was current before Django began to render it, so a change can only expire it too early. The
bump every ten minutes is for a process that was killed between its commit and invalidate().

A page is rendered for its URL, not for a request. Of the request, Django gets only the parameter `page`, in
canonical form, and the header X-Request-ID, for logs. So a visitor cannot influence the pages of others. In
return, public pages must not depend on the visitor: no cookie, CSRF token, nonce or name. A response is
cached if it has status 200 and `Cache-Control: public` (CacheControlMiddleware). Paths in NEVER_CACHED
(keys.py) never are.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction
from django.dispatch import Signal

from blog.page_cache.cache import PageCache
from blog.page_cache.generation import current_generation, invalidate

__all__ = [
    "PageCache",
    "changes_not_announced",
    "content_changed",
    "current_generation",
    "expired_once",
    "invalidate",
    "invalidate_on_commit",
]

content_changed = Signal()  # after the commit of a change that readers may see


def invalidate_on_commit() -> None:
    """Expire the cached public pages when the current transaction is committed.

    Before the commit, another process would render them from the old data.
    """
    asked = _asked.get()
    if asked is None:
        transaction.on_commit(_announce, robust=True)
    else:
        asked.append(True)


_asked: ContextVar[list | None] = ContextVar("calls to answer at once", default=None)


@contextmanager
def expired_once():
    """Run the block, then expire the pages once on commit, however often the block asks for it."""
    if _asked.get() is not None:
        yield
        return
    token = _asked.set(asked := [])
    try:
        yield
    finally:
        _asked.reset(token)
    if asked:
        invalidate_on_commit()


_is_silent: ContextVar[bool] = ContextVar("whether content_changed is not sent", default=False)


@contextmanager
def changes_not_announced() -> Iterator[None]:
    """Run the block without sending content_changed. Migrations change content before all tables exist."""
    token = _is_silent.set(True)
    try:
        yield
    finally:
        _is_silent.reset(token)


def _announce():
    invalidate()
    if not _is_silent.get():
        content_changed.send_robust(None)
