"""The folder for a site generator: settings, front matter, addresses, images and redirects."""

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from django.core.management import CommandError, call_command

from blog.extensions.generators.export.formats import FORMATS
from blog.imports.report import ImportOptions, StatusRule
from blog.imports.run import import_articles
from blog.models import Article, Image, Redirect
from tests.support.durations import IS_LONG
from tests.support.factories import create_page
from tests.support.images import image_bytes

pytestmark = pytest.mark.django_db

HUGO = shutil.which("hugo")

SETTINGS = {
    "hugo": "hugo.toml",
    "jekyll": "_config.yml",
    "eleventy": "content/_data/site.json",
    "zola": "config.toml",
    "astro": "src/data/site.json",
}
TEXTS = {
    "hugo": ("content/articles/tides.md", "content/pages/about.md"),
    "jekyll": ("_posts/2020-01-02-tides.md", "pages/about.md"),
    "eleventy": ("content/articles/tides.md", "content/pages/about.md"),
    "zola": ("content/articles/tides.md", "content/pages/about.md"),
    "astro": ("src/content/articles/tides.md", "src/content/pages/about.md"),
}
TITLE = 'The "tides": {{ x }} #1'
TIDES = f"""---
title: '{TITLE}'
slug: tides
date: 2020-01-02T10:00:00Z
categories: [High sea]
tags: ["a: b"]
authors: [Ida Aas]
aliases: [/2020/tides.html]
---
High water. ![The sea](sea.png) See [the moon](moon.md) and [this]({{% post_url gone %}}).

```
{{{{< figure >}}}} {{{{ x }}}}
```
"""


@pytest.fixture(params=FORMATS)
def generator(request):
    return request.param


def make_site(path):
    folder = path / "posts"
    folder.mkdir()
    (folder / "tides.md").write_text(TIDES)
    (folder / "moon.md").write_text("---\ntitle: Moon\ndate: 2020-01-03\n---\nThe moon.\n")
    (folder / "later.md").write_text("---\ntitle: Later\ndate: 2020-01-03\ndraft: true\n---\nNot yet.\n")
    (folder / "sea.png").write_bytes(image_bytes())
    import_articles([folder], ImportOptions(status=StatusRule.AS_FILE))
    create_page(
        slug="about",
        title="About",
        body=f"About [the tides](/2020/tides.html). ![]({Image.objects.get().url}?a=1)",
    )
    Redirect.objects.create(path="/old/", address="/archive/")
    Redirect.objects.create(path="/gone/", is_gone=True)
    Redirect.objects.create(path="/index.xml", address="/feeds/atom.xml")


@pytest.fixture(scope="class")
def exports(rows_of_class, tmp_path_factory):
    """The site, written for each generator, and its only image."""
    path = tmp_path_factory.mktemp("site")
    make_site(path)
    for generator in FORMATS:
        call_command("export_site", generator, path / generator)
    image = Image.objects.get()
    return SimpleNamespace(path=path, url=image.url, picture=Path(image.file.path).read_bytes())


@pytest.fixture
def written(exports, generator):
    return exports.path / generator


def read(path):
    """Return the front matter and the text of a file."""
    mark, values, body = re.match(
        r"(---|\+\+\+)\n(.*?)^\1\n(.*)", path.read_text(), re.DOTALL | re.MULTILINE
    ).groups()
    return (tomllib.loads if mark == "+++" else yaml.safe_load)(values), body


def settings_in(path):
    load = {".toml": tomllib.loads, ".yml": yaml.safe_load, ".json": json.loads}[path.suffix]
    return load(path.read_text())


class TestFolder:
    def test_has_settings_with_the_name_of_the_site(self, written, generator, settings):
        found = settings_in(written / SETTINGS[generator])

        assert settings.SITE_NAME in found.values()
        assert {value.rstrip("/") for value in found.values() if isinstance(value, str)} >= {
            settings.SITE_URL
        }

    def test_texts_have_their_title_date_topics_and_address(self, written, generator):
        values, _ = read(written / TEXTS[generator][0])

        names = values.get("taxonomies", values)
        assert values["title"] == TITLE
        assert str(values["date"])[:10] == "2020-01-02"
        assert names["tags"] == ["a: b"]
        assert names["categories"] == (["high-sea"] if generator == "hugo" else ["High sea"])
        address = (
            values.get("url")
            or values.get("permalink")
            or values.get("path")
            or f"/articles/{values['slug']}/"
        )
        assert address.strip("/") == "articles/tides"
        page = read(written / TEXTS[generator][1])[0]
        assert page["title"] == "About"
        if generator == "jekyll":
            assert [values["layout"], page["layout"]] == ["article", "page"]

    def test_links_and_images_have_public_addresses(self, written, generator, exports):
        _, body = read(written / TEXTS[generator][0])

        assert f"![The sea]({exports.url}) See [the moon](/articles/moon/) and this." in body
        static = written / FORMATS[generator].static
        assert (static / exports.url.lstrip("/")).read_bytes() == exports.picture
        assert f"[the tides](/articles/tides/). ![]({exports.url})" in read(written / TEXTS[generator][1])[1]

    def test_drafts_are_not_published(self, written, generator):
        path = written / TEXTS[generator][0].replace("tides", "later").replace("01-02", "01-03")

        values, _ = read(path)
        assert values.get("draft") is True or values.get("published") is False

    def test_redirects_are_files_or_aliases_and_listed(self, written, generator):
        static = written / FORMATS[generator].static
        lines = (static / "_redirects").read_text().splitlines()
        assert {"/2020/tides.html /articles/tides/ 301", "/gone/ /404.html 410", "/old/ /archive/ 301"} <= {
            *lines
        }

        assert not (static / "index.xml").exists()  # Hugo writes a feed there
        assert 'url=/archive/"' in (static / "old/index.html").read_text()
        if FORMATS[generator].has_aliases:
            aliases = read(written / TEXTS[generator][0])[0]["aliases"]
            assert [alias.strip("/") for alias in aliases] == ["2020/tides.html"]
        else:
            assert 'url=/articles/tides/"' in (static / "2020/tides.html").read_text()

    def test_is_not_written_over_another(self, written, generator):
        with pytest.raises(CommandError, match="not empty"):
            call_command("export_site", generator, written)


@pytest.mark.skipif(not (IS_LONG and HUGO), reason="needs GALLEY_TEST_LONG=1 and hugo")
def test_hugo_builds_every_address(tmp_path):
    make_site(tmp_path)
    call_command("export_site", "hugo", tmp_path / "out")

    subprocess.run([HUGO, "--quiet"], cwd=tmp_path / "out", check=True, timeout=120)  # noqa: S603 -- no input

    public = tmp_path / "out" / "public"
    for article in Article.objects.published():
        assert (public / article.get_absolute_url().strip("/") / "index.html").exists()
    page = (public / "articles/tides/index.html").read_text()
    assert "{{&lt; figure &gt;}} {{ x }}" in page
    assert (public / "categories/high-sea/index.html").exists()
