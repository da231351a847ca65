"""Inflected forms of a word: tide, tides; study, studies, studying.

The index contains words as written, and queries search for the other forms too. So texts in unsupported
languages are found by their own words, and the rules of one language never affect another.
"""

# {language: groups of endings that the same stem can have}. "2" is the doubled last letter of the stem. Forms
# that do not exist match no article, so searching for them does no harm.
ENDINGS = {
    "en": (
        ("", "s", "es", "ed", "ing"),  # wind
        ("e", "es", "ed", "ing"),  # tide
        ("y", "ies", "ied", "ying"),  # study
        ("", "s", "2ed", "2ing"),  # plan
    ),
    "de": (("", "e", "en", "er", "ern", "es", "em", "n", "s"),),  # Haus, Häuser; Katze, Katzen
    "nl": (("", "e", "en", "s", "2en"),),
    "fr": (("", "e", "s", "es", "x"), ("al", "aux")),
    "es": (("", "s", "es"), ("o", "a", "os", "as")),
    "it": (("o", "a", "i", "e"),),
    "pt": (("", "s", "es"), ("o", "a", "os", "as")),
}
SHORTEST_STEM = 3
VOWELS = frozenset("aeiouy")
NOT_DOUBLED = VOWELS | frozenset("hswx")


def other_forms(word: str, language: str) -> list[str]:
    """Return other forms that the word may have in a language such as en or pt-BR."""
    forms = {}
    if word.isalpha() and word.isascii():
        for endings in ENDINGS.get(language.partition("-")[0].lower(), ()):
            for ending in endings:
                if stem := _stem(word, ending):
                    forms |= dict.fromkeys(_written(stem, other) for other in endings)
    return [form for form in forms if form and form != word]


def _stem(word, ending):
    """Return the stem before the ending, or "" if the word lacks this ending or its stem is too short."""
    stem = word.removesuffix(ending.removeprefix("2"))
    if ending.startswith("2"):
        stem = stem[:-1] if stem[-2:-1] == stem[-1:] else ""
    is_stem = len(stem) >= SHORTEST_STEM and VOWELS.intersection(stem)
    return stem if is_stem and _written(stem, ending) == word else ""


def _written(stem, ending):
    """Return stem plus ending. An ending with "2" doubles the last letter: "plan" becomes "planned".

    Returns "" if the stem cannot double its last letter.
    """
    if not ending.startswith("2"):
        return stem + ending
    doubles = stem[-1] not in NOT_DOUBLED and stem[-2] in VOWELS
    return stem + stem[-1] + ending[1:] if doubles else ""
