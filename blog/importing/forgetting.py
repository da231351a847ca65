"""Uploaded files are kept until they are imported or thrown away, and a day at most."""

import shutil
import time
from pathlib import Path

from django.conf import settings
from django.db import transaction

from blog.models import StagedImport
from blog.models.staged_import import KEPT_FOR

State = StagedImport.State


def forget(staged: StagedImport, state: str) -> bool:
    """Delete the files of an import and what was said of them; only that there was one stays.

    Returns whether that was possible: what is being imported stays.
    """
    with transaction.atomic():
        staged.refresh_from_db(from_queryset=StagedImport.objects.select_for_update())
        if staged.state == State.IMPORTING:
            return False
        staged.files.all().delete()
        staged.state = state
        staged.save(update_fields=["state"])
    shutil.rmtree(staged.folder, ignore_errors=True)
    return True


def forget_expired() -> None:
    """Delete what was kept for a day, and folders that killed processes have left."""
    for staged in StagedImport.objects.expired():
        forget(staged, State.EXPIRED)
    for folder in _old_folders():
        if not StagedImport.objects.with_files().filter(uid=folder.name).exists():
            shutil.rmtree(folder, ignore_errors=True)


def _old_folders() -> list[Path]:
    """Return the folders that were made more than a day ago: the row of a newer one may be on its way."""
    if not settings.IMPORT_ROOT.is_dir():
        return []
    before = time.time() - KEPT_FOR.total_seconds()
    return [folder for folder in settings.IMPORT_ROOT.iterdir() if folder.stat().st_mtime < before]
