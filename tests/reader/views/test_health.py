"""What monitoring and load balancers are told."""

import time

import pytest
from django.db import DatabaseError

from blog import jobs
from blog.models import Worker
from blog.reader.views import health

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_database(monkeypatch):
    def fail():
        raise DatabaseError

    monkeypatch.setattr(health.connection, "cursor", fail)


class TestHealth:
    def test_it_is_never_kept(self, client):
        response = client.get("/health/")

        assert (response.status_code, response.content) == (200, b"ok")
        assert "no-store" in response["Cache-Control"]

    def test_without_a_database_it_says_so(self, client, no_database):
        assert client.get("/health/").status_code == 503


class TestReady:
    @pytest.mark.both_databases
    def test_each_part_is_told_and_nothing_kept(self, client):
        Worker.objects.touch("here:1")

        response = client.get("/health/ready/")

        parts = response.json()
        assert response.status_code == 200
        assert parts.pop("ready")
        assert parts.pop("loaded_at") < time.time()
        assert list(parts) == ["database", "disk", "media", "cache", "worker", "update"]
        assert all(part["ok"] for part in parts.values())
        assert "no-store" in response["Cache-Control"]

    def test_without_a_database_no_machine_is_ready(self, client, no_database):
        response = client.get("/health/ready/")

        assert response.status_code == 503
        assert not response.json()["database"]["ok"]

    def test_without_room_no_machine_is_ready(self, client, monkeypatch):
        monkeypatch.setattr(health, "LEAST_FREE_BYTES", 2**80)

        response = client.get("/health/ready/")

        assert (response.status_code, response.json()["disk"]["room"]) == (503, False)

    def test_without_a_worker_readers_are_served(self, client, monkeypatch):
        monkeypatch.setattr(jobs.registry, "_kinds", {})
        jobs.job("try")(lambda running: None)
        jobs.start("try")

        response = client.get("/health/ready/")

        assert response.status_code == 200
        assert response.json()["worker"] == {"ok": False, "last_seen": None, "waiting": 1}

    def test_without_room_for_images_no_machine_is_ready(self, client, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path / "file" / "media"
        (tmp_path / "file").touch(mode=0o400)

        response = client.get("/health/ready/")

        assert (response.status_code, response.json()["media"]["ok"]) == (503, False)

    def test_cache_server_that_is_down_is_told(self, client, monkeypatch):
        class Down:
            def read(self):
                return None

        monkeypatch.setattr(health, "shared_number", Down)

        response = client.get("/health/ready/")

        assert (response.status_code, response.json()["cache"]["ok"]) == (200, False)
