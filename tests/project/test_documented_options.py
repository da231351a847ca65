"""Every variable and every option of a command that people type is in the documentation."""

import re

import pytest
from django.conf import settings
from django.core.management import load_command_class

FOLDER = "management/commands/[!_]*.py"
COMMANDS = {
    **{path.stem: "blog" for path in (settings.BASE_DIR / "blog").glob(FOLDER)},
    **{
        path.stem: f"blog.extensions.{path.parts[-4]}"
        for path in (settings.BASE_DIR / "blog/extensions").glob(f"*/{FOLDER}")
    },
}
READING = re.compile(
    r"""(?:env\.\w+|environ\.get|ensure_folder|existing_folder|extensions|whole_number)\(\s*["']([A-Z_]+)["']"""
)
# Not for operators: set by the server for its own processes, or by the shell.
INTERNAL = {"ARBITER_PID", "PATH", "READY_FD", "SUPERVISOR_PID"}


def options_of(command: str) -> set[str]:
    """Return the options that a command has of its own, and not of Django's command that it extends."""
    ours = load_command_class(COMMANDS[command], command)
    extended = next(cls for cls in type(ours).__mro__[1:] if cls.__module__.startswith("django."))
    parsers = (each.create_parser("manage.py", command) for each in (ours, extended()))
    own, common = (
        {option for action in parser._actions for option in action.option_strings} for parser in parsers
    )
    return own - common


def variables() -> set[str]:
    """Return the names of the variables that the site reads from the environment."""
    return {
        name
        for folder in ("site_config", "blog/extensions")
        for path in (settings.BASE_DIR / folder).rglob("*.py")
        for name in READING.findall(path.read_text())
    } - INTERNAL


class TestVariables:
    @pytest.mark.parametrize("name", sorted(variables()))
    def test_each_is_in_the_table(self, name):
        table = (settings.BASE_DIR / "docs" / "configuration.md").read_text().partition("\n## ")[0]

        assert f"`{name}`" in table

    def test_those_that_are_read_are_found(self):
        assert {"SITE_URL", "GALLEY_DATA", "GALLEY_PAGE_CACHE_MB", "BIND"} <= variables()


class TestOptions:
    @pytest.mark.parametrize("command", sorted(COMMANDS))
    def test_each_is_described_with_its_command(self, command):
        pages = [path.read_text() for path in (settings.BASE_DIR / "docs").rglob("*.md")]
        text = "".join(page for page in pages if command in page)

        assert command in text
        assert {option for option in options_of(command) if option not in text} == set()

    def test_those_of_a_command_are_found(self):
        assert "--on-conflict" in options_of("import_articles")
        assert "--verbosity" not in options_of("import_articles")
