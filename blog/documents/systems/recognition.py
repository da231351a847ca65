"""Find out which system an export comes from, by its contents."""

import re
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import NamedTuple

from blog.documents.systems.export import Export, ExportedText, Members

_MEMBER = re.compile(
    r"(?:.*/)?(?:posts\.csv|posts/[^/]*-[0-9a-f]{6,16}\.html"
    r"|[^/]* [0-9a-f]{32}\.(?:md|html)|[^/]*-Part-1\.zip)"
)
_ENDINGS = (".xml", ".xml.gz", ".json")  # of an export that is a single file


class Reader(NamedTuple):
    """How the export of one system is read. texts() must be exhausted before the Export is complete."""

    export: Export
    texts: Callable[[Members, Export], Iterator[ExportedText]]


def is_export_name(name: str) -> bool:
    """Whether a file with this name may be the export of a system."""
    return name.lower().endswith(_ENDINGS)


def may_be_export(names: Iterable[str]) -> bool:
    """Whether an archive with these members may be or contain an export."""
    return any(is_export_name(name) or is_member_of_export(name) for name in names)


def is_member_of_export(name: str) -> bool:
    """Whether exports of publishing systems have members with such a path, but few other archives."""
    return _MEMBER.fullmatch(name) is not None


def find_reader(members: Members, modules: Iterable[ModuleType]) -> Reader | None:
    """Return the reader of an export, or None if its system is not known. Raises ExportError.

    modules: each has find_export(members), which returns an Export or None, and read_texts(members, export).
    """
    for module in modules:
        if export := module.find_export(members):
            return Reader(export, module.read_texts)
    return None
