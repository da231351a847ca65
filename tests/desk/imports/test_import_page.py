"""The screens of a staged import: dry run, preview of a file, import, and final states."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blog.imports.report import ImportOptions
from blog.imports.run import import_articles
from blog.models import Article, Category, ImportRun, Job, SourceFile, StagedFile, StagedImport
from blog.site.redirects import Redirect
from tests.support.admin_pages import text_of
from tests.support.browser_imports import IMPORT, page_of, upload_files
from tests.support.changes import publish
from tests.support.images import image_bytes
from tests.support.jobs import run_jobs
from tests.support.roles import log_in
from tests.support.staging import stage, zip_folder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("users_read_once")]

State = StagedImport.State
NOW = timezone.now()


@pytest.fixture(autouse=True)
def editor(client, django_user_model):
    return log_in(client, "Editor", django_user_model)


@pytest.fixture
def checked(client, folder, tmp_path):
    """An import of two new files and a broken one, after its dry run."""
    for name in "ab":
        (folder / f"{name}.md").write_text(f"---\ntitle: Title {name}\n---\n**Words** of {name}.\n")
    (folder / "broken.md").write_text('---\ntitle: "Tides\n---\nWords.\n')
    zip_folder(folder, tmp_path / "posts.zip")
    staged = upload_files(client, (tmp_path / "posts.zip").read_bytes())
    run_jobs()
    staged.refresh_from_db()
    return staged


def press(client, staged, button, **fields):
    """Press a button, and return the reloaded import."""
    client.post(page_of(staged), {button: "1"} | fields)
    staged.refresh_from_db()
    return staged


def rows_of(page) -> list[tuple[str, str]]:
    return [(row["file"].path, str(row["outcome"])) for row in page.context["rows"]]


class TestLeftAddresses:
    LEFT = [["/docs/start/", 2], ["/about/", 1]]

    @pytest.fixture
    def asked(self, checked):
        checked.found_addresses |= {"left": self.LEFT, "left_links": 3, "left_addresses": 2}
        checked.save()
        return checked

    def test_answers_become_redirects_and_are_no_longer_asked_for(self, client, asked):
        old = [path for path, _ in self.LEFT]

        press(client, asked, "_answers", old=[*old, "/other/"], new=["https://example.org/", "", "gone"])

        assert [*Redirect.objects.values_list("path", "address")] == [
            ("/docs/start/", "https://example.org/")
        ]
        page = client.get(page_of(asked))
        assert page.context["left"] == [("/about/", 1)]
        assert 'name="new"' in page.content.decode()

    def test_a_bad_answer_is_refused_with_its_address(self, client, asked):
        page = client.post(
            page_of(asked), {"_answers": "1", "old": "/about/", "new": "/nowhere/"}, follow=True
        )

        assert "/about/: " in page.content.decode()
        assert not Redirect.objects.exists()

    def test_only_who_may_add_redirects_answers(self, client, asked, django_user_model):
        importer = log_in(client, "Author", django_user_model)
        importer.user_permissions.add(Permission.objects.get(codename="add_stagedimport"))
        asked.created_by = importer
        asked.save()

        assert 'name="new"' not in client.get(page_of(asked)).content.decode()
        sent = client.post(page_of(asked), {"_answers": "1", "old": "/about/", "new": "gone"})

        assert (sent.status_code, Redirect.objects.exists()) == (403, False)


class TestDryRun:
    def test_shows_outcomes_and_changes_nothing(self, client, checked):
        page = client.get(page_of(checked))

        assert rows_of(page) == [("a.md", "New"), ("b.md", "New"), ("broken.md", "Rejected")]
        assert "2 will be imported : 2 new, 1 skipped or rejected." in text_of(page)
        assert "Import 2" in text_of(page)
        assert not Article.objects.exists()

    @pytest.mark.both_databases
    def test_filter_by_outcome_and_search(self, client, checked, subtests):
        for query, paths in [
            ({"outcome": "rejected"}, ["broken.md"]),
            ({"outcome": "created"}, ["a.md", "b.md"]),
            ({"outcome": "nonsense"}, ["a.md", "b.md", "broken.md"]),
            ({"q": "TITLE B"}, ["b.md"]),
            ({"q": "broken"}, ["broken.md"]),
            ({"q": "b", "outcome": "rejected"}, ["broken.md"]),
            ({"q": "no such words"}, []),
        ]:
            with subtests.test(query=query, paths=paths):
                assert [path for path, _ in rows_of(client.get(page_of(checked), query))] == paths

    def test_counts_ignore_the_filter(self, client, checked):
        page = client.get(page_of(checked), {"outcome": "rejected"})

        assert [(str(name), number) for _, name, number, _ in page.context["filters"]] == [
            *[("All", 3), ("New", 2), ("Rejected", 1)],
        ]

    def test_number_of_queries_is_constant(self, client, checked):
        page_of_three = queries(client, page_of(checked))
        rows = [
            StagedFile(staged_import=checked, position=number, path=f"{number}.md", outcome="created")
            for number in range(3, 250)
        ]
        StagedFile.objects.bulk_create(rows)

        assert queries(client, page_of(checked)) == page_of_three
        assert len(client.get(page_of(checked), {"page": 3}).context["rows"]) == 50
        assert client.get(page_of(checked), {"page": 4}).status_code == 404

    def test_other_options_repeat_the_dry_run(self, client, checked):
        press(client, checked, "_check", who="people", source_name="Other", categories_from="folders")

        assert (checked.state, checked.written_by, checked.source_name) == (State.CHECKING, "people", "Other")
        assert checked.categories_from == "folders"
        run_jobs()
        checked.refresh_from_db()
        assert checked.state == State.CHECKED

    def test_names_the_categories_that_it_would_derive(self, client, folder, tmp_path):
        for number in range(8):
            tags = "[sea, wind]" if number < 3 else "[sea]" if number < 6 else "[alone]"
            (folder / f"{number}.md").write_text(f"---\ntitle: T {number}\ntags: {tags}\n---\nWords.\n")
        zip_folder(folder, tmp_path / "posts.zip")
        staged = upload_files(client, (tmp_path / "posts.zip").read_bytes())
        run_jobs()

        assert "From tags: Sea (6), Wind (3)" in text_of(client.get(page_of(staged)))
        assert not Category.objects.exists()

    def test_invalid_option_is_an_error(self, client, checked):
        page = client.post(page_of(checked), {"_check": "1", "who": "nobody", "source_name": "a/b"})

        assert set(page.context["form"].errors) == {"source_name", "who"}
        checked.refresh_from_db()
        assert (checked.state, checked.source_name) == (State.CHECKED, "posts")

    def test_no_import_button_without_changes(self, client, checked):
        checked.files.exclude(outcome="rejected").delete()

        page = client.get(page_of(checked))

        assert "there is nothing to import" in text_of(page)
        assert 'name="_import"' not in page.content.decode()


def queries(client, url) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


class TestOneFile:
    def test_preview_looks_like_the_article(self, client, checked):
        page = client.get(reverse("admin:import_file", args=[checked.uid, 0]))

        html = page.content.decode()
        assert "<strong>Words</strong> of a." in html
        assert "Title a" in html
        assert not Article.objects.exists()

    def test_preview_of_a_rejected_file_shows_the_reason(self, client, checked):
        page = client.get(reverse("admin:import_file", args=[checked.uid, 2]))

        assert "is not valid" in text_of(page)

    def test_preview_shows_images_of_the_upload(self, client, folder):
        (folder / "a.md").write_text("---\ntitle: A\n---\n![Sea](img/sea.png)\n")
        (folder / "img").mkdir()
        (folder / "img" / "sea.png").write_bytes(image_bytes())
        staged = stage(folder)
        press(client, staged, "_check")
        run_jobs()

        page = client.get(reverse("admin:import_file", args=[staged.uid, 0]))

        address = reverse("admin:import_picture", args=[staged.uid, 0], query={"address": "img/sea.png"})
        assert address in page.content.decode()
        assert client.get(address)["Content-Type"] == "image/png"

    def test_other_files_are_not_served_as_images(self, client, checked, subtests):
        for address in ["", "no.png", "../../secret_key", "/etc/passwd", "a.md", "http://x/"]:
            with subtests.test(address=address):
                url = reverse("admin:import_picture", args=[checked.uid, 0], query={"address": address})

                assert client.get(url).status_code == 404

    def test_preview_of_a_deleted_file_shows_the_reason(self, client, checked):
        press(client, checked, "_discard")
        StagedFile.objects.create(staged_import=checked, position=0, path="a.md", outcome="created")

        page = client.get(reverse("admin:import_file", args=[checked.uid, 0]))

        assert page.status_code == 200
        assert client.get(reverse("admin:import_file", args=[checked.uid, 1])).status_code == 404


class TestImport:
    def test_remote_images_are_copied_if_chosen(self, client, checked):
        press(client, checked, "_check", who="file", mirror_images="on")
        run_jobs()
        press(client, checked, "_import")
        assert [job.kind for job in run_jobs()] == ["import", "mirror_images"]

        page = client.get(page_of(checked))

        assert "Remote images are being copied to this site" in text_of(page)
        assert "checked" in str(page.context["form"]["mirror_images"])

    def test_remote_images_are_not_copied_otherwise(self, client, checked):
        press(client, checked, "_import")

        assert [job.kind for job in run_jobs()] == ["import"]

    def test_imports_the_dry_run_and_links_to_the_import(self, client, checked):
        press(client, checked, "_import")
        assert "Waiting: the worker" in text_of(client.get(page_of(checked)))
        run_jobs()

        page = client.get(page_of(checked))

        checked.refresh_from_db()
        assert sorted(Article.objects.values_list("title", flat=True)) == ["Title a", "Title b"]
        assert reverse("admin:blog_importrun_change", args=[checked.batch_id]) in page.content.decode()
        assert "2 new, 1 skipped or rejected." in text_of(page)
        assert not checked.folder.exists()

    def test_stopped_import_can_be_resumed(self, client, checked):
        press(client, checked, "_import")
        client.post(reverse("admin:stop_job", args=[checked.import_job.pk]))

        assert "Stopped by a-Editor." in text_of(client.get(page_of(checked)))
        press(client, checked, "_import")
        run_jobs()

        assert Article.objects.count() == 2

    def test_second_import_is_queued(self, client, checked, tmp_path):
        first = press(client, checked, "_import")
        second = stage(data=(tmp_path / "posts.zip").read_bytes(), name="more.zip")
        press(client, second, "_check")

        assert list(Job.objects.waiting().values_list("kind", flat=True)) == ["import", "import_check"]
        run_jobs()
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.state, second.state) == (State.IMPORTED, State.CHECKED)

    def test_progress_is_shown(self, client, checked):
        press(client, checked, "_import")
        Job.objects.filter(kind="import").update(state=Job.State.RUNNING, done=1, total=3, started_at=NOW)

        page = client.get(page_of(checked))

        assert 'value="1" max="3"' in page.content.decode()

    @pytest.mark.parametrize("button", ["_import", "_check", "_discard"])
    def test_finished_import_cannot_be_repeated(self, client, checked, button):
        press(client, checked, "_import")
        run_jobs()

        press(client, checked, button)

        assert Job.objects.active().count() == 0
        assert Article.objects.count() == 2


class TestStates:
    def test_failed_dry_run_shows_the_reason_and_can_be_repeated(self, client):
        staged = stage(data=b"PK\x03\x04 not really")
        press(client, staged, "_check")
        run_jobs()

        page = client.get(page_of(staged))

        assert "posts.zip is not a zip file" in text_of(page)
        assert 'name="_check"' in page.content.decode()
        assert 'name="_import"' not in page.content.decode()

    def test_import_can_be_resumed_after_three_killed_workers(self, client, checked):
        StagedImport.objects.update(state=State.CHECKING)
        Job.objects.update(state=Job.State.FAILED, reason="The worker was killed.")

        page = client.get(page_of(checked))

        assert "The worker was killed." in text_of(page)
        assert press(client, checked, "_check").state == State.CHECKING
        assert Job.objects.waiting().count() == 1

    def test_discarded_upload_is_deleted(self, client, checked):
        response = client.post(page_of(checked), {"_discard": "1"}, follow=True)

        assert "“posts.zip” was discarded. Nothing was imported." in text_of(response)
        assert "These files were discarded." in text_of(client.get(page_of(checked)))
        assert not checked.folder.exists()

    def test_partial_upload_can_be_resumed_or_discarded(self, client):
        client.post(IMPORT, {"who": "file", "manifest": '[["posts.zip", 2048]]'})
        staged = StagedImport.objects.get()
        (staged.folder / "received").write_bytes(b"PK\x03\x04" + bytes(1020))

        page = client.get(page_of(staged))

        assert "1.0\xa0KB of 2.0\xa0KB uploaded." in page.content.decode()
        assert press(client, staged, "_check").state == State.RECEIVING
        assert press(client, staged, "_discard").state == State.DISCARDED

    def test_unfinished_imports_are_listed(self, client, checked):
        assert page_of(checked) in client.get(IMPORT).content.decode()
        press(client, checked, "_discard")
        assert page_of(checked) not in client.get(IMPORT).content.decode()

    def test_unknown_import_is_not_found(self, client):
        assert client.get(page_of(StagedImport())).status_code == 404


class TestUpdates:
    def test_changed_file_of_a_published_article_is_held(self, client, checked, folder, tmp_path):
        press(client, checked, "_import")
        run_jobs()
        publish(Article.objects.get(title="Title a"))
        (folder / "a.md").write_text("---\ntitle: Title a\n---\nOther words.\n")
        zip_folder(folder, tmp_path / "posts.zip")
        StagedImport.objects.all().delete()
        staged = upload_files(client, (tmp_path / "posts.zip").read_bytes())
        run_jobs()

        page = client.get(page_of(staged))

        assert rows_of(page)[:2] == [("a.md", "Held"), ("b.md", "Unchanged")]
        assert (
            "Nothing is imported automatically : 1 waiting for a decision, 1 skipped or rejected."
            in text_of(page)
        )


class TestSameFiles:
    """Files of an earlier source under another name."""

    @pytest.fixture
    def asked(self, client, folder, tmp_path):
        for name in "abc":
            (folder / f"{name}.md").write_text(f"---\ntitle: Title {name}\n---\nWords of {name}, and more.\n")
        import_articles([folder], ImportOptions(source_name="autumn"))
        (folder / "d.md").write_text("---\ntitle: Title d\n---\nQuite another text.\n")
        zip_folder(folder, tmp_path / "winter.zip")
        staged = upload_files(client, (tmp_path / "winter.zip").read_bytes(), "winter.zip")
        run_jobs()
        staged.refresh_from_db()
        return staged

    def test_page_asks_and_nothing_can_be_imported_before(self, client, asked):
        text = text_of(client.get(page_of(asked)))

        assert "Are these the same files as autumn ?" in text
        assert "winter.zip has another name or other folders, but 3 of its 4 files" in text
        assert "1 new. 3 stay unchanged." in text
        press(client, asked, "_import")
        assert (asked.state, asked.import_job) == (State.CHECKED, None)

    def test_yes_shows_the_dry_run_as_that_source(self, client, asked):
        press(client, asked, "_same", same="yes")

        assert "1 will be imported" in text_of(client.get(page_of(asked)))
        press(client, asked, "_import")
        run_jobs()
        assert Article.objects.count() == 4
        run = ImportRun.objects.first()
        assert (run.source_name, run.file_name, run.unchanged) == ("autumn", "winter.zip", 3)

    def test_no_repeats_the_dry_run_under_its_own_name(self, client, asked):
        press(client, asked, "_same", same="no")
        run_jobs()
        asked.refresh_from_db()

        assert (asked.state, asked.source_name) == (State.CHECKED, "winter")
        assert "Are these the same files" not in text_of(client.get(page_of(asked)))

    def test_no_takes_a_name_that_no_source_has(self, client, asked):
        SourceFile.objects.filter(pk=SourceFile.objects.first().pk).update(source_name="winter")
        press(client, asked, "_same", same="no")
        asked.refresh_from_db()

        assert asked.source_name == "winter-2"

    def test_repeating_the_dry_run_asks_again(self, client, asked):
        press(client, asked, "_check")
        run_jobs()
        asked.refresh_from_db()

        assert asked.asks_for_source
        assert asked.same_files["own_name"] == "winter"

    def test_a_name_given_by_the_user_is_not_questioned(self, client, asked, folder, tmp_path):
        StagedImport.objects.all().delete()
        data = (tmp_path / "winter.zip").read_bytes()
        staged = upload_files(client, data, "winter.zip", source_name="winter")
        run_jobs()
        staged.refresh_from_db()

        assert not staged.asks_for_source
        assert staged.source_name == "winter"
