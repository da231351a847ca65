"""The job that sends messages, and the deletion of those that cannot be sent in time."""

import logging

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.jobs import JobFailedError, JobStopped, RunningJob, job, periodic_hook
from blog.jobs.models import Job
from blog.mail.messages import JOB_KIND, start_sending
from blog.mail.models import Message
from blog.mail.sending import MailServerError, Sender

logger = logging.getLogger(__name__)

GROUP = "mail"  # one process sends at a time, so that a message marked as being sent has no other sender


@job(JOB_KIND, title=gettext_lazy("Send mail"), group=GROUP, runs_in_thread=True)
def send(running: RunningJob) -> dict:
    """Send the due messages; return {outcome: number of messages}."""
    forget_interrupted()
    with Sender(lambda: running.stop_requested) as sender:
        try:
            is_finished = sender.send(Message.objects.all())
        except MailServerError as error:
            raise JobFailedError(unavailable(error)) from error
    if not is_finished:
        raise JobStopped(dict(sender.counts))
    return dict(sender.counts)


def unavailable(error: MailServerError) -> str:
    reason = _("The mail server is not available: %(reason)s. The messages wait for the next attempt.")
    return reason % {"reason": error}


def forget_interrupted() -> None:
    """Delete messages that a killed worker was sending: the mail server may have accepted them."""
    number, _models = Message.objects.interrupted().delete()
    if number:
        logger.warning("Messages that a worker was sending when it was killed, and may be lost: %d", number)


@periodic_hook
def send_later() -> None:
    """Delete expired messages, and send those whose next attempt is due."""
    if Message.objects.expired().exists():
        Message.objects.expired().delete()
    if Message.objects.due().exists() and not Job.objects.active().filter(group=GROUP).exists():
        start_sending()
