"""Join the requests of a token to one import, until a quarter of an hour has passed without one."""

from contextlib import suppress

from django.db import OperationalError, transaction
from django.db.models import F
from django.utils import timezone

from blog.base.models import name_of
from blog.extensions.api.models import REFUSALS_KEPT, Intake, Refusal, Token
from blog.imports.models import ImportRun
from blog.imports.one_file import finish_import

PATH_LENGTH = Refusal._meta.get_field("path").max_length


def join(token: Token) -> Intake:
    """Return the import that this request of a token belongs to: that of the one before, or a new one."""
    with transaction.atomic():
        Token.objects.select_for_update(of=["self"]).get(pk=token.pk)  # two requests could begin one each
        intake = token.intakes.open().select_related("run").filter(run__undone_at=None).last()
        intake = intake or _begin(token)
        Intake.objects.filter(pk=intake.pk).update(last_request_at=timezone.now())
    return intake


def _begin(token):
    run = ImportRun.objects.create(
        source_name=token.name,
        root=token.name,
        way=ImportRun.Way.TOKEN,
        started_by=token.user,
        started_by_name=name_of(token.user),
        finished_at=timezone.now(),
    )
    return Intake.objects.create(run=run, token=token, token_name=token.name)


def count(intake: Intake, **numbers: int) -> None:
    """Count requests, or those that were refused."""
    Intake.objects.filter(pk=intake.pk).update(**{name: F(name) + number for name, number in numbers.items()})


def note_refusal(token: Token, request, problem) -> None:
    """Count a request that was refused before its file was read, and list it with its import."""
    if "outcome" in problem.more or problem.status == 503:
        return  # the importer has an entry for it, or it will be sent again
    with suppress(OperationalError):
        intake = join(token)
        count(intake, requests=1, refused=1)
        if intake.refused < REFUSALS_KEPT:
            path = request.GET.get("path", "").replace("\0", "�")[:PATH_LENGTH]
            intake.refusals.create(path=path, status=problem.status, reason=problem.detail)


def finish_intakes() -> None:
    """Take the last steps of imports to which no request joins any more."""
    for intake in Intake.objects.to_finish().select_related("run"):
        finish_import(intake.run)
        Intake.objects.filter(pk=intake.pk).update(is_finished=True)
