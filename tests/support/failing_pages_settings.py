"""Settings of a server with pages that fail."""

from tests.support.server_settings import *  # noqa: F403 -- all of them are meant

ROOT_URLCONF = "tests.support.failing_pages"
