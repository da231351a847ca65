"""Inflected forms and other spellings of a word: tide, tides; study, studies, studying; りんご, リンゴ.

The index contains words as written, and queries search for the other forms too. So texts in unsupported
languages are found by their own words, and the rules of one language never affect another.

Japanese and Korean are indexed character by character, and a query of several characters is a phrase. So
other spellings are other phrases.
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

# Katakana and hiragana are in the same order, this far apart. ー and ・ belong to both.
_FIRST_HIRAGANA, _LAST_HIRAGANA, _DISTANCE = 0x3041, 0x3096, 0x60
_TO_KATAKANA = {code: code + _DISTANCE for code in range(_FIRST_HIRAGANA, _LAST_HIRAGANA + 1)}
_TO_HIRAGANA = {katakana: hiragana for hiragana, katakana in _TO_KATAKANA.items()}

# Particles, and endings of verbs with 하다, that a Korean word may carry. The first that fits is removed.
_ENDINGS = """
합니다 했습니다 하세요 하다 하는 하기 하고 하여 해서 했다 한다
이라는 라는 이란 이라 이나 에서 에게 에는 에도 까지 부터 보다 처럼 으로
들은 들이 들을 들의 들 은 는 이 가 을 를 의 에 도 만 와 과 로
""".split()  # noqa: SIM905 -- easier to read than a list
_SHORTEST_STEM = 2  # syllables, so that short words stay whole
_FIRST_SYLLABLE, _LAST_SYLLABLE = "가", "힣"


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


def kana_spellings(words: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the words in hiragana and in katakana, except the spelling that they already have."""
    spellings = {tuple(word.translate(table) for word in words) for table in (_TO_HIRAGANA, _TO_KATAKANA)}
    return tuple(sorted(spellings - {words}))


def without_ending(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the syllables of a Korean word without its particle or verb ending; others unchanged."""
    text = "".join(words)
    if len(text) != len(words) or not all(_FIRST_SYLLABLE <= word <= _LAST_SYLLABLE for word in words):
        return words
    for ending in _ENDINGS:
        if text.endswith(ending) and len(text) - len(ending) >= _SHORTEST_STEM:
            return words[: len(words) - len(ending)]
    return words
