"""/api/v1/articles: send an article, and ask for the state of those that the token has sent."""

import json

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from blog.articles.choices import ReviewState
from blog.articles.models import Article
from blog.articles.queue import QueueState
from blog.documents.notices import NoticeKind
from blog.extensions.api import sending
from blog.extensions.api.marks import marks_of
from blog.extensions.api.models import Right, Token
from blog.extensions.api.problems import Problem
from blog.extensions.api.requests import count, digest_of_parts, once, require, wants_dry_run
from blog.imports.models import ImportEntry, SourceFile
from blog.imports.report import Outcome
from blog.review.proofs import start_check
from blog.site.addresses import absolute

PAGE = 100
TEXTS = frozenset(("text/markdown", "text/html", "text/plain"))
PARTS = "multipart/form-data"
STATUSES = {
    Outcome.CREATED: 201,
    Outcome.UPDATED: 200,
    Outcome.UNCHANGED: 200,
    Outcome.HELD: 202,
    Outcome.CONFLICT: 409,
    Outcome.REJECTED: 422,
    Outcome.SKIPPED: 422,
}
HELD = "The article is published: the file waits as a held update."


def post_article(request, token: Token) -> HttpResponse:
    """Import the file of a request. Raises Problem."""
    dry_run = wants_dry_run(request)
    if not (dry_run or token.may(Right.CREATE) or token.may(Right.UPDATE)):
        require(token, Right.CREATE)
    path = sending.check_article_path(request.GET.get("path", ""))
    text, others = _files(request, path)

    def respond():
        count(token, "asked" if dry_run else "sent")
        return _respond(token, path, text(), others, dry_run=dry_run)

    return once(request, token, _digest(request, others), respond)


def _files(request, path):
    """Return a function that reads the text of the request, and {path: file} of the others."""
    if request.content_type in TEXTS:
        return lambda: request.body, {}
    if request.content_type != PARTS:
        raise Problem(415, f"Send the file as text/markdown, or with its pictures as {PARTS}.")
    files = request.FILES
    if sending.ARTICLE not in files or any(len(files.getlist(name)) > 1 for name in files):
        raise Problem(
            400, f"Send the text once, as the part “{sending.ARTICLE}”, and each other file by its path."
        )
    names = [name for name in files if name != sending.ARTICLE]
    paths = sending.paths_of_others(path, names)
    return files[sending.ARTICLE].read, {paths[name]: files[name] for name in names}


def _digest(request, others):
    if "idempotency-key" not in request.headers:
        return b""
    return digest_of_parts(request.FILES) if request.content_type == PARTS else request.body


def _respond(token, path, text, others, *, dry_run):
    sent, run = sending.send(token, path, text, others, dry_run=dry_run)
    report = sent.report
    if report.outcome == Outcome.UPDATED and not dry_run:
        start_check(token.user)
    status = STATUSES[report.outcome]
    body = _described(report, run) | {"dry_run": dry_run, "marks": marks_of(sent)}
    if status >= 400:
        line = report.notice.line if report.notice else None
        raise Problem(status, body.pop("detail"), line=line, **body)
    headers = {"Location": absolute(_address(path))} if status == 201 and not dry_run else {}
    return _json(body, 200 if dry_run and status == 201 else status, headers)


def _described(report, run):
    is_stored = report.article_id and not (report.outcome == Outcome.CREATED and run is None)
    article = Article.objects.filter(pk=report.article_id).first() if is_stored else None
    return {
        "outcome": str(report.outcome),
        "path": report.file,
        **({"detail": _detail(report)} if _detail(report) else {}),
        "address": absolute(reverse("blog:article_detail", args=[article.slug])) if article else None,
        "proof": absolute(reverse("admin:blog_article_proof", args=[article.pk])) if article else None,
        "import": absolute(reverse("admin:blog_importrun_change", args=[run.pk])) if run else None,
        "warnings": [
            {"kind": notice.kind.name.lower(), "message": notice.text, "line": notice.line}
            for notice in report.shown_notices
        ],
    }


def _detail(report):
    if report.notice is None:
        return ""
    if report.notice.kind is NoticeKind.HELD:
        return HELD
    return report.message[:1].upper() + report.message[1:]


def _address(path):
    return reverse("blog:api:article", args=[path])


def get_articles(request, token: Token) -> HttpResponse:
    """Return a page of the articles that came by this token's name, the first ones first. Raises Problem."""
    require(token, Right.READ)
    count(token, "asked")
    rows = _filtered(request.GET, _source_files(token))
    found = list(rows[: PAGE + 1])
    articles = _articles([row.article_id for row in found[:PAGE]])
    following = None
    if len(found) > PAGE:
        query = {name: value for name, value in request.GET.items() if name in {"state", "import", "path"}}
        address = f"{reverse('blog:api:articles')}?{urlencode(query | {'cursor': found[PAGE - 1].pk})}"
        following = absolute(address)
    items = [
        _state_of(articles[row.article_id], row.path) for row in found[:PAGE] if row.article_id in articles
    ]
    return _json({"articles": items, "next": following})


def _filtered(query, rows):
    if "state" in query:
        state = query["state"]
        if state not in QueueState:
            raise Problem(400, f"There is no state {state[:40]!r}. There are {', '.join(QueueState.values)}.")
        in_state = Article.objects.in_queue(state, timezone.now()).order_by()
        rows = rows.filter(article__in=in_state.values("pk"))
    if "import" in query:
        entries = ImportEntry.objects.filter(batch=_number(query, "import")).order_by()
        rows = rows.filter(article__in=entries.exclude(article=None).values("article"))
    if path := query.get("path", ""):
        rows = rows.filter(path__startswith=path)
    if "cursor" in query:
        rows = rows.filter(pk__gt=_number(query, "cursor"))
    return rows


def _number(query, name):
    value = query[name]
    if not (value.isascii() and value.isdecimal() and len(value) < 19):
        raise Problem(400, f"{name} must be a number.")
    return int(value)


def _source_files(token):
    rows = SourceFile.objects.filter(source_name=token.name, article__trashed_at=None)
    return rows.only("pk", "path", "article").order_by("pk")


def _articles(keys):
    rows = Article.objects.filter(pk__in=keys).with_queue_relations()
    return {article.pk: article for article in rows}


def get_article(request, token: Token, path: str) -> HttpResponse:
    """Return the state of the article of a file. Raises Problem."""
    require(token, Right.READ)
    count(token, "asked")
    is_text = "\0" not in path  # which PostgreSQL refuses to compare
    row = is_text and _source_files(token).filter(path=path).first()
    article = row and _articles([row.article_id]).get(row.article_id)
    if not article:
        raise Problem(404, f"This token has sent no file “{path[:200]}” whose article is not in the trash.")
    return _json(_state_of(article, path))


def _state_of(article, path) -> dict:
    state = article.queue_state
    check = getattr(article, "proof", None)
    is_checked = check is not None and check.words_digest == article.words_digest
    return {
        "path": path,
        "title": article.title,
        "state": state.value,
        "approval": ReviewState(article.review_state).name.lower(),
        "marks_left": {
            "red": check.open_blocking,
            "amber": check.serious_findings,
            "blue": check.open_claims + check.minor_findings,
        }
        if is_checked
        else None,
        "digest": article.words_digest,
        "address": absolute(article.get_absolute_url()) if article.is_published else None,
        "proof": absolute(reverse("admin:blog_article_proof", args=[article.pk])),
    }


def _json(content: dict, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    body = json.dumps(content, ensure_ascii=False)
    return HttpResponse(body, status=status, content_type="application/json", headers=headers or {})
