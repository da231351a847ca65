"""The settings of server_settings.py; whoever finds SQLite locked does not wait for long."""

from tests.support.server_settings import *  # noqa: F403 -- all of them are meant
from tests.support.server_settings import DATABASES

DATABASES["default"]["OPTIONS"]["timeout"] = 0.5
