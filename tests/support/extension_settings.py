"""Settings for tests of extensions outside of the repository (docs/extending.md)."""

from tests.support.server_settings import *  # noqa: F403 -- all of them are meant

STATIC_ROOT = None  # otherwise, WhiteNoise warns that no files are collected
