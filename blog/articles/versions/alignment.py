"""Align two sequences of paragraphs, lines or words with bounded effort.

Items that occur exactly once in both sequences are matched first ("patience diff"). Between these, Myers'
algorithm ("An O(ND) Difference Algorithm", 1986) finds the rest if few enough items differ. Otherwise the
whole range counts as replaced: the result is coarse but correct, and hostile texts cannot make it slow.
"""

import re
from bisect import bisect_left
from collections import Counter
from itertools import pairwise

MOST_STEPS = 2_000_000  # about a second, for all comparisons that share a budget
MOST_CHANGES = 200  # edits per range in Myers' algorithm
DEEPEST = 12  # recursion levels of patience diff
MOST_PAIRS = 400  # pairs of paragraphs or lines per change whose similarity is computed
MOST_ONE_BY_ONE = 20  # items on each side that are paired in order if both sides have equally many
ALIKE = 0.4  # minimum share of common words of two texts that are versions of each other

WORD = re.compile(r"\w+")


class Budget:
    """The number of steps left. All comparisons of one request share a budget."""

    def __init__(self, steps=MOST_STEPS):
        self.steps = steps

    def spend(self, steps) -> bool:
        """Use up a number of steps; return False if the budget is exceeded."""
        self.steps -= steps
        return self.steps >= 0


def changes(one: list[str], other: list[str], budget: Budget | None = None) -> list[tuple]:
    """Return the changed ranges as (start in one, end in one, start in other, end in other), in order.

    If several items were replaced by several others, similar items are paired, so that ranges are as small
    as possible.
    """
    budget = budget or Budget()
    found, here, there = [], 0, 0
    for start, start_there, length in [*matching_runs(one, other, budget), (len(one), len(other), 0)]:
        if here < start or there < start_there:
            found += _split(one, other, (here, start, there, start_there), budget)
        here, there = start + length, start_there + length
    return found


def matching_runs(one: list[str], other: list[str], budget: Budget) -> list[tuple[int, int, int]]:
    """Return the matching runs as (start, start in the other, length), in order and as long as possible."""
    numbers = {}
    first, second = ([numbers.setdefault(item, len(numbers)) for item in items] for items in (one, other))
    runs, stretches = [], [(0, len(first), 0, len(second), 0)]
    while stretches:
        *stretch, depth = stretches.pop()
        stretch = _trim(first, second, stretch, runs)
        if not (stretch[0] < stretch[1] and stretch[2] < stretch[3]):
            continue
        anchors = _anchors(first, second, stretch, budget) if depth < DEEPEST else []
        if anchors:
            stretches += [(*between, depth + 1) for between in _between(anchors, stretch)]
        else:
            runs += _myers(first, second, stretch, budget)
    return _joined(sorted(runs))


def likeness(one: str, other: str) -> float:
    """Return the share of common words of two texts, from 0 to 1."""
    return _likeness(_words(one), _words(other))


def _trim(first, second, stretch, runs):
    """Add the common beginning and end of a stretch to the runs; return what remains of the stretch."""
    a, a_end, b, b_end = stretch
    start = a
    while a < a_end and b < b_end and first[a] == second[b]:
        a, b = a + 1, b + 1
    if a > start:
        runs.append((start, b - (a - start), a - start))
    end = a_end
    while a < a_end and b < b_end and first[a_end - 1] == second[b_end - 1]:
        a_end, b_end = a_end - 1, b_end - 1
    if a_end < end:
        runs.append((a_end, b_end, end - a_end))
    return a, a_end, b, b_end


def _anchors(first, second, stretch, budget):
    """Return the longest common subsequence of items unique in both, as (index, index in the other)."""
    a, a_end, b, b_end = stretch
    if not budget.spend(a_end - a + b_end - b):
        return []
    here, there = Counter(first[a:a_end]), Counter(second[b:b_end])
    places = {second[index]: index for index in range(b, b_end) if there[second[index]] == 1}
    unique = [
        (index, places[first[index]])
        for index in range(a, a_end)
        if here[first[index]] == 1 and first[index] in places
    ]
    return _longest_increasing(unique)


def _longest_increasing(pairs):
    """Return the longest subsequence of the pairs with increasing second numbers, by patience sorting."""
    tops, piles, before = [], [], []
    for number, (_, place) in enumerate(pairs):
        pile = bisect_left(tops, place)
        before.append(piles[pile - 1] if pile else None)
        tops[pile : pile + 1] = [place]
        piles[pile : pile + 1] = [number]
    found, number = [], piles[-1] if piles else None
    while number is not None:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]


def _between(anchors, stretch):
    """Yield the stretches from one anchor to the next. _trim() turns the anchor at the start into a run."""
    a, a_end, b, b_end = stretch
    for (here, there), (next_here, next_there) in pairwise([(a, b), *anchors, (a_end, b_end)]):
        yield here, next_here, there, next_there


def _myers(first, second, stretch, budget):
    """Return the runs of a shortest edit script, or [] if more than MOST_CHANGES items differ."""
    a, a_end, b, b_end = stretch
    width, height = a_end - a, b_end - b
    if abs(width - height) > MOST_CHANGES:
        return []
    furthest, trace = {1: 0}, []
    for distance in range(min(width + height, MOST_CHANGES) + 1):
        trace.append(dict(furthest))
        for diagonal in range(-distance, distance + 1, 2):
            x = start = _step(furthest, diagonal, distance)
            y = x - diagonal
            while x < width and y < height and first[a + x] == second[b + y]:
                x, y = x + 1, y + 1
            furthest[diagonal] = x
            if not budget.spend(x - start + 2):
                return []
            if x >= width and y >= height:
                return _walk_back(trace, width, height, a, b)
    return []


def _step(furthest, diagonal, distance):
    """Return the furthest point on a diagonal after one more edit, from the diagonal above or below it."""
    down = diagonal == -distance or (
        diagonal != distance and furthest.get(diagonal - 1, -1) < furthest.get(diagonal + 1, -1)
    )
    return furthest[diagonal + 1] if down else furthest[diagonal - 1] + 1


def _walk_back(trace, x, y, a, b):
    runs = []
    for distance in range(len(trace) - 1, -1, -1):
        furthest, diagonal = trace[distance], x - y
        start = _step(furthest, diagonal, distance)
        if x > start:
            runs.append((a + start, b + start - diagonal, x - start))
        down = start == furthest.get(diagonal + 1, -1) and (
            diagonal == -distance
            or (diagonal != distance and furthest.get(diagonal - 1, -1) < furthest.get(diagonal + 1, -1))
        )
        x, y = (start, start - diagonal - 1) if down else (start - 1, start - diagonal)
    return runs


def _joined(runs):
    joined = []
    for start, there, length in runs:
        if joined and joined[-1][0] + joined[-1][2] == start and joined[-1][1] + joined[-1][2] == there:
            joined[-1] = (*joined[-1][:2], joined[-1][2] + length)
        else:
            joined.append((start, there, length))
    return joined


def _split(one, other, change, budget):
    """Split a change into smaller ones: pairs of similar items, and the items between them."""
    start, end, there, end_there = change
    if not (start < end and there < end_there) or (end - start, end_there - there) == (1, 1):
        return [change]
    pairs = _alike(one[start:end], other[there:end_there], budget)
    bounds = [(start - 1, there - 1), *((start + i, there + j) for i, j in pairs), (end, end_there)]
    found = []
    for (i, j), (next_i, next_j) in pairwise(bounds):
        found += _one_by_one(i + 1, next_i, j + 1, next_j)
        if next_i < end:
            found.append((next_i, next_i + 1, next_j, next_j + 1))
    return found


def _one_by_one(start, end, there, end_there):
    """Split a change into pairs in order, if both sides have the same small number of items."""
    if end - start == end_there - there <= MOST_ONE_BY_ONE:
        return [(start + n, start + n + 1, there + n, there + n + 1) for n in range(end - start)]
    return [(start, end, there, end_there)]


def _alike(one, other, budget):
    """Return the pairs (index, index in the other) with the greatest total similarity, in order."""
    if len(one) * len(other) > MOST_PAIRS or not budget.spend(sum(map(len, one)) + sum(map(len, other))):
        return []
    words, others = ([_words(text) for text in texts] for texts in (one, other))
    best = [[(0.0, ()) for _ in range(len(other) + 1)] for _ in range(len(one) + 1)]
    for i, left in enumerate(words):
        for j, right in enumerate(others):
            best[i + 1][j + 1] = max(best[i][j + 1], best[i + 1][j], key=lambda entry: entry[0])
            alike = _likeness(left, right) if budget.spend(min(len(left), len(right))) else 0
            if alike >= ALIKE and best[i][j][0] + alike > best[i + 1][j + 1][0]:
                best[i + 1][j + 1] = (best[i][j][0] + alike, (*best[i][j][1], (i, j)))
    return best[-1][-1][1]


def _words(text):
    return Counter(WORD.findall(text.casefold()))


def _likeness(one, other):
    number = one.total() + other.total()
    return 2 * (one & other).total() / number if number else 0.0
