"""Cases as data: texts with what is expected of each, one case a line, and lists of odd texts."""

import json
from pathlib import Path

TESTS = Path(__file__).parents[1]
FOLDER = TESTS / "documents" / "cases"


def read_cases(name: str) -> dict[str, list[tuple[str, ...]]]:
    """Return the cases of tests/documents/cases/NAME.txt by the name of their section.

    "== name ==" begins a section, and "== name: why ==" goes on with it. Each other line is a case, whose
    parts are separated by " => ". In a part, \\n stands for the end of a line, and \\\\ for a backslash. The
    part "" is empty.
    """
    sections = {}
    for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").split("\n"):
        if line.startswith("== ") and line.endswith(" =="):
            cases = sections.setdefault(line[3:-3].partition(":")[0], [])
        elif line:
            cases.append(tuple(map(_unescaped, line.split(" => "))))
    return sections


def _unescaped(part):
    if part == '""':
        return ""
    return part.replace("\\\\", "\0").replace("\\n", "\n").replace("\0", "\\")


def read_lists(path: str, *groups: str) -> list:
    """Return the texts of these groups of a JSON file below tests/, or of all its groups."""
    lists = json.loads((TESTS / path).read_text(encoding="utf-8"))
    return [text for group in groups or lists for text in lists[group]]
