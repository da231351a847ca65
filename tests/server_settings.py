"""The site's own settings for servers that a test starts, but for the static files: nothing is collected."""

from site_config.settings import *  # noqa: F403 -- all of them are meant
from site_config.settings import STORAGES

STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
