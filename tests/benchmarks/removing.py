"""Remove each mark of the Markdown files in a folder, one at a time, and print how that went.

    python -m tests.benchmarks.removing FOLDER [--show NUMBER]

prints how many marks are removed without asking, after a confirmation, or not at all and why, the number of
removed words, and each removal that breaks a rule. --show prints that many removals with their surroundings.
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

    refused = [each for each in removed if not each[3].is_possible]
    asked = [each for each in removed if each[3].is_possible and each[3].needs_confirmation]
    alone = len(removed) - len(refused) - len(asked)
    yield f"{len(removed)} marks: {alone} without asking, {len(asked)} asked for, {len(refused)} refused"
    for name, some in (("asked for", asked), ("refused", refused)):
        reasons = Counter(concern.kind for *_, removal in some for concern in removal.concerns)
        yield f"{name}: " + ", ".join(f"{kind} {number}" for kind, number in reasons.most_common())
    for name, some in (
        ("all", removed),
        ("without asking", [each for each in removed if not each[3].concerns]),
    ):
        words = [removal.words for *_, removal in some] or [0]
        yield f"words removed, {name}: median {statistics.median(words):g}, most {max(words)}"
    for name, body, mark, removal in removed:
        for rule in damages(body, mark, removal):
            yield f"BROKEN ({rule}): {name}, {mark.kind} at {mark.start}"


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
