"""The addresses that generators gave to texts."""

import time

import pytest

from blog.documents.frontmatter.document import parse_document
from blog.documents.generators.configuration import Generator
from blog.documents.generators.patterns import PatternError
from blog.documents.generators.reading import read_configuration
from blog.documents.generators.rules import AddressRules, rules_of_pattern


def address(rules: AddressRules, path: str, front_matter: str = "", title: str = "A title") -> str | None:
    fields = parse_document(f"---\n{front_matter or 'x: y'}\n---\n".encode()).fields
    found = rules.find(fields, path, title)
    return found.path if found else None


def rules(name: str, text: str = "", **where) -> AddressRules:
    return AddressRules(read_configuration({name: text.encode()}), **where)


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

    @pytest.mark.parametrize(
        ("path", "front_matter", "expected"),
        [
            ("_posts/2020-01-02-Über_uns v1.0.md", "", "/b/2020/01/02/Über_uns-v1.0.html"),
            ("_posts/2020-01-02-a.md", "slug: B c", "/b/2020/01/02/B-c.html"),
            ("_posts/2020-01-02-a.md", "date: 2021-03-04 02:00 +0000", "/b/2021/03/03/a.html"),
            ("_posts/2020-01-02-a.md", "date: unreadable", "/b/2020/01/02/a.html"),
            ("x/_posts/2020-01-02-a.md", "categories: Y z", "/b/y/z/x/2020/01/02/a.html"),
            ("_posts/2020-01-02-a.md", "permalink: /own/", "/b/own/"),
            ("_posts/2020-01-02-a.md", "permalink: /own/:title/", "/b/own/a/"),
            ("_posts/2020-01-02-a.md", "permalink: pretty", "/b/2020/01/02/a/"),
            ("_posts/undated.md", "", None),
            ("about/index.md", "", "/b/about.html"),
        ],
    )
    def test_posts_have_dated_addresses(self, path, front_matter, expected):
        assert address(self.RULES, path, front_matter) == expected

    def test_a_source_below_the_configuration_has_the_same_addresses(self):
        within = rules("_config.yml", "permalink: pretty", below="_posts")

        assert address(within, "2020-01-02-a.md") == "/2020/01/02/a/"


class TestHugo:
    CONFIGURATION = (
        'baseURL = "https://example.org/"\ndefaultContentLanguage = "en"\n[languages.de]\n'
        '[permalinks]\nposts = "/:year/:monthname/:slug/"\nnotes = "/:sections[1:]/:contentbasename/"'
    )
    RULES = rules("hugo.toml", CONFIGURATION)

    @pytest.mark.parametrize(
        ("path", "front_matter", "expected"),
        [
            ("content/posts/a.md", "date: 2020-01-01T23:00:00-05:00", "/2020/January/a-title/"),
            ("content/posts/a.md", "date: 2020-01-02\nslug: S", "/2020/January/s/"),
            ("content/posts/a.md", "url: /own", "/own"),
            ("content/notes/x/y/index.md", "", "/x/y/"),
            ("content/Docs/My Page.de.md", "", "/de/docs/my-page/"),
            ("content/docs/a/index.md", "slug: b", "/docs/b/"),
            ("outside.md", "", None),
        ],
    )
    def test_sections_have_their_patterns(self, path, front_matter, expected):
        assert address(self.RULES, path, front_matter) == expected

    def test_folders_without_index_are_no_sections(self):
        found = AddressRules(
            self.RULES.configuration, sections=frozenset(["content/notes", "content/notes/x"])
        )

        assert address(found, "content/notes/x/y/z.md") == "/x/z/"


class TestDocusaurus:
    RULES = rules(
        "docusaurus.config.js",
        "x = {url: 'https://example.org', baseUrl: '/', i18n: {defaultLocale: 'en', locales: ['en', 'fr']},"
        " blog: {routeBasePath: 'news'}, docs: {path: 'docs'}}",
    )

    @pytest.mark.parametrize(
        ("path", "front_matter", "expected"),
        [
            ("blog/2020-1-02-a.md", "", "/news/2020/1/02/a"),
            ("blog/2020-01-02-a/index.md", "", "/news/2020/01/02/a"),
            ("blog/x/2020-01-02-a.mdx", "date: 2021-01-01", "/news/2020/01/02/x/a"),
            ("blog/2020-01-02-a.md", "slug: /own/b", "/news/own/b"),
            ("blog/undated.md", "", "/news/undated"),
            ("i18n/fr/docusaurus-plugin-content-blog/2020-01-02-a.md", "", "/fr/news/2020/01/02/a"),
            ("docs/01-intro/02-first.md", "", "/docs/intro/first"),
        ],
    )
    def test_the_date_of_the_name_counts(self, path, front_matter, expected):
        assert address(self.RULES, path, front_matter) == expected


class TestOthers:
    @pytest.mark.parametrize(
        ("name", "text", "path", "front_matter", "expected"),
        [
            ("pelicanconf.py", "PATH = 'content'\nSITENAME = 'x'", "content/a.md", "", "/a-title.html"),
            ("pelicanconf.py", "PATH = 'content'", "content/a.md", "lang: fr", "/a-title-fr.html"),
            (
                "pelicanconf.py",
                "PATH = '.'\nARTICLE_URL = '{category}/{date:%Y}/{slug}'",
                "a.md",
                "date: 2020-01-02\ncategory: C++",
                "/c/2020/a-title",
            ),
            (
                "mkdocs.yml",
                "plugins: [blog]",
                "docs/blog/posts/a.md",
                "date: 2020-01-02",
                "/blog/2020/01/02/a-title/",
            ),
            (
                "mkdocs.yml",
                "plugins: [blog]",
                "docs/blog/posts/a.md",
                "date: {created: 2020-01-02}\nslug: s",
                "/blog/2020/01/02/s/",
            ),
            ("config.toml", "base_url = 'https://e.org/z'", "content/s/2020-01-02-A b.md", "", "/z/s/a-b/"),
            ("config.toml", "base_url = 'https://e.org'", "content/s/a.md", "path: own/b", "/own/b"),
            (".eleventy.js", "x = {dir: {input: 'src'}}", "src/posts/2020-01-02-a.md", "", "/posts/a/"),
            (".eleventy.js", "x", "a.md", "permalink: '/p/{{ page.fileSlug }}/'", "/p/a/"),
            (".eleventy.js", "x", "a.md", "permalink: false", None),
        ],
    )
    def test_have_their_own_patterns(self, name, text, path, front_matter, expected):
        assert address(rules(name, text), path, front_matter) == expected


class TestGivenPattern:
    @pytest.mark.parametrize(
        ("pattern", "path", "front_matter", "expected"),
        [
            ("/:year/:month/:day/:title/", "2020-01-02-a_b.md", "", "/2020/01/02/a_b/"),
            ("/:year/:title/", "2020-01-02-a.md", "permalink: /own/", "/own/"),
            ("blog/:slug", "x/my-post/index.md", "", "/blog/my-post"),
            ("/{date:%Y/%-m}/{slug}.html", "a.md", "date: 2020-01-02", "/2020/1/a-title.html"),
            ("/:lang/:title/", "fr/a.md", "", "/fr/a/"),
            ("/:lang/:title/", "a.md", "", "/a/"),
            ("/:year_:month-:title", "2020-01-02-a.md", "", "/2020_01-a"),
            ("pretty", "2020-01-02-a.md", "", "/2020/01/02/a/"),
            (
                "/p/{{ page.date | date: '%Y' }}/{{ title | slugify }}/",
                "2020-01-02-a.md",
                "",
                "/p/2020/a-title/",
            ),
            ("/:year/:title/", "undated.md", "", None),
            ("/:title/", "100%25 sure?.md", "", "/100-25-sure/"),
        ],
    )
    def test_needs_no_configuration(self, pattern, path, front_matter, expected):
        assert address(rules_of_pattern(pattern), path, front_matter) == expected

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
