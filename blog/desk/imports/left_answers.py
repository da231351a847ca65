"""Where addresses of the old site lead that did not come: the answers on the dry run become redirects."""

import csv
import io

from django.contrib import messages
from django.utils.translation import ngettext

from blog.desk.base import require
from blog.imports.redirects import free_paths
from blog.imports.uploads.models import StagedImport
from blog.site.redirect_lists import RedirectFileError, import_redirects

HEADER = ["old", "new"]


def may_answer(request) -> bool:
    return request.user.has_perms(["blog.add_redirect", "blog.change_redirect"])


def open_addresses(staged: StagedImport) -> list[tuple[str, int]]:
    """Return (address, number of links) of those that the dry run names and that lead nowhere yet."""
    left = dict(staged.found_addresses.get("left", ()))
    return [(path, left[path]) for path in free_paths(left)] if left else []


def store_answers(request, staged: StagedImport) -> None:
    """Create the redirects that the user has entered. Empty fields change nothing."""
    require(may_answer(request))
    asked = {path for path, _ in staged.found_addresses.get("left", ())}
    pairs = zip(request.POST.getlist("old"), request.POST.getlist("new"), strict=False)
    rows = [(old, new.strip()) for old, new in pairs if old in asked and new.strip()]
    table = io.StringIO(newline="")
    csv.writer(table).writerows([HEADER, *rows])
    try:
        report = import_redirects(table.getvalue().encode(errors="replace"))
    except RedirectFileError as error:
        messages.error(request, str(error))
        return
    for line, problem in report.problems:
        messages.error(request, f"{rows[line - 2][0]}: {problem}")
    if number := report.created:
        created = ngettext("%d redirect was created.", "%d redirects were created.", number)
        messages.success(request, created % number)
