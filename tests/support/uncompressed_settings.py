"""The settings of a real site, but its static files are not compressed, which takes seconds."""

from site_config.settings import *  # noqa: F403 -- all of them are meant

WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["css", "js", "svg", "txt", "md", "json"]
