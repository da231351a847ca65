"""Whether a paragraph, list item or callout says something, or has only a label, tags or an attribution."""

import re

LEAD_WORDS = 4  # "Did you know?"
TITLE_WORDS = 8  # in bold, without a full stop
ATTRIBUTION_WORDS = 15  # a longer line of a callout is text, even without a full stop

# The beginning of a line: of a block quote, list item or footnote.
MARKER = re.compile(
    r"[ \t]*(?:>[ \t]*)*"
    r"(?:(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?|\[\^[^\]\s]{1,50}\]:[ \t]*)?"
)
LABEL = re.compile(
    r"(?:[^\w*\s]+[ \t]*)?"
    r"(?:\*\*[^*\n]{1,80}:\*\*|\*\*[^*\n]{1,80}\*\*[ \t]*:|__[^_\n]{1,80}:__)[ \t]*"
)
# A line in italics below an image: its credit or caption.
CREDIT_LINE = re.compile(r"[ \t]*\n[ \t>]*(?:\*[^*\n]{1,400}\*|_(?:[^_\n]|_(?=\w)){1,400}_)[ \t]*(?=\n|\Z)")
_BOLD = re.compile(r"[^\w*]*\*\*[^*\n]{1,80}\*\*[^\w]*")
_CALLOUT = re.compile(r"\s*(?:>|<(?:aside|blockquote|figure|div|section)\b|:::|!!!)", re.IGNORECASE)
_TAG = re.compile(r"</?(?!img\b|video\b|audio\b|iframe\b)[a-zA-Z][^<>]*>", re.IGNORECASE)
_DIRECTIVE = re.compile(r"^[ \t]*(?::::|!!!|\?\?\?)[^\n]*", re.MULTILINE)
_ENDS_SENTENCE = re.compile(r"[.!?…][\"”»’)*_\s]*\Z")  # noqa: RUF001 -- quotation marks
_IMAGE = re.compile(r"!\[|<(?:img|video|audio|iframe)\b", re.IGNORECASE)
_WORD = re.compile(r"\w")


def is_callout(paragraph: str) -> bool:
    return _CALLOUT.match(paragraph) is not None


def has_text(paragraph: str) -> bool:
    """Whether a paragraph has an image, or words besides its tags and the label of a callout."""
    if _IMAGE.search(paragraph):
        return True
    words = _DIRECTIVE.sub("", _TAG.sub("", paragraph))
    if not is_callout(paragraph):
        return _WORD.search(words) is not None
    return any(map(is_text, words.splitlines()))


def is_text(line: str) -> bool:
    """Whether a line of a callout is text, not only a label, or a name with a role."""
    words = _without_label(line)
    if not _WORD.search(words) or _is_title(words):
        return False
    return _ENDS_SENTENCE.search(words) is not None or len(words.split()) > ATTRIBUTION_WORDS


def is_sentence(text: str) -> bool:
    """Whether a sentence says something, not just a label, a title in bold or “Did you know?”."""
    words = _without_label(text)
    if not _WORD.search(words) or _is_title(words):
        return False
    return len(words.split()) > LEAD_WORDS or not words.rstrip("*_ ").endswith(("?", ":"))


def _is_title(words):
    most = LEAD_WORDS if words.rstrip("*_ ").endswith((".", "!", "?", "…")) else TITLE_WORDS
    return len(words.split()) <= most and _BOLD.fullmatch(words) is not None


def _without_label(text):
    return LABEL.sub("", text[MARKER.match(text).end() :], count=1).strip()
