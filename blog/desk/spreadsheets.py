"""CSV files for spreadsheets, generated while they are sent."""

import csv
import itertools
from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse

BYTE_ORDER_MARK = "\ufeff"  # without it, Excel does not recognise UTF-8
# Characters that begin a formula in spreadsheets: owasp.org/www-community/attacks/CSV_Injection
FORMULA_STARTS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
ROWS_AT_ONCE = 500


class _Echo:
    """A file-like object whose write() returns the text, for csv.writer."""

    def write(self, text):
        return text


def csv_response(name: str, head: list[str], rows: Iterable[list[str]]) -> StreamingHttpResponse:
    """Return a CSV file with this name, head and these rows. The rows are read as they are sent."""
    return StreamingHttpResponse(
        _lines(head, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def escape_formula(cell: str) -> str:
    """Return the cell escaped so that spreadsheets do not execute it as a formula."""
    return f"'{cell}" if cell.lstrip().startswith(FORMULA_STARTS) or cell[:1] in {*"\t\r\n"} else cell


def _lines(head, rows) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield BYTE_ORDER_MARK + writer.writerow(head)
    for some in itertools.batched(rows, ROWS_AT_ONCE):
        yield "".join(writer.writerow(map(escape_formula, row)) for row in some)
