"""Categories for the texts of a folder whose files name none: their shared tags, or their folders."""

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from blog.documents.fields.paths import subjects_in_path
from blog.documents.fields.values import ArticleFields, CategoryName
from blog.documents.names import fold_name, spell_topic

FEWEST_TEXTS = 3  # that share a tag or folder which becomes a category
MOST_TOPICS = 30
MOST_TOPICS_OF_TEXT = 3
NEARLY_ALL = 0.9  # a tag or folder of that share of the texts does not distinguish them


@dataclass(frozen=True, slots=True)
class Topics:
    """The tags or folders that become categories, as {folded name: name}, the most used first.

    numbers: {folded name: number of texts with it}. start: the folders that nearly all texts are in.
    """

    names: Mapping[str, str]
    numbers: Mapping[str, int] = field(default_factory=dict)
    are_folders: bool = False
    start: tuple[str, ...] = ()
    texts: int = 0  # that have one of them

    def summary(self) -> dict:
        """Return {"are_folders": bool, "names": [(name, number of texts)]}, for JSON."""
        names = [(name, self.numbers[key]) for key, name in self.names.items()]
        return {"are_folders": self.are_folders, "names": names}

    def applied(self, fields: ArticleFields, path: str) -> ArticleFields:
        """Return the fields of a text with categories, if it names none itself."""
        if fields.names_categories or not (found := self.of(fields.keywords, path)):
            return fields
        categories = tuple(CategoryName("", name) for name in found)
        return replace(fields, primary_category=found[0], categories=categories, are_categories_derived=True)

    def of(self, tags: Iterable[str], path: str) -> list[str]:
        """Return the names of a text's categories, the most used first."""
        if self.are_folders:
            subject = _subject(subjects_in_path(path), self.start)
            return [self.names[subject]] if subject in self.names else []
        tags = {fold_name(tag) for tag in tags}
        return [name for key, name in self.names.items() if key in tags][:MOST_TOPICS_OF_TEXT]


@dataclass(frozen=True, slots=True)
class DefaultCategory:
    """The category of each text that names none itself, instead of Topics."""

    name: str

    def applied(self, fields: ArticleFields, path: str) -> ArticleFields:
        if fields.names_categories:
            return fields
        categories = (CategoryName("", self.name),)
        return replace(fields, primary_category=self.name, categories=categories, are_categories_derived=True)


def topics_in_tags(tags: Mapping[str, Sequence[str]]) -> Topics:
    """Return the tags that become categories. tags: {path: tags of the text}."""
    numbers, spellings = Counter(), {}
    for each in tags.values():
        keys = {fold_name(tag): tag for tag in each}
        numbers.update(keys.keys() - {""})
        for key, tag in keys.items():
            spellings.setdefault(key, Counter())[tag] += 1
    numbers = _distinguishing(numbers, len(tags))
    names = {key: spell_topic(spellings[key].most_common(1)[0][0]) for key in numbers}
    return _counted(Topics(names, numbers), tags)


def topics_in_folders(paths: Iterable[str]) -> Topics:
    """Return the folders that become categories: those at the first level where the texts differ."""
    paths = list(paths)
    folders = [subjects_in_path(path) for path in paths]
    start = ()
    while True:
        found = Counter(filter(None, (_subject(each, start) for each in folders)))
        name, number = next(iter(found.most_common(1)), ("", 0))
        if not name or number < NEARLY_ALL * len(paths):
            break
        start = (*start, name)
    numbers = _distinguishing(found, len(paths))
    topics = Topics({name: spell_topic(name) for name in numbers}, numbers, are_folders=True, start=start)
    return _counted(topics, dict.fromkeys(paths, ()))


def _subject(folders, start):
    length = len(start)
    return folders[length] if len(folders) > length and folders[:length] == start else ""


def _distinguishing(numbers, texts):
    """Return {name: number} of the names that several, but not nearly all texts have, most used first."""
    ranked = sorted(numbers.items(), key=lambda each: (-each[1], each[0]))
    kept = (each for each in ranked if FEWEST_TEXTS <= each[1] < NEARLY_ALL * texts)
    return dict(itertools.islice(kept, MOST_TOPICS))


def _counted(topics, tags):
    return replace(topics, texts=sum(bool(topics.of(each, path)) for path, each in tags.items()))
