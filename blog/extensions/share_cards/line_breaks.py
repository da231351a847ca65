"""Line breaks, and the order of the parts of a line in right-to-left scripts.

A line may end after a space; in scripts without spaces, between characters or syllables.

Pillow's shaping library orders a text in one font. If words of another script need another font, in_order()
orders the parts: the Unicode Bidirectional Algorithm (UAX 9) without its explicit marks.
"""

import re
import unicodedata

WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff01-\uffee\U00020000-\U0003ffff"  # written without spaces; Korean is not
# Closing marks, small kana, and marks of length and repetition begin no line. Opening marks end no line.
NEVER_FIRST = (
    "\u3001\u3002\u3005\u3009\u300b\u300d\u300f\u3011\u3015\u3017\u3019\u301c\u303b\u30fb\u30fc\u30fd\u30fe"
    "\u3041\u3043\u3045\u3047\u3049\u3063\u3083\u3085\u3087\u308e\u3095\u3096\u309b-\u309e"
    "\u30a1\u30a3\u30a5\u30a7\u30a9\u30c3\u30e3\u30e5\u30e7\u30ee\u30f5\u30f6\u31f0-\u31ff\ufe0e\ufe0f"
    "\uff01\uff05\uff09\uff0c\uff0e\uff1a\uff1b\uff1f\uff3d\uff5d\uff5e\uff60\uff61\uff63\uff64"
    "\u2019\u201d\u2014\u2015\u2026\u203c\u2047-\u2049!),.:;?%\\]}\u00bb"
)
NEVER_LAST = (
    "\u3008\u300a\u300c\u300e\u3010\u3014\u3016\u3018\uff08\uff3b\uff5b\uff5f\uff62\u2018\u201c(\\[{\u00ab"
)
# Thai and Lao write no spaces between words. A syllable begins before these vowels and ends after these.
OPENING_VOWELS, CLOSING_VOWELS = "\u0e40-\u0e44\u0ec0-\u0ec4", "\u0e30\u0e46\u0eb0\u0ec6"
BREAK = re.compile(
    r"(?<=[ ])|(?<=\w[\u2013\u2014/])(?=\w)"
    rf"|(?<=[{WIDE}])(?<![{NEVER_LAST}])(?=[^ {NEVER_FIRST}])|(?<=\w)(?=[{WIDE}])(?=[^{NEVER_FIRST}])"
    rf"|(?<=[{WIDE}\u2014\u2015][\u2019\u201d\u2026\u2014\u2015])(?=[{WIDE}])(?=[^{NEVER_FIRST}])"
    rf"|(?<=[\u0e00-\u0eff])(?=[{OPENING_VOWELS}])|(?<=[{CLOSING_VOWELS}])(?=[\u0e00-\u0eff])"
)
KANA = re.compile("[\u3041-\u30ff]")
LONGEST_PHRASE = 8  # characters
JOINERS = {"\u200c", "\u200d"}
VIRAMA = 9  # the combining class of signs that join two consonants


def pieces(text: str) -> list[str]:
    """Return the pieces of a text between which a line may end."""
    parts = [piece for piece in BREAK.split(text) if piece]
    return phrases(parts) if KANA.search(text) else parts


def phrases(parts: list[str]) -> list[str]:
    """Join characters of a Japanese text to words with their inflections and particles in hiragana.

    A line break between any two characters would be correct. This comes close to what people would choose.
    """
    joined = []
    for part in parts:
        if joined and len(joined[-1]) + len(part) <= LONGEST_PHRASE and is_one_word(joined[-1][-1], part[0]):
            joined[-1] += part
        else:
            joined.append(part)
    return joined


def is_one_word(last: str, first: str) -> bool:
    """Whether two adjacent characters of a Japanese text are likely to be in one word."""
    kinds = writing(last), writing(first)
    return "" not in kinds and (kinds[1] == "HIRAGANA" or kinds[0] == kinds[1])


def writing(sign: str) -> str:
    """Return the script of a letter or digit in a Japanese text, "" for others. Digits count as kanji."""
    if unicodedata.category(sign)[0] not in "LN":
        return ""
    word = re.split("[ -]", unicodedata.name(sign, ""), maxsplit=1)[0]
    return "CJK" if word in {"DIGIT", "IDEOGRAPHIC"} else word


def clusters(text: str) -> list[str]:
    """Return the characters of a text, each with its combining marks."""
    parts = []
    for sign in text:
        if parts and (
            is_mark(sign) or parts[-1][-1] == "\u200d" or unicodedata.combining(parts[-1][-1]) == VIRAMA
        ):
            parts[-1] += sign
        else:
            parts.append(sign)
    return parts


def is_mark(sign: str) -> bool:
    return unicodedata.category(sign)[0] == "M" or sign in JOINERS


# {bidirectional class: letter for the patterns below}; other classes are OTHER.
KINDS = {"L": "L", "R": "R", "AL": "R", "EN": "N", "AN": "N", "ET": "%", "ES": "-", "CS": "-"}
OTHER = " "
EXPLICIT_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# In a right-to-left text: runs of left-to-right words, and numbers. In a left-to-right text: runs of
# right-to-left words.
WORDS_FROM_LEFT = "L(?:[^R]*(?:L|N%*))?"
FROM_LEFT = re.compile(f"(%*N(?:[N%-]*[N%])?(?:{WORDS_FROM_LEFT})?|{WORDS_FROM_LEFT})")
FROM_RIGHT = re.compile("(R(?:[^L]*[RN])?)")


def is_right_to_left(text: str) -> bool:
    """Whether a text is right-to-left, by its first letter."""
    strong = (unicodedata.bidirectional(sign) for sign in text)
    return next((kind for kind in strong if kind in {"L", "R", "AL"}), "L") != "L"


def in_order(text: str, *, is_right_to_left: bool) -> list[tuple[str, bool]]:
    """Return (part, whether it is right-to-left) for the parts of a line, from left to right."""
    others = FROM_LEFT if is_right_to_left else FROM_RIGHT
    parts, at = [], 0
    for number, stretch in enumerate(others.split(kinds(text))):
        part, at = text[at : at + len(stretch)], at + len(stretch)
        if not part:
            continue
        is_other = number % 2
        if is_other and not is_right_to_left:
            parts += in_order(part, is_right_to_left=True)
        elif is_right_to_left:
            parts.insert(0, (part, not is_other))
        else:
            parts.append((part, False))
    return parts


def kinds(text: str) -> str:
    """Return one letter per character: a value of KINDS, or OTHER."""
    found, word = [], ""
    for sign in text:
        kind = unicodedata.bidirectional(sign)
        if kind in {"L", "R", "AL"}:
            word = kind
        if kind in {"NSM", "BN"} and found:
            found.append(found[-1])  # a mark has the class of its letter
        elif word == "AL" and kind in {"ES", "ET"}:
            found.append(OTHER)  # after Arabic letters, a hyphen or percent sign is not part of a number
        else:
            found.append(KINDS.get(kind, OTHER))
    return "".join(found)
