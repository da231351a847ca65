"""Files that articles link to come along, are served safely, and leave as they came."""

import os
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from blog.articles.internal_links import shown_urls
from blog.articles.linked_files import delete_unused_files, store_linked_file
from blog.documents.notices import NoticeKind
from blog.exports.articles import export_articles
from blog.imports import linked_files
from blog.imports.held import accept, decline
from blog.imports.linked_files import delete_leftover_rows
from blog.imports.report import StatusRule
from blog.imports.restore import restore_import
from blog.imports.undo import undo_import
from blog.models import Article, Finding, HeldUpdate, ImportRun, LinkedFile
from blog.reader.body import shown_html
from blog.review.proofs import check_articles
from tests.support.changes import trash
from tests.support.import_files import outcomes, run, write
from tests.support.staging import zip_folder

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7 a report"
LINK = "Read [the report](files/Report%202026.pdf#page=2).\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "posts" / "files").mkdir(parents=True)
    (tmp_path / "posts" / "files" / "Report 2026.pdf").write_bytes(PDF)
    return tmp_path / "posts"


def put(folder, path, data=b"data"):
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(data)


def shown(slug="tides"):
    article = Article.objects.get(slug=slug)
    return shown_html(article.body_html, shown_urls(article.body_html, article.pk))


def stored():
    return [
        file for file in LinkedFile.objects.values_list("file", flat=True) if default_storage.exists(file)
    ]


class TestImport:
    def test_link_leads_to_the_stored_file(self, folder):
        write(folder, body=LINK)

        run(folder)

        name = LinkedFile.objects.get().file.name
        assert name.endswith("/Report-2026.pdf")
        assert f'<a href="/media/{name}#page=2">the report</a>' in shown()
        with default_storage.open(name) as file:
            assert file.read() == PDF

    @pytest.mark.parametrize(
        "link",
        [
            "[x](/downloads/data.zip)",
            "[x](../static/downloads/data.zip)",
            "[x]({static}/downloads/data.zip)",
            "[x]({% link downloads/data.zip %})",
            "[[downloads/data.zip]]",
        ],
    )
    def test_files_are_found_where_images_are(self, folder, link):
        put(folder, "static/downloads/data.zip")
        write(folder, "blog/tides.md", body=f"See {link} here.\n")

        [report] = run(folder)

        assert (report.notice, report.notices) == (None, [])
        assert '/data.zip"' in shown()

    def test_files_are_read_from_a_zip(self, folder, tmp_path):
        write(folder, body=LINK)
        zip_folder(folder, tmp_path / "posts.zip")

        run(tmp_path / "posts.zip")

        assert "/Report-2026.pdf#page=2" in shown()

    @pytest.mark.parametrize("name", ["a.html", "a.xhtml", "a.exe"])
    def test_other_types_stay_where_they_are(self, folder, name):
        put(folder, name)
        write(folder, body=f"See [this](./{name}).\n")

        run(folder)

        assert not LinkedFile.objects.exists()

    @pytest.mark.parametrize(
        ("name", "content_type", "is_shown"),
        [
            ("chart.png", "image/png", True),
            ("chart.svg", "image/svg+xml", False),
            ("script.js", "text/plain; charset=utf-8", True),
            ("data.xml", "text/plain; charset=utf-8", True),
            ("old.tgz", "application/octet-stream", False),
        ],
    )
    def test_no_browser_runs_a_file_as_part_of_the_site(self, client, folder, name, content_type, is_shown):
        put(folder, name)
        write(folder, body=f"See [this](./{name}).\n")
        run(folder)

        response = client.get(LinkedFile.objects.get().file.url)
        response.close()

        assert response["Content-Type"] == content_type
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Disposition"].startswith("attachment") != is_shown

    def test_dry_run_stores_nothing(self, folder):
        write(folder, body=LINK)

        run(folder, dry_run=True)

        assert not LinkedFile.objects.exists()
        assert not default_storage.exists("files")

    @pytest.mark.parametrize("dry_run", [False, True])
    def test_missing_and_too_large_files_are_named_once(self, folder, monkeypatch, dry_run):
        monkeypatch.setattr(linked_files, "MAX_LINKED_FILE_BYTES", 3)
        write(folder, body=f"{LINK}\n{LINK}\nAnd [more](files/none.csv).\n")

        [report] = run(folder, dry_run=dry_run)

        assert [notice.kind for notice in report.notices] == [NoticeKind.FILE_NOT_COPIED] * 2
        assert "is larger than" in report.notices[0].text
        assert "there is no such file" in report.notices[1].text
        if not dry_run:
            assert 'href="files/Report%202026.pdf#page=2"' in shown()

    def test_file_outside_the_source_is_not_read(self, folder):
        put(folder.parent, "secret.txt")
        write(folder, body="See [this](../secret.txt).\n")

        [report] = run(folder)

        assert not LinkedFile.objects.exists()
        assert "leaves the folder" in report.notices[0].text

    def test_changed_text_with_the_same_file_adds_no_row(self, folder):
        write(folder, body=LINK)
        run(folder)
        write(folder, body=f"New words. {LINK}")

        assert outcomes(run(folder)) == ["updated"]
        assert LinkedFile.objects.count() == 1

    def test_link_to_a_file_that_came_along_is_no_broken_link(self, folder):
        put(folder, "static/there.zip")
        write(folder, body="See [this](/there.zip) and [that](/missing.zip).\n")
        run(folder)

        check_articles(Article.objects.all())

        broken = Finding.objects.filter(kind="link_broken").values_list("words", flat=True)
        assert list(broken) == ["/missing.zip"]


class TestHeldUpdate:
    @pytest.fixture
    def held(self, folder):
        """A held update of a published article, which brings another file."""
        write(folder, body=LINK)
        run(folder, status=StatusRule.PUBLISHED)
        put(folder, "files/Report 2026.pdf", b"another")
        write(folder, body=f"New words. {LINK}")
        assert outcomes(run(folder)) == ["held"]
        return HeldUpdate.objects.get()

    def test_file_is_shown_once_the_update_is_accepted(self, held, client):
        before, new = shown(), LinkedFile.objects.get(is_in_use=False)
        assert b"".join(client.get(LinkedFile.objects.get(is_in_use=True).file.url)) == PDF
        assert client.get(new.file.url).status_code == 404

        accept(held, by=None)

        assert new.file.url in shown() != before
        assert b"".join(client.get(new.file.url)) == b"another"

    def test_file_is_forgotten_some_time_after_the_update_was_declined(self, held):
        decline(held, by=None)
        delete_leftover_rows()
        assert LinkedFile.objects.count() == 2

        HeldUpdate.objects.update(decided_at=timezone.now() - 2 * linked_files.KEPT_FOR)
        delete_leftover_rows()

        assert LinkedFile.objects.get().is_in_use


class TestServing:
    def get(self, client, folder, name, data=b"data"):
        put(folder, name, data)
        write(folder, body=f"See [this]({name}).\n")
        run(folder)
        response = client.get(LinkedFile.objects.get().file.url)
        content = b"".join(response)
        response.close()
        return response, content

    def test_headers_keep_a_file_from_acting_as_a_page(self, client, folder):
        response, content = self.get(client, folder, "a.txt", b"<script>alert(1)</script>")

        assert content == b"<script>alert(1)</script>"
        assert response["Content-Type"] == "text/plain; charset=utf-8"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"
        known = {"if-none-match": response["ETag"]}
        assert client.get(response.request["PATH_INFO"], headers=known).status_code == 304

    @pytest.mark.parametrize(
        ("name", "disposition"),
        [("a.pdf", "inline"), ("a.mp4", "inline"), ("a.zip", "attachment"), ("a.json", "attachment")],
    )
    def test_only_types_that_browsers_show_are_inline(self, client, folder, name, disposition):
        response, _ = self.get(client, folder, name)

        assert response["Content-Disposition"] == f'{disposition}; filename="{name}"'

    def test_file_of_a_trashed_article_is_not_served(self, client, folder):
        response, _ = self.get(client, folder, "a.zip")
        trash(Article.objects.all())

        assert client.get(response.request["PATH_INFO"]).status_code == 404


class TestLeaving:
    def test_export_has_the_same_bytes_at_the_same_path(self, folder, tmp_path):
        put(folder, "downloads/data.zip", b"zip")
        text = write(folder, "blog/tides.md", body="Get [it](/downloads/data.zip) or [that](more.csv).\n")
        put(folder, "blog/more.csv", b"1,2")
        run(folder)

        report = export_articles(tmp_path / "out")

        assert (report.files, report.problems, report.renamed) == (2, [], [])
        assert (tmp_path / "out/downloads/data.zip").read_bytes() == b"zip"
        assert (tmp_path / "out/blog/more.csv").read_bytes() == b"1,2"
        assert (tmp_path / "out/blog/tides.md").read_bytes() == text.read_bytes()


class TestUndo:
    def test_files_of_created_articles_go(self, client, folder):
        write(folder, body=LINK)
        run(folder)
        [name] = stored()

        undo_import(ImportRun.objects.get())

        assert client.get(f"/media/{name}").status_code == 404
        delete_unused_files()
        assert default_storage.exists(name)  # another import may be about to use it
        os.utime(default_storage.path(name), (0, 0))
        delete_unused_files()
        assert not default_storage.exists(name)

    def test_files_in_a_bucket_are_kept_from_a_new_database(self, folder, bucket, monkeypatch):
        monkeypatch.setattr("blog.articles.linked_files.RETENTION", timedelta(-1))
        name = store_linked_file(PDF, "report.pdf")

        delete_unused_files()
        assert default_storage.exists(name)

        put(folder, "files/Report 2026.pdf", b"another")
        write(folder, body=LINK)
        run(folder)
        delete_unused_files()
        assert not default_storage.exists(name)

    def test_file_that_another_article_links_to_stays(self, folder):
        write(folder, body=LINK)
        run(folder)
        write(folder, "b.md", slug="b", body=LINK)
        run(folder)

        undo_import(ImportRun.objects.latest("pk"))

        [name] = stored()
        os.utime(default_storage.path(name), (0, 0))
        delete_unused_files()
        assert stored() == [name]

    def test_updated_article_gets_its_earlier_file_back(self, folder):
        write(folder, body=LINK)
        run(folder)
        before = shown()
        put(folder, "files/Report 2026.pdf", b"another")
        write(folder, body=f"New words. {LINK}")
        run(folder)
        assert "New words." in shown()
        assert LinkedFile.objects.count() == 2

        after = shown()

        undo_import(ImportRun.objects.latest("pk"), is_restorable=True)
        assert shown() == before

        restore_import(ImportRun.objects.latest("pk"))
        assert shown() == after

        undo_import(ImportRun.objects.latest("pk"))
        assert shown() == before
        assert LinkedFile.objects.count() == 1
