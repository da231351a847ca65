"""The job that sends messages, and the deletion of those that cannot be sent in time."""

from django.utils.translation import gettext_lazy

from blog.jobs import JobFailedError, JobStopped, RunningJob, job, periodic_hook
from blog.jobs.models import Job
from blog.mail.messages import JOB_KIND, start_sending
from blog.mail.models import Message, kinds
from blog.mail.sending import GROUP, MailSender, MailServerError, forget_interrupted


@job(JOB_KIND, title=gettext_lazy("Send mail"), group=GROUP, runs_in_thread=True)
def send(running: RunningJob) -> dict:
    """Send the due messages that belong to no other row; return {outcome: number of messages}."""
    forget_interrupted()
    with MailSender(lambda: running.stop_requested) as sender:
        try:
            is_finished = sender.send(Message.objects.all())
        except MailServerError as error:
            raise JobFailedError(error.reason) from error
    if not is_finished:
        raise JobStopped(dict(sender.counts))
    return dict(sender.counts)


@periodic_hook
def send_later() -> None:
    """Delete expired messages, and send those whose next attempt is due."""
    for kind in kinds():
        if kind.objects.expired().exists():
            kind.objects.expired().delete()
    if Message.objects.due().exists() and not Job.objects.active().filter(group=GROUP).exists():
        start_sending()
