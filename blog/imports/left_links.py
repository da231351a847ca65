"""Count the links of imported texts to addresses of the old site that did not come."""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from blog.articles.internal_links import link_addresses, link_targets
from blog.documents.references import parse_reference, stem_of, without_extension
from blog.imports.redirects import free_paths
from blog.imports.sources import PreparedFile

MOST_LEFT = 1000  # the most frequent


class LeftLinks:
    """Counts the links of the texts that pass. site_url: of the old site, for absolute links, or ""."""

    def __init__(self, site_url: str):
        self._host = urlsplit(site_url).netloc.lower()
        self._links: Counter[str] = Counter()  # {path: number of links}
        self._names: Counter[str] = Counter()  # {stem: number of files}
        self._came: set[str] = set()  # files and old addresses, as without_extension()

    def counted(self, files: Iterable[PreparedFile]) -> Iterator[PreparedFile]:
        """Yield the files, and count the links of those that are read."""
        for file in files:
            self._came.add(without_extension(file.path))
            self._names[stem_of(file.path)] += 1
            if file.fields and file.rendering and not file.notice:
                addresses = map(parse_reference, file.fields.old_addresses)
                self._came.update(without_extension(each.path) for each in addresses if each)
                self._count(link_addresses(file.rendering.html))
            yield file

    def _count(self, addresses):
        for link in filter(None, map(parse_reference, addresses)):
            if link.host in ("", self._host) and link.path.startswith("/") and link.is_text:
                self._links[link.path] += 1

    def left(self) -> list[tuple[str, int]]:
        """Return (path, number of links) of the addresses that lead to nothing here, most links first."""
        left = ((path, number) for path, number in self._links.most_common() if not self._is_known(path))
        found = dict(itertools.islice(left, MOST_LEFT))
        known = {address for _, address in link_targets({None: found})}
        free = free_paths([path for path in found if path not in known])
        return [(path, found[path]) for path in free]

    def _is_known(self, path):
        name = without_extension(path)
        return path == "/" or name in self._came or self._names[name] == 1
