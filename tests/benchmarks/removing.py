"""Remove each mark of the Markdown files in a folder, one at a time, and print how that went.

    python -m tests.benchmarks.removing FOLDER [--show NUMBER]

prints for each kind how many marks are removed alone (without asking), asked for, or refused, and the number
of removed words; then the reasons, and each removal that breaks a rule. --show also prints that many removals
with the text around them.
"""

import argparse
import os
import random
import statistics
from collections import Counter
from pathlib import Path

import django

AROUND = 160  # characters of context before and after a removal


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings")
    django.setup()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", type=int, default=0, metavar="NUMBER")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    removed = list(_removals(options.folder))
    for line in report(removed):
        print(line)  # noqa: T201 -- its output
    chance = random.Random(options.seed)  # noqa: S311 -- the same removals each time, not a secret
    for name, body, mark, removal in chance.sample(removed, min(options.show, len(removed))):
        print(shown(name, body, mark, removal))  # noqa: T201 -- its output


def _removals(folder):
    from blog.documents.frontmatter.document import parse_document
    from blog.documents.frontmatter.encoding import DocumentError
    from tests.support.removals import removals

    for path in sorted([*folder.rglob("*.md"), *folder.rglob("*.mdx"), *folder.rglob("*.markdown")]):
        try:
            body = parse_document(path.read_bytes()).body
        except DocumentError:
            continue
        for mark, removal in removals(body):
            yield path.name, body, mark, removal


def report(removed):
    """Yield the lines of the report."""
    from tests.support.removals import damages

    kinds = sorted({mark.kind for _, _, mark, _ in removed})
    yield f"{'':28}{'marks':>7}{'alone':>7}{'asked':>7}{'refused':>8}{'words: median':>15}{'most':>6}"
    for name, kind in [("all", None), *((kind, kind) for kind in kinds)]:
        yield _row(name, [each for each in removed if kind in (None, each[2].kind)])
    for name, is_possible in (("asked for", True), ("refused", False)):
        some = [removal for *_, removal in removed if removal.is_possible == is_possible]
        reasons = Counter(concern.kind for removal in some for concern in removal.concerns)
        yield f"{name}: " + ", ".join(f"{kind} {number}" for kind, number in reasons.most_common())
    for name, body, mark, removal in removed:
        for rule in damages(body, mark, removal):
            yield f"BROKEN ({rule}): {name}, {mark.kind} at {mark.start}"


def _row(name, removed):
    refused = sum(not removal.is_possible for *_, removal in removed)
    asked = sum(removal.needs_confirmation for *_, removal in removed) - refused
    words = [removal.words for *_, removal in removed] or [0]
    alone = len(removed) - asked - refused
    median = f"{statistics.median(words):g}"
    return f"{name:28}{len(removed):7}{alone:7}{asked:7}{refused:8}{median:>15}{max(words):6}"


def shown(name, body, mark, removal) -> str:
    (part,) = removal.removed or [None]
    start, end = (part.start, part.end) if part else (mark.start, mark.end)
    answer = removal.why or "without asking"
    return (
        f"\n## {name}: {mark.kind} ({answer})\n{body[max(0, start - AROUND) : start]}"
        f"[-{body[start:end]}-]{body[end : end + AROUND]}"
    )


if __name__ == "__main__":
    main()
