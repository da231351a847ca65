"""Who wrote the files of an import: as each file says, people, or a machine that whoever imports names."""

from dataclasses import replace
from datetime import tzinfo

from blog.importing.comparing import original_fields
from blog.importing.preparing import PreparedFile
from blog.importing.reports import AS_FILE, PEOPLE, machine_of
from blog.models import SourceFile


def signed(file: PreparedFile, written_by: str) -> PreparedFile:
    """Return the file as if it said who wrote it. A file that names a machine itself keeps that one."""
    if written_by == AS_FILE or file.fields is None:
        return file
    name = "" if written_by == PEOPLE else file.fields.generated_by or machine_of(written_by)
    return _with_author(file, name)


def signed_as_before(file: PreparedFile, source_file: SourceFile, time_zone: tzinfo) -> PreparedFile:
    """Return a changed file with the machine that the article names, where no file has ever named one.

    An editor did, or an earlier import was told so: the label is not lost to a file that does not know it.
    """
    named = source_file.article.generated_by
    if file.fields.generated_by or not named:
        return file
    original = original_fields(source_file, time_zone)
    return file if original is None or original.generated_by else _with_author(file, named)


def _with_author(file, name):
    return replace(file, fields=replace(file.fields, generated_by=name))
