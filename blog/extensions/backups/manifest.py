"""The manifest of a backup: what wrote it, with which migrations and settings; and checks of a backup by it.

All of a backup is checked before anything is stored: manifest, members, secret key, models and columns. The
digest of the file only shows damage: anybody can compute it for other contents. So each value of the manifest
must have the form that Galley writes, and the archive must have exactly the members it names.
"""

import os
import re
import subprocess
import tomllib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from blog.extensions.backups import rows
from blog.extensions.backups.archive import MANIFEST, BackupArchive, BackupError
from blog.extensions.backups.files import MEDIA, ORIGINALS

FORMAT = 1
# The variables that change what readers see or who may publish.
VARIABLES = (
    *("SITE_URL", "LANGUAGE_CODE", "TIME_ZONE"),
    *("GALLEY_SITE_NAME", "GALLEY_SITE_TAGLINE", "GALLEY_SITE_PUBLISHER"),
    *("GALLEY_REQUIRE_REVIEW", "GALLEY_REVIEW_BY_OTHERS"),
)


def new_manifest() -> dict:
    """Return a manifest without rows and files."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]
    return {
        "format": FORMAT,
        "galley": project["version"],
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


KEY_MEMBER = "secret_key"
SHORTEST_KEY, LONGEST_KEY = 32, 1000  # characters
LARGEST_NUMBER = 2**53
LONGEST_NAME = 400  # characters; names of stored files have up to 306
LONGEST_TEXT = 10_000  # characters

type Check = Callable[[object, str], None]  # of a value and its place in the manifest; raises BackupError


def check_archive(archive: BackupArchive) -> None:
    """Raise BackupError unless manifest, members and secret key are as Galley writes them."""
    manifest, sizes = archive.manifest, archive.sizes()
    check_manifest(manifest)
    named = manifest["files"] | {f"rows/{label}.jsonl": table for label, table in manifest["rows"].items()}
    named[MANIFEST] = {"size": sizes[MANIFEST]}
    if "has_secret" in manifest:
        named[KEY_MEMBER] = {"size": min(sizes.get(KEY_MEMBER, 0), LONGEST_KEY)}
    for name in sorted(sizes.keys() | named.keys()):
        if name not in named:
            raise BackupError(f"{name} is in this backup, but not in its manifest. Use another backup.")
        if sizes.get(name) != named[name]["size"]:
            raise BackupError(f"{name} in this backup is missing, or has another size. Use another backup.")
    if KEY_MEMBER in named and not is_secret(archive.read(KEY_MEMBER)):
        raise BackupError(
            f"The secret key in this backup does not have {SHORTEST_KEY} to {LONGEST_KEY} printable "
            "characters. Use a backup that was written without --with-secret."
        )


def is_secret(key: bytes) -> bool:
    """Whether this is a secret key that can be read from a file."""
    text = key.decode(errors="replace")
    is_line = text.isprintable() and text == text.strip() and text.encode() == key
    return is_line and SHORTEST_KEY <= len(text) <= LONGEST_KEY


def check_rows(manifest: dict, models: list) -> None:
    """Raise BackupError unless the manifest has exactly these models, with their columns."""
    there = {label: table["fields"] for label, table in manifest["rows"].items()}
    here = {model._meta.label: [field.attname for field in rows.stored_fields(model)] for model in models}
    # Earlier releases also stored some of the models that are left out.
    for label in sorted((there.keys() - rows.LEFT_OUT) | here.keys()):
        if differing := set(there.get(label, ())) ^ set(here.get(label, ())):
            raise BackupError(
                f"The columns of {label} in this backup are not those of its release. The first of them that "
                f"differs is {min(differing)}. Use another backup."
            )


def check_manifest(manifest) -> None:
    """Raise BackupError unless all values have the types and forms that Galley writes."""
    number = manifest.get("format") if isinstance(manifest, dict) else None
    if type(number) is int and number != FORMAT:
        raise BackupError(
            f"This backup has the format {number}, and this release reads {FORMAT}. "
            "Update this checkout, then restore."
        )
    _check_object(manifest, MANIFEST)
    _check_values({"has_secret": True} | manifest, MANIFEST)


def _value(kind: str, is_valid: Callable[[object], object]) -> Check:
    def check(value, place):
        if not is_valid(value):
            raise BackupError(f"In this backup, {place} is not {kind}. Use another backup.")

    return check


def _text(kind: str, pattern: str) -> Check:
    return _value(kind, lambda value: isinstance(value, str) and re.fullmatch(pattern, value))


def _names(check_name: Check) -> Check:
    """Return a check of a list of different names."""

    def check(names, place):
        _check_list(names, place)
        for number, name in enumerate(names):
            check_name(name, f"{place}/{number}")
        if len(set(names)) < len(names):
            raise BackupError(f"In this backup, {place} has a name twice. Use another backup.")

    return check


def _mapping(check_name: Check, check_item: Check) -> Check:
    """Return a check of an object with any number of names."""

    def check(items, place):
        _check_object(items, place)
        for name, item in items.items():
            check_name(name, f"a name in {place}")
            check_item(item, f"{place}/{name}")

    return check


def _record(checks: dict[str, Check]) -> Check:
    """Return a check of an object with exactly these names."""

    def check(items, place):
        _check_object(items, place)
        for name in sorted(items.keys() ^ checks.keys()):
            state = "unknown" if name in items else "missing"
            raise BackupError(f"In this backup, {place}/{name} is {state}. Use another backup.")
        for name, check_item in checks.items():
            check_item(items[name], f"{place}/{name}")

    return check


def _is_file_name(name):
    """Whether a name is that of a file below one of the two folders."""
    if not isinstance(name, str) or not name.startswith((MEDIA, ORIGINALS)) or len(name) > LONGEST_NAME:
        return False
    return name.isprintable() and not re.search(r"\\|//|/\.|/\Z", name)


def _is_time(value):
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return False


def _is_number(value):
    return type(value) is int and 0 <= value <= LARGEST_NUMBER


_check_object = _value("an object", lambda value: isinstance(value, dict))
_check_list = _value("a list", lambda value: isinstance(value, list))
_number = _value(f"a whole number from 0 to {LARGEST_NUMBER}", _is_number)
_member = {"size": _number, "sha256": _text("a digest", "[0-9a-f]{64}")}
_label = _text("a name with a dot", r"\w{1,200}\.\w{1,200}")
_file_name = _value("the name of an image or a linked file", _is_file_name)
_check_values = _record(
    {
        "format": _number,
        "galley": _text("a version", "[0-9][0-9a-z.+-]{0,50}"),
        "commit": _text("a commit", "[0-9a-f]{0,64}"),
        "created_at": _value("a time", _is_time),
        "database": _text("a kind of database", "[a-z]{1,50}"),
        "migrations": _names(_label),
        "variables": _mapping(
            _text("the name of a variable", "[A-Z_]{1,100}"),
            _text(f"a text of up to {LONGEST_TEXT} characters", f"(?s:.{{0,{LONGEST_TEXT}}})"),
        ),
        "requires_review": _value("true or false", lambda value: isinstance(value, bool)),
        "has_secret": _value("true", lambda value: value is True),
        "rows": _mapping(
            _label,
            _record(
                _member
                | {
                    "count": _number,
                    "fields": _names(_text("the name of a column", r"\w{1,200}")),
                    "last_key": _value(
                        "a whole number or null", lambda value: value is None or _is_number(value)
                    ),
                }
            ),
        ),
        "files": _mapping(_file_name, _record(_member)),
        "missing_files": _names(_file_name),
    }
)
