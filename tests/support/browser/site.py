"""A site as in production, with the sample articles and some more, for browser tests.

The site runs in its own process, because Playwright runs an event loop in the tests' thread, in which Django
refuses database queries. Browser tests therefore use keys and slugs from preparing.py instead of rows.
"""

import json
import os
import secrets
import shutil
import subprocess
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support import forking
from tests.support.durations import IS_LONG
from tests.support.servers import forked_server_on, listening_socket

PREPARE = "from tests.support.browser.preparing import main\nmain({posts})"


@dataclass(frozen=True)
class Site:
    """The site's URL, log-in data, and keys and slugs of its rows."""

    address: str
    editor: str
    password: str  # also of the administrator
    database: Path  # SQLite's file
    administrator: str = "administrator"
    names: dict = field(default_factory=dict)  # variable parts of URLs

    def url(self, path: str) -> str:
        return self.address + path.format(**self.names)


@contextmanager
def running_site(folder: Path, *posts: Path, like: Site | None = None):
    """Yield a running Site in the folder, with the samples and the articles of `posts`, published."""
    with listening_socket() as listener:
        host, port = listener.getsockname()
        site = made_site(folder, *posts, like=like, address=f"http://{host}:{port}")
        with forked_server_on(listener, environment_of(site, folder), folder):
            yield site


def made_site(
    folder: Path,
    *posts: Path,
    like: Site | None = None,
    address: str = "http://127.0.0.1",
    is_plain: bool = False,
) -> Site:
    """Fill the data folder of a site that is not running yet, as a copy of the site `like` if given.

    is_plain: True for pictures of one colour, which are made in less time.
    """
    password = like.password if like else secrets.token_urlsafe(12)
    site = Site(address, "editor", password, folder / "data" / "db.sqlite3")
    if like:
        shutil.copytree(like.database.parent, folder / "data")
        site.names.update(like.names)
    if posts or not like:
        site.names.update(_prepared(site, folder, posts, is_plain))
    return site


def _prepared(site: Site, folder: Path, posts, is_plain) -> dict:
    switches = {"GALLEY_TEST_LONG": IS_LONG, "GALLEY_TEST_PLAIN": is_plain}
    environment = environment_of(site, folder) | {
        name: "1" if is_on else "" for name, is_on in switches.items()
    }
    command = ["shell", "--no-imports", "--command", PREPARE.format(posts=[str(path) for path in posts])]
    with closing(forking.fork(environment, command, stdout=subprocess.PIPE, text=True)) as process:
        said, _ = process.communicate()
    if process.returncode:
        raise RuntimeError("The site could not be made.")
    return json.loads(said)


def environment_of(site: Site, folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "GALLEY_DATA": str(folder / "data"),
        "DJANGO_SETTINGS_MODULE": "site_config.settings",
        "SITE_URL": site.address,
        "GALLEY_SITE_NAME": "Galley",
        "GALLEY_SITE_TAGLINE": "Notes on water, print and ordinary things",
        "DJANGO_SUPERUSER_USERNAME": site.editor,
        "DJANGO_SUPERUSER_PASSWORD": site.password,
    }
