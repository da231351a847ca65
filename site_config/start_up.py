"""The work of a server process before its first request: refuse an unfinished update, load what loads lazily.

gunicorn.py calls start_up() in each new worker.
"""

import logging
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.template.loader import get_template
from django.urls import get_resolver, reverse
from gunicorn.errors import AppImportError

from blog.site.update_steps import missing_steps

logger = logging.getLogger(__name__)


def start_up() -> None:
    """Raises AppImportError if a step of an update is missing: gunicorn then ends this worker."""
    refuse_unfinished_update()
    load_everything()


def refuse_unfinished_update() -> None:
    try:
        steps = missing_steps()
    except DatabaseError as error:  # it serves pages that are in memory or in files, and says so of the rest
        logger.warning("The database does not say which migrations it has: %s", error)
        return
    finally:
        connection.close()
    if steps:
        raise AppImportError("\n".join(f"This worker does not serve: {step}" for step in steps))


def load_everything() -> None:
    """Import all views and compile all templates.

    The first requests come at once, in several threads, and each would begin to load the same. 0.15 s.
    """
    for pattern in get_resolver().url_patterns:
        pattern.check()
    reverse("admin:index")
    for folder in settings.TEMPLATES[0]["DIRS"]:
        for file in Path(folder).rglob("*.*"):
            get_template(str(file.relative_to(folder)))
