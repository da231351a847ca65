"""Settings of test servers: no collected static files, and a fast password hasher."""

from site_config.settings import *  # noqa: F403 -- all of them are meant
from site_config.settings import STORAGES

STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
