"""Prepare a server process for its first request: refuse an unfinished update, and load lazy modules.

gunicorn.py calls start_up() in each new worker.
"""

import logging
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_backends
from django.db import DatabaseError, connection
from django.template import engines
from django.template.loader import get_template
from django.urls import reverse
from django.utils.formats import get_format
from django.utils.module_loading import import_string
from gunicorn.errors import AppImportError

from blog.site.update_steps import missing_steps

logger = logging.getLogger(__name__)


def start_up() -> None:
    """Prepare this worker. Raises AppImportError, which ends the worker, if an update step is missing."""
    if not apps.ready:  # the worker serves another application, without Django
        return
    refuse_unfinished_update()
    load_everything()


def refuse_unfinished_update() -> None:
    try:
        steps = missing_steps()
    except DatabaseError as error:  # cached pages can still be served
        logger.warning("Cannot read the applied migrations from the database: %s", error)
        return
    finally:
        connection.close()
    if steps:
        raise AppImportError("\n".join(f"This worker does not serve: {step}" for step in steps))


@cache  # the nursery calls it for its workers, too
def load_everything() -> None:
    """Import all modules that requests would import, and compile all templates, in 0.15 s.

    Otherwise the first requests, in several threads at once, would each load the same modules.
    """
    reverse("admin:index")  # imports all views
    for engine in engines.all():
        _ = engine.engine.template_context_processors
    for folder in settings.TEMPLATES[0]["DIRS"]:
        for file in Path(folder).rglob("*.*"):
            get_template(str(file.relative_to(folder)))
    get_backends()
    get_format("DATE_FORMAT")
    for name in (settings.SESSION_SERIALIZER, settings.MESSAGE_STORAGE):
        import_string(name)
