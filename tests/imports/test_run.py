"""Import files: the same files always result in the same articles, and bad files do no harm."""

import os

import pytest

from blog.imports.report import ConflictRule, Outcome, StatusRule
from blog.models import Article, Category, Redirect, SourceFile
from tests.support.changes import publish
from tests.support.import_files import outcomes, run, write

pytestmark = pytest.mark.django_db


class TestFirstImport:
    @pytest.mark.both_databases
    def test_every_field_of_the_dialect_is_stored(self, folder):
        write(
            folder,
            excerpt="Why the sea comes back.",
            metaDescription="The sea, explained.",
            category="Tides",
            categories=[
                {"type": "exact", "name": "Tides"},
                {"type": "general", "name": "Earth Science"},
                {"type": "niche", "name": "Tidal Dynamics"},
            ],
            trending=True,
            featured=True,
            image="https://images.example.com/sea.jpg?w=1200",
            imageAlt="Waves",
            imageCredit="Photo by [Ida Aas](https://example.com/@ida) on Example Photos",
            keywords=["sea", "moon"],
            readingTime=3,
            socialShare='"The sea keeps time."',
            generatedBy="Gemini",
            author="Idris Vale",
            mood="calm",
        )

        run(folder)

        article = Article.objects.get()
        assert article.title == "Tides"
        assert article.slug == "tides"
        assert article.dated_at.isoformat() == "2026-03-01T10:00:00+00:00"
        assert article.excerpt == "Why the sea comes back."
        assert article.meta_description == "The sea, explained."
        assert article.primary_category.name == "Tides"
        assert [(link.get_level_display(), link.category.name) for link in article.category_links.all()] == [
            ("exact", "Tides"),
            ("general", "Earth Science"),
            ("niche", "Tidal Dynamics"),
        ]
        assert article.is_trending
        assert article.is_featured
        assert article.hero_image.source == "https://images.example.com/sea.jpg?w=1200"
        assert article.hero_image.alt == "Waves"
        assert article.hero_image.credit.creator == "Ida Aas"
        assert article.hero_image.credit.source == "Example Photos"
        assert article.keywords == ["sea", "moon"]
        assert article.share_quote == '"The sea keeps time."'
        assert article.generated_by == "Gemini"
        assert [author.name for author in article.byline] == ["Idris Vale"]
        assert article.source_file.extra == {"mood": "calm"}
        assert article.body == "\nWater comes and goes.\n"
        assert "<p>Water comes and goes.</p>" in article.body_html

    def test_nothing_is_published_by_default(self, folder):
        write(folder, status="published")

        run(folder)

        assert Article.objects.get().status == Article.Status.NEW

    def test_files_in_folders_below_are_found(self, folder):
        write(folder, "a.md", slug="a")
        write(folder, "2026/march/b.MARKDOWN", slug="b")

        reports = run(folder)

        assert [report.file for report in reports] == ["2026/march/b.MARKDOWN", "a.md"]
        assert set(Article.objects.values_list("slug", flat=True)) == {"a", "b"}

    def test_a_single_file_is_keyed_like_its_folder(self, folder):
        path = write(folder)

        run(path)
        reports = run(folder)

        assert outcomes(reports) == ["unchanged"]

    @pytest.mark.both_databases
    def test_category_names_match_regardless_of_case_and_punctuation(self, folder):
        write(folder, "a.md", slug="a", category="Front-End")
        write(folder, "b.md", slug="b", category="front end")

        run(folder)

        assert Category.objects.get().name == "Front-End"
        assert Category.objects.get().primary_of.count() == 2

    @pytest.mark.both_databases
    def test_category_may_have_several_levels(self, folder):
        levels = [
            {"type": "general", "name": "Sea"},
            {"type": "niche", "name": "sea"},
            {"type": "niche", "name": "Sea"},
        ]
        write(folder, categories=levels)

        run(folder)

        assert Article.objects.get().category_links.count() == 2
        assert Category.objects.count() == 1


class TestStatus:
    @pytest.mark.parametrize(
        ("keys", "status"),
        [
            ({}, "published"),
            ({"draft": True}, "new"),
            ({"status": "maybe"}, "new"),
        ],
    )
    def test_as_file_follows_the_file(self, folder, keys, status):
        write(folder, **keys)

        run(folder, status=StatusRule.AS_FILE)

        assert Article.objects.get().status == status

    def test_published_articles_carry_the_date_of_the_file(self, folder):
        write(folder, status="new")

        run(folder, status=StatusRule.PUBLISHED)

        article = Article.objects.published().get()
        assert article.published_at == article.dated_at

    @pytest.mark.parametrize("date", [None, "sometime soon"])
    def test_without_a_usable_date_an_article_stays_new(self, folder, date):
        write(folder, date=date)

        (report,) = run(folder, status=StatusRule.PUBLISHED)

        article = Article.objects.get()
        assert (article.status, article.dated_at) == (Article.Status.NEW, None)
        assert "not published: the file has no usable date." in report.stored_warnings
        assert any("date" in warning for warning in report.warnings) == bool(date)

    def test_a_second_run_never_changes_the_status(self, folder):
        write(folder)
        run(folder)
        write(folder, body="Changed.\n")

        run(folder, status=StatusRule.PUBLISHED)

        article = Article.objects.get()
        assert article.status == Article.Status.NEW
        assert "Changed." in article.body


class TestSecondImport:
    @pytest.mark.both_databases
    def test_the_same_files_change_nothing(self, folder):
        write(folder)
        run(folder)
        before = Article.objects.values().get()

        reports = run(folder)

        assert outcomes(reports) == ["unchanged"]
        assert Article.objects.values().get() == before

    def test_a_change_is_found_although_size_and_time_of_the_file_stay(self, folder):
        path = write(folder)
        run(folder)
        before = path.stat()

        path.write_text(path.read_text().replace("comes", "rises"))
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

        assert path.stat().st_size == before.st_size
        assert outcomes(run(folder)) == ["updated"]

    @pytest.mark.both_databases
    def test_a_changed_file_updates_its_article(self, folder):
        write(folder, category="Sea", author="Ida")
        run(folder)
        before = Article.objects.get()

        write(folder, title="Tides, again", category="Moon", author="Tove")
        reports = run(folder)

        article = Article.objects.get()
        assert outcomes(reports) == ["updated"]
        assert (article.pk, article.uid) == (before.pk, before.uid)
        assert article.title == "Tides, again"
        assert article.primary_category.name == "Moon"
        assert [author.name for author in article.byline] == ["Tove"]

    def test_an_untouched_import_counts_as_unedited(self, folder):
        write(
            folder,
            title="x" * 400,
            slug="Ärger & Co",
            categories=["A", "a"],
            keywords="one, two",
            generatedBy="g" * 300,
        )
        run(folder)

        write(folder, title="Short")
        reports = run(folder)

        assert outcomes(reports) == ["updated"]

    @pytest.mark.both_databases
    def test_file_and_editor_both_changed_is_a_conflict_until_it_is_resolved(self, folder):
        write(folder)
        run(folder)
        article = Article.objects.get()
        article.title = "The editor's title"
        article.save()
        write(folder, title="The file's title", body="The file's new text.\n")

        (report,) = run(folder)

        article.refresh_from_db()
        assert report.outcome == Outcome.CONFLICT
        assert "title" in report.message
        assert article.title == "The editor's title"
        assert "new text" not in article.body
        assert outcomes(run(folder)) == ["conflict"]
        assert outcomes(run(folder, on_conflict=ConflictRule.FILE)) == ["updated"]
        assert outcomes(run(folder)) == ["unchanged"]
        assert Article.objects.get().title == "The file's title"

    def test_the_same_change_on_both_sides_is_no_conflict(self, folder):
        write(folder)
        run(folder)
        article = Article.objects.get()
        article.title = "Better"
        article.save()

        write(folder, title="Better")
        reports = run(folder)

        assert outcomes(reports) == ["updated"]

    @pytest.mark.both_databases
    def test_a_moved_file_keeps_its_article(self, folder):
        path = write(folder)
        run(folder)

        (folder / "sea").mkdir()
        path.rename(folder / "sea" / "tides.md")
        reports = run(folder)

        assert outcomes(reports) == ["updated"]
        assert SourceFile.objects.get().path == "sea/tides.md"
        assert outcomes(run(folder)) == ["unchanged"]

    def test_same_source_name_for_another_folder_overwrites_nothing(self, folder, tmp_path):
        write(folder, "index.md")
        run(folder, source_name="blog")
        other = tmp_path / "other"
        write(other, "index.md", title="Something else", slug="something-else")

        reports = run(other, source_name="blog")

        assert outcomes(reports) == ["conflict"]
        assert Article.objects.get().title == "Tides"


class TestOldAddresses:
    def paths(self):
        return list(Redirect.objects.values_list("path", flat=True))

    @pytest.mark.parametrize(
        ("keys", "address"),
        [
            ({"aliases": ["/2019/tides/"]}, "/2019/tides/"),
            ({"redirect_from": "/2019/tides.html?x=1"}, "/2019/tides.html"),
            ({"legacyUrl": "https://old.example/2019/tides"}, "/2019/tides"),
            ({"permalink": "/2019/tides/"}, "/2019/tides/"),
            ({"aliases": ["/articles/ebb/"]}, "/articles/ebb/"),
        ],
    )
    def test_redirect_to_the_article(self, folder, client, keys, address):
        write(folder, **keys)

        run(folder, status=StatusRule.PUBLISHED)

        assert client.get(address).headers["Location"] == "/articles/tides/"

    def test_a_slash_at_the_end_makes_no_difference(self, folder, client):
        write(folder, aliases=["/a", "/b/", "/node.js", "/v1.2/"])

        run(folder, status=StatusRule.PUBLISHED)

        for path in [f"/{name}{end}" for name in ("a", "b", "node.js", "v1.2") for end in ("", "/")]:
            assert client.get(path).headers["Location"] == "/articles/tides/"

    def test_a_second_run_adds_and_does_not_double(self, folder):
        write(folder, aliases=["/a.html"])
        run(folder)
        write(folder, aliases=["/b.html", "/a.html"])

        (report,) = run(folder)

        assert self.paths() == ["/a.html", "/b.html"]
        assert report.warnings == []

    def test_current_url_is_not_redirected(self, folder):
        write(folder, permalink="/articles/tides/")

        (report,) = run(folder)

        assert self.paths() == []
        assert report.warnings == []

    @pytest.mark.parametrize(
        "address", ["/", "/?p=12", "/archive", "/admin/x/", "/feeds/rss.xml", "/articles/ebb/"]
    )
    def test_existing_page_is_kept(self, folder, address):
        write(folder, "a.md", slug="ebb", title="Ebb")
        write(folder, "b.md", aliases=[address])

        _, report = run(folder, status="published")

        assert self.paths() == []
        assert "no redirect created" in report.warnings[0]

    def test_page_of_a_later_article_in_the_folder_is_kept(self, folder):
        write(folder, "a.md", aliases=["/articles/ebb/"])
        write(folder, "b.md", slug="ebb", title="Ebb")

        report, _ = run(folder, status="published")

        assert "/articles/ebb/" not in self.paths()
        assert "is a page of this site" in report.warnings[0]

    def test_path_of_a_new_article_redirects_until_published(self, folder, client):
        write(folder, "a.md", slug="ebb", title="Ebb")
        write(folder, "b.md", aliases=["/articles/ebb/"])

        _, report = run(folder)
        publish(Article.objects.get(slug="tides"))
        led_on = client.get("/articles/ebb/")
        publish(Article.objects.get(slug="ebb"))

        assert (report.warnings, led_on.url) == ([], "/articles/tides/")
        assert client.get("/articles/ebb/").status_code == 200
        assert self.paths() == []

    def test_existing_redirect_is_kept(self, folder):
        write(folder, "a.md", slug="ebb", title="Ebb", aliases=["/a.html"])
        write(folder, "b.md", aliases=["/a.html"])

        _, report = run(folder)

        assert {redirect.article.slug for redirect in Redirect.objects.all()} == {"ebb"}
        assert "already redirects to another page" in report.warnings[0]

    @pytest.mark.parametrize(
        ("host", "paths"),
        [("www.galley.example", ["/tides.html"]), ("elsewhere.example", [])],
    )
    def test_a_canonical_address_counts_if_it_is_of_this_site(self, folder, settings, host, paths):
        settings.SITE_URL = "https://galley.example"
        write(folder, canonical=f"https://{host}/tides.html")

        (report,) = run(folder)

        assert self.paths() == paths
        assert report.warnings == []


class TestSlugs:
    def test_taken_slug_with_its_own_number_gets_another(self, folder):
        write(folder, "a.md", title="First")
        write(folder, "b.md", title="Second")
        write(folder, "c.md", title="Third", slug="tides-2")

        reports = run(folder)

        assert [report.slug for report in reports] == ["tides", "tides-2", "tides-2-2"]

    def test_changed_and_new_file_get_different_slugs(self, folder):
        write(folder, "b.md", title="Second", slug="ebb")
        run(folder)

        write(folder, "a.md", title="First")
        write(folder, "b.md", title="Second", slug="tides")
        reports = run(folder)

        assert [report.slug for report in reports] == ["tides", "tides-2"]

    def test_the_number_stays_when_the_file_changes(self, folder):
        write(folder, "a.md", title="First")
        write(folder, "b.md", title="Second")
        run(folder)

        write(folder, "b.md", title="Second", body="Changed.\n")
        run(folder)

        assert Article.objects.get(title="Second").slug == "tides-2"

    def test_a_long_slug_is_cut_with_its_number(self, folder):
        write(folder, "a.md", title="First", slug="a" * 400)
        write(folder, "b.md", title="Second", slug="a" * 400)

        run(folder)

        assert sorted(len(slug) for slug in Article.objects.values_list("slug", flat=True)) == [255, 255]
