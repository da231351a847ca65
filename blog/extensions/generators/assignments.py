"""Load the literals that a Python module assigns to names. It is parsed by `ast`, and never executed."""

import ast
import warnings

from blog.documents.characters import clean_characters
from blog.documents.frontmatter.yaml_notation import MAX_DEPTH
from blog.documents.generators.configuration import ConfigurationError
from blog.documents.generators.loading import MAX_NODES


def load_assignments(text: str) -> dict[str, object]:
    """Return {name: value} for the assignments of literals at the top level of a Python module."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on escapes such as "\\d", which are common there
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ConfigurationError(f"is not valid Python: {error}") from None
    found = {}
    for statement in tree.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        for target in targets:
            if isinstance(target, ast.Name):
                found[target.id] = _literal(statement.value, found, 1)
    return found


def _literal(node, names, depth):
    """Return the value of a literal, of a known name, or of strings that are joined; else None."""
    if depth > MAX_DEPTH:
        return None
    match node:
        case ast.Constant(value):
            if isinstance(value, str):
                return clean_characters(value)
            return value if isinstance(value, (int, float, bool)) else None
        case ast.Name(name):
            return names.get(name)
        case ast.List(items) | ast.Tuple(items):
            return [_literal(item, names, depth + 1) for item in items[:MAX_NODES]]
        case ast.BinOp(left, ast.Add(), right):
            parts = [_literal(part, names, depth + 1) for part in (left, right)]
            whole = "".join(part for part in parts if isinstance(part, str) and len(part) < 10_000)
            return whole if all(isinstance(part, str) for part in parts) else None
    return None
