"""Undoing an import as a job."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog.imports.models import ImportBatch
from blog.imports.undo import undo_import
from blog.jobs import JobFailedError, RunningJob, Stopped, job


@job("undo_import", title=_("Undo of an import"), group="import")
def run(running: RunningJob, batch: int) -> dict:
    """Undo the import with this key; return the number of files by what was done with them."""
    row = ImportBatch.objects.filter(pk=batch).first()
    if row is None:
        raise JobFailedError(gettext("This import is not on record any more."))

    def report(done, total):
        running.progress(done, total)
        if running.stop_requested:
            raise Stopped

    return dict(undo_import(row, by=running.job.started_by, on_progress=report))
