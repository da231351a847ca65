"""Plain text: count and fold words, trim, and remove Markdown and labels.

is_empty() is the only rule for whether a text is empty: readers would see neither words nor an image.

mark() marks a sentence for translation, like gettext_noop. blog/documents cannot import Django, so it has
its own function. Sentences are translated where they are shown.
"""

import math
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from itertools import filterfalse

from blog.documents.characters import UNSPACED

WORDS_PER_MINUTE = 200
EXCERPT_LENGTH = 300
MARKED_EXCERPT_LENGTH = 1000
DEEPEST_FORMAT = 5

# Without U+200C and U+200D, which join letters inside Persian and Indic words.
_SEPARATORS = r"\s!-/:-@\[-`{-~\u00a1-\u00bf\u2000-\u200b\u200e-\u206f\u3000-\u303f\uff00-\uff0f"
_LETTER = rf"[^\W_{UNSPACED}]"
# In scripts without spaces, each character counts as a word. ASCII letters have their own alternatives,
# because a small set is matched faster.
_WORD = re.compile(
    rf"[a-zA-Z0-9]++(?=\s)|{_LETTER}(?:[a-zA-Z0-9]++|[^{_SEPARATORS}{UNSPACED}]++|['\u2019-](?={_LETTER})|(?<=\d)[.,](?=\d))*+"
    rf"|[{UNSPACED}]"
)
_ENDS_UNSPACED = re.compile(rf"[{UNSPACED}]$")

_LABEL = re.compile(
    r"^[>\s*_\"“]*(?:social(?:[ _-]?media)?[ _-](?:snippet|share|post)|social-?share|snippet|excerpt|teaser"
    r"|(?:short[ _]|seo[ _])?description|meta[_-]?\s?description|summary)[\s*_]*:[\s*_]*",
    re.IGNORECASE,
)
_OPENING_QUOTES = '"“”„«‟'
_CLOSING_QUOTES = '"”“»'
_SINGLE_QUOTES = {"'": "'", "\u2018": "\u2019"}
_HASHTAG = re.compile(r"#(?!\d+\W*$)")  # "#1" is a rank, not a hashtag
_HASHTAG_BEGINS = re.compile(r"(?:^|\s+)#")
_HASHTAG_WORDS = re.compile(r"\w[\w-]*+(?:\s+[\w-]++){0,5}")
_STRAIGHT_QUOTES = dict.fromkeys("“”„‟", '"') | dict.fromkeys("\u2018\u2019\u201a\u201b", "'")

_MORE = re.compile(r"<!--\s*(?:more|truncate)\s*-->", re.IGNORECASE)
_HTML_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_HTML_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_BRACKET = re.compile(r"\\.|[\[\]]", re.DOTALL)
_TARGET = re.compile(r"\([^()\s]*+(?:\([^()\s]*+\)[^()\s]*+)?(?:\s++\"[^\"\n]*+\")?\)|\[[^\[\]]*+\]")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]+)>")
# A run of underscores matches as a whole from its first one, or only its last one: linear time.
_MARKS = re.compile(
    r"(?<!\\)(?:\*+(?=\S)|(?<=\S)\*++|(?<!\w)_+(?=\S)|(?:(?<=[^\s_])|(?<=\\_))_++(?!\w)|(?<=_)_(?!\w)|~~|`++)"
)
_MAY_BE_MARKED = re.compile(r"[*_~`<\[\\&]")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_NOT_PROSE = re.compile(
    r"\s*(?:#{1,6}\s|!\[|\[!\[|<|>|\||```|~~~|[*+-]\s|\d+[.)]\s|\[\^?[^\]]+\]:|\{[%{:]|(?:[-*_=]\s*+){3,}$)"
)
_INDENTED_CODE = re.compile(r"(?: {4}|\t)")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_FORMATTED = re.compile(
    r"<(abbr|b|bdi|cite|code|em|i|q|s|small|span|strong|sub|sup|u)(?:\s[^<>]*)?>([^<>]*)</\1>", re.IGNORECASE
)
_HEADING_MARKS = re.compile(r"^\s{0,3}(?:#{1,6}|>|[*+-]|\d+[.)])\s+", re.MULTILINE)
_FENCE = re.compile(r"^ {0,3}(```+|~~~+).*?(?:^ {0,3}\1|\Z)", re.DOTALL | re.MULTILINE)


def count_words(text: str) -> int:
    words = text.split()
    # Fast path for most words.
    if not has_other_letters(text):
        bare = (word.strip(_AROUND_WORDS) for word in filterfalse(str.isalnum, words))
        others = list(filterfalse(str.isalnum, bare))
    else:
        others = [word for word in words if not (word.isascii() and word.isalnum())]
    return len(words) - len(others) + len(_WORD.findall(" ".join(others)))


def distinct_words(text: str) -> set[str]:
    """Return the distinct words of a text, ignoring case."""
    return set(_WORD.findall(unicodedata.normalize("NFC", text).casefold()))


def reading_time(word_count: int) -> int:
    return max(1, math.ceil(word_count / WORDS_PER_MINUTE))


def trim_at_word(text: str, length: int) -> str:
    """Trim a text to `length` characters at a word boundary, with "…" if something was cut."""
    text = text.strip()
    is_cut = text.endswith(("...", "…"))
    if is_cut:
        kept = text[:-1] if text[-1] == "…" else text.rstrip(".")
        is_whole_word = kept[-1:].isspace() or not re.match(r"\w", kept[-1:])
        text = kept.rstrip() if is_whole_word else _without_last_word(kept)
    if len(text) + is_cut > length:
        room = max(length - 1, 1)
        kept = text[:room]
        ends_here = text[room : room + 1].isspace() or _ENDS_UNSPACED.search(kept)
        text = kept if ends_here else _without_last_word(kept)
        is_cut = True
    return text.rstrip(" \t\n,;:\u2013\u2014-") + "…" if is_cut else text


def make_excerpt(text: str, length: int = EXCERPT_LENGTH) -> str:
    """Return the first paragraph of a Markdown text as plain text, or the first block if there is none."""
    return trim_at_word(next(_prose(_MORE.split(text, maxsplit=1)[0]), ""), length)


def marked_excerpt(text: str, length: int = MARKED_EXCERPT_LENGTH) -> str:
    """Return the text before `<!--more-->`, plain and shortened, or "" without such a comment."""
    before, *after = _MORE.split(text, maxsplit=1)
    return trim_at_word(" ".join(_prose(before)), length) if after else ""


def clean_excerpt(text: str) -> str:
    """Return an excerpt as shown, without a label leaked from the prompt, with whitespace collapsed."""
    return " ".join(_LABEL.sub("", text, count=1).split())


def clean_share_quote(text: str) -> str:
    """Return a share quote as shown, without surrounding quotation marks, with its hashtags."""
    words, hashtags = _split_hashtags(strip_outer_quotes(text))
    return " ".join([strip_outer_quotes(words), *hashtags]).strip()


def without_hashtags(quote: str) -> str:
    """Return a share quote without the hashtags at its end."""
    return _split_hashtags(quote)[0]


def strip_outer_quotes(text: str) -> str:
    """Remove the quotation marks around a text, unless they belong to a quotation inside it."""
    text = text.strip()
    if len(text) > 2 and _SINGLE_QUOTES.get(text[0]) == text[-1] and text[0] not in text[1:-1]:
        return text[1:-1].strip()
    if text[:1] and text[0] in _OPENING_QUOTES and not _closes_early(text):
        text = text[1:]
    if text[-1:] and text[-1] in _CLOSING_QUOTES and not _opens_late(text):
        text = text[:-1]
    return text.strip()


def same_text(first: str, second: str) -> bool:
    """Whether two texts are the same, ignoring Markdown, whitespace and case."""
    return normalise_for_comparison(first) == normalise_for_comparison(second)


def strip_markdown_inline(text: str) -> str:
    """Return a line of Markdown as plain text: links and images by their text, without markup and tags."""
    if not _MAY_BE_MARKED.search(text):
        return text.strip()
    text = _HTML_COMMENT.sub("", text)
    text = _AUTOLINK.sub(r"\1", text)
    text = _without_targets(_without_targets(text))  # twice: a link may contain an image
    text = _HTML_TAG.sub("", text)
    return decode_entities(_ESCAPE.sub(r"\1", _MARKS.sub("", text))).strip()


def _without_targets(text: str) -> str:
    """Replace each link and image with its text, searching from the closing bracket."""
    if "](" not in text and "][" not in text:
        return text
    pieces, position, opening = [], 0, -1
    search_from = 0
    while sign := _BRACKET.search(text, search_from):
        search_from = sign.end()
        if sign[0] == "[":
            opening = sign.start()
        elif sign[0] == "]" and opening >= 0:
            if target := _TARGET.match(text, sign.end()):
                start = opening - (opening > position and text[opening - 1] == "!")
                pieces += text[position:start], text[opening + 1 : sign.start()]
                position = search_from = target.end()
            opening = -1
    return "".join([*pieces, text[position:]])


def decode_entities(text: str) -> str:
    """Decode character references such as `&ldquo;`, except those of control characters."""
    return _ENTITY.sub(lambda found: _decoded(found[0]), text) if "&" in text else text


def html_words(text: str) -> str:
    """Remove inline formatting tags such as `<em>` from a line and decode it. Other tags are kept."""
    for _ in range(DEEPEST_FORMAT):
        before, text = text, _FORMATTED.sub(r"\2", text)
        if text == before:
            break
    return decode_entities(text)


def as_html_words(text: str) -> str:
    """Escape a line so that html_words() returns it again."""
    return text if html_words(text) == text else text.replace("&", "&amp;").replace("<", "&lt;")


def _decoded(entity):
    return "".join(sign for sign in unescape(entity) if unicodedata.category(sign) != "Cc" or sign in "\t\n")


def _prose(text: str) -> Iterator[str]:
    """Yield the paragraphs that contain words, or all blocks that do if there are no paragraphs."""
    bare = _HTML_COMMENT.sub("", _FENCE.sub("", text))
    blocks = [block for block in re.split(r"\n\s*\n", bare) if block.strip()]
    prose = [block for block in blocks if not _NOT_PROSE.match(block) and not _INDENTED_CODE.match(block)]
    for block in prose or blocks:
        words = clean_excerpt(strip_markdown_inline(_HEADING_MARKS.sub("", block)))
        if count_words(words):
            yield words


def _without_last_word(text: str) -> str:
    if text[-1:].isspace():
        return text.rstrip() or text
    words = text.rsplit(None, 1)
    return words[0] if len(words) > 1 else text


def _split_hashtags(text: str) -> tuple[str, list[str]]:
    words = _join_hashtags(text).split()
    end = len(words)
    while end and _HASHTAG.match(words[end - 1]):
        end -= 1
    return " ".join(words[:end]), words[end:]


def _join_hashtags(text):
    """Return a share quote with each hashtag of several words at its end as one word.

    "#whale song" becomes "#whaleSong" after the end of a sentence, and where there are three hashtags.
    """
    said, *hashtags = _HASHTAG_BEGINS.split(text.strip())
    is_end = len(hashtags) >= 3 or said.endswith((*".!?…", *_CLOSING_QUOTES))
    if not is_end or not all(map(_HASHTAG_WORDS.fullmatch, hashtags)):
        return text
    split = (hashtag.split() for hashtag in hashtags)
    return " ".join([said, *("#" + "".join([first, *map(_capitalised, rest)]) for first, *rest in split)])


def _capitalised(word):
    return word[0].upper() + word[1:]


def _closes_early(text: str) -> bool:
    """Whether the quotation that opens the text ends before the last character."""
    inner = text[1:].rstrip(_CLOSING_QUOTES)
    if text[0] != '"':
        closing = inner.find("»" if text[0] == "«" else "”")
        opening = inner.find(text[0])
        return closing >= 0 and (opening < 0 or closing < opening)
    mark = inner.find('"')
    return mark > 0 and not inner[mark - 1].isspace() and inner[mark - 1] not in "(["


def _opens_late(text: str) -> bool:
    """Whether the quotation that ends the text begins after the first character."""
    inner = text[:-1]
    if text[-1] != '"':
        opening = max(inner.rfind(mark) for mark in ("«" if text[-1] == "»" else "“„"))
        return opening >= 0 and opening > inner.rfind(text[-1])
    mark = inner.rfind('"')
    return mark >= 0 and (mark == 0 or inner[mark - 1].isspace() or inner[mark - 1] in "([")


def normalise_for_comparison(text: str) -> str:
    """Return the text as same_text() compares it, without whitespace."""
    words = unicodedata.normalize("NFKC", strip_markdown_inline(text)).casefold()
    if not words.isascii():
        for mark, straight in _STRAIGHT_QUOTES.items():  # faster than str.translate()
            words = words.replace(mark, straight)
    return "".join(words.split())


_KEY_WORD = re.compile(r"[^\W_]+")
_WORD_CHARACTERS = re.compile(r"\w+")
_AROUND_WORDS = '.,:;!?()*"'


@lru_cache(maxsize=4)  # several rules read the same text
def casefolded(text: str) -> str:
    return text.casefold()


def folded_words(text: str) -> list[str]:
    return letters_and_digits(unicodedata.normalize("NFKC", text).casefold())


_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_ASCII = [chr(code) for code in range(128)]
_KEPT_LETTERS = "".join(sign if sign.isalnum() else " " for sign in _ASCII)
_KEPT_WORDS = "".join(sign if sign.isalnum() or sign == "_" else " " for sign in _ASCII)


def has_other_letters(text: str) -> bool:
    """Whether a text has letters or digits that are not ASCII, rather than only typography or symbols."""
    return not text.isascii() and any(found[0].isalnum() for found in _NOT_ASCII.finditer(text))


def as_ascii(text: str) -> str:
    """Return a text without other letters as ASCII, with a "?" for each other sign."""
    return text if text.isascii() else text.encode("ascii", "replace").decode()


def word_characters(text: str) -> list[str]:
    """Return what \\w+ finds in a text, but faster."""
    if has_other_letters(text):
        return _WORD_CHARACTERS.findall(text)
    return as_ascii(text).translate(_KEPT_WORDS).split()


def letters_and_digits(text: str) -> list[str]:
    """Return the runs of letters and digits in a text, in order."""
    if not has_other_letters(text):
        return as_ascii(text).translate(_KEPT_LETTERS).split()
    found = []
    for part in text.split():
        word = part.strip(_AROUND_WORDS)
        if word.isalnum():  # most words; found much faster
            found.append(word)
        else:
            found += _KEY_WORD.findall(part)
    return found


# Sanitised HTML has attributes in double quotes, and no bare "<" in its text.
_TAG_OR_WORDS = re.compile(r'<(?P<name>[a-z0-9/]*)(?:[^<>"]|"[^"]*")*>|(?P<words>[^<]+)')
_BLANK_PATTERN = "\u2800"  # Braille without dots: invisible, though its category is a symbol


def is_empty(html: str) -> bool:
    """Whether sanitised HTML shows neither words nor an image. Rules and invisible characters don't count."""
    return not any(
        found["name"] == "img" or (found["words"] and _is_seen(found["words"]))
        for found in _TAG_OR_WORDS.finditer(html)
    )


def _is_seen(words):
    return any(
        unicodedata.category(character)[0] not in "ZC" and character != _BLANK_PATTERN
        for character in unescape(words)
    )


def mark(sentence: str) -> str:
    return sentence
