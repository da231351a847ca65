"""The site's own settings for the server that a test starts; only, no static file is collected."""

from site_config.settings import *  # noqa: F403

STORAGES = {
    "default": {"BACKEND": "blog.images.MediaStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
