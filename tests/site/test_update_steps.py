"""The missing steps of an update are found on disk and in the database."""

import pytest
from django.core.checks import run_checks
from django.db.migrations.recorder import MigrationRecorder

from blog.site import update_steps
from blog.site.update_steps import missing_steps, unapplied_migrations

pytestmark = pytest.mark.django_db


@pytest.fixture
def missing_migration():
    MigrationRecorder.Migration.objects.get(app="blog", name="0001_initial").delete()
    return "blog.0001_initial"


class TestMigrations:
    @pytest.mark.both_databases
    def test_none_is_missing_after_migrate(self):
        assert missing_steps() == []

    @pytest.mark.both_databases
    def test_a_missing_one_is_named(self, missing_migration):
        assert unapplied_migrations() == [missing_migration]
        assert missing_migration in str(missing_steps()[0])

    def test_one_that_came_after_the_start_is_found(self, tmp_path, monkeypatch):
        """A process with the code of before the update does not import it."""
        folder = tmp_path / "migrations"
        folder.mkdir()
        (folder / "__init__.py").touch()
        (folder / "0099_new.py").write_text("raise ImportError")
        monkeypatch.setattr(update_steps.apps.get_app_config("blog"), "path", str(tmp_path))

        assert unapplied_migrations() == ["blog.0099_new"]

    def test_the_check_with_a_database_names_it(self, missing_migration):
        with_database = [found for found in run_checks(databases=["default"]) if found.id == "galley.E006"]

        assert missing_migration in with_database[0].msg
        assert "bin/galley migrate" in with_database[0].hint
        assert "galley.E006" not in {found.id for found in run_checks()}

    def test_the_health_check_names_it(self, client, missing_migration):
        response = client.get("/health/ready/")

        assert response.status_code == 200
        assert not response.json()["update"]["ok"]
        assert missing_migration in response.json()["update"]["missing"][0]
