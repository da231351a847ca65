"""The settings of server_settings.py with a short timeout for SQLite's lock."""

from tests.support.server_settings import *  # noqa: F403 -- all of them are meant
from tests.support.server_settings import DATABASES

DATABASES["default"]["OPTIONS"]["timeout"] = 0.5
