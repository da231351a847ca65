"""Delete uploads: discarded, imported, or older than a day."""

import shutil
import time
from contextlib import suppress

from django.conf import settings

from blog.files.storage import delete_unused
from blog.imports.uploads.models import UPLOAD_RETENTION, StagedFile, StagedImport
from blog.imports.uploads.reception import upload_storage
from blog.jobs import cleanup_hook


def forget_upload(staged: StagedImport) -> None:
    """Delete the files of an upload, on this disk and in the bucket."""
    shutil.rmtree(staged.folder, ignore_errors=True)
    if settings.BUCKET:
        with suppress(OSError):  # forget_shared() deletes them later
            for file in upload_storage().files(str(staged.uid)):
                upload_storage().delete(file.name)


def discard_upload(staged: StagedImport, state: str, by=None) -> bool:
    """Delete the files of a staged import and their dry-run results. The StagedImport itself is kept.

    Returns False if a job is still using them. A dry run is then stopped, an import is not.
    """
    with staged.locked():
        if staged.check_job and not staged.import_job:
            staged.check_job.request_stop(by)
        if staged.is_under_way:
            return False
        forget_upload(staged)  # first: no row can be changed on a full disk
        staged.files.all().delete()
        staged.state = state
        staged.save(update_fields=["state"])
    return True


@cleanup_hook
def forget_expired() -> None:
    """Delete uploads and dry-run results older than a day, and folders that killed processes have left."""
    for staged in StagedImport.objects.expired():
        discard_upload(staged, StagedImport.State.EXPIRED)
    StagedFile.objects.filter(staged_import__in=StagedImport.objects.imported_long_ago()).delete()
    kept, root = _kept(), settings.IMPORT_ROOT
    before = time.time() - UPLOAD_RETENTION.total_seconds()
    for folder in root.iterdir() if root.is_dir() else ():
        # The row of a newer folder may not be committed yet.
        if folder.name not in kept and folder.stat().st_mtime < before:
            shutil.rmtree(folder, ignore_errors=True)


@cleanup_hook
def forget_shared() -> None:
    """Delete uploads of yesterday from the bucket, if they are not needed any more."""
    if settings.BUCKET:
        for _name in delete_unused(upload_storage(), "", _with_rows, UPLOAD_RETENTION):
            pass


def _with_rows(names):
    kept = _kept()
    return {name for name in names if name.partition("/")[0] in kept}


def _kept() -> set[str]:
    return {str(uid) for uid in StagedImport.objects.with_files().values_list("uid", flat=True)}
