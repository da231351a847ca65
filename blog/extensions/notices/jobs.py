"""Store notices when rows are saved, and queue their letters a few minutes later.

Notices and letters are rows of one transaction: a killed worker neither loses nor repeats a letter.
"""

from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils.translation import gettext_lazy

from blog import jobs
from blog.articles.submissions import Submission
from blog.extensions.notices.letters import write_letters
from blog.extensions.notices.models import Notice, NoticeKind
from blog.imports.models import HeldUpdate
from blog.jobs import RunningJob, cleanup_hook, job, periodic_hook
from blog.jobs.models import Job
from blog.mail.messages import JOB_KIND as SEND_MAIL
from blog.mail.messages import mail_is_configured, queue_messages

JOB_KIND = "notices"
IMPORT = "import"
UNTOLD = frozenset((SEND_MAIL, JOB_KIND))  # jobs without which no notice can be sent


@receiver(post_save, sender=Submission)
def note_submission(instance, created, raw, **kwargs):
    kinds = {
        Submission.Kind.SUBMITTED: NoticeKind.SUBMITTED,
        Submission.Kind.RETURNED: NoticeKind.RETURNED,
    }
    kind = kinds.get(instance.kind)
    if kind and created and not raw and mail_is_configured():
        Notice.objects.add(kind, instance.pk, by=instance.by_id)


@receiver(post_save, sender=HeldUpdate)
def note_held_update(instance, raw, **kwargs):
    """Store one notice for all held updates of an import."""
    if instance.is_waiting and instance.batch_id and not raw and mail_is_configured():
        Notice.objects.add(NoticeKind.HELD, instance.batch_id, by=instance.batch.started_by_id)


@receiver(post_save, sender=Job)
def note_ended_job(instance, raw, **kwargs):
    """Store notices of a failed job, and of an import for the user who started it.

    An import that fails is also a failed job, of which superusers get a notice. Its starter is stored as the
    cause of that notice, and so does not get both.
    """
    has_failed = instance.state == Job.State.FAILED
    if raw or not (has_failed or instance.state == Job.State.DONE) or not mail_is_configured():
        return
    is_import = instance.kind == IMPORT
    if is_import and instance.started_by_id:
        Notice.objects.add(NoticeKind.IMPORTED, instance.pk)
    if has_failed and instance.kind not in UNTOLD:
        Notice.objects.add(NoticeKind.FAILED, instance.pk, by=instance.started_by_id if is_import else None)


@periodic_hook
def start_notices() -> None:
    """Start the job if letters are due."""
    if not mail_is_configured() or not Notice.objects.due_kinds():
        return
    if not Job.objects.active().filter(kind=JOB_KIND).exists():
        jobs.start(JOB_KIND)


@job(JOB_KIND, title=gettext_lazy("Write notices"), group=JOB_KIND)
def queue_notices(running: RunningJob) -> dict:
    """Queue the letters of all due kinds; return the number of letters."""
    return {"letters": sum(_queue(NoticeKind(kind)) for kind in Notice.objects.due_kinds())}


@transaction.atomic
def _queue(kind) -> int:
    notices = list(Notice.objects.complete().filter(kind=kind).order_by("pk"))
    messages = list(write_letters(kind, notices))
    queue_messages(messages)
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).delete()
    return len(messages)


@cleanup_hook
def forget_notices() -> None:
    Notice.objects.forget_old()
