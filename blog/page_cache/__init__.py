"""The page cache: public pages are made once and sent from memory until something public changes.

    invalidate_on_commit()  what the models, the importer and the admin call
    generation.py  the number that invalidate() raises; every process on this machine sees it at once
    shared.py      the same number in a cache server, for process groups on other machines
    keys.py        which requests ask for a public page, and for which one
    responses.py   a page in memory: its encodings, its ETag, what a condition makes of it
    store.py       the pages in memory, within a bound
    cache.py       the ASGI layer that puts these together
    files.py       the same pages as files, for nginx

It relies on one promise of the views: nothing in a public page depends on who asks for it.
"""

from django.db import transaction

from blog.page_cache.cache import PageCache
from blog.page_cache.generation import current_generation, invalidate

__all__ = ["PageCache", "current_generation", "invalidate", "invalidate_on_commit"]


def invalidate_on_commit() -> None:
    """Make readers' pages anew once the transaction is stored in which something public changes.

    Earlier, another process would make them of what is there before.
    """
    transaction.on_commit(invalidate)
