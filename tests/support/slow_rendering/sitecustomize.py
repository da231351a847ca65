"""Renderers that a text can slow down on purpose, in every Python that has this folder in its PYTHONPATH.

So tests of what a hostile text does need no text that is hostile by itself: those are found and mended. What
holds the interpreter here is what would hold it there, a pattern that backtracks; nobody else can run.
"""

import re

from markdown_it import MarkdownIt
from pygments.lexer import Lexer

SLOW_TO_PARSE, SLOW_TO_COLOUR = "slow to parse", "slow to colour"
GREEDY = "greedy for memory"


def hold_on():
    """Keep this process, and whatever its other threads wanted to do, for minutes."""
    re.match("(?:a|a)*b", "a" * 30)


def slowed(method, words):
    def wrapper(self, text, *rest):
        if words in text:
            hold_on()
        if GREEDY in text and method is parse:
            bytearray(10**9)
        return method(self, text, *rest)

    return wrapper


parse = MarkdownIt.parse
MarkdownIt.parse = slowed(parse, SLOW_TO_PARSE)
Lexer.get_tokens = slowed(Lexer.get_tokens, SLOW_TO_COLOUR)
