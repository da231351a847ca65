"""Measure which of Pygments' lexers take linear time, even for texts made to slow them down.

    .venv/bin/python -m tests.benchmarks.lexers                  the renderer's LANGUAGES
    .venv/bin/python -m tests.benchmarks.lexers --all            all lexers of Pygments (takes an hour)
    .venv/bin/python -m tests.benchmarks.lexers python java      the lexers with these aliases

Each lexer gets every pattern of `patterns()` at the length of the longest code block that is highlighted. The
output is the time per character of the slowest pattern, and the growth of its time for a text four times as
long: about 4 is linear, 16 is quadratic. A lexer of up to 25 microseconds per character may be added to
LANGUAGES, a slower, quadratic lexer only with a shorter limit. Lexers that call another lexer by a name in
the text must not be added.
"""

import random
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from pygments.lexer import Lexer
from pygments.lexers import get_all_lexers, get_lexer_by_name

from blog.documents.rendering.code_blocks import LANGUAGES, LONGEST_BLANK, LONGEST_LINE, LONGEST_LISTING
from tests.support.cases import read_lists

SECONDS_AT_MOST = 5

WIDTHS = (40, LONGEST_LINE)
MIXTURES = 40
LOOKED_AT_WHOLE = 30  # number of patterns, the slowest ones at a quarter of the length

UNITS = read_lists("benchmarks/lexer_patterns.json", "units")
OPENINGS = read_lists("benchmarks/lexer_patterns.json", "openings")
FILLINGS = read_lists("benchmarks/lexer_patterns.json", "fillings")


type Pattern = tuple[str, str, int]


def patterns() -> Iterator[Pattern]:
    """Yield (opening, text to repeat after it, length of lines).

    Repeats each of UNITS, mixtures of them, and FILLINGS after each of OPENINGS.
    """
    chance = random.Random(1)  # noqa: S311 -- the same mixtures each time, not a secret
    mixtures = ("".join(chance.choices(UNITS, k=chance.randrange(2, 5))) for _ in range(MIXTURES))
    for unit in (*UNITS, *mixtures):
        yield from (("", unit, width) for width in WIDTHS)
    for opening in OPENINGS:
        yield from ((opening, filling, WIDTHS[-1]) for filling in FILLINGS)


def text_of(pattern: Pattern, length: int) -> str:
    """Return `length` characters, with lines and runs of spaces as long as highlighted code allows."""
    opening, unit, width = pattern
    line = (unit * width)[:width]
    if not line.strip():
        line = line[: LONGEST_BLANK - 2] + "a"
    return (opening + f"{line}\n" * (length // len(line)))[:length]


def lex_seconds(lexer: Lexer, text: str) -> float:
    started = time.process_time()
    for _ in lexer.get_tokens(text):
        pass
    return time.process_time() - started


def least_seconds(lexer: Lexer, pattern: Pattern, length: int, times: int = 3) -> float:
    """Return the minimum CPU time of lexing, because other processes can only add to it."""
    return min(lex_seconds(lexer, text_of(pattern, length)) for _ in range(times))


def worst_pattern(lexer: Lexer, length: int) -> tuple[float, Pattern]:
    """Return (seconds, pattern) of the slowest pattern, with infinity for more than SECONDS_AT_MOST."""
    slowest = sorted(((_bounded_seconds(lexer, one, length // 4), one) for one in patterns()), reverse=True)
    return max((_bounded_seconds(lexer, one, length), one) for _, one in slowest[:LOOKED_AT_WHOLE])


def _bounded_seconds(lexer, pattern, length):
    try:
        with _time_limit():
            return lex_seconds(lexer, text_of(pattern, length))
    except TimeoutError:
        return float("inf")


@contextmanager
def _time_limit():
    def stop(signal_number, frame):
        raise TimeoutError

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS_AT_MOST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def line_of(alias: str) -> str:
    lexer = get_lexer_by_name(alias, stripnl=False)
    length = LANGUAGES.get(alias, LONGEST_LISTING)
    seconds, pattern = worst_pattern(lexer, length)
    if seconds == float("inf"):
        return f"{alias}: more than {SECONDS_AT_MOST} s, {pattern}"
    whole = min(seconds, least_seconds(lexer, pattern, length))
    growth = whole / max(least_seconds(lexer, pattern, length // 4), 1e-6)
    return f"{alias}: {whole / length * 1e6:.1f} us a character, growth {growth:.1f}, {pattern}"


def main(arguments: list[str]) -> None:
    if arguments == ["--all"]:
        aliases = [names[0] for _, names, _, _ in get_all_lexers() if names]
    else:
        aliases = arguments or list(LANGUAGES)
    for alias in aliases:
        print(line_of(alias), flush=True)  # noqa: T201 -- the command's output


if __name__ == "__main__":
    main(sys.argv[1:])
