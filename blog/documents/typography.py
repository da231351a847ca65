"""Typographic quote marks, dashes, spaces and hyphens, applied when a text is shown.

Stored text never changes, and code is shown as written. Straight quote marks become those of the language, if
MARKS has it, except as signs for feet, inches or minutes. `--` and `---` become dashes, as in Kramdown and
SmartyPants. In French, no line breaks before `; : ! ?`.
"""

import re
from dataclasses import dataclass

from blog.documents.parsing.html import names

APOSTROPHE = "\u2019"
LOOKED_AHEAD = 200  # characters to search for the end of a quotation in single quote marks

# Double opening and closing quote marks, then single ones. Other languages keep straight marks.
_ENGLISH = ("\u201c", "\u201d", "\u2018", "\u2019")
_GERMAN = ("\u201e", "\u201c", "\u201a", "\u2018")
_POINTED = ("«", "»", "\u201c", "\u201d")
_SWEDISH = ("\u201d", "\u201d", "\u2019", "\u2019")
_POLISH = ("\u201e", "\u201d", "\u201a", "\u2019")
MARKS = {
    **dict.fromkeys(("en", "pt", "nl", "tr", "da", "ga", "cy", "id", "ms", "vi"), _ENGLISH),
    **dict.fromkeys(("de", "cs", "sk", "sl", "is", "lt", "et", "bg"), _GERMAN),
    **dict.fromkeys(("es", "it", "ca", "nb", "nn", "no", "el"), _POINTED),
    **dict.fromkeys(("sv", "fi"), _SWEDISH),
    **dict.fromkeys(("pl", "ro", "hu", "hr"), _POLISH),
    **dict.fromkeys(("ru", "uk", "be"), ("«", "»", "\u201e", "\u201c")),
    "fr": ("«\u00a0", "\u00a0»", "\u201c", "\u201d"),
}

_MARK = re.compile(r"[\"']")
_INLINE = names("a abbr b bdi bdo cite del dfn em i ins mark q s small span strong sub sup time u var wbr")
_CODE = names("code kbd samp")
_VERBATIM = _CODE | {"pre"}
_HEADINGS = names("h1 h2 h3 h4 h5 h6")
_OPENS_AFTER = frozenset("([{/\u2013\u2014-\u201c\u2018\u201e«¿¡=")
_ENDS_SINGLE = re.compile(r"(?<=[^\s(\[])'(?!\w)")
_CODE_IN_LINE = re.compile(r"(`+[^`]*`+)")
_TITLE_CODE = re.compile(r"(?<!`)(`{1,2})(?!`) ?([^`]*[^`\s]) ?\1(?!`)")
_BACKTICKS = r"`+[^`]*`+"
# Arrows (`-->`), options (`--all`) and comments stay.
_EM_DASH = r"(?P<em>(?<!-)---(?![->&]))"
_AFTER_WORD = r"(?:(?<=[^-\s!>])|(?<=</a>)|(?<=</em>)|(?<=</strong>))"
_EN_DASH = rf"(?P<en>(?<![^\s>])--(?=\s)|{_AFTER_WORD}--(?=[^-\s>&]))"
_MARK_AFTER_SPACE = r"(?<=\S) (?P<mark>[;:!?])(?![^\s<])"


def _in_text_and_html(pattern: str) -> dict[bool, re.Pattern[str]]:
    """Return {is_html: pattern} for lines of plain text, where code is skipped, and for texts of HTML."""
    return {False: re.compile(f"{_BACKTICKS}|{pattern}"), True: re.compile(pattern)}


_DASHES = _in_text_and_html(f"{_EM_DASH}|{_EN_DASH}")
_SPACES = _in_text_and_html(_MARK_AFTER_SPACE)
_COMPOUND = re.compile(
    r"<code\b[^<>]*>.*?</code>|<[^<>]*>|(?<![\w-])[^\W\d_]{1,14}(?:-[^\W\d_]{1,14}){1,2}(?![\w-])", re.DOTALL
)
_WORD_JOINER = "\u2060"  # invisible, ignored by searches, and prevents a line break


def typeset(text: str, language: str) -> str:
    """Return a line of plain text with typographic marks. Code between backticks stays."""
    return _set_quotes(_set_dashes_and_spaces(text, language, is_html=False), language)


def _set_dashes_and_spaces(source: str, language: str, *, is_html: bool) -> str:
    if "--" in source:
        source = _DASHES[is_html].sub(_dash, source)
    if language.partition("-")[0].lower() == "fr":
        source = _SPACES[is_html].sub(_unbroken, source)
    return source


def _dash(found: re.Match[str]) -> str:
    return "\u2014" if found["em"] else "\u2013" if found["en"] else found[0]


def _unbroken(found: re.Match[str]) -> str:
    if not found["mark"]:
        return found[0]
    return ("\u00a0" if found["mark"] == ":" else "\u202f") + found["mark"]


def _set_quotes(text: str, language: str) -> str:
    marks = _marks_of(language)
    if not marks or not _MARK.search(text):
        return text
    line = _Line(marks)
    parts = _CODE_IN_LINE.split(text)
    parts[::2] = [line.set(part) for part in parts[::2]]
    return "".join(parts)


def _marks_of(language: str) -> tuple[str, str, str, str] | None:
    return MARKS.get(language.partition("-")[0].lower())


def code_in_title(title: str) -> str:
    """Return an escaped title with `<code>` in place of paired backticks."""
    return _TITLE_CODE.sub(r"<code>\2</code>", title) if "`" in title else title


def without_backticks(title: str) -> str:
    """Return a title for places that show plain text only, without paired backticks."""
    return _TITLE_CODE.sub(r"\2", title) if "`" in title else title


def join_compounds(text: str) -> str:
    """Return a heading's HTML, with no line breaks at the hyphens of short compounds ("well-known")."""
    return _COMPOUND.sub(_joined, text) if "-" in text else text


def _joined(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith("<") else found[0].replace("-", f"-{_WORD_JOINER}")


class Typesetter:
    """Typesets the texts of sanitised HTML, given in order."""

    def __init__(self, language: str):
        self._language = language
        self._marks = _marks_of(language)
        self._line: _Line | None = None  # of the block, if it has quote marks so far
        self._tag = ""  # name of the tag before the text
        self._before = " "  # last character before the text in its block; "x" for code
        self._code = ""  # name of the end tag of the code around the text, which is shown as written
        self._is_in_heading = False

    def set(self, text: str, tag: str) -> str:
        """Return the text before a tag with typographic marks.

        tag: name of the tag, with a slash if it is an end tag.
        """
        if text and not self._code:
            text = self._set(text, tag)
        self._pass(tag)
        return text

    def _set(self, text, tag):
        tag_before = f"<{self._tag}>"  # determines whether the text may begin with a dash
        text = _set_dashes_and_spaces(f"{tag_before}{text}<", self._language, is_html=True)
        shown = text = text[len(tag_before) : -1]
        if self._marks and _MARK.search(text):
            self._line = self._line or _Line(self._marks)
            self._line.before = self._before
            shown = self._line.set(text, " " if tag.startswith("/") or tag == "br" else "x")
        self._before = text[-1]
        return join_compounds(shown) if self._is_in_heading else shown

    def _pass(self, tag):
        if self._code and tag != self._code:
            return
        name = tag.removeprefix("/")
        self._tag = tag
        self._code = f"/{tag}" if tag in _VERBATIM else ""
        if name in _CODE:
            self._before = "x"
        elif name not in _INLINE:
            self._line, self._before = None, " "
            if name in _HEADINGS:
                self._is_in_heading = name == tag


@dataclass(slots=True)
class _Line:
    """The state of a block of text between its quote marks."""

    marks: tuple[str, str, str, str]
    before: str = " "  # the character before the quote mark, also across tags
    in_double: bool = False
    in_single: bool = False

    def set(self, text: str, after: str = " ") -> str:
        """Return the next text of the block with its quote marks set. `after` is the character after it."""
        shown = _MARK.sub(lambda found: self._mark(text, found.start(), after), text)
        self.before = shown[-1:] or self.before
        return shown

    def _mark(self, text: str, position: int, last: str) -> str:
        if position:
            self.before = " " if text.startswith("&nbsp;", max(0, position - 6)) else text[position - 1]
        after = " " if text.startswith("&nbsp;", position + 1) else text[position + 1 : position + 2] or last
        opens = self.before.isspace() or self.before in _OPENS_AFTER
        return (
            self._double(opens, after)
            if text[position] == '"'
            else self._single(opens, after, text[position + 1 : position + LOOKED_AHEAD])
        )

    def _double(self, opens: bool, after: str) -> str:
        is_measure = self.before.isdigit() and not self.in_double
        if is_measure or (opens and after.isspace() and not self.in_double):
            return '"'
        self.in_double = opens and not after.isspace()
        return self.marks[0] if self.in_double else self.marks[1]

    def _single(self, opens: bool, after: str, rest: str) -> str:
        if opens and after.isspace():
            return "'"
        if opens and not after.isdigit() and _ENDS_SINGLE.search(rest):
            self.in_single = True
            return self.marks[2]
        if self.before.isdigit() and not after.isalpha() and not self.in_single:
            return "'"
        if self.in_single and not opens and not after.isalnum():
            self.in_single = False
            return self.marks[3]
        return APOSTROPHE
