"""Old addresses in bulk, in and out as CSV, and what any old address must be like."""

import csv
import io
import itertools
import re
from dataclasses import dataclass, field
from unicodedata import normalize
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import transaction
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext as _

from blog import page_cache
from blog.models import Article, Author, Category, Page, Redirect
from blog.models.batching import ROWS_AT_ONCE

PATH_LENGTH = Redirect._meta.get_field("path").max_length
MAX_CSV_BYTES = 10 * 1024 * 1024
MAX_LINES = 50_000  # each address is looked up: they take a request some seconds
CONTROL_CHARACTER = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
GONE = {"", "gone", "410"}


class RedirectError(ValueError):
    """An address cannot be used; the message says why."""


class RedirectFileError(Exception):
    """The file is no list of redirects; the message says what to change."""


@dataclass(slots=True)
class RedirectReport:
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: list[tuple[int, str]] = field(default_factory=list)  # line number and reason


def import_redirects(data: bytes, *, replace=False, dry_run=False) -> RedirectReport:
    """Store the redirects of a CSV file whose columns are the old and the new address.

    An empty new address, or “gone”, marks the old one as gone for good. Bad lines are reported, all good ones
    are stored in one transaction. A redirect that exists with another target is changed only with replace.
    Raises RedirectFileError if the file cannot be read.
    """
    report = RedirectReport()
    with transaction.atomic():
        lines = _read_lines(data, report)
        wanted = _find_targets(_without_live(lines, report), report)
        changed = _compare(wanted, replace, report)
        if changed and not dry_run:
            Redirect.objects.put(changed)
            transaction.on_commit(page_cache.invalidate)
    report.problems.sort()
    return report


def export_redirects(redirects) -> str:
    """Return the redirects as CSV, in the columns that import_redirects() reads."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["old", "new"])
    for redirect in redirects.select_related(*Redirect.TARGETS):
        if address := "gone" if redirect.is_gone else redirect.target.get_absolute_url():
            writer.writerow([redirect.path, address])
    return text.getvalue()


def clean_path(address: str) -> str:
    """Return the path of an old address, as redirects are stored and looked up. Raises RedirectError."""
    path = address.strip().partition("?")[0].partition("#")[0]
    if "://" in path:
        path = path.partition("://")[2].partition("/")[2]
    path = "/" + normalize("NFC", unquote(path)).lstrip("/")
    if CONTROL_CHARACTER.search(path):
        raise RedirectError(_("The address holds a character that no address has."))
    if len(path.encode("utf-8", "surrogatepass")) > PATH_LENGTH:  # an index counts bytes
        raise RedirectError(_("The address is longer than %d bytes.") % PATH_LENGTH)
    if not may_be_redirected(path):
        raise RedirectError(_("No redirect can be placed there: this part of the site is not the readers'."))
    return path


def may_be_redirected(path: str) -> bool:
    """Whether an old address may look like this; all others cost no query."""
    elsewhere = (settings.STATIC_URL, settings.MEDIA_URL, "/admin/")
    return not path.startswith(elsewhere) and len(path) <= PATH_LENGTH and "\0" not in path


def live_pages(paths) -> dict[str, object]:
    """Return what readers see at those of the addresses where they see something: no redirect steps in there.

    That is an article, a category, an author, a plain page, or for any other page its path. A draft is
    nothing: a redirect leads on from its address until it is published. This is the one rule of what stands
    at an address, for forms, lists of redirects and imports.
    """
    live, slugs = {}, {}
    for path in paths:
        match = _match(path)
        if match and match.view_name in SLUG_PAGES:
            slugs.setdefault(match.view_name, {})[path] = match.kwargs["slug"]
        elif match and _is_found(match):
            live[path] = path
    for view_name, wanted in slugs.items():
        rows = _by_slug(SLUG_PAGES[view_name].objects.live(), set(wanted.values()))
        live |= {path: rows[slug] for path, slug in wanted.items() if slug in rows}
    return live


def _match(path):
    """Return the page that a path asks for; without a slash at its end it leads to the one that has it."""
    for address in (path, f"{path}/"):
        try:
            return resolve(address)
        except Resolver404:
            continue
    return None


def _is_found(match):
    """Whether a page that is no row's is there: of the archive, only where it lists something."""
    if match.view_name not in {"blog:archive_year", "blog:archive_month"}:
        return True
    year = match.kwargs["year"]
    if year > timezone.localtime().year:  # as the archive has it; the last of all years has no next month
        return False
    articles = Article.objects.published().in_years([year])
    return (articles.in_month(**match.kwargs) if "month" in match.kwargs else articles).exists()


SLUG_PAGES = {
    "blog:article_detail": Article,
    "blog:article_markdown": Article,
    "blog:category_detail": Category,
    **dict.fromkeys([f"blog:category_feeds:{name}" for name in ("rss", "atom", "json")], Category),
    "blog:author_detail": Author,
    "blog:page_detail": Page,
}


def _by_slug(rows, slugs):
    rows = rows.only("title" if rows.model in {Article, Page} else "name", "slug")
    return {
        row.slug: row for some in itertools.batched(slugs, ROWS_AT_ONCE) for row in rows.filter(slug__in=some)
    }


def _read_lines(data, report):
    """Return line number and new address of each old path; what cannot be used becomes a problem."""
    if len(data) > MAX_CSV_BYTES:
        raise RedirectFileError(_("The file is larger than 10 MB."))
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
                raise RedirectError(_("The address %(path)s stands in line %(line)d already.") % known)
        except RedirectError as error:
            report.problems.append((number, str(error)))
        else:
            found[path] = (number, new)
    return found


def _rows(text):
    """Give the cells of each line that has any, with its number; the header, if there is one, is none."""
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
        if number > MAX_LINES:
            raise RedirectFileError(_("The file has more than %d lines: divide it.") % MAX_LINES)
        if not any(cells):
            continue
        if not is_first or "/" in cells[0]:  # A header names its column; an address has a slash.
            yield number, cells
        is_first = False


def _two_cells(cells):
    if len(cells) < 2 or any(cells[2:]):
        raise RedirectError(_("The line must have two columns: the old address and the new one."))
    if not cells[0]:
        raise RedirectError(_("The old address is missing."))
    return cells[0], cells[1]


def _without_live(lines, report):
    live = live_pages(lines)
    for path in live:
        report.problems.append((lines.pop(path)[0], _("The page %s exists: nobody would be led on.") % path))
    return lines


def _find_targets(lines, report):
    """Return line number and redirect of each line whose new address is one of ours."""
    addresses, redirects = {}, []
    for path, (number, new) in lines.items():
        if new.lower() in GONE:
            redirects.append((number, Redirect(path=path, is_gone=True)))
            continue
        try:
            addresses[path] = (number, _path_here(new))
        except RedirectError as error:
            report.problems.append((number, str(error)))
    live = live_pages({address for _number, address in addresses.values()})
    for path, (number, address) in addresses.items():
        target = live.get(address)
        if isinstance(target, Article | Category | Author | Page) and address == target.get_absolute_url():
            redirects.append((number, Redirect(path=path, **{target._meta.model_name: target})))
        else:
            report.problems.append(
                (number, _("Readers find no article, category, author or page at %s.") % address)
            )
    return redirects


def _path_here(address):
    """Return the path of an address of this site. Raises RedirectError."""
    try:
        parts = urlsplit(address)
        host = parts.netloc.lower()
    except ValueError:
        raise RedirectError(_("The new address makes no sense.")) from None
    here = urlsplit(settings.SITE_URL).netloc.lower()
    if (parts.scheme or host) and (parts.scheme not in {"http", "https"} or host != here):
        raise RedirectError(_("The new address is not on this site, %s.") % settings.SITE_URL)
    return clean_path(parts.path)


def _compare(wanted, replace, report):
    """Return those of the redirects that have to be stored, and count what becomes of each."""
    stored = {
        redirect.path: redirect
        for some in itertools.batched(wanted, ROWS_AT_ONCE)
        for redirect in Redirect.objects.filter(path__in=[new.path for _number, new in some])
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
            reason = _("The address %s is redirected elsewhere already; replacing was not asked for.")
            report.problems.append((number, reason % redirect.path))
            continue
        changed.append(redirect)
    return changed


def _target(redirect):
    return *(getattr(redirect, f"{name}_id") for name in Redirect.TARGETS), redirect.is_gone
