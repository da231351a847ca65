"""Break rules of the code, one at a time, and print which test fails for each.

    python -m tests.benchmarks.broken_rules                       the 40 places of the committed seed
    python -m tests.benchmarks.broken_rules --list                only print the places
    python -m tests.benchmarks.broken_rules --seed 7 --number 18  other places, one per room
    python -m tests.benchmarks.broken_rules --only 3 17           places 3 and 17 of the list
    python -m tests.benchmarks.broken_rules --near                only tests of the module and its room

Each room (a package of the code) has the same share of the places. Each place is broken in one way: a
comparison is negated or moved by one, a condition negated, "and" swapped with "or", an error not raised, None
returned, a limit doubled. The draw depends only on a place's module, function and code, not on other code.

Each change is made in a temporary copy of the checkout. The closest tests run first, and the run stops at the
first failure. Further tests run only while no test fails, and all tests only with --whole. At the end, the
failed tests run on the unbroken copy, and tests that also fail there are listed.

Tests run on SQLite. Code that is only for PostgreSQL is tested on the server of DATABASE_URL.

Skipped, because tests of rules cannot detect it: type checking, logging, __repr__ and __str__, and memos,
which are conditions on a name with "cached" or "memo" in it.
"""

import argparse
import ast
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path

from tests.benchmarks.measuring import ROOT

SEED = 20
NUMBER = 40
PYTEST_AT_MOST = 1800  # seconds; a broken loop may never end

OPPOSITES = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
ORDERINGS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
LEFT_OUT_FUNCTIONS = {"__repr__", "__str__"}
LEFT_OUT_STATEMENTS = re.compile(r"(logger|logging|warnings)\.|if (TYPE_CHECKING|__name__ == )")
MEMOS = re.compile(r"\b\w*(cached|memo)\w*\b", re.IGNORECASE)
FURTHER_TESTS = ["page_cache", "desk", "reader", "integration", "project", "management", "site_config"]
SHELL_OF_A_SITE = re.compile(
    r"GALLEY_|(DATABASE_URL|CACHE_URL|EMAIL_URL|SECRET_KEY|ALLOWED_HOSTS|SITE_URL|DEBUG)$"
)


@dataclass(frozen=True)
class Place:
    """Code to break: a node of a module, and the code that replaces it."""

    path: Path
    names: tuple[str, ...]
    node: ast.AST
    broken: str

    @property
    def code(self) -> str:
        return ast.unparse(self.node)

    @property
    def title(self) -> str:
        return f"{self.path}:{self.node.lineno} {'.'.join(self.names)}".rstrip()

    @property
    def database(self) -> str:
        """The URL of the database for tests, or "" for SQLite."""
        return os.environ.get("DATABASE_URL", "") if "postgres" in self.title else ""

    def order(self, seed: int) -> float:
        """Return the rank in the draw, which depends only on the place itself."""
        identity = f"{seed} {self.path} {self.names} {self.code} {self.broken}"
        return random.Random(identity).random()  # noqa: S311 -- the same places each time, not a secret

    def break_in(self, copy: Path) -> None:
        lines = (copy / self.path).read_bytes().splitlines(keepends=True)
        start = sum(map(len, lines[: self.node.lineno - 1])) + self.node.col_offset
        end = sum(map(len, lines[: self.node.end_lineno - 1])) + self.node.end_col_offset
        source = b"".join(lines)
        (copy / self.path).write_bytes(source[:start] + self.broken.encode() + source[end:])


def draw(seed: int, number: int) -> list[Place]:
    """Return places taken in turn from each room, in an order that depends on the seed."""
    rooms = sorted(
        path.parent for path in (ROOT / "blog").glob("*/__init__.py") if path.parent.name != "migrations"
    )
    rooms.append(ROOT / "site_config")
    random.Random(seed).shuffle(rooms)  # noqa: S311 -- a draw that can be repeated, no secret
    drawn = [sorted(places_of(room), key=lambda place: place.order(seed))[:number] for room in rooms]
    return [place for place in chain.from_iterable(zip_longest(*drawn)) if place][:number]


def places_of(room: Path) -> Iterator[Place]:
    for path in sorted(room.rglob("*.py")):
        for names, node, broken in _places_in(ast.parse(path.read_bytes()), ()):
            yield Place(path.relative_to(ROOT), names, node, broken)


def _places_in(node: ast.AST, names: tuple[str, ...]) -> Iterator[tuple]:
    for child in ast.iter_child_nodes(node):
        if _is_left_out(child):
            continue
        inner = names
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner = (*names, child.name)
        for broken_node, broken in _ways_to_break(child):
            yield inner, broken_node, broken
        yield from _places_in(_without_memo(child), inner)


def _is_left_out(node: ast.AST) -> bool:
    if isinstance(node, ast.FunctionDef):
        return node.name in LEFT_OUT_FUNCTIONS
    return isinstance(node, ast.Expr | ast.If) and LEFT_OUT_STATEMENTS.match(ast.unparse(node)) is not None


def _without_memo(node: ast.AST) -> ast.AST:
    """Return an if statement about a memo without its condition."""
    if isinstance(node, ast.If) and MEMOS.search(ast.unparse(node.test)):
        return ast.Module([*node.body, *node.orelse], [])
    return node


def _ways_to_break(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    match node:
        case ast.Compare(left, [operator, *operators], [*values]):
            opposite = ast.Compare(left, [OPPOSITES[type(operator)](), *operators], values)
            yield node, f"({ast.unparse(opposite)})"
            if isinstance(operator, ORDERINGS):
                yield from _doubled([left, *values])
        case ast.Slice(lower, upper):
            yield from _doubled(bound for bound in (lower, upper) if isinstance(bound, ast.Name))
        case ast.BoolOp(operator, values):
            swapped = ast.BoolOp(ast.Or() if isinstance(operator, ast.And) else ast.And(), values)
            yield node, f"({ast.unparse(swapped)})"
        case ast.UnaryOp(ast.Not(), operand):
            yield node, f"bool({ast.unparse(operand)})"
        case ast.If(test) | ast.IfExp(test) if not (
            isinstance(test, ast.Compare | ast.BoolOp | ast.UnaryOp) or MEMOS.search(ast.unparse(test))
        ):
            yield test, f"(not ({ast.unparse(test)}))"
        case ast.Raise():
            yield node, "pass"
        case ast.Return(ast.Constant(bool(value))):
            yield node, f"return {not value}"
        case ast.Return(value) if value and not (isinstance(value, ast.Constant) and value.value is None):
            yield node, "return None"


def _doubled(limits) -> Iterator[tuple[ast.AST, str]]:
    for limit in limits:
        match limit:
            case ast.Name(name) if name.isupper():
                yield limit, f"(2 * {name})"
            case ast.Constant(int(value)) if value > 1:
                yield limit, str(value * 2)


def stages(place: Place, *, near: bool) -> Iterator[list[str]]:
    """Yield lists of tests, beginning with the tests most likely to fail if the place is broken."""
    room = place.path.parts[1] if place.path.parts[0] == "blog" else place.path.parts[0]
    module = ".".join(place.path.with_suffix("").parts).removesuffix(".__init__")
    files = [
        path.relative_to(ROOT)
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        if not {"browser", "benchmarks"} & set(path.parts)
    ]
    texts = {path: (ROOT / path).read_text() for path in files}
    same_name = Path(
        "tests", *place.path.parts[place.path.parts[0] == "blog" : -1], f"test_{place.path.name}"
    )
    words = [re.escape(name) for name in (place.path.stem, *place.names) if "_" in name.strip("_")]
    closest = re.compile("|".join([rf"\b{word}\b" for word in words] + [rf"\b{re.escape(module)}\b"]))
    parent, _, name = module.rpartition(".")
    imported = re.compile(rf"^from {re.escape(parent)} import .*\b{name}\b", re.MULTILINE)
    of_room = re.compile(rf"\bblog\.{room}\b")
    yield [str(path) for path in files if path == same_name]
    yield [str(path) for path in files if closest.search(texts[path]) or imported.search(texts[path])]
    yield [f"tests/{room}"]
    if near:
        return
    yield [str(path) for path in files if of_room.search(texts[path])]
    yield from ([f"tests/{further}"] for further in FURTHER_TESTS)


def failed_test(place: Place, copy: Path, deselected: list[str], *, near: bool, whole: bool) -> str:
    """Return the first test that fails while a place is broken, or ""."""
    intact = (copy / place.path).read_bytes()
    done = set()
    try:
        place.break_in(copy)
        for tests in chain(stages(place, near=near), [["tests"]] if whole else []):
            todo = [test for test in tests if test not in done and (copy / test).exists()]
            done.update(todo)
            if todo and (failed := run_tests(todo, copy, "-x", *deselected, database=place.database)):
                return failed[0]
    finally:
        (copy / place.path).write_bytes(intact)
    return ""


def run_tests(tests: list[str], copy: Path, *options: str, database: str = "") -> list[str]:
    """Return the tests that fail, or a message if pytest ended otherwise."""
    environment = {name: value for name, value in os.environ.items() if not SHELL_OF_A_SITE.match(name)}
    environment |= {"DATABASE_URL": database} if database else {}
    command = [
        copy / ".venv/bin/python",
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--tb=no",
        *options,
        *tests,
    ]
    with subprocess.Popen(  # noqa: S603 -- our own command
        command, cwd=copy, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    ) as run:  # fmt: skip
        try:
            output, _ = run.communicate(timeout=PYTEST_AT_MOST)
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGKILL)
            return [f"no end after {PYTEST_AT_MOST} s of {' '.join(tests)}"]
    failed = re.findall(r"^(?:FAILED|ERROR|SUBFAILED.*?) (tests/.*?)(?: - .*)?$", output, re.MULTILINE)
    if failed or run.returncode in {0, 5}:  # 5: no tests collected
        return failed
    return [f"pytest ended with {run.returncode}: {output.strip().splitlines()[-1]}"]


def copy_checkout(copy: Path) -> None:
    left_out = {".git", ".venv", "bench", "data"}
    shutil.copytree(
        ROOT,
        copy,
        symlinks=True,
        ignore=lambda folder, names: left_out.intersection(names) if folder == str(ROOT) else [],
    )
    (copy / ".venv").symlink_to(ROOT / ".venv")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--number", type=int, default=NUMBER)
    parser.add_argument("--only", type=int, nargs="+", metavar="N", help="numbers of the list, from 1")
    parser.add_argument("--list", action="store_true", help="only print the places")
    parser.add_argument(
        "--deselect", action="append", default=[], metavar="TEST", help="fails without changes"
    )
    parser.add_argument("--near", action="store_true", help="run only tests of the module and its room")
    parser.add_argument("--whole", action="store_true", help="run all tests for what no closer test sees")
    options = parser.parse_args()
    drawn = list(enumerate(draw(options.seed, options.number), start=1))
    chosen = [(number, place) for number, place in drawn if not options.only or number in options.only]
    say("| | place | code | broken | test that fails |\n|---|---|---|---|---|")
    failed, deselected = [], [f"--deselect={test}" for test in options.deselect]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "checkout")
        if not options.list:
            copy_checkout(copy)
        for number, place in chosen:
            test = (
                ""
                if options.list
                else failed_test(place, copy, deselected, near=options.near, whole=options.whole)
                or "SURVIVED"
            )
            failed.append(test)
            row = (place.title, f"`{place.code}`", f"`{place.broken}`", test)
            say(" | ".join([f"| {number}", *(cell.replace("|", "\\|") for cell in row)]) + " |")
        tests = sorted({test.split("[")[0] for test in failed if test.startswith("tests/")})
        also_intact = run_tests(tests, copy) if tests else []
    if also_intact:
        say("\nThese fail on unbroken code too:\n" + "\n".join(also_intact))
    return 1 if also_intact or "SURVIVED" in failed else 0


if __name__ == "__main__":
    sys.exit(main())
