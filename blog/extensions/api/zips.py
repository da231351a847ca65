"""/api/v1/imports: import a zip file by a job, and ask how far it is."""

import hashlib
import json
import tempfile
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy

from blog import jobs
from blog.articles.provenance import WrittenBy
from blog.documents.limits import in_megabytes
from blog.extensions.api.models import Right, Token
from blog.extensions.api.problems import Problem
from blog.extensions.api.requests import count, once, require, wants_dry_run
from blog.files.file_kinds import is_article_name
from blog.files.modes import PRIVATE_FOLDER, make_folder
from blog.files.upload_limits import MAX_IMPORT_BYTES
from blog.imports.jobs import check_staged, import_staged, staged_source
from blog.imports.models import ImportRun
from blog.imports.report import CategorySource, ImportFailedError
from blog.imports.uploads.models import StagedImport
from blog.imports.uploads.reception import (
    AnnouncedFile,
    RefusedUploadError,
    create_upload,
    receive,
    unpack,
)
from blog.imports.uploads.removal import discard_upload, forget_upload
from blog.jobs import RunningJob, job
from blog.jobs.models import Job
from blog.site.addresses import absolute

KIND = "api_import"
READ_BYTES = 64 * 1024
ZIP = "application/zip"
State = StagedImport.State


@job(KIND, title=gettext_lazy("Import by a token"), group="import")
def run(running: RunningJob, staged_import: int, dry_run: bool) -> dict:
    """Dry run, and import unless that is all, of a zip file. Nobody looks at the dry run in between."""
    staged = StagedImport.objects.get(pk=staged_import)
    if "counts" in running.job.result:  # the job was killed after its dry run
        return {}
    if staged.state not in {State.IMPORTING, State.IMPORTED}:
        check_staged(running, staged_import)
    if not dry_run:
        return import_staged(running, staged_import)
    running.store(counts=_counted(staged))
    forget_upload(staged)
    StagedImport.objects.filter(pk=staged.pk).update(state=State.DISCARDED)
    return {}


def post_import(request, token: Token) -> HttpResponse:
    """Store a zip file, and start its job. Raises Problem."""
    dry_run = wants_dry_run(request)
    if not dry_run:
        require(token, Right.CREATE)
        require(token, Right.UPDATE)
    if request.content_type != ZIP:
        raise Problem(415, f"Send the folder as a zip file, as {ZIP}.")
    size = request.headers.get("content-length", "")
    if not size.isdecimal() or not int(size):
        raise Problem(400, "Send a zip file as the body of the request.")
    if int(size) > MAX_IMPORT_BYTES:
        raise Problem(
            413, f"The zip file is larger than {in_megabytes(MAX_IMPORT_BYTES)} MB. Send it in parts."
        )

    if "idempotency-key" not in request.headers:
        return _accepted(_store(request, token, int(size), dry_run=dry_run))
    with _spooled(request) as (body, digest):
        return once(
            request, token, digest, lambda: _accepted(_store(body, token, int(size), dry_run=dry_run))
        )


@contextmanager
def _spooled(request):
    """Give the body as a file, and its digest."""
    make_folder(settings.IMPORT_ROOT, PRIVATE_FOLDER)
    digest = hashlib.sha256()
    with tempfile.TemporaryFile(dir=settings.IMPORT_ROOT) as body:
        for piece in iter(lambda: request.read(READ_BYTES), b""):
            digest.update(piece)
            body.write(piece)
        body.seek(0)
        yield body, digest.digest()


def _store(body, token, size, *, dry_run):
    try:
        staged = create_upload(
            [AnnouncedFile(f"{token.name}.zip", size)],
            created_by=token.user,
            source_name=token.name,
            is_source_given=True,
            written_by=str(WrittenBy.parse(token.written_by)),
            categories_from=CategorySource.CATEGORIES,
            way=ImportRun.Way.TOKEN,
            default_category=token.category.name if token.category else "",
            requires_category=token.category is None,
        )
    except RefusedUploadError as refusal:
        raise Problem(422, str(refusal)) from None
    try:
        receive(staged, 0, iter(lambda: body.read(READ_BYTES), b""))
        unpack(staged)
        number = _number_of_articles(staged)
        count(token, "asked" if dry_run else "sent", number)
    except RefusedUploadError as refusal:
        discard_upload(staged, State.DISCARDED)
        raise Problem(422, str(refusal)) from None
    except Problem:
        discard_upload(staged, State.DISCARDED)
        raise
    _start(staged, token, dry_run=dry_run)
    return staged


def _number_of_articles(staged):
    try:
        files = staged_source(staged).files
    except ImportFailedError as error:
        raise Problem(422, str(error)) from None
    return max(1, sum(is_article_name(Path(file.path).name) for file in files))


def _start(staged, token, *, dry_run):
    with transaction.atomic():
        started = jobs.start(KIND, token.user, staged_import=staged.pk, dry_run=dry_run)
        staged.state, staged.check_job = State.CHECKING, started
        staged.import_job = None if dry_run else started
        staged.save(update_fields=["state", "check_job", "import_job"])


def _accepted(staged):
    address = absolute(reverse("blog:api:import", args=[staged.uid]))
    body = json.dumps({"job": address, "state": "waiting"})
    return HttpResponse(body, status=202, content_type="application/json", headers={"Location": address})


def get_import(request, token: Token, uid) -> HttpResponse:
    """Return how far the job of a zip file is, with the numbers of its files. Raises Problem."""
    count(token, "asked")
    rows = StagedImport.objects.with_jobs().filter(way=ImportRun.Way.TOKEN, source_name=token.name)
    staged = rows.filter(uid=uid, created_by=token.user_id).first()
    if staged is None:
        raise Problem(404, "This token has sent no such zip file, or it was sent more than a day ago.")
    found = staged.job
    body = {
        "state": found.state if found else staged.state,
        "reason": found.reason if found and found.state == Job.State.FAILED else "",
        "dry_run": staged.import_job is None,
        "done": found.done if found else 0,
        "total": found.total if found else 0,
        **_counts(staged),
    }
    return HttpResponse(json.dumps(body), content_type="application/json")


def _counts(staged):
    if run := staged.batch:
        counts = {outcome: getattr(run, outcome) for outcome in ImportRun.OUTCOMES}
        return {"counts": counts, "import": absolute(reverse("admin:blog_importrun_change", args=[run.pk]))}
    kept = staged.check_job.result.get("counts") if staged.check_job else None
    return {"counts": kept or _counted(staged), "import": None}


def _counted(staged) -> dict[str, int]:
    outcomes = list(staged.files.values_list("outcome", flat=True))
    return {outcome: outcomes.count(outcome) for outcome in ImportRun.OUTCOMES}
