"""The place of an article in the list from which its proof was opened."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Which article of how many it is, from 1 on, and the keys of those beside it; 0 and None if none is."""

    number: int = 0
    total: int = 0
    before: int | None = None
    after: int | None = None


def place_of(key: int, keys: list[int]) -> Place:
    if key not in keys:
        return Place(total=len(keys), after=keys[0] if keys else None)
    number = keys.index(key)
    before = keys[number - 1] if number else None
    after = keys[number + 1] if number + 1 < len(keys) else None
    return Place(number + 1, len(keys), before, after)
