"""Mirroring: remote images are stored; files, texts and exports do not change."""

import errno
import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from blog import jobs, page_cache, search
from blog.articles.versions.history import ensure_first_versions
from blog.exports import articles
from blog.files.remote.fetcher import Fetcher
from blog.images.mirror.run import BATCH_SIZE, THREADS, MirrorOutcome, mirror_images
from blog.models import Article, BodyImage, Image, MirrorFailure, PageImage
from tests.support.changes import trash
from tests.support.factories import create_article, create_image, create_page
from tests.support.images import claiming_gif, image_bytes

pytestmark = pytest.mark.django_db


def mirror(server, **options):
    reports = []
    mirror_images(server.fetcher(), on_image=reports.append, **options)
    return {report.address: report for report in reports}


def outcomes(reports) -> list[str]:
    return sorted(report.outcome for report in reports.values())


@pytest.fixture
def picture(server):
    """The URL of an image on another site."""
    server.put("/a.png", image_bytes(size=(1200, 600)))
    return server.address("/a.png")


@pytest.fixture
def article(picture):
    hero = create_image(source=picture, alt="A lake", credit_creator="Ann")
    return create_article(hero_image=hero, body=f"Words.\n\n![A hill]({picture}?w=1)\n\nMore words.")


class TestHeroImages:
    def test_hero_images_are_stored_and_keep_alt_text_and_credit(self, server, picture, article):
        report = mirror(server)[picture]

        hero = Image.objects.get(pk=article.hero_image_id)
        assert report.outcome == MirrorOutcome.STORED
        assert (hero.source, hero.alt, hero.credit_creator) == (picture, "A lake", "Ann")
        assert (hero.width, hero.height, hero.url) == (1200, 600, hero.file.url)
        assert hero.srcset

    def test_of_the_same_bytes_share_a_file(self, server, picture):
        server.put("/b.png", image_bytes(size=(1200, 600)))
        first, second = create_image(source=picture), create_image(source=server.address("/b.png"))

        assert outcomes(mirror(server)) == [MirrorOutcome.REPEATED, MirrorOutcome.STORED]
        first.refresh_from_db()
        second.refresh_from_db()
        assert first.file.name == second.file.name != ""

    def test_of_one_address_are_asked_for_once(self, server, picture):
        images = [create_image(source=picture) for _ in range(3)]

        mirror(server)

        assert server.asked == ["/a.png"]
        assert all(Image.objects.get(pk=image.pk).file for image in images)


class TestTexts:
    def test_show_the_stored_image_and_keep_their_words(self, server, picture):
        article = create_article(body=f"Words.\n\n![A hill]({picture})\n\nMore words.")
        before = Article.objects.get(pk=article.pk)

        mirror(server)

        article.refresh_from_db()
        link = BodyImage.objects.select_related("image").get(article=article)
        assert f'src="{link.image.file.url}" alt="A hill"' in article.body_html
        assert 'width="1200" height="600"' in article.body_html
        for name in ("body", "plain_text", "lock_version", "updated_at", "content_digest"):
            assert getattr(article, name) == getattr(before, name)

    def test_written_without_a_scheme_show_it_too(self, server, picture, monkeypatch):
        article = create_article(body="![A hill](//pictures.example/a.png)")
        monkeypatch.setattr(
            Fetcher,
            "fetch",
            lambda self, address, **options: {"https://pictures.example/a.png": image_bytes()}[address],
        )

        mirror(server)

        assert BodyImage.objects.get(article=article).source == "//pictures.example/a.png"

    def test_of_plain_pages_show_it_too(self, server, picture):
        page = create_page(body=f"![A hill]({picture})")

        mirror(server)

        page.refresh_from_db()
        assert PageImage.objects.get(page=page).image.file.url in page.body_html

    def test_repeat_the_hero_image_in_another_size_without_asking_for_it(self, server, article):
        mirror(server)

        assert server.asked == ["/a.png"]
        assert BodyImage.objects.get(article=article).image_id == article.hero_image_id

    def test_are_rendered_once_all_their_pictures_are_settled(self, server, picture):
        server.put("/b.png", image_bytes())
        article = create_article(
            body=f"![]({picture})\n\n![]({server.address('/b.png')})\n\n![]({server.address('/none')})"
        )

        mirror(server)

        assert BodyImage.objects.filter(article=article).count() == 2
        assert server.address("/none") in Article.objects.get(pk=article.pk).body_html

    def test_keep_the_image_when_they_are_edited(self, server, picture):
        article = create_article(body=f"![A hill]({picture})")
        mirror(server)
        article = Article.objects.get(pk=article.pk)

        article.body += "\n\nMore."
        article.save()

        assert BodyImage.objects.get(article=article).image.file.url in article.body_html

    def test_in_the_trash_are_left_alone(self, server, picture):
        trash(create_article(body=f"![A hill]({picture})"))

        assert mirror(server) == {}


class TestNothingElseChanges:
    def test_search_and_versions(self, server, article, monkeypatch):
        ensure_first_versions([article])
        monkeypatch.setattr(search, "refresh", lambda *arguments: pytest.fail("the search is touched"))

        mirror(server)

        assert article.versions.count() == 1

    def test_cached_pages_expire(self, server, article, monkeypatch, django_capture_on_commit_callbacks):
        calls = []
        monkeypatch.setattr(page_cache, "invalidate", lambda: calls.append(1))

        with django_capture_on_commit_callbacks(execute=True):
            mirror(server)

        assert calls


class TestAgain:
    @pytest.mark.both_databases
    def test_stored_image_is_shown_in_another_text(self, server, picture, article):
        mirror(server)
        other = create_article(body=f"![]({picture})")
        server.asked.clear()

        mirror(server)

        assert server.asked == []
        assert BodyImage.objects.filter(article=other).exists()

    @pytest.mark.both_databases
    def test_shows_what_a_killed_run_has_stored(self, server, picture, monkeypatch):
        article = create_article(body=f"![]({picture})")
        with monkeypatch.context() as killed:
            killed.setattr("blog.images.mirror.run.update_texts", _interrupt)
            with pytest.raises(KeyboardInterrupt):
                mirror(server)

        mirror(server)

        assert server.asked == ["/a.png"]
        assert BodyImage.objects.filter(article=article).exists()


def _interrupt(texts, *arguments):
    if texts:
        raise KeyboardInterrupt


class TestFailures:
    def test_say_why_and_wait(self, server):
        create_image(source=server.address("/none"))

        report = mirror(server)[server.address("/none")]

        failure = MirrorFailure.objects.get()
        assert (report.outcome, report.message) == (MirrorOutcome.FAILED, "the server answers 404.")
        assert failure.reason == report.message
        assert failure.try_again_at - failure.tried_at == timedelta(days=30)
        server.asked.clear()
        assert outcomes(mirror(server)) == [MirrorOutcome.LATER]
        assert server.asked == []

    @pytest.mark.parametrize("options", [{}, {"retry": True}])
    def test_failures_are_retried_when_due_or_on_demand(self, server, picture, options):
        create_image(source=picture)
        MirrorFailure.objects.note(picture, "It was away.", is_passing=True)
        if not options:
            MirrorFailure.objects.update(try_again_at=timezone.now())

        assert outcomes(mirror(server, **options)) == [MirrorOutcome.STORED]
        assert not MirrorFailure.objects.exists()

    def test_that_may_pass_wait_longer_each_time(self):
        failure = MirrorFailure(address="https://pictures.example/a.png")
        waits = []
        for _ in range(6):
            failure.fail("It is away.", is_passing=True)
            waits.append((failure.try_again_at - failure.tried_at) // timedelta(hours=1))

        assert waits == [1, 4, 16, 64, 168, 168]

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"<html>Not here", "Not a JPEG"),
            (b"<svg xmlns='http://www.w3.org/2000/svg' width='0'/>", "damaged"),
            (image_bytes("JPEG", (400, 300))[:900], "damaged"),
            # A header that promises more pixels than are decoded.
            (claiming_gif((11_000, 11_000)), "megapixels"),
        ],
    )
    def test_images_rejected_by_the_decoder_are_failures(self, server, content, words):
        """Regardless of the content type from the server."""
        server.put("/a.png", content, Content_Type="image/png")
        create_image(source=server.address("/a.png"))

        [report] = mirror(server).values()

        assert report.outcome == MirrorOutcome.FAILED
        assert words in report.message
        assert not Image.objects.exclude(file="").exists()


class TestImporting:
    """Imports use mirrored images, and exports do not change."""

    def test_keeps_files_and_images(self, server, picture, folder, tmp_path):
        body = f"![A hill]({picture}?v=2)\n"
        server.put("/a.png?v=2", image_bytes(size=(40, 20)))
        front = f'---\ntitle: "Lakes"\nimage: "{picture}"\nimageAlt: "A lake"\n---\n\n'
        (folder / "a.md").write_text(front + body)
        call_command("import_articles", folder, "--quiet")

        mirror(server)
        call_command("export_articles", tmp_path / "out", "--verbosity", "0")

        assert (tmp_path / "out" / "a.md").read_bytes() == (folder / "a.md").read_bytes()
        assert [file.name for file in (tmp_path / "out").rglob("*") if file.is_file()] == ["a.md"]

        (folder / "a.md").write_text(front + body + "\nMore.\n")
        (folder / "b.md").write_text(front.replace("Lakes", "Ponds") + body)
        server.asked.clear()
        call_command("import_articles", folder, "--quiet")

        assert mirror(server) == {}
        for article in Article.objects.select_related("hero_image"):
            assert article.hero_image.file
            assert picture not in article.body_html
        assert Image.objects.filter(file="").count() == 0

    def test_mirrors_afterwards_if_asked_to(self, server, picture, folder, monkeypatch, capsys):
        monkeypatch.setattr(
            "blog.management.commands.mirror_images.site_fetcher", lambda **options: server.fetcher()
        )
        (folder / "a.md").write_text(f'---\ntitle: "Lakes"\nimage: "{picture}"\n---\n\nWords.\n')

        call_command("import_articles", folder, "--mirror")

        assert "Remote images: 1 stored." in capsys.readouterr().out
        assert Image.objects.get().file


class TestCommand:
    @pytest.fixture(autouse=True)
    def fetches_here(self, server, monkeypatch):
        monkeypatch.setattr(
            "blog.management.commands.mirror_images.site_fetcher", lambda **options: server.fetcher()
        )

    def test_reports_each_picture(self, server, picture, tmp_path, capsys):
        create_image(source=picture)
        create_image(source=server.address("/none"))

        with pytest.raises(SystemExit) as ended:
            call_command("mirror_images", "--report", tmp_path / "report.jsonl")

        lines = [json.loads(line) for line in (tmp_path / "report.jsonl").read_text().splitlines()]
        found = {line["outcome"]: line for line in lines}
        said = capsys.readouterr()
        assert ended.value.code == 1
        assert found["stored"]["width"] == 1200
        assert found["failed"]["message"] == "the server answers 404."
        assert said.out == "Remote images: 1 stored, 1 failed.\n"
        assert f"{server.address('/none')}: the server answers 404." in said.err

    def test_command_reports_that_nothing_is_left(self, capsys):
        call_command("mirror_images")

        assert capsys.readouterr().out == "Remote images: none left.\n"


class TestJob:
    def test_stops_after_a_picture(self, server, run_jobs, monkeypatch):
        monkeypatch.setattr("blog.images.jobs.site_fetcher", server.fetcher)
        is_begun = property(lambda running: len(server.asked) >= THREADS)
        monkeypatch.setattr(jobs.RunningJob, "stop_requested", is_begun)
        for number in range(3 * BATCH_SIZE):
            create_image(source=server.address(f"/{number}"))
        jobs.start("mirror_images")

        [job] = run_jobs()

        assert job.state == job.State.STOPPED
        assert 0 < job.done < BATCH_SIZE
        assert len(server.asked) < BATCH_SIZE + THREADS

    def test_says_that_the_disk_is_full(self, server, picture, run_jobs, monkeypatch):
        monkeypatch.setattr("blog.images.jobs.site_fetcher", server.fetcher)
        monkeypatch.setattr("blog.files.storage.write_atomically", _refuse_to_write)
        create_image(source=picture)
        jobs.start("mirror_images")

        [job] = run_jobs()

        assert job.state == job.State.FAILED
        assert "No space left on device" in job.reason


def _refuse_to_write(*arguments, **options):
    raise OSError(errno.ENOSPC, "No space left on device")


class TestExportedText:
    def test_names_the_source(self, server, picture, article):
        mirror(server)

        assert picture in articles.markdown_source(Article.objects.page(article.slug))
