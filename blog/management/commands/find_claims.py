import json
from collections import Counter
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from blog.documents.claims.values import Claim
from blog.documents.findings.article_words import ArticleWords
from blog.management.terminal import escape_control_characters
from blog.review.examination import SECONDS
from blog.sandbox.child import Task
from blog.sandbox.refusal_messages import text_refusal
from blog.sandbox.refusals import RefusedError
from blog.sandbox.workers import NoWorkersError, Workers


class UnreadFileError(Exception):
    """Raised when a file cannot be read or checked. The message says why."""


class Command(BaseCommand):
    help = (
        "Print the claims in Markdown files, to measure how well they are found. Each file gives one line of "
        'JSON: {"file": name, "found": [{"kind": ..., "start": ..., "end": ...}]}. Offsets count characters '
        "from the end of the front matter. Stores nothing. Exit status: 1 if a file could not be read."
    )

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a Markdown file")

    def handle(self, *, files, **options):
        _refuse_repeated(files)
        unread = 0
        with Workers(1) as workers:
            for path in files:
                try:
                    claims = _find_claims(path, workers)
                except UnreadFileError as error:
                    unread += 1
                    self.stderr.write(escape_control_characters(f"{path}: {error}"))
                else:
                    self.stdout.write(_as_line(path, claims))
        if unread:
            raise CommandError(f"{unread} of {len(files)} files could not be read.")


def _refuse_repeated(files):
    """Raise CommandError if files have the same name, because the output omits folders."""
    repeated = [name for name, count in Counter(path.name for path in files).items() if count > 1]
    if repeated:
        raise CommandError(f"Several files are called {escape_control_characters(repeated[0])}: rename them.")


def _find_claims(path, workers) -> tuple[Claim, ...]:
    """Return the claims that a check would find in this file's article, within the same limits."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadFileError(f"{error.strerror}.") from None
    reading = _run(workers, "fields", data, path.name, timezone.get_default_timezone())
    if reading.refusal:
        raise UnreadFileError(reading.refusal.text)
    words = ArticleWords(title=reading.fields.title, body=reading.fields.body)
    return _run(workers, "examine", data, words, settings.SITE_URL).claims


def _run(workers, function, *arguments):
    """Return the result of a function in the sandbox. Raises UnreadFileError if it is refused."""
    try:
        [answer] = workers.submit([Task(function, arguments, SECONDS)]).result()
    except NoWorkersError:
        raise CommandError("The sandbox processes could not be started.") from None
    if isinstance(answer, RefusedError):
        raise UnreadFileError(text_refusal(answer))
    return answer


def _as_line(path, claims):
    found = [{"kind": claim.kind, "start": claim.start, "end": claim.end} for claim in claims]
    return json.dumps({"file": path.name, "found": found})
