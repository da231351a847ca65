"""Uploaded files are kept until they are imported or thrown away, and a day at most."""

import shutil
import time
from pathlib import Path

from django.conf import settings

from blog.imports.uploads.models import KEPT_FOR, StagedFile, StagedImport
from blog.jobs import cleans_up

State = StagedImport.State


def forget(staged: StagedImport, state: str, by=None) -> bool:
    """Delete the files of an import and what was said of them; only that there was one stays.

    Returns False if a job still works on them. That one is asked to stop, unless it imports them.
    """
    with staged.locked():
        if staged.check_job and not staged.import_job:
            staged.check_job.request_stop(by)
        if staged.is_under_way:
            return False
        staged.files.all().delete()
        staged.state = state
        staged.save(update_fields=["state"])
    shutil.rmtree(staged.folder, ignore_errors=True)
    return True


@cleans_up
def forget_expired() -> None:
    """Delete what was kept for a day, and what killed processes have left."""
    for staged in StagedImport.objects.expired():
        forget(staged, State.EXPIRED)
    StagedFile.objects.filter(staged_import__in=StagedImport.objects.imported_long_ago()).delete()
    kept = {str(uid) for uid in StagedImport.objects.with_files().values_list("uid", flat=True)}
    for folder in _old_folders():
        if folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def _old_folders() -> list[Path]:
    """Return the folders that were made more than a day ago: the row of a newer one may be on its way."""
    if not settings.IMPORT_ROOT.is_dir():
        return []
    before = time.time() - KEPT_FOR.total_seconds()
    return [folder for folder in settings.IMPORT_ROOT.iterdir() if folder.stat().st_mtime < before]
