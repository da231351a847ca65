"""Find how the texts of a source were addressed, from the links between them.

Without a configuration, dozens of links of the form /name/ or /blog/2023/name/ that fit the files show it.
"""

import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from blog.documents.generators.configuration import (
    WITHOUT_ADDRESSES,
    ContentRoot,
    Generator,
    Permalink,
    SiteConfiguration,
)
from blog.documents.generators.rules import AddressRules
from blog.documents.limits import MAX_FILE_BYTES
from blog.files.archives import place_at
from blog.files.folders import UnreadableError
from blog.imports.sources import ImportSource

FEWEST_LINKS = 10
SMALLEST_SHARE = 0.8  # of the links that a pattern must explain
MOST_READ = 2000  # texts that are searched for links
SAMPLE = 300  # texts by which the patterns are compared
MOST_COMPARED = 3  # patterns that are tried on all texts
PREFIXES = 3  # first folders of links, such as /blog/, that are tried before each pattern

# Eleventy's configuration is code, so that its folders may be missed.
_MAY_BE_WRONG = {*WITHOUT_ADDRESSES, Generator.ELEVENTY}
_LINK = re.compile(rb"\]\(\s*<?(/(?!/)[^)\s>#?\"]{0,300})")  # found much faster without the next pattern
_LINK_OR_HREF = re.compile(_LINK.pattern + rb"|\bhref=[\"'](/(?!/)[^\"'#?]{0,300})", re.IGNORECASE)
_FILE = re.compile(r"\.(?!html?$)\w{1,5}$", re.IGNORECASE)
_PATTERNS = (
    *("/:path/", "/:path.html", "/:name/", "/:name.html"),
    *("/:year/:month/:day/:name/", "/:year/:month/:name/", "/:year/:name/"),
    *("/:year/:month/:day/:name.html", "/:year/:month/:name.html"),
)


@dataclass(frozen=True, slots=True)
class ProvenAddresses:
    """Rules that make `working` of the `links` between the texts of a source work."""

    rules: AddressRules
    working: int
    links: int


def prove_addresses(source: ImportSource, configured: AddressRules | None) -> ProvenAddresses | None:
    """Return the rules that explain most links, if these are at least FEWEST_LINKS and SMALLEST_SHARE.

    None if the configured rules count: those of a generator whose configuration has patterns, or those that
    explain half as many links.
    """
    if configured and configured.generator not in _MAY_BE_WRONG:
        return None
    links = Counter(_links(source))
    total, paths = links.total(), [file.path for file in source.files]
    if total < FEWEST_LINKS:
        return None
    step = max(1, len(paths) // SAMPLE)
    hits = {
        rules: len(_addresses(rules, paths[::step]) & links.keys()) for rules in _candidates(paths, links)
    }
    best = sorted((rules for rules in hits if hits[rules]), key=hits.get, reverse=True)[:MOST_COMPARED]
    proven = [
        ProvenAddresses(rules, _working(rules, paths, links), _below(rules, links, paths)) for rules in best
    ]
    found = max(proven, key=lambda one: one.working, default=None)
    is_proof = found and found.working >= max(FEWEST_LINKS, SMALLEST_SHARE * found.links)
    if not is_proof or (configured and 2 * _working(configured, paths, links) >= found.working):
        return None
    return found


def _links(source) -> Iterator[str]:
    """Yield the path of each link to a page of the same host, without the slash at its end."""
    try:
        place = place_at(source.place)
    except (UnreadableError, OSError):
        return
    for file in source.files[:: max(1, len(source.files) // MOST_READ)]:
        try:
            data = place.read(file.path, MAX_FILE_BYTES)
        except (UnreadableError, OSError, ValueError):
            continue
        pattern = _LINK_OR_HREF if b"href=" in data.lower() else _LINK
        for found in pattern.finditer(data):
            path = unquote(found[found.lastindex].decode(errors="replace")).rstrip("/")
            if path and not _FILE.search(path):
                yield path


def _candidates(paths, links) -> Iterator[AddressRules]:
    firsts = Counter()
    for path, number in links.items():
        if path.count("/") > 1:
            firsts[path.split("/")[1]] += number
    prefixes = ["", *(f"/{first}" for first, _ in firsts.most_common(PREFIXES))]
    for folder in _common_folders(paths):
        for pattern in _PATTERNS:
            for prefix in prefixes if ":path" not in pattern or folder else [""]:
                root = ContentRoot(folder, permalinks=(Permalink("", prefix + pattern),))
                yield AddressRules(SiteConfiguration(Generator.UNKNOWN, content_roots=(root,)))


def _common_folders(paths):
    """Return "" and each folder that contains most of the texts, the shallowest first."""
    folders = Counter()
    for path in paths:
        folder = posixpath.dirname(path)
        while folder:
            folders[folder] += 1
            folder = posixpath.dirname(folder)
    common = (folder for folder, number in folders.items() if number >= SMALLEST_SHARE * len(paths))
    return ["", *sorted(common, key=len)]


def _addresses(rules, paths):
    found = (rules.find({}, path, "") for path in paths)
    return {unquote(address.path).rstrip("/") for address in found if address}


def _below(rules, links, paths):
    """Return the number of links below the first folder of all addresses. Others lead to other parts."""
    firsts = {address.split("/")[1] for address in _addresses(rules, paths[:SAMPLE])}
    if len(firsts) > 1:
        return links.total()
    return sum(number for path, number in links.items() if path.split("/")[1] in firsts)


def _working(rules, paths, links):
    addresses = _addresses(rules, paths)
    return sum(number for path, number in links.items() if path in addresses)
