"""Numbers in requests: primary keys, lock versions, counts.

int() also reads other digits than ASCII, signs and spaces. No database stores numbers of more than 19 digits.
"""

import re
from collections.abc import Iterable

NUMBER = "[0-9]{1,18}"
LARGEST = 10**18 - 1
_NUMBER = re.compile(NUMBER)


def read_number(text: str) -> int:
    """Return the number, or 0 if the text is not one, because no row has this primary key."""
    return int(text) if _NUMBER.fullmatch(text) else 0


def read_numbers(texts: Iterable[str], most: int | None = None) -> list[int]:
    """Return the first numbers, skipping 0 and texts that are not numbers. most: how many, for a query."""
    return [number for text in texts if (number := read_number(text))][:most]
