"""Find out which texts of a source are translations of each other: by a key in front matter, or by path."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from blog.documents.fields.keys import translation_key
from blog.documents.fields.paths import LANGUAGES, path_without_language


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
    by_key, by_path, texts = defaultdict(list), defaultdict(list), list(texts)
    named = _languages_in_names(text.path for text in texts)
    for text in sorted(texts, key=lambda each: each.path):
        language = named.get(text.path, "")
        path = text.path.replace(f"-{language}.", ".") if language else text.path
        by_path[path_without_language(path)].append(text._replace(language=language or text.language))
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


def translated_paths(paths: Iterable[str]) -> dict[str, str]:
    """Return the paths that differ from another one only in language or extension.

    The value is the language at the end of a name (x-en.md), which is a part of its slug, or "".
    """
    by_path, paths = defaultdict(list), list(paths)
    for path in paths:
        by_path[path_without_language(path)].append(path)
    found = {path: "" for each in by_path.values() if len(each) > 1 for path in each}
    return found | _languages_in_names(paths)


_NAMED = re.compile(rf"(?P<stem>.+)-(?P<language>{LANGUAGES})\.\w+")


def _languages_in_names(paths):
    """Return {path: language} of x-en.md and x-ja.md. Only one of them could be about something else."""
    languages = defaultdict(dict)
    for path in paths:
        found = _NAMED.fullmatch(path)
        if found:
            languages[found["stem"]][path] = found["language"]
    several = (each for each in languages.values() if len(set(each.values())) > 1)
    return {path: language for each in several for path, language in each.items()}
