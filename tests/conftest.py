"""What holds for every test: nothing collected, a cheap password hasher, a media folder of its own."""

import os
import signal

import pytest
from hypothesis import settings as hypothesis_settings

# No test is judged by its speed here. In CI each run tries the same examples, so that a failure can be had
# again; elsewhere each run tries others.
hypothesis_settings.register_profile("galley", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis_settings.load_profile("galley")


# What a shell starts beside it ignores Ctrl+C, and so would all that a test starts and then interrupts.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def settings_for_tests(settings, tmp_path):
    settings.SITE_URL = "https://blog.example"  # unlike the host that requests name: it must not leak in
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.CARD_ROOT = tmp_path / "cards"
    settings.RENDITION_ROOT = tmp_path / "pictures"
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
