"""Version numbers in a search: “ruby 3.2” finds the release 3.2.0 before its patches and previews."""

import re

from blog.search.words import split_words

_NUMBER = re.compile(r"(?<![\w.])v?(\d+(?:\.\d+)+)(?![\w.]*\.\d)", re.IGNORECASE)
# Words that follow the number of a version that is not released yet.
PRE_RELEASE = frozenset(
    "alpha beta candidate dev nightly pre preview prerelease rc snapshot testing".split()  # noqa: SIM905 -- shorter
)
_WITH_NUMBER = re.compile(r"(?:alpha|beta|pre|preview|rc)\d+")
WORDS_AFTER = 3  # in which a word of PRE_RELEASE is looked for

RELEASE, LATER, UNRELEASED, OTHER = range(4)


def version_numbers(text: str) -> list[tuple[str, ...]]:
    """Return the version numbers in a text, each as its parts: ("3", "2")."""
    return [tuple(number.split(".")) for number in _NUMBER.findall(text)]


def rank_of_title(title: str, version: tuple[str, ...], *, asks_for_pre_release: bool) -> int:
    """Return how well a title fits a searched version. Lower is better.

    RELEASE: exactly this version, or with zeros added. LATER: one of its later releases, such as 3.2.4 for
    3.2. UNRELEASED: a preview or release candidate. OTHER: the title does not have the version.
    """
    ranks = [OTHER]
    for match in _NUMBER.finditer(title):
        parts = tuple(match[1].split("."))
        if parts[: len(version)] == version:
            is_release = not any(part.strip("0") for part in parts[len(version) :])
            ranks.append(RELEASE if is_release else LATER)
            if not asks_for_pre_release and is_pre_release(title[match.end() :]):
                ranks[-1] = UNRELEASED
    return min(ranks)


def is_pre_release(text: str) -> bool:
    """Whether one of the first words says that a version is not released yet."""
    words = split_words(text, WORDS_AFTER)
    return any(word in PRE_RELEASE or _WITH_NUMBER.fullmatch(word) for word in words)
