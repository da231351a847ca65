"""Highlight code blocks with Pygments, using class names, in the language that the author named.

For malicious input, most of Pygments' 600 lexers take quadratic time or worse: Easytrieve's takes 39 seconds
for 3,000 tabs, C's takes 2.5 seconds for 5,000 line ends. Therefore only the LANGUAGES are highlighted, only
up to a length, and only if the text looks like code. Other code blocks stay plain, with the language's name.

Measured by `python -m tests.benchmarks.lexers`, with some 700 patterns in lines of the maximum length: the
lexers of LANGUAGES take at most 25 microseconds per character, and 0.5 to 3 for ordinary code. So all code
blocks of a document together take at most a second.
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
MOST_COLOURED = 40_000  # characters per document
# Characters. Readable code has no longer lines or whitespace, and most lexers are slow only with these.
LONGEST_LINE, LONGEST_BLANK = 500, 100

# {Pygments alias: maximum length in characters}. Any other alias of the same lexer works too. The maximum is
# lower where the time is still quadratic. Excluded despite demand: scala and csharp, which take more than 5 s
# for a code block of this length; postgresql, rst and http, which run any lexer that the code names.
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
# Otherwise fences within Markdown are highlighted with any lexer that they name.
_OPTIONS = {"markdown": {"handlecodeblocks": False}}

_LANGUAGE = re.compile(r"[\w+#.-]{1,30}")
_FILE = re.compile(r"\b(?:title|file|filename)=([\"'])([^\"'\n]{1,100})\1")
WIDE_LINE = 76  # characters; listings with a longer line extend into the margin
_UNLIKE_CODE = re.compile(rf"[^\n]{{{LONGEST_LINE + 1}}}|\s{{{LONGEST_BLANK + 1}}}")
_FORMATTER = HtmlFormatter(nowrap=True)
_PLAIN = frozenset({"none", "plain", "plaintext", "text", "txt"})


@dataclass(slots=True)
class Listings:
    """Writer for the code blocks of one document. Beyond the budget, in characters, they stay plain."""

    budget: int = MOST_COLOURED

    def html(self, code: str, info: str = "") -> str:
        """Return a code block with a head row: file and language from `info`, the text after the fence."""
        found = _LANGUAGE.search(info)
        language = found[0] if found and found[0].lower() not in _PLAIN else ""
        lexer = _lexer(language.lower()) if language else None
        label = lexer.name if lexer else language
        file = _FILE.search(info)
        head = f'<span class="file">{escape(file[2])}</span>' if file else ""
        head += f'<span class="lang">{escape(label)}</span>' if label else ""
        is_wide = any(len(line) > WIDE_LINE for line in code.splitlines())
        return (
            f'<div class="code{" wide" if is_wide else ""}"><div class="code-head">{head}</div>'
            f'<pre tabindex="0"><code>{self._coloured(code, lexer)}</code></pre></div>\n'
        )

    def _coloured(self, code: str, lexer: Lexer | None) -> str:
        if not lexer or len(code) > self.budget or not may_be_coloured(code, lexer):
            return escape(code, quote=False)
        self.budget -= len(code)
        try:
            return highlight(code, lexer, _FORMATTER)
        except Exception:  # a lexer that fails on odd code must not break the article
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
