"""Print what saved pages say of claims, one JSON object for each line of a file of cases."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from blog.extensions.sources.cases import judge


class Command(BaseCommand):
    help = "Prints whether saved pages say what the sentences of CASES say, without network."

    def add_arguments(self, parser):
        parser.add_argument(
            "cases", type=Path, help="a case a line, as JSON; its pages are in pages/ beside it"
        )

    def handle(self, *args, cases, **options):
        try:
            lines = cases.read_text("utf-8").splitlines()
        except OSError as error:
            raise CommandError(f"{cases} cannot be read: {error.strerror}.") from error
        for number, line in enumerate(lines, 1):
            if line.strip():
                self.stdout.write(json.dumps(self._judged(line, number, cases), ensure_ascii=False))

    def _judged(self, line, number, cases):
        try:
            return judge(json.loads(line), cases.parent / "pages")
        except (ValueError, KeyError, TypeError, OSError) as error:
            raise CommandError(f"Line {number} of {cases} is not a case: {error}.") from error
