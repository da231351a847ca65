"""Findings in share quotes: not in the article, or a request to read it."""

import re
from collections.abc import Iterator

from blog.documents.findings.finding import Finding
from blog.documents.findings.kinds import FindingKind
from blog.documents.text import casefolded, clean_share_quote, word_characters

_HASHTAGS_REVERSED = re.compile(r"(?:\w++#\s*+)+")  # reversed: a search from the start would try each hashtag
_CALL = re.compile(
    r"(?:hey |hi |new |just )?(?:check out|read|discover|explore|learn more|find out more|click"
    r"|see|dive into|don t miss|jetzt lesen|lesen sie|lies)\b"
)
# "Find out what experts really say": where the words begin a sentence.
_ASKS = re.compile(
    r"(?:find out|discover|learn|see|read) (?:how|what|why|more|all about)\b"
    r"|(?:click|tap) (?:here|the link)\b"
    r"|(?:erfahren sie|erfahre|lesen sie|lies) (?:hier|jetzt|mehr|wie|was|warum)\b"
)
_SENTENCE_ENDS = re.compile(r"[.!?…]+[\s\"”’]+")
_OF_ITSELF = re.compile(
    r"\b(?:(?:our|my|this|the|latest|new|full|unser\w*|neue\w*) (?:\w+ ){0,3}"
    r"(?:article|post|blog|guide|deep dive|artikel|beitrag)|link (?:in|below)|bio|here to)\b"
)


def contains_quote(share_quote: str, text: str) -> bool:
    """Whether a plain text contains the words of a share quote, ignoring punctuation and case."""
    words, folded = _words(_said_part(share_quote)), casefolded(text)
    may_be_said = bool(words) and all(word in folded for word in words.split())
    return may_be_said and f" {words} " in f" {_words(text)} "


def is_call_to_read(text: str) -> bool:
    """Whether a share quote asks to read the article, as "Check out our latest article!" does."""
    said = _said_part(text)
    words = _words(said)
    if _CALL.match(words) and _OF_ITSELF.search(words):
        return True
    return any(_ASKS.match(_words(sentence)) for sentence in _SENTENCE_ENDS.split(said))


def _said_part(quote):
    """Return a share quote without surrounding quotes and trailing hashtags."""
    quote = clean_share_quote(quote)
    hashtags = _HASHTAGS_REVERSED.match(quote[::-1])
    return quote[: -hashtags.end()] if hashtags else quote


def _words(text):
    return " ".join(word_characters(casefolded(text)))


def share_text_findings(words) -> Iterator[Finding]:
    if not words.share_quote.strip():
        return
    if is_call_to_read(words.share_quote):
        yield Finding(FindingKind.SHARE_TEXT_IS_CALL, words=words.share_quote)
    elif not contains_quote(words.share_quote, words.text):
        yield Finding(FindingKind.SHARE_TEXT_UNSAID, words=words.share_quote)
