"""Code in colour: Pygments with class names, for languages that the author named."""

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

# Against crafted text a lexer's time grows with the square of a listing's length: 10,000 characters take the
# slowest of them 4 seconds. So a document may colour one listing of that length, or 100 of 1,000.
COLOUR_BUDGET = 10_000**2

_LANGUAGE = re.compile(r"[\w+#.-]{1,30}")
_FORMATTER = HtmlFormatter(nowrap=True)
_PLAIN = frozenset({"none", "plain", "plaintext", "text", "txt"})


@dataclass(slots=True)
class Listings:
    """Writes the listings of one document; beyond the budget they stay plain."""

    budget: int = COLOUR_BUDGET

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
        cost = len(code) ** 2
        if not lexer or cost > self.budget:
            return escape(code, quote=False)
        self.budget -= cost
        try:
            return highlight(code, lexer, _FORMATTER)
        except Exception:  # a lexer that fails on odd code must not take the article with it
            return escape(code, quote=False)


@lru_cache(maxsize=256)
def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return None
