"""The documentation names files, modules and headings that exist."""

import re
import tomllib
from pathlib import Path
from pkgutil import resolve_name

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    *sorted((ROOT / "docs").rglob("*.md")),
    *(ROOT / f"{name}.md" for name in ("README", "SECURITY", "CHANGELOG", "CONTRIBUTING")),
]
FOLDERS = ("blog", "tests", "site_config", "templates", "static", "bin", "fixtures", "locale", "docs")
ADDRESS = re.compile(r"https?://\S+")
PATH = re.compile(rf"(?<![\w/.:<>-])((?:{'|'.join(FOLDERS)})/[\w./*-]*[\w/*])")
CODE_FILE = re.compile(r"`([\w./-]+\.(?:py|js|css))`")
OBJECT = re.compile(r"`((?:blog|site_config)(?:\.\w+){2,})(?:\(\))?`")
FUNCTION = re.compile(r"`(?:\w+\.)*(\w+)\(\)`")
DEFINITION = re.compile(r"\b(?:def|class) (\w+)")
CODE_SPAN = re.compile(r"`[^`\n]+`")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
# Configurations of site generators, which docs/importing.md names, and the example of docs/extending.md.
FOREIGN = {
    *("pelicanconf.py", "publishconf.py"),
    *(f"galley_webhook/{name}.py" for name in ("__init__", "galley", "jobs", "settings")),
}
CODE = "".join(f"{path}\n" for folder in FOLDERS for path in (ROOT / folder).rglob("*.*"))


def named_paths(text: str) -> set[str]:
    """Return the paths below the folders of this project, which may be patterns such as docs/*.md."""
    return set(PATH.findall(ADDRESS.sub("", text)))


def anchors(text: str) -> set[str]:
    """Return the anchors of the headings, as hosts of repositories make them."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def missing(names: set[str]) -> set[str]:
    """Return the paths that do not exist in the project. SECURITY.md names tests by their path in tests/."""
    return {name for name in names if not any(ROOT.glob(name)) and not any((ROOT / "tests").glob(name))}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: f"{path.parent.name}/{path.name}")
class TestDocuments:
    def test_paths_exist(self, document):
        assert missing(named_paths(document.read_text())) == set()

    def test_code_files_exist(self, document):
        names = set(CODE_FILE.findall(document.read_text())) - FOREIGN

        assert {name for name in names if f"/{name}\n" not in CODE} == set()

    def test_dotted_names_can_be_imported(self, document):
        for name in OBJECT.findall(document.read_text()):
            assert resolve_name(name) is not None

    def test_links_lead_to_files_and_headings(self, document):
        dead = set()
        for path, anchor in LINK.findall(CODE_SPAN.sub("", document.read_text())):
            target = document.parent / path if path else document
            if not target.exists() or (anchor and anchor not in anchors(target.read_text())):
                dead.add(f"{path}#{anchor}")

        assert dead == set()


class TestArchitecture:
    PAGE = (ROOT / "docs" / "architecture.md").read_text()

    def test_the_import_rule_is_that_of_the_linter(self):
        contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
        rooms = [layer.replace("blog.", "") for layer in contracts[0]["layers"][3:]]

        assert f"    {' > '.join(rooms)}\n" in self.PAGE

    def test_each_room_is_in_the_diagram(self):
        rooms = {path.parent.name for path in (ROOT / "blog").glob("*/__init__.py")}

        assert {room for room in rooms if f" {room}/ " not in self.PAGE} == set()

    def test_functions_exist(self):
        files = (ROOT / "blog").rglob("*.py")
        defined = {name for path in files for name in DEFINITION.findall(path.read_text())}
        names = set(FUNCTION.findall(self.PAGE))

        assert "published" in names
        assert names - defined == set()
