"""Configurations of site generators: the old host, the folders of texts, and the patterns of addresses."""

import time

import pytest

from blog.documents.generators.configuration import ConfigurationError, Generator, SiteConfiguration
from tests.extensions.generators.configurations import configuration_in


def configuration(**files: str) -> SiteConfiguration | None:
    """Return the configuration in files, whose names have __ instead of a dot."""
    return configuration_in({name.replace("__", "."): text.encode() for name, text in files.items()})


def patterns(found: SiteConfiguration) -> list[tuple[str, str, str, str]]:
    return [
        (root.folder, root.base, permalink.folder, permalink.pattern)
        for root in found.content_roots
        for permalink in root.permalinks
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("_config.yml", r'url: "https://\0a.example"'),
        ("pelicanconf.py", r'SITEURL = "https://\ud800a.example"'),
    ],
)
def test_characters_that_cannot_be_stored_are_dropped(name, text):
    assert configuration_in({name: text.encode()}).site_url == "https://a.example"


class TestJekyll:
    def test_a_scope_counts_before_a_collection_and_the_site(self):
        found = configuration(
            _config__yml="url: https://www.example.org\nbaseurl: /blog\npermalink: pretty\n"
            "timezone: Europe/Oslo\n"
            "collections: {posts: {permalink: '/news/:title/'}}\n"
            "defaults: [{scope: {type: posts}, values: {permalink: ':year/:title/'}}]\n"
        )

        assert found.generator == Generator.JEKYLL
        assert (found.host, found.base_path, found.time_zone) == ("example.org", "/blog", "Europe/Oslo")
        assert [pattern for *_, folder, pattern in patterns(found) if folder == "_posts"] == [
            ":year/:title/",
            "/news/:title/",
            "/:categories/:year/:month/:day/:title/",
        ]


class TestHexo:
    def test_is_told_from_jekyll_by_its_settings(self):
        stated = "url: https://example.org/b\nroot: /b/\npermalink: ':title/'\nlanguage: [zh-CN, en]\n"
        found = configuration(_config__yml=f"{stated}source_dir: text\npost_asset_folder: false\n")

        assert configuration(_config__yml=stated).generator == Generator.JEKYLL
        assert (found.generator, found.base_path, found.static_roots) == (Generator.HEXO, "/b", ("text",))
        assert patterns(found) == [("text", "", "_posts", ":title/"), ("text", "", "", "/:path/")]


class TestHugo:
    def test_mounts_languages_and_sections_are_read(self):
        found = configuration(
            hugo__toml='baseURL = "https://example.org/x/"\ndefaultContentLanguage = "en"\n'
            '[permalinks.page]\nposts = "/:year/:slug/"\n[languages.de]\ncontentDir = "content/de"\n'
            '[[module.mounts]]\nsource = "texts"\ntarget = "content/news"\n'
        )

        assert (found.base_path, found.languages) == ("/x", ("en", "de"))
        assert [(root.folder, root.base, root.language) for root in found.content_roots] == [
            ("texts", "news", ""),
            ("content/de", "", "de"),
            ("content", "", ""),
        ]
        assert patterns(found)[0] == ("texts", "news", "posts", "/:year/:slug/")

    def test_the_parts_of_a_configuration_folder_belong_together(self):
        files = {
            "config/_default/hugo.yaml": b"baseURL: https://example.org/",
            "config/_default/permalinks.yaml": b"posts: /:slug/",
        }

        assert patterns(configuration_in(files)) == [("content", "", "posts", "/:slug/")]


class TestZola:
    def test_a_config_toml_with_base_url_is_zolas(self):
        found = configuration(config__toml='base_url = "https://example.org"\n[languages.fr]\n')

        assert (found.generator, found.languages) == (Generator.ZOLA, ("en", "fr"))

    def test_a_config_toml_of_another_program_is_none(self):
        assert configuration(config__toml="[server]\nport = 1\n") is None


class TestDocusaurus:
    def test_literals_are_read_and_code_is_not(self):
        found = configuration(
            docusaurus__config__ts="""
            // url: 'https://comment.example'
            const url = 'https://variable.example';
            export default { title: 'x', headTags: [{attributes: {url: 'https://head.example'}}],
              url: 'https://example.org', baseUrl: '/site/', staticDirectories: ['public', "../outside"],
              i18n: {defaultLocale: 'en', locales: ['en', 'fr']},
              presets: [['classic', {docs: false, blog: {path: './posts', routeBasePath: '/'}}]],
              plugins: [['@docusaurus/plugin-content-blog',
                {id: 'b', path: 'news', routeBasePath: 'news'}]] }"""
        )

        assert (found.site_url, found.static_roots) == ("https://example.org/site", ("public",))
        assert {(root.folder, root.base, root.language) for root in found.content_roots} == {
            ("posts", "", ""),
            ("news", "news", ""),
            ("i18n/fr/docusaurus-plugin-content-blog", "", "fr"),
            ("i18n/fr/docusaurus-plugin-content-blog-b", "news", "fr"),
        }


class TestPelican:
    def test_assignments_of_literals_are_read_and_nothing_runs(self, tmp_path):
        trap = tmp_path / "trap"
        found = configuration(
            pelicanconf__py=f"import pathlib\npathlib.Path({str(trap)!r}).touch()\nSITENAME = 'x'\n"
            "PATH = 'content'\nSITEURL = ''\nYEAR = '{date:%Y}'\nARTICLE_URL = YEAR + '/{slug}/'\n"
            "THEME = open('/etc/passwd').read()\nPATTERN = '\\d'\n",
            publishconf__py="from pelicanconf import *\nSITEURL = 'https://example.org'\n",
        )

        assert not trap.exists()
        assert found.host == "example.org"
        assert patterns(found)[0] == ("content", "", "", "{date:%Y}/{slug}/")


class TestMkDocs:
    def test_the_blog_plugin_is_read_and_python_tags_are_ignored(self):
        found = configuration(
            mkdocs__yml="site_url: https://example.org/project/\nplugins:\n  - search\n"
            "  - blog: {blog_dir: news, post_url_date_format: yyyy/M, post_url_format: '{date}/{file}'}\n"
            "markdown_extensions:\n  - emoji: {index: !!python/name:material.twemoji , x: !ENV A}\n"
        )

        assert found.base_path == "/project"
        assert patterns(found) == [
            ("docs/news/posts", "news", "", "/{date:%Y/%-m}/{file}/"),
            ("docs", "", "", ":path"),
        ]


class TestHostile:
    BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{name}: &{name} [{','.join(f'*{before}' for _ in range(9))}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("_config.yml", BOMB),
            ("_config.yml", "x: " + "[" * 5000),
            ("_config.yml", "&a x: {<<: *a}" + "\nk: 1" * 30_000),
            ("hugo.toml", "[" + "a." * 5000 + "a]"),
            ("hugo.json", "[" * 50_000),
            ("pelicanconf.py", "X = " + "(" * 50_000),
            ("mkdocs.yml", "x" * 600_000),
            ("docusaurus.config.js", "{" * 100_000),
        ],
    )
    def test_is_refused_quickly(self, name, text):
        began = time.process_time()

        with pytest.raises(ConfigurationError):
            configuration_in({name: text.encode()})

        assert time.process_time() - began < 2

    @pytest.mark.parametrize("text", ["/*" * 200_000, "'\"" * 200_000, "`" * 400_001, "a:" * 200_000])
    def test_javascript_takes_linear_time(self, text):
        began = time.process_time()

        assert configuration_in({"docusaurus.config.js": text.encode()}) is None
        assert time.process_time() - began < 2

    def test_folders_outside_are_left_out(self):
        found = configuration(_config__yml="source: ../../etc\n")

        assert [root.folder for root in found.content_roots] == [""]

    def test_odd_encodings_and_types_do_not_stop_it(self):
        assert (
            configuration_in({"_config.yml": "url: https://exämple.org\n".encode("utf-16")}).host
            == "exämple.org"
        )
        assert configuration_in(
            {"_config.yml": b"title: \xff\npermalink: [1]\ncollections: 3\ndefaults: {}\n"}
        )
        assert configuration_in({"_config.yml": b"url: 'http://[half'\n"}).host == ""


class TestEleventy:
    @pytest.mark.parametrize(
        ("name", "text", "pattern"),
        [
            ("posts.json", '{"permalink": "/p/{{ page.fileSlug }}/"}', "/p/{{ page.fileSlug }}/"),
            ("posts.11tydata.json", '{"permalink": false}', "false"),
            (
                "posts.11tydata.js",
                "module.exports = {tags: ['a'], permalink: '/{{ title | slugify }}/'};",
                "/{{ title | slugify }}/",
            ),
            (
                "posts.11tydata.js",
                "export default { eleventyComputed: { permalink: '/c/' }, permalink: '/d/' }",
                "/c/",
            ),
            (
                "posts.11tydata.js",
                "export default { permalink: (data) => `/w/${data.page.fileSlug}/` }",
                "/w/{{ page.fileSlug }}/",
            ),
            (
                "posts.11tydata.js",
                "export default { permalink({page}) { return `/w/${ page.fileSlug }/` } }",
                "/w/{{ page.fileSlug }}/",
            ),
        ],
    )
    def test_the_permalink_of_a_folder_is_read_and_nothing_runs(self, name, text, pattern):
        files = {"eleventy.config.js": b"x = {dir: {input: 'src'}}", f"src/posts/{name}": text.encode()}

        assert patterns(configuration_in(files)) == [("src", "", "posts", pattern)]

    @pytest.mark.parametrize("text", ["export default { permalink: (data) => make(data) }", "[1", "{"])
    def test_code_and_other_files_give_none(self, text):
        files = {"eleventy.config.js": b"x", "posts/posts.11tydata.js": text.encode()}
        files |= {"posts/posts.json": text.encode()}

        assert patterns(configuration_in(files)) == []

    def test_the_deepest_folder_counts_first(self):
        data = {
            f"{path}.11tydata.js": f"export default {{permalink: '/{path}/'}}".encode()
            for path in ("a/a", "a/b/b")
        }

        found = configuration_in({"eleventy.config.js": b"x", **data})

        assert [folder for *_, folder, _ in patterns(found)] == ["a/b", "a"]


class TestAstro:
    def test_site_and_public_folder_are_read_but_no_addresses(self):
        found = configuration(
            astro__config__mjs="import { defineConfig } from 'astro/config';\n"
            "export default defineConfig({ site: 'https://example.org', base: '/sea', publicDir: './x' });\n"
        )

        assert (found.generator, found.host, found.base_path) == (Generator.ASTRO, "example.org", "/sea")
        assert (found.static_roots, found.content_roots) == (("x",), ())

    @pytest.mark.parametrize(
        ("page", "base", "pattern"),
        [
            ("src/pages/blog/[...slug].astro", "blog", "/:folders/:slug/"),
            ("src/pages/writing/[id].astro", "writing", "/:slug/"),
            ("src/pages/[...slug].astro", "", "/:folders/:slug/"),
        ],
    )
    def test_the_page_of_a_collection_shows_its_addresses(self, page, base, pattern):
        found = configuration_in({"astro.config.mjs": b"x", page: b"await getCollection('sea', isShown)"})

        [root] = found.content_roots
        assert (root.folder, root.base, root.permalinks[0].pattern) == ("src/content/sea", base, pattern)

    def test_a_page_without_a_collection_shows_none(self):
        found = configuration_in({"astro.config.mjs": b"x", "src/pages/[id].astro": b"await sea()"})

        assert found.content_roots == ()
