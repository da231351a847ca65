"""Choose whether the categories of a source come from its tags or folders, and read its tags."""

import itertools
from collections.abc import Iterator

from blog.documents.fields.topics import FEWEST_TEXTS, Topics, topics_in_folders, topics_in_tags
from blog.imports.report import CategorySource
from blog.imports.sources import ImportSource, read_file
from blog.imports.workers import CHUNK_FILES, WINDOW_CHUNKS, FileWorkers, results_of, time_limit
from blog.sandbox.child import Task
from blog.sandbox.refusals import RefusedError

SAMPLE = 40  # texts read first: most folders whose texts name categories need no more
FEW = 0.1  # if a larger share of the texts names categories, the others get none
MOST = 0.5  # the least share of the texts to which tags or folders must give a category
NO_LABELS = (False, ())


def find_topics(source: ImportSource, choice: CategorySource, workers: FileWorkers) -> Topics | None:
    """Return the categories for texts of a source that name none, or None if they get none."""
    files = [file for file in source.files if not file.notice]
    if choice == CategorySource.CATEGORIES or not files:
        return None
    paths = [file.path for file in files]
    if choice == CategorySource.FOLDERS:
        return topics_in_folders(paths)
    is_auto = choice == CategorySource.AUTO
    if is_auto and len(files) <= FEWEST_TEXTS:
        return None  # what so few texts share, nearly all of them share
    step = max(len(files) // SAMPLE, 1)
    if is_auto and len(files) > SAMPLE:
        sample = dict(_labels(source, files[::step], workers))
        if _have_categories(sample):
            return None
    labels = dict(_labels(source, files, workers))
    if is_auto and _have_categories(labels):
        return None
    topics = topics_in_tags({path: tags for path, (_, tags) in labels.items()})
    if is_auto and topics.texts < MOST * len(labels):
        topics = topics_in_folders(paths)
        if topics.texts < MOST * len(paths):
            return None
    return topics


def _have_categories(labels):
    return sum(has_categories for has_categories, _ in labels.values()) > FEW * len(labels)


def _labels(source, files, workers) -> Iterator[tuple[str, tuple[bool, tuple[str, ...]]]]:
    """Yield (path, labels) of each text that can be read. labels: see read_labels().

    A text that takes too much time or memory has NO_LABELS. As in an import, only a few texts are in memory
    at a time.
    """
    for some in itertools.batched(files, CHUNK_FILES * WINDOW_CHUNKS):
        read = [file for file in (read_file(source, each) for each in some) if not file.notice]
        chunks = list(itertools.batched(read, CHUNK_FILES))
        submitted = [workers.submit(list(map(_task, chunk))) for chunk in chunks]
        for chunk, answers in zip(chunks, submitted, strict=True):
            for file, labels in zip(chunk, results_of(answers), strict=True):
                yield file.path, NO_LABELS if isinstance(labels, RefusedError) else labels


def _task(file):
    return Task("labels", (file.data,), time_limit(len(file.data)))
