"""Break one rule of the code, to see whether the tests notice.

Usage: python -m tests.support.breaking [--seed N] [--number N] [--break K]

Draws conditions evenly from all packages and lists them. --break replaces the K-th of them in its file by a
constant, as if the rule were forgotten; `git checkout` brings it back. The list depends on code and seed.
"""

import argparse
import ast
import random
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = {"__pycache__", "migrations"}


class Rule(NamedTuple):
    file: Path  # relative to ROOT
    start: int  # offsets of the condition in the bytes of the file
    end: int
    line: int
    replacement: str

    def __str__(self):
        condition = " ".join((ROOT / self.file).read_bytes()[self.start : self.end].decode().split())
        return f"{self.file}:{self.line}  {condition}  ->  {self.replacement}"


def packages() -> dict[str, list[Path]]:
    """Return the Python files of each package, by its name."""
    folders = [folder for folder in sorted((ROOT / "blog").iterdir()) if folder.is_dir()]
    found = {folder.name: sorted(folder.rglob("*.py")) for folder in folders if folder.name not in LEFT_OUT}
    found["site_config"] = sorted((ROOT / "site_config").rglob("*.py"))
    return {name: files for name, files in found.items() if files}


def conditions(tree):
    """Yield pairs of a condition and the constant that makes its rule forgotten.

    What a condition guards never happens; what a comprehension leaves out stays in. Of `a and b`, `a or b`
    and `a if b else c`, one operand decides.
    """
    for node in ast.walk(tree):
        match node:
            case ast.If() | ast.While():
                yield node.test, "False"
            case ast.IfExp():
                yield node.test, "True"
                yield node.test, "False"
            case ast.comprehension():
                yield from ((condition, "True") for condition in node.ifs)
            case ast.BoolOp(op=ast.And()):
                yield from ((operand, "True") for operand in node.values)
            case ast.BoolOp():
                yield from ((operand, "False") for operand in node.values)


def rules_of(file) -> list[Rule]:
    source = file.read_bytes()
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    rules = []
    for node, constant in conditions(ast.parse(source)):
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[node.end_lineno - 1] + node.end_col_offset
        if "TYPE_CHECKING" not in ast.unparse(node):
            rules.append(Rule(file.relative_to(ROOT), start, end, node.lineno, constant))
    return sorted(rules)


def drawn(seed, number) -> list[Rule]:
    """Return rules in turn from each package, none of them twice."""
    chance = random.Random(seed)  # noqa: S311 -- no secret
    by_package = [[rule for file in files for rule in rules_of(file)] for files in packages().values()]
    for rules in by_package:
        chance.shuffle(rules)
    rounds = range(max(map(len, by_package)))
    in_turn = [rules[index] for index in rounds for rules in by_package if index < len(rules)]
    return in_turn[:number]


def forget(rule):
    source = (ROOT / rule.file).read_bytes()
    # In brackets, because the condition may follow a word directly: not(a).
    (ROOT / rule.file).write_bytes(
        source[: rule.start] + f"({rule.replacement})".encode() + source[rule.end :]
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--number", type=int, default=40)
    parser.add_argument("--break", type=int, dest="broken", metavar="K")
    options = parser.parse_args()
    rules = list(enumerate(drawn(options.seed, options.number), 1))
    if options.broken:
        rules = [rules[options.broken - 1]]
    for number, rule in rules:
        print(f"{number:3} {rule}")  # noqa: T201 -- the rules are its output
    if options.broken:
        forget(rules[0][1])


if __name__ == "__main__":
    main()
