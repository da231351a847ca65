"""Make rendering slow for texts with certain words, in every Python with this folder in PYTHONPATH.

Tests of hostile texts need this, because bugs that make real texts slow to render get fixed. A
backtracking regular expression blocks the interpreter like a real hostile text.
"""

import re

from markdown_it import MarkdownIt
from pygments.lexer import Lexer

SLOW_TO_PARSE, SLOW_TO_COLOUR = "slow to parse", "slow to colour"
GREEDY = "greedy for memory"


def block_process():
    """Block this process, including its other threads, for minutes."""
    re.match("(?:a|a)*b", "a" * 30)


def slowed(method, words):
    def wrapper(self, text, *rest):
        if words in text:
            block_process()
        if GREEDY in text and method is parse:
            bytearray(10**9)
        return method(self, text, *rest)

    return wrapper


parse = MarkdownIt.parse
MarkdownIt.parse = slowed(parse, SLOW_TO_PARSE)
Lexer.get_tokens = slowed(Lexer.get_tokens, SLOW_TO_COLOUR)
