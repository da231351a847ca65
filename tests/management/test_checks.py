"""Misconfiguration is found by `manage.py check`, with a hint each."""

import os
import re
from functools import partial
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.http import HttpResponse
from django.urls import path

from blog.images.files import store_file
from blog.management import checks
from tests.support import forking
from tests.support.factories import create_image
from tests.support.images import image_bytes

ROOT = Path(checks.__file__).parents[2]


def anybody(request):
    return HttpResponse()


anybody.__module__ = "markdownx.views"


class MountedByMistake:
    urlpatterns = [path("markdownx/upload/", anybody)]


def found(check):
    messages = check(None)
    assert all(message.hint for message in messages)
    return [message.id for message in messages]


class TestSiteAddress:
    @pytest.mark.parametrize(
        ("address", "debug", "ids"),
        [
            ("https://blog.example.org", False, []),
            ("http://blog.example.org", False, ["galley.W001"]),
            ("http://blog.example.org", True, []),
            ("http://127.0.0.1:8000", False, []),
            ("http://localhost:8000", False, []),
            ("http://[::1]:8000", False, []),
        ],
    )
    def test_has_tls_outside_this_machine(self, settings, address, debug, ids):
        settings.SITE_URL, settings.DEBUG = address, debug

        assert found(checks.check_site_address) == ids


class TestAllowedHosts:
    @pytest.mark.parametrize(
        ("hosts", "ids"),
        [
            (["blog.example.org"], []),
            ([".example.org"], []),
            (["*"], ["galley.W002"]),
            (["localhost"], ["galley.E001"]),
        ],
    )
    def test_hold_the_site_and_not_everything(self, settings, hosts, ids):
        settings.SITE_URL, settings.ALLOWED_HOSTS = "https://blog.example.org:8443", hosts

        assert found(checks.check_allowed_hosts) == ids


class TestMail:
    @pytest.mark.parametrize(
        ("admins", "sends_mail", "ids"),
        [([], False, []), (["a@example.org"], False, ["galley.W006"]), (["a@example.org"], True, [])],
    )
    def test_reaches_whom_it_is_for(self, settings, admins, sends_mail, ids):
        settings.ADMINS, settings.SENDS_MAIL = admins, sends_mail

        assert found(checks.check_mail) == ids


class TestFolders:
    def test_can_be_written(self, settings, tmp_path):
        settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "not" / "yet" / "made"

        assert found(checks.check_folders) == []

    def test_one_that_cannot_is_found(self, settings, tmp_path, monkeypatch):
        settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
        monkeypatch.setattr(os, "access", lambda *_arguments: False)  # root may write anywhere

        assert found(checks.check_folders) == ["galley.E002", "galley.E002"]

    def test_a_file_in_its_place_is_found(self, settings, tmp_path):
        (tmp_path / "media").write_text("")
        settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"

        assert found(checks.check_folders) == ["galley.E002"]


class TestSecretKeyFile:
    @pytest.mark.parametrize(
        ("mode", "ids"), [(0o600, []), (0o640, ["galley.W003"]), (0o604, ["galley.W003"])]
    )
    def test_is_read_by_its_owner_only(self, settings, tmp_path, mode, ids):
        settings.DATA_DIR = tmp_path
        (tmp_path / "secret_key").write_text("x")
        (tmp_path / "secret_key").chmod(mode)

        assert found(checks.check_private_files) == ids

    def test_need_not_be_there(self, settings, tmp_path):
        settings.DATA_DIR = tmp_path

        assert found(checks.check_private_files) == []


class TestDatabase:
    GOOD = {
        "ENGINE": "django.db.backends.sqlite3",
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL;"},
    }

    def test_ours_is_good(self):
        assert found(checks.check_sqlite) == []

    @pytest.mark.parametrize(
        "options", [{}, {"transaction_mode": "IMMEDIATE"}, {"init_command": "journal_mode=WAL"}]
    )
    def test_sqlite_without_wal_or_immediate_is_found(self, monkeypatch, options):
        monkeypatch.setattr(checks.settings, "DATABASES", {"default": self.GOOD | {"OPTIONS": options}})

        assert found(checks.check_sqlite) == ["galley.W004"]

    def test_sqlite_without_full_text_search_is_found(self, monkeypatch):
        monkeypatch.setattr(checks.settings, "DATABASES", {"default": self.GOOD})
        monkeypatch.setattr(checks, "sqlite_knows", lambda statement: "fts5" not in statement)

        assert found(checks.check_sqlite) == ["galley.E003"]

    def test_others_are_not_asked(self, monkeypatch):
        monkeypatch.setattr(
            checks.settings, "DATABASES", {"default": {"ENGINE": "django.db.backends.postgresql"}}
        )

        assert found(checks.check_sqlite) == []


class TestMarkdownx:
    def test_is_not_mounted(self):
        assert found(checks.check_markdownx_is_not_mounted) == []

    def test_is_found_when_it_is(self, settings):
        settings.ROOT_URLCONF = MountedByMistake

        assert found(checks.check_markdownx_is_not_mounted) == ["galley.E004"]


class TestVariables:
    def test_a_misspelt_one_is_found_with_the_right_one(self, monkeypatch):
        monkeypatch.setenv("GALLEY_SITENAME", "x")

        [message] = [message for message in checks.check_variables(None) if "SITENAME" in message.msg]

        assert message.hint == "Did you mean GALLEY_SITE_NAME?"

    def test_the_list_is_what_settings_and_scripts_read(self):
        files = [*(ROOT / "site_config").glob("*.py"), *(ROOT / "bin").iterdir()]

        read = {name for file in files for name in re.findall(r"GALLEY_[A-Z_]*[A-Z]", file.read_text())}

        assert read == checks.VARIABLES


class TestWhole:
    def test_the_checks_are_registered(self, settings):
        settings.ALLOWED_HOSTS = ["*"]

        assert "galley.W002" in {message.id for message in run_checks(tags=["security"])}

    def test_production_settings_are_clean(self, tmp_path):
        environment = {
            "PATH": os.environ["PATH"],
            "SITE_URL": "https://blog.example.org",
            "GALLEY_DATA": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "site_config.settings",
        }

        assert forking.errors_of(environment, ["check", "--deploy", "--fail-level", "WARNING"]) == (0, "")


@pytest.mark.django_db
class TestMedia:
    def test_missing_files_are_counted(self):
        create_image(file=store_file(image_bytes()).name)
        assert checks.check_media(None, databases=["default"]) == []

        create_image(file="images/ab/gone.png")
        assert found(partial(checks.check_media, databases=["default"])) == ["galley.W010"]
