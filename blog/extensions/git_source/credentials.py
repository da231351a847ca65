"""The key, the token and the secrets of the webhook: private files in the data folder, and in no backup."""

import json
import shutil
import subprocess
from pathlib import Path

from django.conf import settings

from blog.files.atomic import write_atomically
from blog.files.modes import PRIVATE_FILE, PRIVATE_FOLDER, make_folder, protect


def folder() -> Path:
    """Return the folder of the extension. It is created if it is missing."""
    place = settings.DATA_DIR / "git_source"
    make_folder(place, PRIVATE_FOLDER)
    protect(place, PRIVATE_FOLDER)
    return place


def read(name: str) -> str:
    """Return a stored secret, or ""."""
    return _stored().get(name, "")


def write(**secrets: str) -> None:
    """Store secrets by their names, besides those stored already."""
    data = json.dumps(_stored() | secrets).encode()
    write_atomically(folder() / "secrets.json", [data], mode=PRIVATE_FILE, durable=True)


def _stored():
    try:
        return json.loads((folder() / "secrets.json").read_bytes())
    except FileNotFoundError:
        return {}


def key_file() -> Path:
    """Return the private key of this site, which is made if it is missing. Raises FileNotFoundError."""
    key = folder() / "key"
    if not key.exists():
        program = shutil.which("ssh-keygen")
        if program is None:
            raise FileNotFoundError("ssh-keygen")
        new = folder() / "new_key"
        for part in (new, new.with_suffix(".pub")):
            part.unlink(missing_ok=True)
        command = [program, "-q", "-t", "ed25519", "-N", "", "-C", "galley", "-f", str(new)]
        subprocess.run(command, check=True, capture_output=True, umask=0o077)  # noqa: S603 -- fixed arguments
        new.with_suffix(".pub").rename(key.with_suffix(".pub"))
        new.rename(key)
    return key


def public_key() -> str:
    """Return the public key, or "" if none was made yet."""
    try:
        return (folder() / "key.pub").read_text().strip()
    except FileNotFoundError:
        return ""


def forget() -> None:
    """Delete all secrets, and the copy of the repository."""
    shutil.rmtree(folder(), ignore_errors=True)
