"""What holds for every test: nothing collected, a cheap password hasher, a media folder of its own."""

import pytest


@pytest.fixture(autouse=True)
def settings_for_tests(settings, tmp_path):
    settings.SITE_URL = "https://blog.example"  # unlike the host that requests name: it must not leak in
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.STATIC_ROOT = None  # else WhiteNoise warns that nothing has been collected


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "posts"
    path.mkdir()
    return path
