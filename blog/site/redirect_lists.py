"""Import and export redirects as CSV."""

import csv
import io
import itertools
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from blog import page_cache
from blog.base.queries import ROWS_AT_ONCE, staged_rows
from blog.documents.limits import in_megabytes
from blog.files.upload_limits import MAX_CSV_BYTES, MAX_CSV_LINES
from blog.site.live_pages import RedirectError, clean_path, live_pages
from blog.site.redirect_targets import GONE, find_targets, own_addresses, shortened_chains
from blog.site.redirects import Redirect

GONE_WORDS = {"", "gone", "410"}
CHANGED = (*Redirect.TARGETS, "address", "is_gone", "created_by_import")  # by an import with `replace`


class RedirectFileError(Exception):
    """Raised when nothing of a file can be imported. The message says what to change."""


@dataclass(slots=True)
class RedirectReport:
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: list[tuple[int, str]] = field(default_factory=list)  # line number and reason


def import_redirects(data: bytes, *, replace=False, dry_run=False) -> RedirectReport:
    """Store the redirects of a CSV file with two columns, the old path and the new URL.

    If the new URL is empty, “gone” or 410, the old path answers 410 Gone. Invalid lines are reported. All
    others are stored in one transaction. An existing redirect with another target is changed only with
    replace. Raises RedirectFileError if the file cannot be read, or redirects or targets change meanwhile.
    """
    report = RedirectReport()
    lines = _read_lines(data, report)
    wanted = _find_targets(_without_live(lines, report), report)
    changed = _compare(wanted, replace, report)
    if changed and not dry_run:
        try:
            _store(changed, replace)
        except IntegrityError:
            raise RedirectFileError(
                _(
                    "Nothing was imported: a redirect or a page was changed at the same time."
                    " Import the list again."
                )
            ) from None
    report.problems.sort()
    return report


def _store(redirects, replace):
    """Store the redirects, and shorten the chains that lead to them.

    All is looked up and copied to temporary tables before the transaction, for which others may have to wait.
    """
    addresses = own_addresses()
    chains = shortened_chains(redirects, addresses)
    # Before, these redirected to an address. A column that is not updated needs no write to its index.
    targets = [name for name in Redirect.TARGETS if any(getattr(chain, f"{name}_id") for chain in chains)]
    with (
        staged_rows(Redirect, redirects, key="path", updated=CHANGED if replace else ()) as insert,
        staged_rows(Redirect, chains, key="path", updated=[*targets, "address", "is_gone"]) as update,
        transaction.atomic(),
    ):
        if chains and own_addresses() != addresses:
            raise IntegrityError
        insert()
        update()
        page_cache.invalidate_on_commit()


def export_redirects(redirects) -> str:
    """Return the redirects as CSV, in the columns that import_redirects() reads."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["old", "new"])
    for redirect in redirects.with_targets():
        if address := "gone" if redirect.is_gone else redirect.address or redirect.target.get_absolute_url():
            writer.writerow([redirect.path, address])
    return text.getvalue()


def _read_lines(data, report):
    """Return {old path: (line number, new URL)}, and report invalid lines."""
    if len(data) > MAX_CSV_BYTES:
        raise RedirectFileError(_("The file is larger than %d MB.") % in_megabytes(MAX_CSV_BYTES))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise RedirectFileError(_("Line %d is not UTF-8: save the list as “CSV UTF-8”.") % line) from None
    found = {}
    for number, cells in _rows(text):
        try:
            old, new = _two_cells(cells)
            path = clean_path(old)
            if path in found:
                known = {"path": path, "line": found[path][0]}
                raise RedirectError(_("The path %(path)s is already on line %(line)d.") % known)
        except RedirectError as error:
            report.problems.append((number, str(error)))
        else:
            found[path] = (number, new)
    return found


def _rows(text):
    """Yield (line number, cells) of each line that is neither empty nor a header."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    is_first = True
    while True:
        number = reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            raise RedirectFileError(
                _("Line %(line)d: %(error)s.") % {"line": number, "error": error}
            ) from None
        if number > MAX_CSV_LINES:
            raise RedirectFileError(
                _("The file has more than %d lines. Split it into several files.") % MAX_CSV_LINES
            )
        if not any(cells):
            continue
        if not is_first or "/" in cells[0]:  # unlike a path, a header has no slash
            yield number, cells
        is_first = False


def _two_cells(cells):
    if len(cells) < 2 or any(cells[2:]):
        raise RedirectError(_("The line must have two columns: the old path and the new URL."))
    if not cells[0]:
        raise RedirectError(_("The old path is missing."))
    return cells[0], cells[1]


def _without_live(lines, report):
    live = live_pages(lines)
    for path in live:
        problem = _("The page %s exists, so the redirect would have no effect.") % path
        report.problems.append((lines.pop(path)[0], problem))
    return lines


def _find_targets(lines, report):
    """Return (line number, redirect) for each line whose new URL can be used."""
    wanted = {path: GONE if new.lower() in GONE_WORDS else new for path, (_number, new) in lines.items()}
    redirects = []
    for path, target in find_targets(wanted).items():
        number = lines[path][0]
        if isinstance(target, RedirectError):
            report.problems.append((number, str(target)))
            continue
        redirect = Redirect(path=path, is_gone=target == GONE)
        if not redirect.is_gone:
            redirect.set_target(target)
        redirects.append((number, redirect))
    return redirects


def _compare(wanted, replace, report):
    """Return the redirects to store, and count the outcomes in the report."""
    stored = {
        redirect.path: redirect
        for batch in itertools.batched(wanted, ROWS_AT_ONCE)
        for redirect in Redirect.objects.filter(path__in=[new.path for _number, new in batch])
    }
    changed = []
    for number, redirect in wanted:
        before = stored.get(redirect.path)
        if before is None:
            report.created += 1
        elif _target(before) == _target(redirect):
            report.unchanged += 1
            continue
        elif replace:
            report.updated += 1
        else:
            reason = _(
                "The path %s already redirects elsewhere."
                " To change it, choose to overwrite existing redirects."
            )
            report.problems.append((number, reason % redirect.path))
            continue
        changed.append(redirect)
    return changed


def _target(redirect):
    keys = (getattr(redirect, f"{name}_id") for name in Redirect.TARGETS)
    return *keys, redirect.address, redirect.is_gone
