"""Choose how the old addresses of a source are computed: by a given pattern, or a configuration."""

from dataclasses import dataclass, field, replace

from blog.base.queries import CompiledQuery
from blog.documents.generators.configuration import SiteConfiguration
from blog.documents.generators.patterns import PatternError
from blog.documents.generators.rules import AddressRules, rules_of_pattern
from blog.files.file_kinds import is_section_name
from blog.imports.configuration import FoundConfiguration, find_configuration
from blog.imports.models import ImportRun
from blog.imports.report import FileReport, ImportFailedError, ImportOptions
from blog.imports.sources import ImportSource

OFF = "off"  # instead of a pattern: create no redirects from computed addresses
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
    found: the configuration, even if no old addresses are computed from it.
    """

    rules: AddressRules | None = None
    path: str = ""
    problem: str = ""
    is_given: bool = False
    examples: list[tuple[str, str]] = field(default_factory=list)
    count: int = 0
    found: FoundConfiguration | None = None

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
    found = find_configuration(source, looks_above=not is_upload)
    if options.addresses == OFF:
        return SourceAddresses(found=found)
    sections = frozenset(
        file.path.rpartition("/")[0] for file in source.files if is_section_name(file.path.rpartition("/")[2])
    )
    rules = replace(found.rules, sections=sections) if found and not found.problem else None
    if options.addresses:
        try:
            rules = rules_of_pattern(options.addresses, rules)
        except PatternError as error:
            raise ImportFailedError(f"--addresses: {error}") from None
    path = found.path if found else ""
    problem = found.problem if found else ""
    if rules and not options.addresses:
        problem = problem or rules.problem
    path = "" if source.is_export else path  # the file is not the user's
    return SourceAddresses(rules, path, problem, is_given=bool(options.addresses), found=found)
