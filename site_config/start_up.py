"""Prepare gunicorn's main process, whose workers inherit what it has loaded.

gunicorn.py calls start_up() before the first worker is forked.
"""

import gc
import logging
import sys
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

from blog.site.update_steps import missing_steps

logger = logging.getLogger(__name__)


def start_up() -> None:
    """Refuse an unfinished update, which ends this process. Load lazy modules."""
    if not apps.ready:  # the workers serve another application, without Django
        return
    refuse_unfinished_update()
    load_everything()
    gc.collect()
    gc.freeze()  # a collection in a worker would write to each object, and thus copy its page of memory


def refuse_unfinished_update() -> None:
    try:
        steps = missing_steps()
    except DatabaseError as error:  # cached pages can still be served
        logger.warning("Cannot read the applied migrations from the database: %s", error)
        return
    finally:
        connection.close()
        if connection.vendor == "postgresql":
            connection.close_pool()  # its threads do not survive the fork
    if steps:
        sys.exit("\n".join(f"This server does not serve: {step}" for step in steps))


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
