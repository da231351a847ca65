"""Starts the jobs of an import in the browser: the dry run, and the import of what it showed."""

from blog import jobs
from blog.imports.uploads.models import StagedImport

State = StagedImport.State
CHECKABLE = frozenset((State.RECEIVED, State.CHECKING, State.CHECKED, State.FAILED, State.STOPPED))
BROKEN_OFF = frozenset((State.IMPORTING, State.FAILED, State.STOPPED))


def start_check(staged: StagedImport, by, **choices) -> bool:
    """Start a dry run with these choices (source_name, written_by, mirrors), if that is possible."""
    with staged.locked():
        if staged.is_under_way or staged.state not in CHECKABLE:
            return False
        for name, value in choices.items():
            setattr(staged, name, value)
        staged.state, staged.import_job = State.CHECKING, None
        staged.check_job = jobs.start("import_check", by, staged_import=staged.pk)
        staged.save()
    return True


def start_import(staged: StagedImport, by) -> bool:
    """Start the import of what was checked, or of what is left of it; return whether that was possible."""
    with staged.locked():
        if not can_import(staged):
            return False
        staged.state = State.IMPORTING
        staged.import_job = jobs.start("import", by, staged_import=staged.pk)
        staged.save()
    return True


def can_import(staged: StagedImport) -> bool:
    """Return whether it was checked and not imported yet, or whether its import broke off."""
    if staged.state == State.CHECKED:
        return True
    return bool(staged.import_job) and not staged.is_under_way and staged.state in BROKEN_OFF
