"""Values that the settings derive from environment variables."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from site_config.variables import (
    BASE_DIR,
    bucket,
    cache,
    database,
    ensure_folder,
    is_cache_server,
    secret_key,
    sqlite_file,
)
from tests.support.servers import ROOT, basic_environment


class TestSqliteFile:
    @pytest.mark.parametrize(
        ("url", "file"),
        [
            ("sqlite:////srv/galley/db.sqlite3", Path("/srv/galley/db.sqlite3")),
            ("sqlite:///var/db.sqlite3", BASE_DIR / "var/db.sqlite3"),
            ("sqlite://:memory:", None),
            ("postgres://galley@127.0.0.1/galley", None),
        ],
    )
    def test_is_the_path_of_a_database_in_a_file(self, url, file, monkeypatch):
        monkeypatch.setenv("DATABASE_URL", url)

        assert sqlite_file(database("")) == file


class TestMadeFolder:
    def test_a_relative_one_is_that_of_the_checkout(self, monkeypatch, tmp_path):
        """A command may be run from any folder."""
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("GALLEY_DATA", "docs")

        assert ensure_folder("GALLEY_DATA") == BASE_DIR / "docs"


class TestSecretKey:
    def test_of_one_machine_is_created_once(self, tmp_path, monkeypatch):
        monkeypatch.delenv("SECRET_KEY", raising=False)
        file = tmp_path / "secret_key"

        key = secret_key(file)

        assert len(key) > 50
        assert secret_key(file) == key

    def test_of_several_machines_must_be_given(self, tmp_path, monkeypatch):
        monkeypatch.delenv("SECRET_KEY", raising=False)
        file = tmp_path / "secret_key"
        with pytest.raises(ImproperlyConfigured, match=r"SECRET_KEY: CACHE_URL is set.* rand -hex 40$"):
            secret_key(file, shared_by="CACHE_URL")
        assert not file.exists()

        monkeypatch.setenv("SECRET_KEY", "given")

        assert secret_key(file, shared_by="CACHE_URL") == "given"

    def test_of_a_site_that_grows_stays_valid(self, tmp_path, monkeypatch):
        """The message names the file with the key that signed the sessions until then."""
        monkeypatch.delenv("SECRET_KEY", raising=False)
        file = tmp_path / "secret_key"
        secret_key(file)

        with pytest.raises(ImproperlyConfigured, match=f"the content of {file}$"):
            secret_key(file, shared_by="CACHE_URL")

    @pytest.mark.parametrize(
        ("name", "url"),
        [("CACHE_URL", "redis://127.0.0.1:1/0"), ("GALLEY_STORAGE_URL", "s3://me:secret@127.0.0.1:1/bucket")],
    )
    def test_must_be_given_with_what_machines_share(self, name, url, tmp_path):
        done = subprocess.run(
            [sys.executable, "-c", "import site_config.settings"],
            cwd=ROOT,
            env=basic_environment(tmp_path) | {name: url},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

        assert done.returncode == 1
        assert f"SECRET_KEY: {name} is set" in done.stderr

    @pytest.mark.parametrize(
        ("backend", "is_server"),
        [
            ("django.core.cache.backends.locmem.LocMemCache", False),
            ("django.core.cache.backends.redis.RedisCache", True),
        ],
    )
    def test_is_shared_where_a_cache_server_is(self, backend, is_server):
        assert is_cache_server(cache({"BACKEND": backend})) is is_server


class TestBucket:
    def read(self, monkeypatch, url):
        monkeypatch.setenv("GALLEY_STORAGE_URL", url)
        return bucket("GALLEY_STORAGE_URL")

    def test_is_not_used_by_default(self, monkeypatch):
        assert self.read(monkeypatch, "") is None

    @pytest.mark.parametrize(
        ("url", "options"),
        [
            (
                "s3://me:a%2Fb%2B%3D@s3.eu-central-1.amazonaws.com/pictures?region=eu-central-1",
                {
                    "endpoint_url": "https://s3.eu-central-1.amazonaws.com",
                    "bucket_name": "pictures",
                    "prefix": "",
                    "access_key": "me",
                    "secret_key": "a/b+=",
                    "region_name": "eu-central-1",
                    "addressing": "path",
                },
            ),
            (
                "s3://[::1]:9000/pictures/of/tides/?tls=no&addressing=virtual",
                {
                    "endpoint_url": "http://[::1]:9000",
                    "bucket_name": "pictures",
                    "prefix": "of/tides/",
                    "access_key": None,
                    "secret_key": None,
                    "region_name": "us-east-1",
                    "addressing": "virtual",
                },
            ),
        ],
    )
    def test_is_read_from_its_url(self, url, options, monkeypatch):
        assert self.read(monkeypatch, url) == options

    @pytest.mark.parametrize(
        "url",
        [
            *(
                "https://me:secret@host/bucket",
                "s3://me:secret@host",
                "s3:///secret",
                "secret",
                "s3://secret@",
            ),
            *("s3://me:secret@host/b?tls=maybe", "s3://me:secret@host/b?zone=1", "s3://me:secret@host:x/b"),
            *("s3://me:1/secret@host/b", "s3://host/b#secret"),
        ],
    )
    def test_that_is_not_one_is_refused_without_its_secret(self, url, monkeypatch):
        with pytest.raises(ImproperlyConfigured, match=r"^GALLEY_STORAGE_URL: not a URL like") as error:
            self.read(monkeypatch, url)

        assert "secret" not in str(error.value)

    def test_without_packages_the_command_is_named(self, monkeypatch):
        monkeypatch.setattr("site_config.variables.importlib.util.find_spec", lambda name: None)

        with pytest.raises(
            ImproperlyConfigured, match=r"GALLEY_STORAGE_URL: .* bin/setup requirements-s3\.txt"
        ):
            self.read(monkeypatch, "s3://host/bucket")
