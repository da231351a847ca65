"""Pages as files, for a web server that sends them without asking Galley: GALLEY_PAGES_DIR.

    <folder>/42/articles/some-article/index.html   of generation 42; next to it .gz and .br
    <folder>/current -> 42                         what the web server reads

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

# Addresses of pages. No part of one begins with a dot or is longer than a file's name may be.
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
    """Remove the folders of older generations, also those that a killed process has left."""
    folder = settings.PAGES_DIR
    if folder is None or not folder.is_dir():
        return
    for path in folder.iterdir():
        if path.name.isdigit() and int(path.name) < number:
            shutil.rmtree(path, ignore_errors=True)


def write_page(number: int, path: str, digest: str, bodies: dict[str, bytes]) -> None:
    """Write a page of this generation. `bodies` is {content coding: body}, with "" for the uncompressed page.

    Files are replaced atomically. Their modification time comes from the digest instead of the clock: the web
    server derives its ETag from time and size, and two pages of the same second and size must not share one.
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
        # An old generation's folder is gone: nothing is to be written there any more.
        if not (folder / str(number)).is_dir():
            return
        make_folder(target)
        # The page itself comes last: without it the web server looks for no compressed one.
        for coding, suffix in reversed(SUFFIXES.items()):
            if body := bodies.get(coding):
                file = target / f"index.html{suffix}"
                write_atomically(file, [body], mode=SERVED_FILE, modified=time)
    except OSError as error:
        logger.warning("Pages cannot be written to %s (%s): Galley answers them itself.", folder, error)


def _give_up(folder: Path, error: OSError):
    """Remove `current`, so that the web server asks Galley for every page instead of sending old ones."""
    logger.error("Pages in %s cannot be replaced (%s): none is served from there.", folder, error)
    try:
        (folder / "current").unlink(missing_ok=True)
    except OSError:
        logger.critical("Old pages in %s cannot be removed: remove %s/current by hand.", folder, folder)
