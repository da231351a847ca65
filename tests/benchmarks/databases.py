"""An empty database for each measurement, on the PostgreSQL server of DATABASE_URL or on SQLite."""

import os
import tempfile
import uuid
from contextlib import contextmanager
from urllib.parse import urlsplit

from tests.benchmarks.measuring import ROOT


@contextmanager
def new_environment():
    """Yield the environment of an empty, separate site, which is removed afterwards."""
    with tempfile.TemporaryDirectory() as folder, _new_database(os.environ.get("DATABASE_URL", "")) as url:
        environment = os.environ | {
            "GALLEY_DATA": folder,
            "DJANGO_SETTINGS_MODULE": "site_config.settings",
            "DATABASE_URL": url,
            "PYTHONPATH": str(ROOT),
        }
        yield {name: value for name, value in environment.items() if value}


@contextmanager
def _new_database(url):
    if not url.startswith("postgres"):
        yield ""
        return
    import psycopg  # imported here: not needed for SQLite

    name = f"galley_{uuid.uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield urlsplit(url)._replace(path=f"/{name}").geturl()
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")
