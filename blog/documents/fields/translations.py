"""Find out which texts of a source are translations of each other: by a key in front matter, or by path."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from blog.documents.fields.keys import translation_key
from blog.documents.fields.paths import path_without_language


class TranslatableText(NamedTuple):
    """A text of a source. extra: the keys of its front matter that have no other meaning here."""

    key: int | str
    path: str
    language: str  # in lower case; the site's language if the text states none
    extra: Mapping[str, object]


def find_groups(texts: Iterable[TranslatableText]) -> list[list[TranslatableText]]:
    """Return the groups of texts that are translations of each other.

    If two texts in the same language share a value of a key, the value does not identify translations, and is
    ignored. If several texts have the same path and language, the first one counts.
    """
    by_key, by_path = defaultdict(list), defaultdict(list)
    for text in sorted(texts, key=lambda each: each.path):
        by_path[path_without_language(text.path)].append(text)
        if value := translation_key(text.extra):
            by_key[value].append(text)
    groups, placed = [], set()
    for found in by_key.values():
        if len({text.language for text in found}) == len(found) > 1:
            groups.append(found)
            placed.update(text.key for text in found)
    for found in by_path.values():
        languages = {}
        for text in found:
            if text.key not in placed:
                languages.setdefault(text.language, text)
        if len(languages) > 1:
            groups.append(list(languages.values()))
    return groups


def translated_paths(paths: Iterable[str]) -> set[str]:
    """Return the paths that differ from another one only in language or extension."""
    by_path = defaultdict(list)
    for path in paths:
        by_path[path_without_language(path)].append(path)
    return {path for found in by_path.values() if len(found) > 1 for path in found}
