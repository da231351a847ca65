"""Find the configuration of the generator that made a site, and choose how its old addresses are computed."""

import os
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from blog import extend
from blog.base.queries import CompiledQuery
from blog.documents.generators.configuration import (
    MAX_CONFIGURATION_BYTES,
    Generator,
    SiteConfiguration,
)
from blog.documents.generators.patterns import PatternError
from blog.documents.generators.rules import AddressRules, rules_of_pattern
from blog.files.archives import Archive, place_at
from blog.files.file_kinds import is_section_name, is_skipped_folder
from blog.files.folders import Folder, UnreadableError
from blog.imports.generators import companion_names, configuration_names, data_files_of
from blog.imports.models import ImportRun
from blog.imports.proven_addresses import prove_addresses
from blog.imports.report import FileReport, ImportFailedError, ImportOptions
from blog.imports.sources import ImportSource
from blog.sandbox import calls
from blog.sandbox.refusals import RefusedError

LEVELS_ABOVE = 4  # folders above the source that may have its configuration
LEVELS_BELOW = 3  # of folders in the source that may have it
MOST_FOLDERS = 200  # of the source that are searched


@dataclass(frozen=True, slots=True)
class FoundConfiguration:
    """The configuration of a source, and where it is.

    path: the path of its file, as shown to people. folder: its folder, or the source if that contains it.
    below: the path of the source in `folder`. above: the path of the configuration's folder in the source.
    At least one of the two is "". problem: why the file could not be read; the configuration is then empty.
    """

    configuration: SiteConfiguration
    path: str
    folder: Path  # inside an archive: the archive
    below: str = ""
    above: str = ""
    problem: str = ""

    @property
    def rules(self) -> AddressRules:
        return AddressRules(self.configuration, self.below, self.above)

    @property
    def static_roots(self) -> tuple[tuple[Path, str], ...]:
        """The folders whose files were at the root of the old site, then the configuration's own.

        Each is (folder or archive, path in it). Folders outside the configuration's own are skipped.
        """
        names = dict.fromkeys([*self.configuration.static_roots, ""])
        if not self.folder.is_dir():
            return tuple((self.folder, posixpath.join(self.above, name)) for name in names)
        start = (self.folder / self.above).resolve()
        roots = ((start / name).resolve() for name in names)
        return tuple((root, "") for root in roots if root.is_dir() and root.is_relative_to(start))


def find_configuration(source: ImportSource, *, looks_above: bool = True) -> FoundConfiguration | None:
    """Return the configuration in the source, above it or next to it; None if there is none.

    A configuration in the source has precedence, then the nearest above. looks_above: False for uploads,
    because the folders above them belong to the server.
    """
    try:
        place = place_at(source.place)
    except (UnreadableError, OSError):
        return None
    for folder in _folders_in(source):
        if configured := _read(place, folder, source, ""):
            name, configuration, problem = configured
            path = f"{folder}/{name}".lstrip("/")
            return FoundConfiguration(configuration, path, source.place, above=folder, problem=problem)
    for folder in list(source.place.parents)[: LEVELS_ABOVE if looks_above else 0]:
        below = "" if source.place.is_file() else source.place.relative_to(folder).as_posix()
        if configured := _read(Folder(folder), "", source, below):
            name, configuration, problem = configured
            return FoundConfiguration(configuration, str(folder / name), folder, below, problem=problem)
    return None


def _read(place, folder, source, below):
    """Return (name, configuration, problem) of the configuration in a folder, or None."""
    files = _files_in(place, folder)
    if not files:
        return None
    name = next(iter(files))
    texts = (posixpath.join(below, path).strip("/") for path in _text_folders(source))
    inside = (
        path[len(folder) :].lstrip("/") for path in texts if f"{path}/".startswith(f"{folder}/".lstrip("/"))
    )
    files |= _read_files(place, folder, data_files_of(inside, files))
    try:
        configuration = calls.read_configuration(files)
    except RefusedError as error:
        problem = error.values.get("cause", "it takes too much time or memory.")
        return name, SiteConfiguration(Generator.UNKNOWN), problem
    return (name, configuration, "") if configuration else None


def _folders_in(source) -> Iterator[str]:
    """Yield the folders of the source that contain texts at any depth, the shallowest first."""
    found = {""}
    for path in _text_folders(source):
        parts = PurePosixPath(path).parts
        for depth in range(1, min(len(parts), LEVELS_BELOW) + 1):
            if is_skipped_folder(parts[depth - 1]) or len(found) >= MOST_FOLDERS:
                break
            found.add("/".join(parts[:depth]))
    return iter(sorted(found, key=lambda folder: (folder.count("/") + bool(folder), folder)))


def _files_in(place: Folder | Archive, folder: str) -> dict[str, bytes]:
    """Return {name: bytes} of the configuration files in a folder. Files that cannot be read are skipped."""
    names = dict.fromkeys([*configuration_names(), *companion_names()])
    contents = _read_files(place, folder, names if _has_any(place, folder, names) else ())
    return {} if contents.keys().isdisjoint(configuration_names()) else contents


def _read_files(place, folder, names):
    prefix, contents = f"{folder}/" if folder else "", {}
    for name in names:
        try:
            place.check(prefix + name)
            contents[name] = place.read(prefix + name, MAX_CONFIGURATION_BYTES)
        except (UnreadableError, OSError, ValueError):
            continue
    return contents


def _text_folders(source) -> Iterator[str]:
    return iter(dict.fromkeys(file.path.rpartition("/")[0] for file in source.files))


def _has_any(place, folder, names):
    """Whether the folder may have one of these files. Listing it is cheaper than checking each name."""
    if isinstance(place, Archive):
        return True
    try:
        return not {name.split("/")[0] for name in names}.isdisjoint(os.listdir(place.root / folder))
    except OSError:
        return False


NOT_READ = (
    "Configurations of site generators are read by the extension “generators”, which GALLEY_EXTENSIONS "
    "leaves out."
)
OFF = "off"  # instead of a pattern: create no redirects from computed addresses
LEFT_SHOWN = 10  # addresses that did not come
EXAMPLES = 3
LONGEST_SITE_URL = ImportRun._meta.get_field("old_site").max_length
_OLD_SITES = CompiledQuery(
    lambda runs: runs.exclude(old_site="").order_by().values_list("old_site").distinct()
)


def old_sites() -> list[str]:
    """Return the URLs of the old sites of all imports."""
    return [site for (site,) in _OLD_SITES.rows(ImportRun.objects)]


@dataclass(slots=True)
class SourceAddresses:
    """The rules for the old addresses of a source's files, and the number and examples of these addresses.

    path: the path of the configuration file. problem: why the file, or a part of it, is not used. is_given:
    whether a person gave the pattern; unchanged files then get redirects, too. examples: (file, old address).
    found: the configuration, even if no old addresses are computed from it. proof: (working, all) links, if
    the links between the texts show the pattern. left: (address, links to it) of pages that did not come.
    """

    rules: AddressRules | None = None
    path: str = ""
    problem: str = ""
    is_given: bool = False
    examples: list[tuple[str, str]] = field(default_factory=list)
    count: int = 0
    found: FoundConfiguration | None = None
    proof: tuple[int, int] | None = None
    left: list[tuple[str, int]] = field(default_factory=list)

    def add(self, report: FileReport) -> None:
        if report.old_address:
            self.count += 1
            if len(self.examples) < EXAMPLES:
                self.examples.append((report.file, report.old_address))

    @property
    def configuration(self) -> SiteConfiguration | None:
        return self.rules.configuration if self.rules else None

    @property
    def site_url(self) -> str:
        """The URL of the old site, or "" if the configuration states none."""
        url = self.configuration.site_url if self.configuration else ""
        return url if len(url) <= LONGEST_SITE_URL else ""

    @property
    def generator(self) -> str:
        return str(self.rules.generator) if self.rules else ""

    def summary(self) -> dict[str, object]:
        """Return the values that users see, for JSON."""
        return {
            "generator": self.generator,
            "configuration": self.path,
            "problem": self.problem,
            "pattern": self.pattern,
            "examples": self.examples,
            "count": self.count,
            "proof": self.proof,
            "left": self.left[:LEFT_SHOWN],
            "left_addresses": len(self.left),
            "left_links": sum(number for _, number in self.left),
        }

    @property
    def pattern(self) -> str:
        """The given pattern, or the pattern of the first example; "" without either."""
        if self.rules is None:
            return ""
        return self.rules.pattern or next((self.rules.pattern_of(file) for file, _ in self.examples), "")


def find_addresses(source: ImportSource, options: ImportOptions) -> SourceAddresses:
    """Return the rules for the old addresses of a source. Raises ImportFailedError for an invalid pattern."""
    is_upload = source.root != str(source.place)
    configured = find_configuration(source, looks_above=not is_upload)
    if options.addresses == OFF:
        return SourceAddresses(found=configured)
    sections = frozenset(
        file.path.rpartition("/")[0] for file in source.files if is_section_name(file.path.rpartition("/")[2])
    )
    rules = replace(configured.rules, sections=sections) if configured and not configured.problem else None
    if options.addresses:
        try:
            rules = rules_of_pattern(options.addresses, rules)
        except PatternError as error:
            raise ImportFailedError(f"--addresses: {error}") from None
    path = configured.path if configured else ""
    problem = configured.problem if configured else ""
    if not (configured or options.addresses or [*extend.generators]):
        problem = NOT_READ
    if rules and not options.addresses:
        problem = problem or rules.problem
    if not options.addresses and (proven := prove_addresses(source, rules)):
        proof = (proven.working, proven.links)
        return SourceAddresses(proven.rules, problem=problem, found=configured, proof=proof)
    path = "" if source.is_export else path  # the file is not the user's
    return SourceAddresses(rules, path, problem, is_given=bool(options.addresses), found=configured)
