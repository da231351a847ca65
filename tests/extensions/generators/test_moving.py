"""The commands of docs/extensions/generators.md, on a small site of each generator."""

import re
import shlex
from dataclasses import dataclass
from datetime import date

import pytest
from django.conf import settings
from django.core.management import call_command

from blog.models import Article, Image
from tests.support.images import image_bytes

pytestmark = pytest.mark.django_db

GUIDE = (settings.BASE_DIR / "docs/extensions/generators.md").read_text()
PICTURE = "a picture"


def command_of(section):
    """Return the arguments of the command in a section of the guide."""
    text = re.search(rf"^## {section}\n(.+?)(?=^##|\Z)", GUIDE, re.MULTILINE | re.DOTALL)[1]
    [line] = re.findall(r"^    bin/galley (.+)", text, re.MULTILINE)
    return shlex.split(line)


@dataclass
class Site:
    """A site with a dated post “Tides”, which shows an image and links to another post, “Moon”."""

    files: dict[str, str]
    old_address: str
    categories: tuple[str, ...] = ("Sea",)


YAML = "---\ntitle: {title}\ndate: 2020-01-02\ncategories: [Sea]\n---\n"
MOON = YAML.format(title="Moon") + "The moon.\n"
TIDES = YAML.format(title="Tides") + "High water. ![Sea]({image}) [Moon]({moon})\n"

SITES = {
    "Jekyll": Site(
        {
            "_config.yml": "title: Sea\npermalink: pretty\n",
            "assets/sea.png": PICTURE,
            "_posts/2020-01-02-tides.md": "---\ntitle: Tides\ncategories: [Sea]\n---\n"
            "High water. ![Sea](/assets/sea.png) [Moon]({% post_url 2020-01-03-moon %})\n",
            "_posts/2020-01-03-moon.md": "---\ntitle: Moon\n---\nThe moon.\n",
        },
        "/sea/2020/01/02/tides/",
    ),
    "Hexo": Site(
        {
            "_config.yml": "url: https://old.example\npermalink: :year/:title/\nsource_dir: source\n",
            "source/images/sea.png": PICTURE,
            "source/_posts/tides.md": TIDES.format(image="/images/sea.png", moon="/2020/moon/"),
            "source/_posts/moon.md": MOON,
        },
        "/2020/tides/",
    ),
    "Hugo": Site(
        {
            "hugo.toml": "baseURL = 'https://old.example/'\n[permalinks]\nposts = '/:year/:slug/'\n",
            "content/posts/tides/index.md": TIDES.format(image="sea.png", moon='{{< ref "moon.md" >}}'),
            "content/posts/tides/sea.png": PICTURE,
            "content/posts/moon.md": MOON,
        },
        "/2020/tides/",
    ),
    "Eleventy": Site(
        {
            "eleventy.config.js": "export default function (c) { c.addPassthroughCopy('img') }\n",
            "posts/posts.11tydata.js": "export default { permalink: '/sea/{{ page.fileSlug }}/' };\n",
            "posts/tides.md": TIDES.format(image="/img/sea.png", moon="/sea/moon/"),
            "posts/moon.md": MOON,
            "img/sea.png": PICTURE,
        },
        "/sea/tides/",
    ),
    "Docusaurus": Site(
        {
            "docusaurus.config.js": "export default { url: 'https://old.example', baseUrl: '/' };\n",
            "blog/2020-01-02-tides.md": TIDES.format(image="/img/sea.png", moon="./2020-01-03-moon.md"),
            "blog/2020-01-03-moon.md": MOON,
            "static/img/sea.png": PICTURE,
        },
        "/blog/2020/01/02/tides/",
    ),
    "Pelican": Site(
        {
            "pelicanconf.py": "PATH = 'content'\nARTICLE_URL = '{date:%Y}/{slug}/'\n",
            "content/tides.md": "Title: Tides\nDate: 2020-01-02\nCategory: Sea\n\n"
            "High water. ![Sea]({static}/images/sea.png) [Moon]({filename}/moon.md)\n",
            "content/moon.md": "Title: Moon\nDate: 2020-01-03\nCategory: Sea\n\nThe moon.\n",
            "content/images/sea.png": PICTURE,
        },
        "/2020/tides/",
    ),
    "MkDocs": Site(
        {
            "mkdocs.yml": "site_name: Sea\nplugins:\n  - blog\n",
            "docs/blog/posts/tides.md": "---\ndate:\n  created: 2020-01-02\ncategories: [Sea]\n---\n"
            "# Tides\n\nHigh water. ![Sea](sea.png) [Moon](moon.md)\n",
            "docs/blog/posts/moon.md": MOON,
            "docs/blog/posts/sea.png": PICTURE,
        },
        "/blog/2020/01/02/tides/",
    ),
    "Zola": Site(
        {
            "config.toml": "base_url = 'https://old.example'\n[markdown]\nhighlight_code = true\n",
            "content/blog/tides/index.md": "+++\ntitle = 'Tides'\ndate = 2020-01-02\n[taxonomies]\n"
            "categories = ['Sea']\n+++\nHigh water. ![Sea](sea.png) [Moon](@/blog/moon.md)\n",
            "content/blog/tides/sea.png": PICTURE,
            "content/blog/moon.md": "+++\ntitle = 'Moon'\ndate = 2020-01-03\n+++\nThe moon.\n",
        },
        "/blog/tides/",
    ),
    "Astro": Site(
        {
            "astro.config.mjs": "export default {};\n",
            "src/pages/blog/[...slug].astro": "const texts = await getCollection('blog');\n",
            "src/content/blog/tides.md": "---\ntitle: Tides\npubDate: 'Jan 02 2020'\ncategories: [Sea]\n---\n"
            "High water. ![Sea](/sea.png) [Moon](/blog/moon/)\n",
            "src/content/blog/moon.md": MOON,
            "public/sea.png": PICTURE,
        },
        "/blog/tides/",
    ),
    "Gatsby": Site(
        {
            "gatsby-config.js": "module.exports = [{ options: { path: `${__dirname}/content/` } }]",
            "gatsby-node.js": "value = createFilePath({ node }); createPage({ path: node.fields.slug })",
            "content/blog/tides/index.mdx": TIDES.format(image="../../../src/sea.png", moon="/blog/moon/"),
            "content/blog/moon.md": MOON,
            "src/sea.png": PICTURE,
        },
        "/blog/tides/",
    ),
}


class TestGenerators:
    @pytest.fixture(params=SITES)
    def name(self, request, tmp_path, monkeypatch):
        for path, content in SITES[request.param].files.items():
            target = tmp_path / "site" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(image_bytes() if content == PICTURE else content.encode())
        monkeypatch.chdir(tmp_path)
        return request.param

    def test_dry_run_and_import_do_what_the_guide_says(self, name, client):
        site, command = SITES[name], command_of(name)

        call_command(*command, "--dry-run")
        assert not Article.objects.exists()
        call_command(*command)

        article = Article.objects.get(title="Tides")
        assert article.status == Article.Status.PUBLISHED
        assert article.dated_at.date() == date(2020, 1, 2)
        assert {category.name for category in article.categories.all()} == {*site.categories}
        assert client.get(site.old_address)["Location"] == "/articles/tides/"
        page = client.get("/articles/tides/").content.decode()
        assert f'src="{Image.objects.get().url}"' in page
        assert '<a href="/articles/moon/">Moon</a>' in page
