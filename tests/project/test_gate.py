"""Articles change only in changing(), so that no effect can be forgotten."""

import ast
from pathlib import Path

import blog

EFFECTS = {
    *("record_versions", "record_imported_versions", "ensure_first_versions", "rebase_versions"),
    *("refresh_deferred", "dependents_deferred", "expired_once", "index_inserted", "store_words"),
}
HOMES = {"articles/changes.py", "articles/versions/history.py"}


def effects_called(source: str) -> set[str]:
    calls = (node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return {getattr(called, "id", getattr(called, "attr", None)) for called in calls} & EFFECTS


def test_effects_are_called_by_the_gate_alone():
    root = Path(blog.__file__).parent
    found = {str(path.relative_to(root)): effects_called(path.read_text()) for path in root.rglob("*.py")}

    assert {path: names for path, names in found.items() if names and path not in HOMES} == {}
