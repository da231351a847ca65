"""Import the file of a request, with the pictures and linked files that it names."""

import posixpath
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from blog.documents.limits import MAX_FILE_BYTES, in_megabytes
from blog.documents.linked_types import linked_extension
from blog.extensions.api.intakes import count, join
from blog.extensions.api.models import Right, Token
from blog.extensions.api.problems import Problem
from blog.extensions.api.requests import require
from blog.files.file_kinds import is_article_name, is_image_name
from blog.files.folders import FoundFile
from blog.files.modes import PRIVATE_FOLDER, make_folder, open_private
from blog.imports.models import ImportRun
from blog.imports.one_file import ImportedFile, import_file
from blog.imports.report import CategorySource, ImportOptions
from blog.imports.sources import ImportSource
from blog.imports.uploads.reception import RefusedUploadError, check_path

ARTICLE = "article"  # the part of a multipart request that has the text


def options_of(token: Token, *, dry_run: bool = False) -> ImportOptions:
    return ImportOptions(
        source_name=token.name,
        written_by=token.written_by,
        categories_from=CategorySource.CATEGORIES,
        default_category=token.category.name if token.category else "",
        requires_category=token.category is None,
        dry_run=dry_run,
        checks=True,
        started_by=token.user,
        way=ImportRun.Way.TOKEN,
    )


def check_article_path(path: str) -> str:
    """Return the path of an article. Raises Problem."""
    if not path:
        raise Problem(400, "Name the file, such as ?path=travel/lisbon.md.")
    _check(path)
    if not is_article_name(posixpath.basename(path)):
        raise Problem(422, f"“{path[:80]}” is not a Markdown or HTML file (.md, .html).")
    return path


def _check(path):
    try:
        check_path(path)
    except (RefusedUploadError, UnicodeEncodeError):
        raise Problem(422, f"“{path[:80]!a}” is not an accepted file name. Rename the file.") from None


def paths_of_others(path: str, names) -> dict[str, str]:
    """Return {name of a part: path of its file}: a name is a path from the article. Raises Problem."""
    paths = {}
    for name in names:
        folder = "" if name.startswith("/") else posixpath.dirname(path)
        place = posixpath.normpath(posixpath.join(folder, name.lstrip("/")))
        _check(place)
        if not (is_image_name(place) or linked_extension(place)):
            raise Problem(422, f"“{name[:80]}” is neither an image nor a file that texts can link to.")
        paths[name] = place
    taken = [path, *paths.values()]
    folders = {each.rsplit("/", depth)[0] for each in taken for depth in range(1, each.count("/") + 1)}
    if len({*taken}) < len(taken) or not folders.isdisjoint(taken):
        raise Problem(422, "Two parts of the request have the same path.")
    return paths


def send(
    token: Token, path: str, text: bytes, others: Mapping, *, dry_run: bool
) -> tuple[ImportedFile, ImportRun | None]:
    """Import a file, and return what became of it, and the import. Raises Problem, RefusedError."""
    if len(text) > MAX_FILE_BYTES:
        raise Problem(413, f"The file is larger than {in_megabytes(MAX_FILE_BYTES)} MB.")
    make_folder(settings.IMPORT_ROOT, PRIVATE_FOLDER)
    with tempfile.TemporaryDirectory(dir=settings.IMPORT_ROOT) as folder:
        _write(Path(folder), path, text, others)
        source = ImportSource(token.name, Path(folder), (FoundFile(path),), token.name, is_named=True)
        options = options_of(token, dry_run=dry_run)
        if dry_run:
            return import_file(source, options), None
        intake = join(token)
        sent = import_file(source, options, intake.run, permit=_permit(token))
        count(intake, requests=1)
        return sent, intake.run


def _permit(token):
    return lambda changed: require(token, Right.UPDATE if changed else Right.CREATE)


def _write(folder, path, text, others):
    for place, file in {path: None, **others}.items():
        target = folder / place
        make_folder(target.parent, PRIVATE_FOLDER)
        with open(target, "xb", opener=open_private) as copy:
            if file is None:
                copy.write(text)
            else:
                shutil.copyfileobj(file, copy)
