"""The new articles of an import whose texts lost passages: each gap, and a button that publishes them."""

import re

from django.db.models import TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import ngettext

from blog.articles.models import Article
from blog.desk.base import require, screen
from blog.documents.notices import NoticeKind
from blog.imports.models import ImportEntry, ImportRun, SourceFile

SHOWN = 100  # articles, which one press of the button publishes
LONGEST_LINE = 300  # characters
_LINE = re.compile(r"\(line (\d{1,7})\)")


def entries_with_gaps(run: ImportRun):
    """Return the import's entries of new articles whose texts lost passages."""
    new = run.entries.filter(article__status=Article.Status.NEW, article__trashed_at=None)
    lost = f'"{NoticeKind.PASSAGES_LOST.name.lower()}"'
    return new.annotate(said=Cast("notices", TextField())).filter(said__contains=lost)


def gaps_page(request, object_id, *, model_admin):
    """Show the lines around each gap, and a form for the action that publishes the articles."""
    run = model_admin.visible_run(request, object_id)
    articles = model_admin.admin_site.get_model_admin(Article)
    require(articles.has_publish_permission(request))
    entries = entries_with_gaps(run)
    shown = list(entries.select_related("article").defer("article__body", "article__body_html")[:SHOWN])
    files = SourceFile.objects.filter(article__in=[entry.article_id for entry in shown])
    originals = dict(files.values_list("article", "original"))
    number = entries.count()
    title = ngettext(
        "Publish %d article with missing passages?", "Publish %d articles with missing passages?", number
    )
    context = {
        "batch": run,
        "title": title % number,
        "rows": [_row(entry, originals.get(entry.article_id, b""), run) for entry in shown],
        "more": number - len(shown),
    }
    return screen(model_admin, request, "admin/blog/importrun/gaps.html", context)


def _row(entry: ImportEntry, original, run) -> dict:
    filters = urlencode({"batch": run.pk})
    query = {"_changelist_filters": filters}
    proof = reverse("admin:blog_article_proof", args=[entry.article_id], query=query)
    return {"entry": entry, "url": proof, "gaps": _gaps(entry, bytes(original).decode(errors="replace"))}


def _gaps(entry, text):
    """Return (line number, the line with those around it) of each gap that the import has named."""
    lines = text.splitlines()
    numbers = {int(number) for warning in entry.warnings for number in _LINE.findall(warning)}
    return [
        (number, "\n".join(line[:LONGEST_LINE] for line in lines[max(0, number - 2) : number + 1]))
        for number in sorted(numbers)
        if number <= len(lines)
    ]
