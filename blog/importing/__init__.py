"""Files -> articles. A folder can be imported again at any time: the same files give the same articles."""

from blog.importing.reports import (
    AS_FILE,
    MACHINE,
    PEOPLE,
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

__all__ = [
    "AS_FILE",
    "MACHINE",
    "PEOPLE",
    "ConflictRule",
    "FileReport",
    "ImportFailedError",
    "ImportOptions",
    "ImportReport",
    "Outcome",
    "StatusRule",
    "import_articles",
    "report_line",
]
