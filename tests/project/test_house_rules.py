"""Rules of the code itself that no linter knows."""

import ast
import re
from pathlib import Path

import blog

PUBLIC_FIELDS = {
    *(
        "title",
        "slug",
        "status",
        "published_at",
        "excerpt",
        "meta_description",
        "body",
        "share_quote",
        "language",
    ),
    *(
        "keywords",
        "translators",
        "hero_image",
        "primary_category",
        "is_featured",
        "is_trending",
        "generated_by",
        "provenance",
        "machine",
        "body_html",
        "trashed_at",
        "series",
        "series_part",
    ),
}


def raw_updates(source: str) -> list[int]:
    """Return the lines that set public fields by update() or bulk_update(), past save()."""
    lines = []
    if "update(" not in source:  # to parse all modules takes a second
        return lines
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr == "update" and PUBLIC_FIELDS & {keyword.arg for keyword in node.keywords}:
            lines.append(node.lineno)
        if node.func.attr == "bulk_update" and not _sets_others_alone(node):
            lines.append(node.lineno)
    return lines


def _sets_others_alone(call):
    """Whether a bulk_update() lists its fields where it stands, and none of them is public."""
    fields = call.args[1] if len(call.args) > 1 else None
    names = [getattr(item, "value", None) for item in getattr(fields, "elts", [None])]
    return None not in names and PUBLIC_FIELDS.isdisjoint(names)


class TestSiteName:
    """What the environment says of the site counts only where the admin is silent: site_identity() knows."""

    SETTINGS = re.compile(r"\bSITE_(?:NAME|TAGLINE|PUBLISHER)\b")

    def test_is_asked_of_the_site_identity_alone(self):
        root = Path(blog.__file__).parent
        asking = {
            str(path.relative_to(root))
            for path in root.rglob("*.py")
            if self.SETTINGS.search(path.read_text())
        }

        assert asking == {"site/identity.py"}


class TestInvalidating:
    """Before the commit another process would make a page of what is there still."""

    CALL = re.compile(r"\binvalidate\b(?!_on_commit)")

    def test_is_asked_for_on_commit_alone(self):
        root = Path(blog.__file__).parent
        files = [path for path in root.rglob("*.py") if path.parent.name != "page_cache"]

        assert [str(path.relative_to(root)) for path in files if self.CALL.search(path.read_text())] == []

    def test_the_rule_sees_one(self):
        assert self.CALL.search("transaction.on_commit(page_cache.invalidate)")
        assert not self.CALL.search("page_cache.invalidate_on_commit()")


class TestOnCommit:
    """What is committed has not failed: callers would repeat it, or report that nothing was done."""

    CALL = re.compile(r"transaction\.on_commit\((?!\)|.*\brobust=True\))")

    def test_failures_are_logged(self):
        root = Path(blog.__file__).parent

        found = [
            str(path.relative_to(root)) for path in root.rglob("*.py") if self.CALL.search(path.read_text())
        ]

        assert found == []

    def test_the_rule_sees_one(self):
        assert self.CALL.search("transaction.on_commit(_announce)")
        assert not self.CALL.search("transaction.on_commit(_announce, robust=True)")


class TestRawUpdates:
    def test_public_fields_are_updated_by_querysets_and_the_gate(self):
        root = Path(blog.__file__).parent
        files = [
            path
            for path in root.rglob("*.py")
            if not path.name.endswith(("querysets.py", "changes.py")) and "migrations" not in path.parts
        ]

        found = {str(path.relative_to(root)): raw_updates(path.read_text()) for path in files}

        assert {path: lines for path, lines in found.items() if lines} == {}

    def test_the_rule_sees_one(self):
        assert raw_updates('Article.objects.filter(pk=1).update(status="published")') == [1]
        assert raw_updates('Article.objects.bulk_update(rows, ["note", "title"])') == [1]
        assert raw_updates("Article.objects.bulk_update(rows, names)") == [1]
        assert raw_updates('Note.objects.bulk_update(rows, ["note"])') == []
        assert raw_updates('Article.objects.bulk_update(articles, ["title"])') == [1]
        assert raw_updates('context.update(name="x")') == []


class TestImports:
    """A name is imported from the module that defines it, so that its path says where to look."""

    # Their names are those of a room as a whole.
    WITH_CODE = {"jobs", "page_cache", "search"}

    def test_no_other_init_has_code(self):
        root = Path(blog.__file__).parent
        inits = {path.parent: ast.parse(path.read_text()).body for path in root.rglob("__init__.py")}

        with_code = {
            str(folder.relative_to(root))
            for folder, body in inits.items()
            if any(not isinstance(statement, ast.Expr) for statement in body)
        }

        assert with_code == self.WITH_CODE


def importers(root: Path) -> dict[str, set[str]]:
    """Return {dotted name: modules that import it} for the modules of a package, migrations apart."""
    paths = [path.relative_to(root.parent) for path in root.rglob("*.py") if "migrations" not in path.parts]
    names = {".".join(path.with_suffix("").parts).removesuffix(".__init__"): path for path in paths}
    found = {name: set() for name in names}
    for name, path in names.items():
        for node in ast.walk(ast.parse((root.parent / path).read_text())):
            if isinstance(node, ast.ImportFrom):
                for imported in {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}:
                    found.get(imported, set()).add(name)
    return found


class TestSizes:
    """A module can be read at one go, and is worth opening: few small ones serve one other module alone."""

    LONGEST = 450  # lines
    SMALL, MOST_SMALL = 60, 20

    def test_no_module_is_too_long(self):
        root = Path(blog.__file__).parent
        files = [path for path in root.rglob("*.py") if "migrations" not in path.parts]

        assert [path for path in files if len(path.read_text().splitlines()) > self.LONGEST] == []

    def test_few_small_modules_have_one_importer(self):
        root = Path(blog.__file__).parent

        small = [
            name
            for name, users in importers(root).items()
            if len(users) == 1
            and not name.startswith("blog.extensions.")
            and self._is_small(root.parent.joinpath(*name.split(".")))
        ]

        assert len(small) <= self.MOST_SMALL, small

    def _is_small(self, path):
        return not path.is_dir() and len(path.with_suffix(".py").read_text().splitlines()) <= self.SMALL


class TestRooms:
    """blog/ holds its rooms, which docs/architecture.md lists, and what Django looks for. Nothing else."""

    ROOMS = {
        *("articles", "base", "desk", "documents", "exports", "files", "images", "imports"),
        *("jobs", "mail", "page_cache", "reader", "review", "sandbox", "search", "site"),
    }
    DJANGOS = {"extensions", "management", "migrations", "templatetags"}
    MODULES = {"__init__.py", "admin.py", "apps.py", "extend.py", "extension_apps.py", "models.py", "urls.py"}

    def test_no_module_stands_outside_a_room(self):
        root = Path(blog.__file__).parent

        entries = {path.name for path in root.iterdir() if path.name != "__pycache__"}

        assert entries == self.ROOMS | self.DJANGOS | self.MODULES
