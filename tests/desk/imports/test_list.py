"""The list of imports: how far each is, and what to do next."""

from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone

from blog.articles.provenance import Provenance, WrittenBy
from blog.imports import jobs
from blog.imports.articles import count_checked
from blog.imports.jobs import latest_checks, resume_check
from blog.models import Article, ImportRun, Job, StagedImport
from blog.review.proofs import check_now
from tests.support.admin_pages import text_of
from tests.support.changes import publish, set_provenance
from tests.support.import_files import run, write
from tests.support.jobs import run_jobs
from tests.support.roles import log_in
from tests.support.staging import run_dry_run_job, run_import_job, stage

pytestmark = pytest.mark.django_db
LIST = reverse("admin:blog_importrun_changelist")
FILES = 3


@pytest.fixture(autouse=True)
def editor(client, django_user_model):
    return log_in(client, "Editor", django_user_model)


@pytest.fixture
def staged(folder):
    for number in range(FILES):
        write(folder, f"{number}.md", title=f"Title {number}", slug=f"slug-{number}", generatedBy="Gemini")
    staged = stage(folder, name="autumn.zip")
    run_dry_run_job(staged)
    return staged


@pytest.fixture
def stopped(staged, editor, monkeypatch):
    """An import whose check was stopped by the editor after no article."""
    monkeypatch.setattr("blog.jobs.run.RunningJob.stop_requested", True)
    monkeypatch.setattr("blog.imports.jobs._batches", _only_the_check_stops(staged, monkeypatch))
    Job.objects.update(stop_requested_by=editor)
    job = run_import_job(staged)
    monkeypatch.undo()
    assert job.state == Job.State.STOPPED
    Job.objects.filter(pk=job.pk).update(stop_requested_by=editor)
    staged.import_job = job
    staged.save()
    return staged


def _only_the_check_stops(staged, monkeypatch):
    original, options = jobs._batches, jobs._options
    monkeypatch.setattr(jobs, "_options", lambda *args, **how: replace(options(*args, **how), checks=False))

    def batches(staged, source, running, **how):
        class Unstoppable:
            progress = running.progress
            stop_requested = False

        return original(staged, source, Unstoppable, **how)

    return batches


def row(client, **query):
    return text_of(client.get(LIST, query))


class TestRows:
    def test_a_finished_import_names_its_file_and_what_is_next(self, client, staged):
        run_import_job(staged)

        text = row(client)

        assert "autumn.zip" in text
        assert f"{FILES} new" in text
        assert f"Review {FILES}" in text

    def test_an_undone_import_stays_listed(self, client, folder):
        write(folder)
        run(folder)
        ImportRun.objects.get().mark_undone(timezone.now())

        assert "Undone from the command line" in row(client)
        assert "Undone 1" in row(client)

    @pytest.mark.both_databases
    def test_filters_and_search(self, client, staged, folder, tmp_path):
        run_import_job(staged)
        other = tmp_path / "letters"
        write(other, slug="letter", title="Letter")
        run(other)
        letters = Article.objects.filter(slug="letter")
        publish(letters)
        set_provenance(letters, WrittenBy(Provenance.PEOPLE))

        assert [text in row(client) for text in ("autumn.zip", "letters")] == [True, True]
        for query, shown in [
            ({"show": "review"}, [True, False]),
            ({"show": "waiting"}, [False, False]),
            ({"q": "autumn.zip"}, [True, False]),
            ({"q": "letters"}, [False, True]),
            ({"by": "-"}, [True, True]),
            ({"by": "Nobody"}, [False, False]),
            ({"way": "browser"}, [True, False]),
            ({"way": "command"}, [False, True]),
            ({"written_by": "machine"}, [True, False]),
            ({"written_by": "people"}, [False, True]),
            ({"written_by": "people", "show": "review"}, [False, False]),
        ]:
            rows = client.get(LIST, query).context["rows"]
            names = {row.run.file_name or row.run.source_name for row in rows}
            assert [name in names for name in ("autumn.zip", "letters")] == shown, query

    def test_a_filter_keeps_the_others(self, client, staged):
        run_import_job(staged)

        page = client.get(LIST, {"show": "review", "q": "autumn", "way": "browser"})

        _by, way, written_by = page.context["menus"]
        assert [chip["name"] for chip in written_by["chips"]] == ["AI"]
        assert [chip["name"] for chip in way["chips"]] == ["Browser"]
        html = page.content.decode()
        assert 'href="?show=undone&amp;q=autumn&amp;way=browser"' in html
        assert 'href="?show=review&amp;q=autumn"' in html


def test_all_screens_of_a_running_import_show_the_same_numbers(client, staged, editor):
    """Between the commit of a batch and the report of its job, that job still has the number before."""
    job = run_import_job(staged)
    staged.refresh_from_db()
    running = {"state": Job.State.RUNNING, "started_by": editor, "result": {"batch": staged.batch_id}}
    Job.objects.filter(pk=job.pk).update(done=0, total=FILES + 2, **running)
    StagedImport.objects.filter(pk=staged.pk).update(import_job=job, state=StagedImport.State.IMPORTING)
    ImportRun.objects.update(finished_at=None)
    pages = (
        reverse("admin:import_page", args=[staged.uid]),
        reverse("admin:blog_importrun_change", args=[staged.batch_id]),
        *(LIST, reverse("admin:index"), reverse("admin:jobs")),
    )

    without = [page for page in pages if f"{FILES} of {FILES + 2}" not in text_of(client.get(page))]

    assert without == []


class TestStoppedCheck:
    def test_all_screens_show_the_same_numbers(self, client, stopped):
        page, listed, report = (
            text_of(client.get(url))
            for url in (
                reverse("admin:import_page", args=[stopped.uid]),
                LIST,
                reverse("admin:blog_importrun_change", args=[stopped.batch_id]),
            )
        )

        assert f"0 of {FILES}" in page
        assert f"0 of {FILES}" in listed
        assert f"0 of {FILES}" in report
        assert "Resume with 3 left" in page

    def test_anybody_who_imports_can_resume_it(self, client, stopped):
        client.post(reverse("admin:import_resume", args=[stopped.batch_id]), {"back": LIST})
        [job] = run_jobs()

        assert (job.kind, job.state) == ("check_import", Job.State.DONE)
        checked = count_checked([stopped.batch_id])[stopped.batch_id]
        assert (checked.number, checked.left) == (FILES, 0)
        assert "Resume" not in row(client)

    def test_only_what_is_left_is_checked(self, stopped, editor):
        key = Article.objects.values_list("pk", flat=True).first()
        article = Article.objects.get(pk=key)
        check_now([article.pk])
        resume_check(stopped.batch, editor)
        [job] = run_jobs()

        assert job.result["looked_at"] == FILES - 1
        assert (job.done, job.total) == (FILES, FILES)

    def test_an_active_check_is_not_started_twice(self, stopped, editor):
        assert resume_check(stopped.batch, editor)
        assert not resume_check(stopped.batch, editor)
        assert latest_checks([stopped.batch])[stopped.batch_id].is_active

    def test_writers_cannot_resume(self, client, django_user_model, stopped):
        log_in(client, "Writer", django_user_model)

        url = reverse("admin:import_resume", args=[stopped.batch_id])
        assert client.post(url, {"back": LIST}).status_code == 403
