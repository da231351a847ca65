"""Findings in the title, category names, links and stated reading time."""

from collections.abc import Iterator

from blog.documents.characters import has_invisible_characters, has_misleading_link, mixes_scripts
from blog.documents.findings.finding import Finding
from blog.documents.findings.kinds import FindingKind
from blog.documents.names import fold_name

READING_TIME_TOLERANCE = 0.25


def title_findings(words) -> Iterator[Finding]:
    names = (words.title, words.primary_category, *words.categories)
    folded = {fold_name(category) for category in words.categories}
    if words.primary_category and fold_name(words.primary_category) not in folded:
        yield Finding(FindingKind.PRIMARY_CATEGORY_ASTRAY, words=words.primary_category)
    if any(map(has_invisible_characters, names)):
        yield Finding(FindingKind.INVISIBLE_CHARACTERS)
    if any(map(mixes_scripts, names)):
        yield Finding(FindingKind.MIXED_ALPHABETS)
    if has_misleading_link(words.html):
        yield Finding(FindingKind.MISLEADING_LINK)
    if _is_off(words.reading_time_in_file, words.reading_time):
        yield Finding(FindingKind.READING_TIME_OFF)


def _is_off(given, computed):
    return given is not None and abs(given - computed) > READING_TIME_TOLERANCE * computed
