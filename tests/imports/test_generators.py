"""Two blogs of site generators: Hugo's bundles with images, and Jekyll's dated posts."""

import itertools
import re
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import transaction

from blog.documents.notices import NoticeKind
from blog.imports.report import ImportOptions, StatusRule
from blog.imports.run import import_articles
from blog.models import Article, Redirect
from tests.support.html_tree import parse
from tests.support.images import image_bytes

pytestmark = pytest.mark.django_db

COUNT = 10  # each body twice, and each date, draft, language and line ending

HUGO_BODIES = itertools.cycle(
    [
        '{{< figure src="sea.png" alt="Sea" title="Low water" >}}\n\nWords follow.\n\n<!--more-->\nMore.\n',
        '## Part {#part}\n\n![The sea](sea.png)\n\nSee [the other]({{< relref "post-01" >}}) one.\n',
        '{{< highlight go "linenos=table" >}}\nfmt.Println("{{ x }}")\n{{< /highlight >}}\n\nWords.\n',
        "{{% notice warning %}}\nMind the **tide**.\n{{% /notice %}}\n\n{{< youtube w7Ft2ymGmfc >}}\n",
        "Mass and energy: $E_0 = m_0 * c^2 * 1$.\n\n```\n{{</* figure */>}}\n```\n",
    ]
)
JEKYLL_BODIES = itertools.cycle(
    [
        "![The sea]({{ site.baseurl }}/assets/sea.png){: .wide }\n\nWords.\n{: .lead}\n",
        "* TOC\n{:toc}\n\n# Title\n\nAs [before]({% post_url 2019-01-01-post-00 %}).\n",
        "{% highlight ruby %}\nputs '<b>{{ x }}</b>'\n{% endhighlight %}\n\nWords.\n",
        '{% include image.html src="/assets/sea.png" alt="Sea" %}\n\n{% if page.a %}Words{% endif %}\n',
        '```liquid\n{% raw %}{{ page.title }}{% endraw %}\n```\n\n{% include note.html text="a *b* <i>" %}\n',
    ]
)


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def write_hugo_site(root):
    for number in range(COUNT):
        language = ".fr" if number % 10 == 9 else ""
        front_matter = (
            f'+++\ntitle = "Post {number}"\ndate = 2021-03-{number % 28 + 1:02}T0{number % 10}:30:00+01:00\n'
            f'draft = {"true" if number % 7 == 3 else "false"}\ntags = ["Sea", "tide {number % 5}"]\n'
            f'categories = ["Notes"]\naliases = ["/old/{number}/", "/{number}.html"]\n'
            f'images = ["sea.png"]\n[params]\n  math = true # kept\n+++\n'
        )
        folder = root / "content" / "posts" / f"post-{number:02}"
        write(folder / f"index{language}.md", f"{front_matter}\n{next(HUGO_BODIES)}")
        write(folder / "sea.png", image_bytes(colour=(number, 90, 120)))
    write(root / "content" / "posts" / "_index.md", "+++\ntitle = 'Posts'\n+++\n")
    return root / "content"


def write_jekyll_site(root):
    for number in range(COUNT):
        ending = "\r\n" if number % 6 == 5 else "\n"
        front_matter = (
            f'---\nlayout: post\ntitle:  "Post: {number}"\ncategories: sea {number % 4}\n'
            f"tags: [Sea, 'tide {number % 5}']\npermalink: /{2000 + number}/post-{number:02}.html\n"
            f"comments: {'true' if number % 2 else '~'}\n---\n"
        )
        text = f"{front_matter}\n{next(JEKYLL_BODIES)}".replace("\n", ending)
        write(root / "_posts" / f"2019-{number % 12 + 1:02}-01-post-{number:02}.md", text)
    write(root / "assets" / "sea.png", image_bytes())
    return root / "_posts"


@pytest.fixture(scope="class", params=["hugo", "jekyll"])
def imported(request, django_db_setup, django_db_blocker, tmp_path_factory):
    """A blog, the reports of its import, and its export. The rows are there for all tests of a class."""
    root = tmp_path_factory.mktemp("site")
    site = write_hugo_site(root) if request.param == "hugo" else write_jekyll_site(root)
    with django_db_blocker.unblock(), transaction.atomic():
        reports = []
        report = import_articles([site], options_of(site), on_file=reports.append)
        call_command("export_articles", root / "out")
        yield SimpleNamespace(site=site, reports=reports, report=report, exported=root / "out")
        transaction.set_rollback(True)


def run(folder):
    reports = []
    import_articles([folder], options_of(folder), on_file=reports.append)
    return reports


def options_of(folder):
    return ImportOptions(status=StatusRule.AS_FILE, static_root=folder.parent)


def prose(html):
    """Return the words of a page outside of code."""
    return parse(re.sub(r"<(pre|code)\b.*?</\1>", "", html, flags=re.DOTALL)).text


class TestBlogsOfGenerators:
    def test_every_post_is_an_article_with_its_date_slug_and_image(self, imported):
        reports = imported.reports
        assert [str(report.outcome) for report in reports if "_index" not in report.file] == [
            "created"
        ] * COUNT
        assert Article.objects.filter(dated_at__isnull=False, slug__startswith="post-").count() == COUNT
        assert not [warning for report in reports for warning in report.warnings if "not shown" in warning]

    def test_each_image_is_stored_and_shown(self, imported):
        shown = [article.body_html for article in Article.objects.all() if "sea.png" in article.body]

        assert len(shown) == COUNT * 2 // 5
        assert all('src="/media/images/' in html for html in shown)

    def test_export_equals_the_imported_bytes(self, imported):
        site = imported.site
        sources = {path.relative_to(site): path for path in site.rglob("*.md") if path.name != "_index.md"}
        assert len(sources) == COUNT
        assert {path: (imported.exported / path).read_bytes() for path in sources} == {
            path: source.read_bytes() for path, source in sources.items()
        }

    def test_no_page_shows_front_matter_entities_or_tags(self, imported):
        for words in map(prose, Article.objects.values_list("body_html", flat=True)):
            assert not re.search(
                r"^(?:---|\+\+\+|layout:|title ?[:=])|&#?\w+;|\{\{< figure|\{:|</?(?:img|figure|p)\b",
                words,
                re.M,
            )

    def test_leftovers_are_reported(self, imported):
        report = imported.report

        damaged = sum("template tags" in " ".join(each.warnings) for each in report.flagged_files)
        assert damaged + report.remarks[NoticeKind.CONVERTED].total() >= COUNT * 4 // 5

    def test_old_addresses_redirect_to_published_articles(self, imported, client):
        for article in Article.objects.published()[:3]:
            for redirect in article.redirects.all():
                assert client.get(redirect.path).headers["Location"] == article.get_absolute_url()
        assert Redirect.objects.count() >= COUNT

    def test_a_second_run_changes_nothing(self, imported):
        outcomes = {str(report.outcome) for report in run(imported.site) if "_index" not in report.file}

        assert outcomes == {"unchanged"}


class TestHugo:
    def test_bundles_bring_images_languages_and_excerpts(self, tmp_path):
        run(write_hugo_site(tmp_path / "site"))

        first = Article.objects.get(slug="post-00")
        assert first.hero_image.file
        assert Article.objects.exclude(hero_image__file="").count() == COUNT
        assert first.excerpt == "Words follow."
        assert Article.objects.filter(language="fr").count() == COUNT // 10
        assert Article.objects.published().filter(slug="post-03").count() == 0


class TestHtmlAndMdx:
    @pytest.fixture
    def site(self, tmp_path):
        root = tmp_path / "site"
        write(
            root / "_posts" / "2020-01-02-ebb.de.html",
            "---\ntitle: Ebb\n---\n<div>\n\n    <p>The sea falls.</p>\n    <script>x()</script>\n</div>\n",
        )
        write(
            root / "blog" / "_draft-tides.mdx", "import A from './a'\n\n# Tides\n\n<A />\n\nThe moon pulls.\n"
        )
        write(root / "blog" / "_note.mdx", "Part of pages.\n")
        write(root / "_layouts" / "post.html", "---\nlayout: default\n---\n{{ content }}\n")
        return root

    def test_are_articles_but_templates_are_not(self, site):
        reports = []

        import_articles(
            [site], ImportOptions(checks=False, status=StatusRule.AS_FILE), on_file=reports.append
        )

        assert [(each.file, str(each.outcome)) for each in reports] == [
            ("_layouts/post.html", "skipped"),
            ("_posts/2020-01-02-ebb.de.html", "created"),
            ("blog/_draft-tides.mdx", "created"),
            ("blog/_note.mdx", "skipped"),
        ]
        tides, ebb = Article.objects.order_by("slug")
        assert (ebb.slug, ebb.language, ebb.status) == ("ebb", "de", "published")
        assert "<p>The sea falls.</p>" in ebb.body_html
        assert "x()" not in ebb.body_html
        assert (tides.title, tides.status) == ("Tides", "new")
        assert "import" not in tides.body_html

    def test_are_exported_as_they_came_and_with_edits(self, site, tmp_path):
        import_articles([site], ImportOptions(checks=False))
        call_command("export_articles", str(tmp_path / "same"))
        article = Article.objects.get(title="Ebb")
        article.body = article.body.replace("falls", "sinks")
        article.save()

        call_command("export_articles", str(tmp_path / "edited"))

        path = "_posts/2020-01-02-ebb.de.html"
        assert (tmp_path / "same" / path).read_bytes() == (site / path).read_bytes()
        assert b"<p>The sea sinks.</p>" in (tmp_path / "edited" / path).read_bytes()
