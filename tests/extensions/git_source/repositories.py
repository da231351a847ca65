"""Repositories of Git for tests, as somebody else writes them."""

import os
import subprocess
from pathlib import Path

from blog.extensions.git_source.addresses import RepositoryPlace, address_of


class Upstream:
    """A bare repository, and a working copy from which files are committed to it."""

    def __init__(self, folder: Path):
        self.url, self.folder = str(folder / "press.git"), folder / "work"
        git(folder, "init", "-q", "--bare", "-b", "main", self.url)
        git(folder, "clone", "-q", self.url, str(self.folder))
        git(self.folder, "checkout", "-q", "-B", "main")

    def place(self, branch="main", folder="") -> RepositoryPlace:
        return RepositoryPlace(address_of(self.url, is_allowed=True), branch, folder)

    def write(self, **files: str) -> None:
        """Write texts. A name stands for NAME.md."""
        for name, body in files.items():
            self.write_file(f"{name}.md", text(name.title(), body))

    def write_file(self, path: str, data: str | bytes) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data if isinstance(data, bytes) else data.encode())

    def push(self, message="Change texts", *, force=False) -> str:
        """Commit all changes and push them. Return the commit."""
        git(self.folder, "add", "--all")
        git(self.folder, "commit", "-q", "--allow-empty", "-m", message)
        git(self.folder, "push", "-q", *(["--force"] if force else []), "origin", "HEAD:main")
        return git(self.folder, "rev-parse", "HEAD").strip()


def text(title: str, body: str, **fields: str) -> str:
    more = "".join(f"{name}: {value}\n" for name, value in fields.items())
    return f"---\ntitle: {title}\ndate: 2026-03-01\n{more}---\n\n{body}\n"


def git(folder, *arguments) -> str:
    environment = {
        **os.environ,
        "GIT_CONFIG_GLOBAL": os.devnull,
        **{f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER") for part, value in WHO.items()},
    }
    done = subprocess.run(  # noqa: S603 -- Git
        ["git", *arguments],  # noqa: S607
        cwd=folder,
        capture_output=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode(errors="surrogateescape")


WHO = {"NAME": "Teodor Lanz", "EMAIL": "teodor@press.example"}
