"""bin/galley runs commands as the site does: its environment, its user, whatever the folder and the shell."""

import os
import pwd
import subprocess

import pytest

from site_config import site_command
from site_config.site_command import data_folder, owner_of, parsed
from tests.support.programs import another_user
from tests.support.servers import ROOT

SHOW = (
    "import os; from django.conf import settings; "
    "print(settings.SITE_NAME, settings.DATA_DIR, settings.DEBUG, os.geteuid(), os.getcwd(), sep='|')"
)


def galley(folder, *arguments, **environment):
    return subprocess.run(  # noqa: S603 -- our own command
        [ROOT / "bin/galley", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"]} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def site(tmp_path):
    """An environment file, and the data folder that it names."""
    (tmp_path / "data").mkdir()
    (tmp_path / "elsewhere").mkdir()
    file = tmp_path / "environment"
    file.write_text(f"GALLEY_DATA={tmp_path}/data\n# a comment\nGALLEY_SITE_NAME='Tide Tables'\n")
    return tmp_path


def shown(site, **environment) -> list[str]:
    done = galley(
        site / "elsewhere",
        *("shell", "--no-imports", "--command", SHOW),
        GALLEY_ENVIRONMENT=str(site / "environment"),
        **environment,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().split("|")


class TestCommand:
    def test_has_the_environment_and_the_owner_of_the_site_from_any_folder(self, site, tmp_path):
        """And nothing else of the shell."""
        user = pwd.getpwnam(another_user())
        for folder in (*reversed(tmp_path.parents[:2]), tmp_path):
            folder.chmod(0o755)
        os.chown(site / "data", user.pw_uid, user.pw_gid)

        name, data, debug, uid, folder = shown(site, DEBUG="1", DATABASE_URL="sqlite:////nowhere/db.sqlite3")

        assert (name, data, debug) == ("Tide Tables", str(site / "data"), "False")
        assert folder == str(site / "elsewhere")
        assert uid == str(user.pw_uid)
        assert {file.stat().st_uid for file in (site / "data").iterdir()} == {user.pw_uid}

    def test_a_missing_file_is_told_of(self, tmp_path):
        done = galley(tmp_path, "check", GALLEY_ENVIRONMENT=str(tmp_path / "nothing"))

        assert done.returncode == 1
        assert "nothing cannot be read" in done.stderr
        assert "sudo" not in done.stderr

    def test_a_malformed_line_is_told_of(self, site):
        with (site / "environment").open("a") as file:
            file.write("SECRET_KEY: secret\n")
        done = galley(site, "check", GALLEY_ENVIRONMENT=str(site / "environment"))

        assert done.returncode == 1
        assert "line 4 is not of the form NAME=value" in done.stderr
        assert "secret" not in done.stderr

    def test_a_missing_data_folder_is_not_made_for_root(self, site):
        another_user()
        (site / "data").rmdir()
        done = galley(site, "check", GALLEY_ENVIRONMENT=str(site / "environment"))

        assert done.returncode == 1
        assert "install -d -o galley" in done.stderr
        assert not (site / "data").exists()

    def test_in_a_fresh_clone_has_the_owner_of_the_clone(self, tmp_path, monkeypatch):
        another_user()
        monkeypatch.setattr(site_command, "ROOT", tmp_path)

        assert owner_of(data_folder({})).pw_uid == tmp_path.stat().st_uid


class TestFile:
    @pytest.mark.parametrize(
        ("line", "value"),
        [
            ("NAME=plain", "plain"),
            ("NAME=postgres://a:b@c/d?x=1&y=2", "postgres://a:b@c/d?x=1&y=2"),
            ("NAME='two words'", "two words"),
            ('NAME="two \\"words\\""', 'two "words"'),
            ("NAME=two words # no comment", "two words # no comment"),
            ("NAME=$HOME", "$HOME"),
            (" NAME = spaced ", "spaced"),
            ("NAME=begun \\\nand ended", "begun and ended"),
            ("NAME=", ""),
        ],
    )
    def test_is_read_as_systemd_does(self, line, value):
        assert parsed(f"# NAME=comment\n; NAME=comment\n\n{line}\n") == {"NAME": value}

    @pytest.mark.parametrize("line", ["NAME", "export NAME=value", "=value", "NAME: value", "1NAME=value"])
    def test_with_a_malformed_line_is_refused(self, line):
        with pytest.raises(ValueError, match="line 4"):
            parsed(f"# NAME=comment\nNAME=begun \\\nand ended\n{line}\n")
