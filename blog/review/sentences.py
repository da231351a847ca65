"""Group the marks of an article by sentence. Each group is one entry of its proof.

Claims are whole sentences or quotations, so marks share a sentence if their passages overlap. The proof
numbers these groups, and lists count them (blog/review/counts.py).
"""

from collections.abc import Callable, Iterable

Passage = tuple[int | None, int | None]  # offsets into the body; None for a mark that is not about a passage


def group_by_sentence[T](marks: Iterable[T], passage_of: Callable[[T], Passage]) -> list[list[T]]:
    """Return the marks in groups: in the order of the body, then each mark without a passage."""
    placed, others = [], []
    for mark in marks:
        (others if None in passage_of(mark) else placed).append(mark)
    groups, reached = [], 0
    for mark in sorted(placed, key=passage_of):
        start, end = passage_of(mark)
        if groups and start < reached:
            groups[-1].append(mark)
        else:
            groups.append([mark])
            reached = end
        reached = max(reached, end)
    return [*groups, *([mark] for mark in others)]
