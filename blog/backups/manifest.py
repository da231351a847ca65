"""The manifest of a backup: what wrote it, with which migrations and settings."""

import os
import subprocess
import tomllib
from contextlib import suppress

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

FORMAT = 1
# The variables that change what readers see or who may publish.
VARIABLES = (
    *("SITE_URL", "LANGUAGE_CODE", "TIME_ZONE"),
    *("GALLEY_SITE_NAME", "GALLEY_SITE_TAGLINE", "GALLEY_SITE_PUBLISHER"),
    *("GALLEY_REQUIRE_REVIEW", "GALLEY_REVIEW_BY_OTHERS"),
)


def new_manifest() -> dict:
    """Return a manifest without rows and files."""
    return {
        "format": FORMAT,
        "galley": galley_version(),
        "commit": commit(),
        "created_at": timezone.now().isoformat(),
        "database": connection.vendor,
        "migrations": applied_migrations(),
        "variables": variables(),
        "requires_review": settings.REQUIRE_REVIEW,
        "rows": {},
        "files": {},
        "missing_files": [],
    }


def galley_version() -> str:
    """Return the version of this checkout, from pyproject.toml."""
    return tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"]


def commit() -> str:
    """Return the hash of the commit that is checked out, or "" outside a Git checkout."""
    command = ["git", "-C", str(settings.BASE_DIR), "rev-parse", "HEAD"]
    with suppress(OSError, subprocess.SubprocessError):
        run = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)  # noqa: S603 -- Git
        return run.stdout.strip()
    return ""


def applied_migrations() -> list[str]:
    return sorted(".".join(key) for key in MigrationRecorder(connection).applied_migrations())


def variables() -> dict[str, str]:
    return {name: os.environ.get(name, "") for name in VARIABLES}
