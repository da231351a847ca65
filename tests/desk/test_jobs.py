"""The screen of jobs, the fragment of one job, and Stop."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from blog.jobs.worker import forget_old
from blog.models import Job, Worker
from tests.support.roles import log_in

pytestmark = pytest.mark.django_db

JOBS = "/admin/jobs/"
NO_WORKER = "the worker is not running"


def create_job(state=Job.State.RUNNING, **fields):
    return Job.objects.create(kind="import", state=state, **fields)


def running_job(**fields):
    started_at = timezone.now() - timedelta(seconds=30)
    return create_job(done=200, total=300, step="Reading.", started_at=started_at, **fields)


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def worker():
    Worker.objects.touch("here:1")


class TestPage:
    def test_shows_progress_title_and_user(self, admin_client, admin_user, worker):
        running_job(started_by=admin_user)

        page = text(admin_client.get(JOBS))

        assert '<progress value="200" max="300"' in page
        assert "Reading. About 15 seconds left." in page
        assert NO_WORKER not in page

    def test_shows_how_jobs_ended(self, admin_client, admin_user):
        admin_user.first_name = "Mara"
        admin_user.save()
        ended = {"ended_at": timezone.now()}
        create_job(Job.State.FAILED, reason="The disk is full.", **ended)
        create_job(Job.State.STOPPED, stop_requested_by=admin_user, **ended)

        page = text(admin_client.get(JOBS))

        assert "The disk is full." in page
        assert "Stopped by Mara." in page

    @pytest.mark.parametrize("address", ["/admin/", JOBS])
    def test_missing_worker_is_reported(self, admin_client, address):
        before = text(admin_client.get(address))
        create_job(Job.State.WAITING)

        assert NO_WORKER not in before
        assert NO_WORKER in text(admin_client.get(address))

    def test_worker_without_report_for_a_minute_is_missing(self, admin_client, worker):
        Worker.objects.update(seen_at=timezone.now() - timedelta(seconds=90))
        create_job(Job.State.WAITING)

        assert NO_WORKER in text(admin_client.get(JOBS))


class TestStop:
    def test_requests_the_stop_and_redirects_back(self, admin_client, admin_user):
        job = create_job()
        back = reverse("admin:blog_importrun_changelist")

        response = admin_client.post(reverse("admin:stop_job", args=[job.pk]), {"back": back})

        job.refresh_from_db()
        assert (job.state, job.stop_requested_by) == (Job.State.RUNNING, admin_user)
        assert response.url == back

    @pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/", ""])
    def test_does_not_redirect_to_other_sites(self, admin_client, back):
        response = admin_client.post(reverse("admin:stop_job", args=[create_job().pk]), {"back": back})

        assert response.url == JOBS

    def test_users_see_and_stop_their_own_jobs(self, client, django_user_model):
        writer = log_in(client, "Writer", django_user_model)
        own, others = create_job(started_by=writer), create_job()

        answers = [client.post(reverse("admin:stop_job", args=[job.pk])).status_code for job in (own, others)]

        assert answers == [302, 403]
        assert client.get(reverse("admin:job_progress", args=[own.pk])).status_code == 200

    def test_requires_more_than_view_job(self, client, django_user_model):
        user = log_in(client, "staff", django_user_model)
        user.user_permissions.add(Permission.objects.get(codename="view_job"))

        assert client.post(reverse("admin:stop_job", args=[create_job().pk])).status_code == 403
        assert "/stop/" not in text(client.get(JOBS))


class TestPart:
    def test_ended_job_is_not_refreshed(self, admin_client):
        job = create_job(Job.State.DONE, done=3, total=3)

        part = text(admin_client.get(reverse("admin:job_progress", args=[job.pk])))

        assert "Done." in part
        assert "data-refresh" not in part
        assert "<form" not in part


@pytest.mark.both_databases
class TestKept:
    def test_for_thirty_days(self):
        for days in (29, 31):
            create_job(Job.State.DONE, done=days, ended_at=timezone.now() - timedelta(days=days))
        create_job(Job.State.WAITING, created_at=timezone.now() - timedelta(days=40))

        forget_old()

        assert sorted(Job.objects.values_list("done", flat=True)) == [0, 29]


class TestDashboard:
    def test_shows_how_many_jobs_failed_lately(self, admin_client):
        for days in (1, 2, 10):
            create_job(Job.State.FAILED, ended_at=timezone.now() - timedelta(days=days))
        create_job(Job.State.DONE, ended_at=timezone.now())

        assert "2 jobs failed in the last three days." in text(admin_client.get("/admin/"))

    def test_shows_nothing_to_users_who_may_not_see_jobs(self, client, django_user_model):
        create_job(Job.State.FAILED, ended_at=timezone.now())
        log_in(client, "Writer", django_user_model)

        assert "failed in the last" not in text(client.get("/admin/"))
