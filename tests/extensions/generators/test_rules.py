"""The addresses that generators gave to texts."""

import time

import pytest

from blog.documents.frontmatter.document import parse_document
from blog.documents.generators.configuration import Generator
from blog.documents.generators.patterns import PatternError
from blog.documents.generators.rules import AddressRules, rules_of_pattern
from tests.extensions.generators.configurations import configuration_in
from tests.support.cases import read_cases

CASES = read_cases("generator_addresses")  # an empty address: without one


def address(rules: AddressRules, path: str, front_matter: str = "", title: str = "A title") -> str | None:
    fields = parse_document(f"---\n{front_matter or 'x: y'}\n---\n".encode()).fields
    found = rules.find(fields, path, title)
    return found.path if found else None


def rules(name: str, text: str = "", **where) -> AddressRules:
    return AddressRules(configuration_in({name: text.encode()}), **where)


class TestUnusable:
    @pytest.mark.parametrize(
        ("setting", "expected", "problem"),
        [
            ("permalink: /:unknown/", None, ":unknown is not a known token."),
            (f"permalink: /{':title/' * 100}", None, "the pattern is longer than 500 characters."),
            ("timezone: Nowhere/Land", "/2020/01/02/a.html", "there is no time zone Nowhere/Land."),
            (f"timezone: {'a/' * 2000}x", "/2020/01/02/a.html", f"there is no time zone {'a/' * 20}."),
        ],
    )
    def test_setting_is_a_problem_of_addresses_only(self, setting, expected, problem):
        found = rules("_config.yml", setting)

        assert (address(found, "_posts/2020-01-02-a.md"), found.problem) == (expected, problem)


class TestJekyll:
    RULES = rules("_config.yml", "baseurl: /b\npermalink: date\ntimezone: America/New_York")

    @pytest.mark.parametrize(("path", "front_matter", "expected"), CASES["Jekyll"])
    def test_posts_have_dated_addresses(self, path, front_matter, expected):
        assert (address(self.RULES, path, front_matter) or "") == expected

    def test_a_source_below_the_configuration_has_the_same_addresses(self):
        within = rules("_config.yml", "permalink: pretty", below="_posts")

        assert address(within, "2020-01-02-a.md") == "/2020/01/02/a/"


class TestHugo:
    CONFIGURATION = (
        'baseURL = "https://example.org/"\ndefaultContentLanguage = "en"\n[languages.de]\n'
        '[permalinks]\nposts = "/:year/:monthname/:slug/"\nnotes = "/:sections[1:]/:contentbasename/"'
    )
    RULES = rules("hugo.toml", CONFIGURATION)

    @pytest.mark.parametrize(("path", "front_matter", "expected"), CASES["Hugo"])
    def test_sections_have_their_patterns(self, path, front_matter, expected):
        assert (address(self.RULES, path, front_matter) or "") == expected

    def test_folders_without_index_are_no_sections(self):
        found = AddressRules(
            self.RULES.configuration, sections=frozenset(["content/notes", "content/notes/x"])
        )

        assert address(found, "content/notes/x/y/z.md") == "/x/z/"


class TestHexo:
    RULES = rules("_config.yml", "url: https://example.org/b\nroot: /b/\nnew_post_name: ':title.md'")

    @pytest.mark.parametrize(("path", "front_matter", "expected"), CASES["Hexo"])
    def test_posts_have_the_path_of_their_file(self, path, front_matter, expected):
        assert (address(self.RULES, path, front_matter) or "") == expected


class TestDocusaurus:
    RULES = rules(
        "docusaurus.config.js",
        "x = {url: 'https://example.org', baseUrl: '/', i18n: {defaultLocale: 'en', locales: ['en', 'fr']},"
        " blog: {routeBasePath: 'news'}, docs: {path: 'docs'}}",
    )

    @pytest.mark.parametrize(("path", "front_matter", "expected"), CASES["Docusaurus"])
    def test_the_date_of_the_name_counts(self, path, front_matter, expected):
        assert (address(self.RULES, path, front_matter) or "") == expected


class TestOthers:
    @pytest.mark.parametrize(("name", "text", "path", "front_matter", "expected"), CASES["others"])
    def test_have_their_own_patterns(self, name, text, path, front_matter, expected):
        assert (address(rules(name, text), path, front_matter) or "") == expected


class TestGivenPattern:
    @pytest.mark.parametrize(("pattern", "path", "front_matter", "expected"), CASES["given"])
    def test_needs_no_configuration(self, pattern, path, front_matter, expected):
        assert (address(rules_of_pattern(pattern), path, front_matter) or "") == expected

    def test_keeps_the_found_generator_without_its_base(self):
        found = rules_of_pattern("/new/:slug/", TestHugo.RULES)

        assert found.generator == Generator.HUGO
        assert address(found, "content/posts/a.md") == "/new/a-title/"

    def test_astro_keeps_dates_of_names_and_has_no_other_pattern(self):
        astro = rules("astro.config.mjs", "export default { site: 'https://example.org' }")

        assert address(astro, "2020-01-02-tides.md") is None
        found = rules_of_pattern("/blog/:folders/:slug/", astro)
        assert address(found, "sea/2020-01-02-tides.md") == "/blog/sea/2020-01-02-tides/"
        assert address(found, "sea/tides/index.mdx") == "/blog/sea/tides/"
        dated = rules_of_pattern("/:year/:month/:name", astro)
        assert address(dated, "sea/2020-01-02-tides.md", {"date": "2020-01-02"}) == "/2020/01/tides"

    @pytest.mark.parametrize(
        "pattern",
        [
            *("/:year/", "", "/x/", "/:nonsense/:title/", "/{title}/", "/{slug", "/../:title", "/:title?x"),
            *(":title" * 200, "/{{ site.x }}/:title/", "/a\\:title"),
        ],
    )
    def test_is_refused_if_it_names_no_text_or_is_no_path(self, pattern):
        with pytest.raises(PatternError):
            rules_of_pattern(pattern)

    def test_takes_linear_time(self):
        began = time.process_time()

        for text in (":" * 400, "{" * 400, "{{" * 200, ":title" * 80):
            try:
                address(rules_of_pattern(text), "2020-01-02-" + "a-" * 900 + ".md", title="-\u2013" * 150)
            except PatternError:
                continue
        assert time.process_time() - began < 0.5
