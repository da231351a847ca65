"""Find alt texts that say more than an image can show, or that say it is an image."""

from enum import StrEnum

_SPEECH = frozenset(
    (
        *("says", "said", "explains", "explained", "argues", "claims", "warns", "tells"),
        *("sagt", "sagte", "erklärt", "erklärte", "behauptet", "warnt"),
    )
)
_SHARES = frozenset(("percent", "percentage", "prozent"))
_MONEY = "$€£"
_IMAGE_WORDS = frozenset(
    ("image", "picture", "photo", "photograph", "screenshot", "bild", "foto", "fotografie", "abbildung")
)
_OF = frozenset(("of", "von", "vom", "des", "der"))
_ARTICLES = frozenset(("a", "an", "the", "ein", "eine", "das", "die"))


class AltTextFault(StrEnum):
    """A fault of an alt text that can be found without seeing the image."""

    SPEECH = "speech"  # somebody's words, which no image shows
    FIGURE = "figure"  # a share or an amount of money
    PREFIX = "prefix"  # begins with "Image of", which screen readers say already


def alt_text_fault(alt: str) -> AltTextFault | None:
    """Return the worst fault of an alt text, or None."""
    words = [word.strip(".,;:!?()[]\"'“”„‘’") for word in alt.casefold().split()]
    if not _SPEECH.isdisjoint(words):
        return AltTextFault.SPEECH
    if any(_is_figure(word, following) for word, following in zip(words, [*words[1:], ""], strict=True)):
        return AltTextFault.FIGURE
    start = words[1:] if words and words[0] in _ARTICLES else words
    begins = len(start) > 2 and start[0] in _IMAGE_WORDS and start[1] in _OF
    return AltTextFault.PREFIX if begins else None


def _is_figure(word, following):
    if not any(character.isdecimal() for character in word):
        return False
    return word.endswith("%") or word[0] in _MONEY or word[-1] in _MONEY or following in {"%", *_SHARES}
