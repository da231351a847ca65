"""The job that exports to Git: when it starts, and what it reports."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.commands import migrate
from django.utils import timezone

from blog.extensions.git_export.jobs import AGAIN_AFTER, KIND, start_if_due
from blog.jobs.models import Job
from blog.models import Article
from blog.page_cache import invalidate_on_commit
from tests.support.factories import create_article

pytestmark = pytest.mark.django_db


@pytest.fixture
def repository(tmp_path, settings):
    settings.EXPORT_DIR = tmp_path / "export"
    return settings.EXPORT_DIR


def waiting():
    return Job.objects.waiting().filter(kind=KIND).count()


def test_commit_of_a_public_change_starts_one_job(repository, run_jobs, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        article = create_article()
        create_article()
    assert waiting() == 1

    [job] = run_jobs()

    assert (job.state, job.result) == (Job.State.DONE, {"commits": 1, "articles": 2, "problems": 0})
    assert (repository / f"{article.slug}.md").exists()


def test_migrations_leave_it_to_the_worker(repository, monkeypatch, django_capture_on_commit_callbacks):
    """The table of its jobs may not exist yet."""

    def change(*_, **options):
        with django_capture_on_commit_callbacks(execute=True):
            invalidate_on_commit()

    monkeypatch.setattr(migrate.Command, "handle", change)
    call_command("migrate")
    assert waiting() == 0

    change()

    assert waiting() == 1


def test_without_a_folder_nothing_starts(django_capture_on_commit_callbacks, settings):
    assert settings.EXPORT_DIR is None
    with django_capture_on_commit_callbacks(execute=True):
        create_article()
    start_if_due()

    assert waiting() == 0


def test_only_the_last_job_is_kept(repository, run_jobs):
    for _ in range(2):
        Job.objects.filter(kind=KIND).update(ended_at=timezone.now() - 2 * AGAIN_AFTER)
        start_if_due()
        run_jobs()

    assert Job.objects.filter(kind=KIND).count() == 1


class TestDue:
    @pytest.fixture
    def has_run(self, repository, run_jobs):
        start_if_due()
        run_jobs()

    def test_not_directly_after_a_run(self, has_run):
        start_if_due()

        assert waiting() == 0

    def test_once_a_scheduled_article_has_appeared(self, has_run):
        article = create_article(published_at=timezone.now() + timedelta(hours=1))
        start_if_due()
        assert waiting() == 0

        Article.objects.filter(pk=article.pk).update(published_at=timezone.now())
        start_if_due()

        assert waiting() == 1

    def test_some_time_after_the_last_run(self, has_run):
        Job.objects.update(ended_at=timezone.now() - 2 * AGAIN_AFTER)

        start_if_due()
        start_if_due()

        assert waiting() == 1


def test_failure_is_told_with_its_reason(repository, run_jobs):
    repository.mkdir()
    (repository / "thesis.txt").write_text("Mine")

    start_if_due()
    [job] = run_jobs()

    assert job.state == Job.State.FAILED
    assert "is not empty" in job.reason
