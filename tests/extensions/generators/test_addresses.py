"""Every imported article answers at the address that its generator gave it."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog.imports.restore import restore_import
from blog.imports.undo import undo_import
from blog.models import Article, Category, ImportRun, Redirect
from tests.support.factories import create_article, create_page
from tests.support.import_files import run

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(tmp_path):
    """A site of Jekyll with two published posts."""
    posts = tmp_path / "site/_posts"
    posts.mkdir(parents=True)
    (tmp_path / "site/_config.yml").write_text("url: https://example.org\npermalink: date\n")
    for name in ("2020-01-02-tides", "2020-01-03-moon"):
        (posts / f"{name}.md").write_text(f"---\ntitle: {name}\n---\nText of {name}.\n")
    return tmp_path / "site"


def imported(site, **options):
    return run(site, **({"status": "published"} | options))


class TestFoundPattern:
    def test_every_form_of_the_address_leads_to_the_article_at_once(self, site, client):
        imported(site)

        stem = "/2020/01/02/tides"
        assert Redirect.objects.get(article__slug="tides").path == f"{stem}.html"
        for form in ("", "/", ".html", "/index.html"):
            response = client.get(stem + form)
            assert (response.status_code, response["Location"]) == (301, "/articles/tides/")

    def test_an_unpublished_article_shows_nothing(self, site, client):
        imported(site, status="new")

        assert client.get("/2020/01/02/tides/").status_code == 404

    def test_a_second_run_changes_nothing(self, site):
        imported(site)
        before = list(Redirect.objects.values())

        assert {str(report.outcome) for report in imported(site)} == {"unchanged"}
        assert list(Redirect.objects.values()) == before

    def test_addresses_in_use_are_left_and_named(self, site, client):
        (site / "_config.yml").write_text("permalink: /:title/\n")
        create_page(slug="tides")
        Redirect.objects.create(path="/moon/", article=create_article(slug="other"))

        reports = imported(site)

        assert [warning for report in reports for warning in report.warnings if "old address" in warning] == [
            "old address /tides/ is a page of this site: no redirect created.",
            "old address /moon/ already redirects to another page: left as it is.",
        ]
        assert client.get("/tides/").status_code == 200
        assert client.get("/moon/")["Location"] == "/articles/other/"

    def test_reserved_paths_are_left_and_named(self, site):
        (site / "_config.yml").write_text("permalink: /admin/:title/\n")

        reports = imported(site)

        assert any("is not part of the public site" in warning for warning in reports[0].warnings)
        assert not Redirect.objects.exclude(article=None).exists()


class TestGivenPattern:
    def test_counts_instead_of_the_configuration(self, site):
        imported(site, addresses="/blog/:title/")

        redirects = Redirect.objects.exclude(article=None)
        assert set(redirects.values_list("path", flat=True)) == {"/blog/tides/", "/blog/moon/"}

    def test_adds_redirects_to_unchanged_files(self, site, client):
        imported(site, addresses="off")
        assert not Redirect.objects.exists()  # nor those of feeds

        reports = imported(site, addresses="/blog/:title/")

        assert {str(report.outcome) for report in reports} == {"unchanged"}
        assert client.get("/blog/tides/")["Location"] == "/articles/tides/"

    def test_that_is_invalid_stops_the_import(self, site):
        with pytest.raises(CommandError, match="--addresses: :nonsense is not a known token"):
            call_command("import_articles", site, addresses="/:nonsense/:title/")

    def test_is_shown_with_examples(self, site, capsys):
        call_command("import_articles", site, "--dry-run")

        shown = capsys.readouterr().out
        assert "/:categories/:year/:month/:day/:title:output_ext (Jekyll, _config.yml)" in shown
        assert "_posts/2020-01-02-tides.md → /2020/01/02/tides.html" in shown
        assert not Redirect.objects.exists()


class TestPagesOfTheGenerator:
    @pytest.fixture
    def tagged(self, site):
        front_matter = "title: Tides\ncategories: [High Sea]\nauthor: Ida Aas\ntags: [moon light, High sea]"
        (site / "_posts/2020-01-02-tides.md").write_text(f"---\n{front_matter}\n---\nText.\n")
        return site

    def test_feeds_categories_authors_and_tags_lead_to_ours(self, tagged, client):
        imported(tagged)

        for old, new in {
            "/feed.xml": "/feeds/atom.xml",
            "/rss.xml": "/feeds/rss.xml",
            "/feed": "/feeds/rss.xml",
            "/category/high-sea/": "/categories/high-sea/",
            "/author/ida-aas.html": "/authors/ida-aas/",
            "/tag/moon-light": "/tags/moon-light/",
            "/tags/high-sea/": "/categories/high-sea/",
            "/tags": "/categories/",
            "/author/": "/authors/",
        }.items():
            assert (client.get(old).status_code, client.get(old).headers.get("Location")) == (301, new)

    def test_pages_and_redirects_that_exist_are_kept(self, tagged, client):
        create_page(slug="feed")
        Redirect.objects.create(path="/rss.xml", address="https://elsewhere.example/")

        imported(tagged)

        assert client.get("/feed/").status_code == 200
        assert client.get("/rss.xml")["Location"] == "https://elsewhere.example/"

    def test_only_their_insert_is_in_a_transaction(self, tagged):
        """On SQLite, nobody else can write meanwhile."""
        with CaptureQueriesContext(connection) as queries:
            imported(tagged)

        sql = [query["sql"] for query in queries]
        insert = max(n for n, statement in enumerate(sql) if 'INTO "blog_redirect"' in statement)
        assert [statement.partition(" ")[0] for statement in sql[insert - 1 : insert + 2]] == [
            *("SAVEPOINT", "INSERT", "RELEASE")
        ]

    def test_an_undo_deletes_them(self, tagged):
        imported(tagged)

        undo_import(ImportRun.objects.get())

        assert not Redirect.objects.exists()
        assert not Category.objects.exists()

    def test_an_undo_in_the_admin_deletes_them_and_its_restore_adds_them_again(self, tagged):
        imported(tagged, addresses="off")
        (tagged / "_posts/2020-01-03-moon.md").write_text("---\ntitle: Moon\n---\nNew words.\n")
        imported(tagged, addresses="/blog/:title/")
        values = ("path", "article", "category", "author", "address", "created_by_import")
        before = set(Redirect.objects.values_list(*values))
        undo_import(ImportRun.objects.first(), is_restorable=True)
        assert not Redirect.objects.exists()
        Redirect.objects.create(path="/feed.xml", address="https://elsewhere.example/")

        restore_import(ImportRun.objects.first())

        after = set(Redirect.objects.values_list(*values))
        assert {row[0] for row in before ^ after} == {"/feed.xml"}
        assert ("/feed.xml", None, None, None, "https://elsewhere.example/", None) in after
        assert ImportRun.objects.first().withdrawn_redirects == []

    def test_a_given_pattern_is_enough(self, tagged, client):
        (tagged / "_config.yml").unlink()

        imported(tagged, addresses="/blog/:title/")

        assert client.get("/blog/feed.xml")["Location"] == "/feeds/atom.xml"
        assert client.get("/blog/")["Location"] == "/"
        assert client.get("/tags/high-sea/")["Location"] == "/categories/high-sea/"


class TestSlugs:
    @pytest.fixture
    def pelican(self, tmp_path):
        folder = tmp_path / "pelican"
        (folder / "content").mkdir(parents=True)
        (folder / "pelicanconf.py").write_text("PATH = 'content'\nSITENAME = 'x'\n")
        (folder / "content/0001.md").write_text("Title: The Tides of May\nDate: 2020-01-02\n\nText.\n")
        return folder

    def test_of_pelican_come_from_the_title(self, pelican, client):
        imported(pelican)

        assert Article.objects.get().slug == "the-tides-of-may"
        assert client.get("/the-tides-of-may.html")["Location"] == "/articles/the-tides-of-may/"

    def test_stay_when_the_file_changes(self, pelican):
        imported(pelican, addresses="off")
        (pelican / "content/0001.md").write_text("Title: The Tides of June\nDate: 2020-01-02\n\nText!\n")

        reports = imported(pelican, on_conflict="file")

        assert str(reports[0].outcome) == "updated"
        assert Article.objects.get().slug == "0001"

    def test_of_copies_are_compared_as_they_are_made(self, pelican):
        imported(pelican)
        (pelican / "content/copy.md").write_bytes((pelican / "content/0001.md").read_bytes())

        assert {str(report.outcome) for report in imported(pelican)} == {"unchanged", "skipped"}
