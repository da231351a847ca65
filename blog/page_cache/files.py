"""Pages as files in GALLEY_PAGES_DIR, which a web server sends without a request to Galley.

    <folder>/42/articles/some-article/index.html   a page of generation 42; .gz and .br are next to it
    <folder>/current -> 42                         the folder that the web server reads

When something public changes, `current` is switched to a new, empty folder. That expires all old pages in one
step. Each page is written again when Galley has answered a request for it.
"""

import logging
import os
import re
import shutil
from pathlib import Path

from django.conf import settings

from blog.documents.slugs import SLUG_CHARACTERS
from blog.files.atomic import write_atomically
from blog.files.modes import SERVED_FILE, make_folder

logger = logging.getLogger(__name__)

# URL paths of pages. Segments never begin with a dot, and are not longer than a file name may be.
PAGE_PATH = re.compile(rf"/(?:[{SLUG_CHARACTERS}][{SLUG_CHARACTERS}.]*/)*")
PART_BYTES = 255
SUFFIXES = {"": "", "gzip": ".gz", "br": ".br"}


def begin_generation(number: int) -> None:
    """Hide the pages of older generations from the web server."""
    folder = settings.PAGES_DIR
    if folder is None:
        return
    try:
        make_folder(folder / str(number))
        draft = folder / f".current-{os.getpid()}-{number}"
        draft.symlink_to(str(number))
        draft.replace(folder / "current")
    except OSError as error:
        _give_up(folder, error)


def remove_older(number: int) -> None:
    """Remove the folders of older generations, including folders left by killed processes."""
    folder = settings.PAGES_DIR
    if folder is None or not folder.is_dir():
        return
    for path in folder.iterdir():
        if path.name.isdigit() and int(path.name) < number:
            shutil.rmtree(path, ignore_errors=True)


def write_page(number: int, path: str, digest: str, bodies: dict[str, bytes]) -> None:
    """Write a page of this generation. `bodies` is {content coding: body}, with "" for the uncompressed page.

    Files are replaced atomically. Their modification time comes from the digest instead of the clock: the web
    server derives its ETag from time and size, and two pages with the same second and size need two ETags.
    """
    folder = settings.PAGES_DIR
    if folder is None or not PAGE_PATH.fullmatch(path):
        return
    parts = path.strip("/").split("/") if path != "/" else []
    if any(len(part.encode()) > PART_BYTES for part in parts):
        return
    target = folder.joinpath(str(number), *parts)
    time = int(digest[:8], 16)
    try:
        # The generation has expired and its folder is gone: skip the write.
        if not (folder / str(number)).is_dir():
            return
        make_folder(target)
        # The page itself is written last: without it the web server ignores the compressed files.
        for coding, suffix in reversed(SUFFIXES.items()):
            if body := bodies.get(coding):
                file = target / f"index.html{suffix}"
                write_atomically(file, [body], mode=SERVED_FILE, modified=time)
    except OSError as error:
        logger.warning("Pages cannot be written to %s (%s): Galley answers them itself.", folder, error)


def _give_up(folder: Path, error: OSError):
    """Remove `current`, so that the web server passes all requests to Galley instead of sending old pages."""
    logger.error("Pages in %s cannot be replaced (%s): none is served from there.", folder, error)
    try:
        (folder / "current").unlink(missing_ok=True)
    except OSError:
        logger.critical("Old pages in %s cannot be removed: remove %s/current by hand.", folder, folder)
