"""docs/importing.md tells of the keys what the code does."""

import re
from pathlib import Path

from blog.documents.fields.keys import NAMES

PAGE = Path(__file__).parents[2] / "docs" / "importing.md"


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
