"""Code in colour: Pygments with class names, for languages that the author named.

Most of Pygments' 600 lexers take time that grows with the square of a text that was made to slow them down,
some with more: 3,000 tabs take that for Easytrieve 39 seconds, 5,000 line ends that for C 2.5. So there is a
table of LANGUAGES, and only what looks like code is coloured, up to a length; all else is plain, with the
language's name.

Measured by `python -m tests.benchmarks.lexers`, on some 700 patterns in lines as long as they may be: the
lexers of the table take at most 25 microseconds a character, ordinary code 0.5 to 3. So the listings of a
document take a second at the very most.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

LONGEST_LISTING = 5_000  # characters
MOST_COLOURED = 40_000  # characters of a document
# Nobody writes longer lines or more blank space to be read; most lexers are slow of nothing else.
LONGEST_LINE, LONGEST_BLANK = 500, 100

# Language, by one of Pygments' aliases for it (all of them count), and the longest listing: shorter where the
# time still grows with the square. Left out, though people ask for them: scala and csharp, which take more
# than 5 s for such a listing; postgresql, rst and http, which hand a part of it to whatever lexer it names.
LANGUAGES = dict.fromkeys(
    (
        "bash",
        "batch",
        "c",
        "clojure",
        "cmake",
        "console",
        "cpp",
        "css",
        "dart",
        "diff",
        "docker",
        "elixir",
        "erb",
        "go",
        "graphql",
        "haskell",
        "html",
        "ini",
        "javascript",
        "json",
        "jsx",
        "julia",
        "less",
        "liquid",
        "lua",
        "make",
        "markdown",
        "nginx",
        "objective-c",
        "perl",
        "php",
        "powershell",
        "python",
        "r",
        "ruby",
        "rust",
        "sass",
        "scss",
        "sql",
        "swift",
        "terraform",
        "toml",
        "tsx",
        "typescript",
        "xml",
        "yaml",
    ),
    LONGEST_LISTING,
) | {"java": 1_000, "kotlin": 2_500}
# Fences within Markdown would be coloured in whatever language they name.
_OPTIONS = {"markdown": {"handlecodeblocks": False}}

_LANGUAGE = re.compile(r"[\w+#.-]{1,30}")
_UNLIKE_CODE = re.compile(rf"[^\n]{{{LONGEST_LINE + 1}}}|\s{{{LONGEST_BLANK + 1}}}")
_FORMATTER = HtmlFormatter(nowrap=True)
_PLAIN = frozenset({"none", "plain", "plaintext", "text", "txt"})


@dataclass(slots=True)
class Listings:
    """Writes the listings of one document; beyond the budget, in characters, they stay plain."""

    budget: int = MOST_COLOURED

    def html(self, code: str, info: str = "") -> str:
        """A listing with the name of its language; `info` is what stands behind the fence."""
        found = _LANGUAGE.search(info)
        language = found[0] if found and found[0].lower() not in _PLAIN else ""
        lexer = _lexer(language.lower()) if language else None
        label = lexer.name if lexer else language
        heading = f'<span class="label">{escape(label)}</span>' if label else ""
        content = self._coloured(code, lexer)
        return f'<div class="code">{heading}<pre tabindex="0"><code>{content}</code></pre></div>\n'

    def _coloured(self, code: str, lexer: Lexer | None) -> str:
        if not lexer or len(code) > self.budget or not may_be_coloured(code, lexer):
            return escape(code, quote=False)
        self.budget -= len(code)
        try:
            return highlight(code, lexer, _FORMATTER)
        except Exception:  # a lexer that fails on odd code must not take the article with it
            return escape(code, quote=False)


def may_be_coloured(code: str, lexer: Lexer) -> bool:
    longest = next((LANGUAGES[alias] for alias in lexer.aliases if alias in LANGUAGES), 0)
    return len(code) <= longest and not _UNLIKE_CODE.search(code)


@lru_cache(maxsize=256)
def _lexer(language: str) -> Lexer | None:
    try:
        lexer = get_lexer_by_name(language, stripnl=False)
        options = _OPTIONS.get(lexer.aliases[0]) if lexer.aliases else None
        return get_lexer_by_name(language, stripnl=False, **options) if options else lexer
    except ClassNotFound:
        return None
