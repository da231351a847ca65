"""The page of an import: its counts, its list, its reports and its undo."""

import csv
import json

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from blog.imports.undo import plan_undo, undo_import
from blog.models import Article, ImportRun, Job
from tests.support.admin_pages import text_of
from tests.support.changes import publish
from tests.support.import_files import run, write
from tests.support.roles import log_in

pytestmark = pytest.mark.django_db


def address(batch, view="change", **query):
    return reverse(f"admin:blog_importrun_{view}", args=[batch.pk], query=query)


def files(response):
    return [row["entry"].file for row in response.context["rows"]]


def body(response):
    return b"".join(response.streaming_content).decode()


@pytest.fixture
def batch(folder, admin_user):
    """An import by an administrator: an unchanged, a changed, a new and a rejected file."""
    write(folder, "same.md", slug="same", title="Same")
    write(folder, "changed.md", slug="changed", title="Changed")
    run(folder)
    write(folder, "changed.md", slug="changed", title="Changed", body="Other words.\n")
    write(folder, "new.md", slug="new", title="=New()")
    (folder / "refused.md").write_text("---\ntitle: Fine\nexcerpt: Not: fine\n---\nText\n")
    run(folder, started_by=admin_user)
    return ImportRun.objects.first()


class TestPage:
    def test_shows_user_and_source(self, batch, admin_client, admin_user):
        page = admin_client.get(address(batch)).content.decode()

        assert "Import of 4 files, " in page
        assert f"<code>posts</code>, imported by <bdi>{admin_user.username}</bdi>" in page

    def test_import_without_a_user_is_from_the_command_line(self, batch, admin_client):
        page = admin_client.get(address(ImportRun.objects.last())).content.decode()

        assert "imported from the command line" in page

    def test_names_the_first_step_with_something_left(self, folder, admin_client):
        for name in ("ebb", "flow", "neap"):
            write(folder, f"{name}.md", slug=name, title=name, generated_by="Gemini")
        run(folder)

        steps = admin_client.get(address(ImportRun.objects.get())).context["steps"]

        assert [step["left"] for step in steps] == [0, 0, 0, 3]
        assert [step["name"] for step in steps if step.get("is_next")] == ["Review"]

    @pytest.mark.both_databases
    def test_counts_match_their_filtered_lists(self, batch, admin_client, subtests):
        for outcome in ImportRun.OUTCOMES:
            with subtests.test(outcome=outcome):
                page = admin_client.get(address(batch, outcome=outcome))

                assert len(page.context["rows"]) == getattr(batch, outcome)

    def test_counts_match_after_articles_are_deleted(self, batch, admin_client):
        Article.objects.all().delete()

        page = admin_client.get(address(batch))

        assert files(page) == ["changed.md", "new.md", "same.md"]
        assert page.context["not_listed"] == 0
        assert "Deleted" in page.content.decode()

    def test_rejected_files_are_listed_with_line_and_reason(self, batch, admin_client):
        page = admin_client.get(address(batch))

        assert [row["entry"].file for row in page.context["rejected"]] == ["refused.md"]
        assert "Line 3" in page.content.decode()

    def test_articles_link_to_their_proofs_within_the_import(self, batch, admin_client):
        article = Article.objects.get(slug="new")

        page = admin_client.get(address(batch)).content.decode()

        filters = {"_changelist_filters": f"batch={batch.pk}"}
        assert f'href="{reverse("admin:blog_article_proof", args=[article.pk], query=filters)}"' in page

    @pytest.mark.parametrize(("writer", "state"), [("", "Published"), ("a model", "Public, not reviewed")])
    def test_shows_the_current_state_of_articles(self, batch, admin_client, writer, state):
        articles = Article.objects.filter(slug="new")
        publish(articles)
        articles.update(generated_by=writer)

        row = next(
            row for row in admin_client.get(address(batch)).context["rows"] if row["title"] == "=New()"
        )

        assert (str(row["outcome"]), f">{state}<" in row["state"]) == ("new", True)

    def test_shows_the_number_of_unlisted_files_of_old_imports(self, batch, admin_client):
        batch.entries.filter(outcome="unchanged").delete()

        assert (
            "1 file is counted above but not listed below"
            in admin_client.get(address(batch)).content.decode()
        )

    def test_invalid_filters_and_pages_are_ignored(self, batch, admin_client):
        page = admin_client.get(address(batch, outcome="<b>", undo="x", page="y"))

        assert len(page.context["rows"]) == 3


class TestReports:
    def test_json_lines_are_as_the_command_writes_them(self, batch, admin_client):
        lines = [json.loads(line) for line in body(admin_client.get(address(batch, "report"))).splitlines()]

        assert [line["outcome"] for line in lines] == ["updated", "created", "rejected", "unchanged"]
        assert lines[1].keys() == {
            *("file", "outcome", "message", "slug", "title", "seconds", "warnings", "notes"),
        }
        assert (lines[1]["slug"], lines[1]["title"]) == ("new", "=New()")

    def test_json_lines_have_choices_as_notes(self, batch, admin_client):
        batch.entries.all().delete()
        said = {"outcome": "created", "message": "m", "warnings": ["cut", "chosen"]}
        batch.entries.create(file="a", notices=[["held", ""], ["cut", ""], ["slug_changed", ""]], **said)
        batch.entries.create(file="of an earlier release", **said)

        lines = [json.loads(line) for line in body(admin_client.get(address(batch, "report"))).splitlines()]

        assert [(line["warnings"], line["notes"]) for line in lines] == [
            (["cut"], [{"kind": "slug_changed", "message": "chosen"}]),
            (["cut", "chosen"], []),
        ]

    def test_csv_has_current_states_and_no_formulas(self, batch, admin_client):
        publish(Article.objects.filter(slug="new"))

        text = body(admin_client.get(address(batch, "table"))).removeprefix("\ufeff")

        rows = {row["File"]: row for row in csv.DictReader(text.splitlines())}
        assert (rows["new.md"]["Title"], rows["new.md"]["Current status"]) == ("'=New()", "Published")
        assert " Line 3: " in rows["refused.md"]["Messages"]


class TestUndo:
    def test_confirmation_shows_the_effects(self, batch, admin_client):
        page = admin_client.get(address(batch, "undo")).content.decode()

        assert "Undo the import of 2 files?" in page
        assert "1 new article will be moved to the trash" in page
        assert "1 updated article will be restored" in page
        assert Article.objects.count() == 3

    def test_confirmation_lists_unchanged_articles(self, batch, admin_client):
        Article.objects.get(slug="new").save()

        page = admin_client.get(address(batch, "undo")).content.decode()

        assert "1 article will not change" in page
        assert "Changed since the import." in page

    def test_undo_runs_as_a_job_and_is_shown(self, batch, admin_client, admin_user, run_jobs):
        admin_client.post(address(batch, "undo"))
        [job] = run_jobs()

        assert (job.state, job.result) == (Job.State.DONE, {"deleted": 1, "restored": 1})
        page = admin_client.get(address(batch)).content.decode()
        assert f"Undone by <bdi>{admin_user.username}</bdi>" in page
        assert "Undo import…" not in page
        assert files(admin_client.get(address(batch, undo="restored"))) == ["changed.md"]
        assert "Undo of the import." in admin_client.get(reverse("admin:activity")).content.decode()

    def test_is_not_started_twice(self, batch, admin_client, run_jobs):
        for _ in range(2):
            admin_client.post(address(batch, "undo"))
        assert len(run_jobs()) == 1

        admin_client.post(address(batch, "undo"))

        assert run_jobs() == []

    def test_stopped_undo_can_be_continued(self, batch, admin_client, admin_user, run_jobs):
        admin_client.post(address(batch, "undo"))
        Job.objects.get().request_stop(admin_user)

        assert "Undo import…" in admin_client.get(address(batch)).content.decode()
        admin_client.post(address(batch, "undo"))

        assert [job.state for job in run_jobs()] == [Job.State.DONE]

    def test_needs_its_own_permission(self, batch, client, django_user_model):
        user = django_user_model.objects.create_user("viewer", is_staff=True)
        user.user_permissions.add(Permission.objects.get(codename="view_importrun"))
        client.force_login(user)

        assert "Undo import…" not in client.get(address(batch)).content.decode()
        assert client.post(address(batch, "undo")).status_code == 403
        assert plan_undo(batch).numbers


class TestRestore:
    def test_restore_runs_as_a_job_and_names_what_it_left(self, batch, admin_client, run_jobs):
        admin_client.post(address(batch, "undo"))
        run_jobs()
        listed = text_of(admin_client.get(reverse("admin:blog_importrun_changelist")))
        assert "in the trash until" in listed
        assert "Restore…" in listed
        left = batch.entries.filter(outcome="created", article__isnull=False).first()
        Article.objects.filter(pk=left.article_id).delete()

        page = text_of(admin_client.get(address(batch, "restore")))
        assert "1 file will not be restored" in page
        assert left.title in page
        admin_client.post(address(batch, "restore"))
        run_jobs()

        page = text_of(admin_client.get(address(batch)))
        assert "Restored, except for 1 file" in page
        assert "Undo import…" in page
        assert "Restore import…" not in page

    def test_an_import_that_is_not_undone_has_no_restore(self, batch, admin_client):
        response = admin_client.post(address(batch, "restore"), follow=True)

        assert "cannot be restored" in text_of(response)

    def test_restoring_requires_the_permission_to_undo(self, batch, client, django_user_model):
        undo_import(batch, is_restorable=True)
        log_in(client, "Writer", django_user_model)

        assert client.post(address(batch, "restore")).status_code == 403


class TestGaps:
    LOST = "First.\n\nIt is {{ page.hour }} now.\n\nIt was {{ page.day }} then.\n"

    @pytest.fixture
    def batch(self, folder):
        write(folder, "lost.md", slug="lost", title="Lost", body=self.LOST)
        write(folder, "whole.md", slug="whole", title="Whole")
        run(folder)
        return ImportRun.objects.first()

    def test_each_is_shown_with_its_line(self, batch, admin_client):
        [row] = admin_client.get(address(batch, "gaps")).context["rows"]

        assert row["entry"].file == "lost.md"
        assert ["{{ page.hour }}" in lines for _, lines in row["gaps"]] == [True, False]

    def test_the_page_of_the_import_leads_to_them_until_they_are_published(self, batch, admin_client):
        assert address(batch, "gaps") in admin_client.get(address(batch)).content.decode()

        publish(Article.objects.get(slug="lost"))

        assert address(batch, "gaps") not in admin_client.get(address(batch)).content.decode()

    def test_the_button_asks_before_it_publishes(self, batch, admin_client):
        page = admin_client.get(address(batch, "gaps"))
        lost = Article.objects.get(slug="lost")

        sent = {"action": "publish", "index": "0", "_selected_action": [lost.pk]}
        asked = admin_client.post(reverse("admin:blog_article_changelist", query={"batch": batch.pk}), sent)

        assert f'name="_selected_action" value="{lost.pk}"' in page.content.decode()
        assert lost.title in asked.content.decode()
        assert not Article.objects.published().exists()
