"""The job that sends messages, and the deletion of those that cannot be sent in time."""

from django.utils.translation import gettext_lazy

from blog.jobs import JobFailedError, JobStopped, RunningJob, job, periodic_hook
from blog.jobs.models import Job
from blog.mail.messages import JOB_KIND, start_sending
from blog.mail.models import Message
from blog.mail.sending import GROUP, MailSender, MailServerError, forget_interrupted, single_messages


@job(JOB_KIND, title=gettext_lazy("Send mail"), group=GROUP, runs_in_thread=True)
def send(running: RunningJob) -> dict:
    """Send the due messages outside of mailings; return {outcome: number of messages}."""
    forget_interrupted()
    with MailSender(lambda: running.stop_requested) as sender:
        try:
            is_finished = sender.send(single_messages())
        except MailServerError as error:
            raise JobFailedError(error.reason) from error
    if not is_finished:
        raise JobStopped(dict(sender.counts))
    return dict(sender.counts)


@periodic_hook
def send_later() -> None:
    """Delete expired messages, and send those whose next attempt is due."""
    if Message.objects.expired().exists():
        Message.objects.expired().delete()
    if single_messages().due().exists() and not Job.objects.active().filter(group=GROUP).exists():
        start_sending()
