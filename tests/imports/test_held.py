"""Changed files of published or scheduled articles are held, accepted or merged."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.articles.models import StaleArticleError
from blog.exports.articles import export_article
from blog.imports.held import (
    DecidedElsewhereError,
    OpenDecisionsError,
    accept,
    comparison_of,
    decline,
    store_decision,
)
from blog.imports.held_images import held_image
from blog.imports.report import Outcome, StatusRule
from blog.models import Article, HeldUpdate, Image, ImportRun, Redirect, SourceFile
from tests.support.changes import publish
from tests.support.images import image_bytes
from tests.support.import_files import outcomes, run, write

pytestmark = pytest.mark.django_db

WORDS = "Water comes and goes.\n\nTwice a day, here.\n\nThe moon pulls it.\n"


@pytest.fixture
def mara():
    return User.objects.create_user("mara", first_name="Mara")


@pytest.fixture
def article(folder):
    """An imported and published article; its file is tides.md."""
    write(folder, body=WORDS)
    run(folder, status="published")
    return Article.objects.get()


def edit(article, **values):
    article.refresh_from_db()
    for name, value in values.items():
        setattr(article, name, value)
    article.save()


def waiting():
    return HeldUpdate.objects.waiting().get()


class TestHolding:
    @pytest.mark.parametrize("days", [-1, 3], ids=["published", "scheduled"])
    def test_changed_file_of_a_published_or_scheduled_article_is_held(self, folder, article, days):
        edit(article, published_at=timezone.now() + timedelta(days=days))
        path = write(folder, body="Other words.\n")

        [report] = run(folder)

        assert (report.outcome, report.slug, report.article_id) == (Outcome.HELD, "tides", article.pk)
        assert "until an Editor accepts" in report.message
        assert Article.objects.get().body == article.body
        assert (bytes(waiting().data), waiting().path) == (path.read_bytes(), "tides.md")

    @pytest.mark.parametrize("status", ["as-file", "published"])
    def test_publishing_import_updates_at_once(self, folder, article, status):
        write(folder, body="Other words.\n")
        run(folder)

        assert outcomes(run(folder, status=status)) == ["updated"]
        assert "Other" in Article.objects.get().body
        assert not HeldUpdate.objects.waiting().exists()

    @pytest.mark.parametrize("rule", ["keep", "file", "merge"])
    def test_is_independent_of_the_conflict_rule(self, folder, article, rule):
        edit(article, title="The editor's")
        write(folder, title="The file's")

        assert outcomes(run(folder, on_conflict=rule)) == ["held"]
        assert Article.objects.get().title == "The editor's"

    def test_newer_file_replaces_the_held_one(self, folder, article):
        write(folder, body="Other words.\n")
        run(folder)
        write(folder, body="Newer words.\n")

        assert outcomes(run(folder)) == ["held"]
        assert b"Newer words." in bytes(waiting().data)

    @pytest.mark.parametrize("is_moved", [False, True])
    def test_change_taken_back_withdraws_the_held_file(self, folder, article, is_moved):
        path = write(folder, body="Other words.\n")
        run(folder)
        write(folder, body=WORDS)
        if is_moved:
            path.rename(folder / "ebb.md")

        assert outcomes(run(folder)) == ["updated" if is_moved else "unchanged"]
        assert not HeldUpdate.objects.exists()

    def test_declined_bytes_again_withdraw_the_held_file(self, folder, article, mara):
        write(folder, body="Other words.\n")
        run(folder)
        decline(waiting(), by=mara)
        write(folder, body="Newer words.\n")
        run(folder)
        write(folder, body="Other words.\n")

        assert outcomes(run(folder)) == ["unchanged"]
        assert not HeldUpdate.objects.waiting().exists()

    def test_accepted_bytes_are_held_again_after_others(self, folder, article, mara):
        for body in ("Other words.\n", WORDS):
            write(folder, body=body)
            run(folder)
            accept(waiting(), by=mara)
        write(folder, body="Other words.\n")

        assert outcomes(run(folder)) == ["held"]

    def test_same_bytes_are_unchanged(self, folder, article):
        write(folder, body="Other words.\n")
        run(folder)
        since = waiting().held_at

        assert outcomes(run(folder)) == ["unchanged"]
        assert waiting().held_at == since

    @pytest.mark.parametrize("decide", [accept, decline])
    def test_bytes_already_decided_on_are_unchanged(self, folder, article, mara, decide):
        write(folder, body="Other words.\n")
        run(folder)
        decide(waiting(), by=mara)

        assert outcomes(run(folder)) == ["unchanged"]
        assert not HeldUpdate.objects.waiting().exists()

    def test_file_equal_to_the_article_is_unchanged(self, folder, article):
        edit(article, title="Better")
        path = write(folder, title="Better", body=WORDS, mood="calm")

        assert outcomes(run(folder)) == ["unchanged"]
        assert not HeldUpdate.objects.exists()
        assert export_article(Article.objects.get()) == path.read_bytes()

    def test_file_equal_to_the_article_withdraws_the_held_one(self, folder, article):
        write(folder, title="Worse", body=WORDS)
        run(folder)
        write(folder, body=WORDS, mood="calm")

        assert outcomes(run(folder)) == ["unchanged"]
        assert not HeldUpdate.objects.exists()

    def test_new_old_address_counts_as_a_change(self, folder, article):
        write(folder, body=WORDS, aliases=["/old/tides/"])

        assert outcomes(run(folder)) == ["held"]
        assert not Redirect.objects.exists()

    def test_file_of_another_folder_is_a_conflict(self, folder, article, tmp_path):
        write(tmp_path / "other", title="Something else", slug="something-else")

        assert outcomes(run(tmp_path / "other", source_name="posts")) == ["conflict"]
        assert not HeldUpdate.objects.exists()

    @pytest.mark.parametrize("is_declined", [False, True])
    def test_moved_held_file_keeps_its_article(self, folder, article, mara, is_declined):
        path = write(folder, title="Theirs")
        run(folder)
        if is_declined:
            decline(HeldUpdate.objects.get(), by=mara)
        (folder / "sea").mkdir()
        path.rename(folder / "sea" / "ebb.md")

        reports = run(folder)

        assert outcomes(reports) == ["updated"]
        assert reports[0].message == "moved here from tides.md"
        assert (Article.objects.get().title, SourceFile.objects.get().path) == ("Tides", "sea/ebb.md")
        assert HeldUpdate.objects.get().is_waiting != is_declined
        assert is_declined or HeldUpdate.objects.get().path == "sea/ebb.md"
        assert outcomes(run(folder)) == ["unchanged"]

    def test_copy_of_a_held_file_is_a_new_article(self, folder, article):
        path = write(folder, title="Theirs")
        run(folder)
        (folder / "copy.md").write_bytes(path.read_bytes())

        assert outcomes(run(folder)) == ["created", "unchanged"]

    def test_moved_held_file_is_written_by_a_publishing_import(self, folder, article):
        path = write(folder, title="Theirs")
        run(folder)
        path.rename(folder / "ebb.md")

        reports = run(folder, status=StatusRule.PUBLISHED)

        assert outcomes(reports) == ["updated"]
        assert (Article.objects.get().title, SourceFile.objects.get().path) == ("Theirs", "ebb.md")
        assert not HeldUpdate.objects.exists()

    def test_held_updates_take_one_query_per_batch(self, folder):
        for number in range(6):
            write(folder, f"{number}.md", slug=f"a{number}")
        run(folder, status="published")
        for number in range(6):
            write(folder, f"{number}.md", slug=f"a{number}", body="Other.\n")
        run(folder)

        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert set(outcomes(run(folder))) == {"unchanged"}

        asked = [query["sql"] for query in queries if "blog_heldupdate" in query["sql"]]
        assert len(asked) == 2  # for the run, and for its batch
        assert not [
            query for query in queries if 'FROM "blog_article" ' in query["sql"] and "body" in query["sql"]
        ]

    def test_dry_run_reports_held_and_stores_nothing(self, folder, article, settings):
        (folder / "new.png").write_bytes(image_bytes())
        write(folder, body="![New](new.png)\n")

        assert outcomes(run(folder, dry_run=True)) == ["held"]
        assert not HeldUpdate.objects.exists()
        assert not list(settings.MEDIA_ROOT.rglob("held/*/*"))

    def test_is_reported_and_counted_but_not_a_failure(self, folder, article, tmp_path, capsys):
        write(folder, body="Other words.\n")

        call_command("import_articles", str(folder), report=tmp_path / "report.jsonl")

        assert "1 held." in capsys.readouterr().out
        assert json.loads((tmp_path / "report.jsonl").read_text())["outcome"] == "held"
        batch = ImportRun.objects.first()
        assert (batch.held, batch.entries.get().outcome, waiting().batch) == (1, "held", batch)


class TestAccepting:
    def test_publishes_the_file(self, folder, article, mara, client):
        path = write(folder, title="High water", body="Other words.\n", generatedBy="Gemini")
        run(folder)

        accept(waiting(), by=mara)

        article = Article.objects.get()
        assert (article.title, article.generated_by, article.status) == ("High water", "Gemini", "published")
        assert "Other words." in client.get(article.get_absolute_url()).content.decode()
        assert export_article(article) == path.read_bytes()
        assert outcomes(run(folder)) == ["unchanged"]
        version = article.versions.newest_first().first()
        assert (version.action, version.by, HeldUpdate.objects.get().decided_by) == ("accepted", mara, mara)

    def test_keeps_what_was_edited_elsewhere_in_the_article(self, folder, article, mara):
        edit(article, excerpt="By the editor.", body=article.body.replace("Twice a day", "Two times a day"))
        write(folder, title="High water", body=WORDS.replace("moon pulls", "moon draws"))
        run(folder)

        accept(waiting(), by=mara)

        article = Article.objects.get()
        assert (article.title, article.excerpt) == ("High water", "By the editor.")
        assert "Two times a day" in article.body
        assert "moon draws" in article.body
        assert b'excerpt: "By the editor."' in export_article(article)
        assert article.source_file.digest == HeldUpdate.objects.get().digest
        assert outcomes(run(folder)) == ["unchanged"]

    def test_is_rejected_if_there_is_a_conflict(self, folder, article, mara):
        edit(article, title="The editor's")
        write(folder, title="The file's")
        run(folder)

        with pytest.raises(OpenDecisionsError):
            accept(waiting(), by=mara)

        assert Article.objects.get().title == "The editor's"
        assert waiting()

    def test_updates_the_date_of_publication(self, folder, article, mara):
        write(folder, body=WORDS, date="2026-02-01T10:00:00Z")
        run(folder)
        accept(waiting(), by=mara)

        article = Article.objects.get()
        assert article.published_at == article.dated_at
        assert article.published_at.month == 2

    @pytest.mark.both_databases
    def test_creates_redirects_from_old_addresses(self, folder, article, mara):
        write(folder, body=WORDS, slug="high-water", aliases=["/old/tides/"])
        run(folder)

        accept(waiting(), by=mara)

        assert {"/old/tides/", "/articles/tides/"} <= set(Redirect.objects.values_list("path", flat=True))
        assert outcomes(run(folder)) == ["unchanged"]

    def test_is_rejected_if_the_article_was_saved_meanwhile(self, folder, article, mara):
        write(folder, title="The file's")
        run(folder)
        held = waiting()
        comparison = comparison_of(held)
        edit(article, excerpt="By the editor.")

        with pytest.raises(StaleArticleError):
            store_decision(held, comparison, comparison.merge.contents, "accepted", by=mara)

        assert Article.objects.get().title == "Tides"
        assert waiting()

    def test_is_rejected_if_a_newer_file_replaced_it(self, folder, article, mara):
        write(folder, title="The file's")
        run(folder)
        held = waiting()
        write(folder, title="The newer file's")
        run(folder)

        with pytest.raises(DecidedElsewhereError):
            accept(held, by=mara)

        assert Article.objects.get().title == "Tides"


class TestPictures:
    @pytest.fixture
    def with_pictures(self, folder, article):
        (folder / "cover.png").write_bytes(image_bytes(size=(60, 40)))
        (folder / "chart.png").write_bytes(image_bytes(size=(30, 20)))
        return write(folder, body="Look:\n\n![A chart](chart.png)\n", image="cover.png", imageAlt="A cover")

    def test_are_stored_without_a_url(self, folder, with_pictures, client):
        run(folder)

        assert {len(held_image(digest)) > 0 for digest in waiting().images.values()} == {True}
        assert set(waiting().images) == {"cover.png", "chart.png"}
        assert not Image.objects.exists()
        digest = waiting().images["cover.png"]
        assert client.get(f"/media/held/{digest[:2]}/{digest}").status_code == 404

    def test_are_stored_after_acceptance(self, folder, with_pictures, mara):
        run(folder)
        accept(waiting(), by=mara)

        article = Article.objects.get()
        assert (article.hero_image.width, article.hero_image.alt) == (60, "A cover")
        assert f'src="{article.body_images.get().url}"' in article.body_html
        assert export_article(article) == with_pictures.read_bytes()
        assert outcomes(run(folder)) == ["unchanged"]

    def test_a_picture_with_new_bytes_is_a_change(self, folder, with_pictures, mara):
        run(folder, status="as-file")
        (folder / "chart.png").write_bytes(image_bytes(size=(44, 22)))
        text = with_pictures.read_text()
        with_pictures.write_text(text.replace("title:", "mood: calm\ntitle:"))

        assert outcomes(run(folder)) == ["held"]
        accept(waiting(), by=mara)

        assert Article.objects.get().body_images.get().width == 44

    def test_other_alt_text_for_the_same_image_is_a_change(self, folder, with_pictures, mara):
        run(folder, status="as-file")
        with_pictures.write_text(with_pictures.read_text().replace("A cover", "Waves"))

        assert outcomes(run(folder)) == ["held"]
        accept(waiting(), by=mara)

        article = Article.objects.get()
        assert (article.hero_words.alt, article.hero_image.width) == ("Waves", 60)
        assert article.hero_image.alt == "A cover"
        assert export_article(article) == with_pictures.read_bytes()

    def test_missing_image_is_not_a_change(self, folder, article, mara):
        path = write(folder, body="Other words.\n", image="gone.png")
        run(folder)

        accept(waiting(), by=mara)

        assert Article.objects.get().hero_image is None
        assert export_article(Article.objects.get()) == path.read_bytes()


class TestMerging:
    """Of articles that are not held: both changed."""

    @pytest.fixture
    def new(self, folder):
        write(folder, body=WORDS)
        run(folder)
        return Article.objects.get()

    @pytest.mark.both_databases
    def test_compatible_changes_are_written(self, folder, new):
        edit(new, excerpt="By the editor.")
        write(folder, body=WORDS.replace("moon pulls", "moon draws"))

        [report] = run(folder)

        article = Article.objects.get()
        assert (report.outcome, article.excerpt) == (Outcome.UPDATED, "By the editor.")
        assert "moon draws" in article.body
        assert "excerpt" in report.message
        assert outcomes(run(folder)) == ["unchanged"]
        assert b"By the editor." in export_article(article)

    def test_conflicts_are_kept_and_reported(self, folder, new):
        edit(new, title="The editor's")
        write(folder, title="The file's", body="Other words.\n")

        [report] = run(folder, on_conflict="merge")

        assert (report.outcome, Article.objects.get().title) == (Outcome.CONFLICT, "The editor's")
        assert "Other" not in Article.objects.get().body
        assert "title" in report.message
        assert b"The file's" in bytes(waiting().data)

    def test_decided_conflict_stays_decided(self, folder, new, mara):
        edit(new, title="The editor's")
        path = write(folder, title="The file's", body=WORDS)
        assert outcomes(run(folder)) == ["conflict"]
        held = waiting()
        comparison = comparison_of(held)

        store_decision(held, comparison, comparison.ours, "decided", by=mara)

        assert outcomes(run(folder)) == ["unchanged"]
        assert Article.objects.get().title == "The editor's"
        assert SourceFile.objects.get().digest == held.digest
        assert b"The editor's" in export_article(Article.objects.get())
        path.write_text(path.read_text() + "\nMore.\n")
        assert outcomes(run(folder, on_conflict="merge")) == ["updated"]
        assert Article.objects.get().title == "The editor's"

    def test_taking_the_file_withdraws_the_held_update(self, folder, new):
        edit(new, title="The editor's")
        write(folder, title="The file's")
        run(folder)

        assert outcomes(run(folder, on_conflict="file")) == ["updated"]
        assert not HeldUpdate.objects.exists()

    def test_images_of_the_file_are_stored(self, folder, new):
        (folder / "chart.png").write_bytes(image_bytes(size=(30, 20)))
        edit(new, excerpt="By the editor.")
        write(folder, body=WORDS + "\n![A chart](chart.png)\n")

        assert outcomes(run(folder, on_conflict="merge")) == ["updated"]
        assert Article.objects.get().body_images.get().width == 30

    @pytest.mark.parametrize(
        ("is_published", "options", "outcome"),
        [
            (True, {"status": StatusRule.AS_FILE}, "conflict"),
            (True, {"status": StatusRule.AS_FILE, "on_conflict": "merge"}, "updated"),
            (False, {"on_conflict": "keep"}, "conflict"),
        ],
    )
    def test_a_published_article_is_merged_only_on_request(self, folder, new, is_published, options, outcome):
        edit(new, excerpt="By the editor.")
        if is_published:
            publish(new)
        write(folder, title="The file's", body=WORDS)

        assert outcomes(run(folder, **options)) == [outcome]
        assert Article.objects.get().excerpt == "By the editor."
