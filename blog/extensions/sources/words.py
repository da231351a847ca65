"""Compare words of several languages by their stems."""

import re
import unicodedata

from blog.extensions.sources.vocabulary import ALL_STOP_WORDS, STOP_WORDS

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*|[^\W_]+")
_SIGNS = str.maketrans("“”„«»‘’‚´`–—‐‑−", "\"\"\"\"\"'''''-----", "\u00ad\u200b")
_CJK = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
_CJK_WORD = re.compile(r"[\u4e00-\u9fff]{2,}|[\u30a0-\u30ff]{2,}|[A-Za-z]{3,}")
_ACCENTS = re.compile("[\u0300-\u036f]")
_MARKS = re.compile("(?<=[^\\W\\d_]{3})[¹²³⁰⁴-⁹]+")  # of footnotes; m² has fewer letters
_LETTERS = {"de": "äöüß", "fr": "àâçèêëîïôœùû", "es": "ñ¿¡áíóú"}
FEWEST_LETTERS = 3
_STEM = 4


def plain(text: str) -> str:
    """Return the text with one spelling of quotation marks, dashes, spaces and widths, without marks."""
    if text.isascii():
        return text.replace("`", "'")
    return unicodedata.normalize("NFKC", _MARKS.sub("", text.translate(_SIGNS))).translate(_SIGNS)


def without_accents(text: str) -> str:
    return text if text.isascii() else _ACCENTS.sub("", unicodedata.normalize("NFD", text))


def folded(text: str) -> str:
    """Return the text in lower case, without accents."""
    return without_accents(text.lower())


def letters(text: str) -> str:
    """Return only letters and digits, in lower case."""
    return re.sub(r"[\W_]+", "", without_accents(plain(text)).lower())


def stems(text: str) -> list[str]:
    """Return the stems of the words that mean something, each once, in order."""
    lower = plain(text).lower()
    if _CJK.search(lower):
        return list(dict.fromkeys(_CJK_WORD.findall(lower)))
    words = (word for found in _WORD.findall(lower) for word in _split(found))
    return list(dict.fromkeys(stem(word) for word in words if means_something(word)))


def _split(word):
    return [part for part in re.split(r"[-']", word) if len(part) >= FEWEST_LETTERS]


def means_something(word: str) -> bool:
    return len(word) >= FEWEST_LETTERS and word not in ALL_STOP_WORDS and not word.isdigit()


def stem(word: str) -> str:
    """Return the beginning that forms of a word share: "impatient" and "impatience"."""
    word = without_accents(word)
    if len(word) <= _STEM:
        return word
    return word[: max(_STEM, len(word) - (2 if len(word) < 8 else 3))]


def language_of(text: str) -> str:
    """Return "ja", or the language with most function words in the text."""
    if _CJK.search(text):
        return "ja"
    counts, folded = _counts(text), text.lower()
    return max(counts, key=lambda name: (counts[name] + _hints(name, folded), name == "en"))


def _hints(language, text):
    """Count the letters of a text that the language has, and few others."""
    return sum(map(text.count, _LETTERS.get(language, "")))


def may_be_in(text: str, language: str) -> bool:
    """Whether a text may be in a language, or partly."""
    if language == "ja" or _CJK.search(text):
        return language == "ja" and bool(_CJK.search(text))
    counts = _counts(text)
    return counts[language] * 3 >= max(counts.values())


def _counts(text):
    words = re.findall(r"(?<!')[^\W\d_]+", text[:1].lower() + text[1:])  # without names in capitals
    return {name: sum(word in stop for word in words) for name, stop in STOP_WORDS.items()}
