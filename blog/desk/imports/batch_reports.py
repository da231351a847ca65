"""What became of each file of an import, to be downloaded."""

import csv
import itertools
import json

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from blog.articles.models import Article
from blog.desk.activity import BYTE_ORDER_MARK, Echo, harmless
from blog.desk.columns import state_words
from blog.desk.imports.entries import outcome_word, said_lines
from blog.imports.models import ImportBatch
from blog.imports.report import report_line

ENTRIES_AT_ONCE = 500


def json_lines(batch: ImportBatch) -> StreamingHttpResponse:
    """Return a JSON object a line, as the import command writes with --report."""
    entries = batch.entries.iterator(chunk_size=ENTRIES_AT_ONCE)
    lines = (json.dumps(report_line(entry)) + "\n" for entry in entries)
    return _download(lines, f"import-{batch.pk}.jsonl", "application/jsonl")


def table(batch: ImportBatch) -> StreamingHttpResponse:
    """Return a table for spreadsheets, in an editor's words, with what each article is now."""
    return _download(_csv_lines(batch), f"import-{batch.pk}.csv", "text/csv; charset=utf-8")


def _download(lines, name, content_type):
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type=content_type, headers=disposition)


def _csv_lines(batch):
    writer = csv.writer(Echo())
    yield BYTE_ORDER_MARK
    yield writer.writerow(
        [
            _("File"),
            _("Outcome"),
            _("What was said"),
            _("Title"),
            _("Address"),
            _("Now"),
            _("Undo of the import"),
        ]
    )
    entries = batch.entries.iterator(chunk_size=ENTRIES_AT_ONCE)
    for some in itertools.batched(entries, ENTRIES_AT_ONCE):
        keys = [entry.article_id for entry in some if entry.article_id]
        articles = Article.objects.with_queue_relations().in_bulk(keys)
        rows = (_cells(entry, articles.get(entry.article_id)) for entry in some)
        yield "".join(writer.writerow(map(harmless, row)) for row in rows)


def _cells(entry, article):
    now = ", ".join(state_words(article)) if article else ""
    undone = entry.get_kept_because_display() or entry.get_undo_display()
    said = " ".join(said_lines(entry))
    return [entry.file, str(outcome_word(entry.outcome)), said, entry.title, entry.slug, now, undone]
