"""Choose whether the categories of a source come from its tags or folders, and read its tags."""

import itertools
from collections.abc import Iterator

from blog.documents.fields.topics import Topics, topics_in_folders, topics_in_tags
from blog.imports.report import CategorySource
from blog.imports.sources import ImportSource, read_file
from blog.imports.workers import CHUNK_FILES, WINDOW_CHUNKS, Workers, read_labels_of

SAMPLE = 40  # texts read first: most folders whose texts name categories need no more
FEW = 0.1  # a share of texts with categories that leaves the others without a division
MOST = 0.5  # a share of texts that tags or folders have to divide


def find_topics(source: ImportSource, choice: CategorySource, workers: Workers) -> Topics | None:
    """Return the categories for texts of a source that name none, or None if they get none."""
    files = [file for file in source.files if not file.notice]
    if choice == CategorySource.CATEGORIES or not files:
        return None
    paths = [file.path for file in files]
    if choice == CategorySource.FOLDERS:
        return topics_in_folders(paths)
    is_auto = choice == CategorySource.AUTO
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
    """Yield (path, (whether it names a category, its tags)) of each text that can be read."""
    for some in itertools.batched(files, CHUNK_FILES * WINDOW_CHUNKS):
        read = (read_file(source, file) for file in some)
        yield from read_labels_of(workers, [file for file in read if not file.notice])
