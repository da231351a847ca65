"""Files -> articles. A folder can be imported again at any time: the same files give the same articles."""

from blog.importing.reports import (
    ConflictRule,
    FileReport,
    ImportFailedError,
    ImportOptions,
    ImportReport,
    Outcome,
    StatusRule,
    report_line,
)
from blog.importing.running import import_articles
from blog.importing.second_pass import look_at_batch, look_at_imported

__all__ = [
    "ConflictRule",
    "FileReport",
    "ImportFailedError",
    "ImportOptions",
    "ImportReport",
    "Outcome",
    "StatusRule",
    "import_articles",
    "look_at_batch",
    "look_at_imported",
    "report_line",
]
