"""bin/galley: run manage.py with the environment file of the site, as the owner of its data folder.

Uses only the standard library. Parses the file like systemd does for the unit: a shell would treat a "&" in a
URL as an operator.
"""

import os
import pwd
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = "/etc/galley/environment"
# Variables kept from the shell. All others must come from the file, so that the shell cannot change the site.
KEPT = re.compile(r"PATH|TERM|LANG|LC_\w+|COLUMNS|LINES|NO_COLOR|DJANGO_SUPERUSER_\w+")
LINE = re.compile(r"(?:\\\n|.)+")  # with the lines that continue it
NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
QUOTED = re.compile(r"""'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^'"\\]+)""", re.DOTALL)


def main() -> None:
    environment = site_environment(os.environ)
    become(owner_of(data_folder(environment)), environment)
    command = [sys.executable, str(ROOT / "manage.py"), *sys.argv[1:]]
    os.execve(command[0], command, environment)  # noqa: S606 -- our own command


def site_environment(shell) -> dict[str, str]:
    """Return the file's variables plus the shell's KEPT ones, or all of the shell's if there is no file."""
    name = shell.get("GALLEY_ENVIRONMENT", "")
    file = Path(name or FILE)
    if not name and not file.exists():
        return dict(shell)
    try:
        values = parsed(file.read_text())
    except PermissionError:
        sys.exit(f"galley: {file} may not be read by this user. Run the command as root, with sudo.")
    except (OSError, ValueError) as error:
        sys.exit(f"galley: {file} cannot be read: {error}. Correct the file, or GALLEY_ENVIRONMENT.")
    return {name: value for name, value in shell.items() if KEPT.fullmatch(name)} | values


def parsed(text: str) -> dict[str, str]:
    """Return the variables that a systemd environment file sets. Raises ValueError for a malformed line."""
    values = {}
    for found in LINE.finditer(text):
        name, is_assignment, value = found[0].replace("\\\n", "").strip().partition("=")
        if name.startswith(("#", ";")) or not (name or is_assignment):
            continue
        if not (is_assignment and NAME.fullmatch(name.strip())):
            # Without the line's text, which may be part of a password.
            raise ValueError(f"line {text.count('\n', 0, found.start()) + 1} is not of the form NAME=value")
        values[name.strip()] = _unquoted(value.strip())
    return values


def _unquoted(value):
    return "".join(
        re.sub(r"\\(.)", r"\1", double) if double else single or escaped or plain
        for single, double, escaped, plain in QUOTED.findall(value)
    )


def data_folder(environment) -> Path:
    return ROOT / (environment.get("GALLEY_DATA") or "var")


def owner_of(folder: Path) -> pwd.struct_passwd | None:
    """Return the folder's owner if root runs the command, or None to keep the current user.

    A missing folder in a fresh clone gets the clone's owner.
    """
    if os.geteuid() != 0:
        return None
    if folder == ROOT / "var" and not folder.exists():
        folder = ROOT
    if not folder.exists():
        sys.exit(
            f"galley: the data folder {folder} does not exist yet. The command runs as its owner. "
            f"Start the site first, or make the folder: install -d -o galley {folder}"
        )
    return pwd.getpwuid(folder.stat().st_uid)


def become(user: pwd.struct_passwd | None, environment: dict[str, str]) -> None:
    if user is None or user.pw_uid == 0:
        return
    os.initgroups(user.pw_name, user.pw_gid)
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)
    environment |= {"HOME": user.pw_dir, "USER": user.pw_name, "LOGNAME": user.pw_name}


if __name__ == "__main__":
    main()
