"""The page cache's door: what has to happen when something that readers see has changed."""


def changed() -> None:
    """Say that public pages may differ from now on. Called on commit, once for any number of rows.

    Pages are rendered afresh for each request so far, so there is nothing to forget yet; the callers are in
    place, and tests hold them to it, so that a cache of pages never serves an unpublished word.
    """
