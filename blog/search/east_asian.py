"""Spellings that readers of Japanese and Korean do not distinguish in a search.

Both scripts are indexed character by character, and a query of several characters is a phrase. So other
spellings are other phrases.
"""

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


def kana_spellings(words: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the words in hiragana and in katakana, without the spelling that they have."""
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
