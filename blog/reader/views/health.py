"""Health checks, for monitoring and load balancers."""

import shutil
import time

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from blog import extend
from blog.files.storage import is_writable
from blog.jobs.models import Job, Worker
from blog.page_cache.generation import shared_number
from blog.site.update_steps import missing_steps

LOADED_AT = time.time()  # when this process, or the one that forked it, has loaded the code
LEAST_FREE_BYTES = 50 * 1024 * 1024


@never_cache
@require_safe
def health(request):
    """Answer 200 if this process can query the database, else 503."""
    if not database()["ok"]:
        return HttpResponse("no database", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def ready(request):
    """Answer 200 if this machine can serve readers and store changes, else 503. The JSON has each part.

    A missing worker, missing update steps such as migrations, and a cache server or bucket that is down are
    reported, too, but the status stays 200: this process serves readers without them, and no other machine
    could do more.
    """
    needed = {"database": database(), "disk": disk(), "media": media()}
    is_ready = all(part["ok"] for name, part in needed.items() if not (name == "media" and settings.BUCKET))
    parts = {
        "ready": is_ready,
        "loaded_at": LOADED_AT,
        **needed,
        "cache": cache(),
        "worker": {"ok": False},
        "update": {"ok": False},
    }
    if needed["database"]["ok"]:
        parts |= {"worker": worker(), "update": update()}
        parts |= {name: check() for name, check in extend.ready_checks}
    return JsonResponse(parts, status=200 if is_ready else 503)


def database() -> dict:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return {"ok": False}
    return {"ok": True}


def disk() -> dict:
    """Return whether the data folder is writable and has at least LEAST_FREE_BYTES free."""
    folder = settings.DATA_DIR
    can_write = is_writable(folder)
    has_room = shutil.disk_usage(folder).free >= LEAST_FREE_BYTES
    return {"ok": can_write and has_room, "writable": can_write, "room": has_room}


def media() -> dict:
    """Return whether images can be stored."""
    return {"ok": default_storage.is_writable()}


def cache() -> dict:
    """Return whether the cache server of CACHE_URL answers, or is not used."""
    shared = shared_number()
    return {"ok": shared is None or shared.read() is not None}


def worker() -> dict:
    """Return whether a worker runs, when one was last seen, and how many jobs wait."""
    last_seen = Worker.objects.last_seen()
    return {
        "ok": Worker.objects.alive().exists(),
        "last_seen": last_seen and last_seen.isoformat(timespec="seconds"),
        "waiting": Job.objects.waiting().count(),
    }


def update() -> dict:
    """Return the missing update steps, which the code on disk needs before a reload."""
    steps = missing_steps()
    return {"ok": not steps, "missing": [str(step) for step in steps]}
