"""docs/importing.md lists the keys of front matter and the kinds of notices that the code has."""

import re
from pathlib import Path

from blog.documents.fields.keys import NAMES
from blog.documents.notices import NoticeKind, Severity

PAGE = Path(__file__).parents[2] / "docs" / "importing.md"


def documented_notices():
    """Return {severity: names} of the table of kinds."""
    table = PAGE.read_text().partition("| severity | kinds |")[2].partition("\n\n")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]
    return {Severity(first.partition(":")[0]): names.split(", ") for first, names in rows}


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
    def test_names_the_kinds_of_each_severity(self):
        kinds = {severity: [] for severity in Severity}
        for kind in NoticeKind:
            kinds[kind.severity].append(kind.name.lower().replace("_", " "))

        assert documented_notices() == kinds

    def test_no_two_kinds_are_the_same(self):
        assert len(NoticeKind.__members__) == len(list(NoticeKind))
