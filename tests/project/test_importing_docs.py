"""docs/importing.md tells of the keys, and of the kinds of notices, what the code does."""

import re
from pathlib import Path

from blog.documents.fields.keys import NAMES
from blog.documents.notices import NoticeKind, Severity

PAGE = Path(__file__).parents[2] / "docs" / "importing.md"


def documented_notices():
    """Return name, severity and meaning of each row of the table."""
    table = PAGE.read_text().partition("| kind | is a |")[2].partition("\n\n")[0]
    return [tuple(cell.strip() for cell in line.split("|")[1:4]) for line in table.splitlines()[2:]]


def documented_keys():
    """Return the keys of each row of the table, the main one first."""
    table = PAGE.read_text().partition("| key | becomes |")[2].partition("\n\n")[0]
    rows = [re.split(r"(?<!\\)\|", line)[1:4] for line in table.splitlines()[2:]]
    keys = [
        (*re.findall(r"`([^`]+)`", first), *re.findall(r"`([^`]+)`", others)) for first, _, others in rows
    ]
    return set(filter(None, keys))


class TestKeyTable:
    def test_holds_every_key_that_is_read_and_no_other(self):
        assert documented_keys() == set(NAMES.values())


class TestNoticeTable:
    def test_says_of_every_kind_what_the_code_says(self):
        kinds = [(kind.name.lower().replace("_", " "), kind.severity, kind.meaning) for kind in NoticeKind]

        assert documented_notices() == kinds

    def test_no_two_kinds_are_the_same(self):
        assert len(NoticeKind.__members__) == len(list(NoticeKind))

    def test_there_are_kinds_of_each_severity(self):
        assert {kind.severity for kind in NoticeKind} == set(Severity)
