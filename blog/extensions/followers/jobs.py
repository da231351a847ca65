"""The job that sends letters about articles to followers."""

from collections import Counter

from django.utils import timezone
from django.utils.translation import gettext_lazy

from blog.extensions.followers.followers import Follower
from blog.extensions.followers.mailings import Mailing
from blog.extensions.followers.planning import composer, plan_new_articles, plan_week
from blog.jobs import JobFailedError, JobStopped, RunningJob, job, locks, periodic_hook, start
from blog.jobs.models import Job
from blog.mail.messages import mail_is_configured
from blog.mail.models import Message
from blog.mail.sending import GROUP, MailSender, MailServerError, forget_interrupted
from blog.site.identity import site_identity_cached

JOB_KIND = "send_letters"


@job(JOB_KIND, title=gettext_lazy("Send letters to followers"), group=GROUP, runs_in_thread=True)
def send_letters(running: RunningJob) -> dict:
    """Continue the mailings that are due; return {outcome: number of letters}."""
    forget_interrupted()
    counts = Counter(running.job.result)
    with MailSender(lambda: running.stop_requested) as sender:
        try:
            is_finished = all(_send(mailing, sender, running) for mailing in Mailing.objects.due())
        except MailServerError as error:
            Mailing.objects.all().postpone()
            raise JobFailedError(error.reason) from error
        finally:
            counts.update(sender.counts)
            running.job.result = dict(counts)
    if not is_finished:
        raise JobStopped
    return dict(counts)


def _send(mailing, sender, running) -> bool:
    """Send a mailing in batches. Return False if it was stopped before the end.

    For each batch, it checks which articles are still public, and sends other messages first: nobody should
    wait for a message about a password until ten thousand letters are sent.
    """
    total = mailing.number + mailing.followers.count()
    while True:
        with site_identity_cached():
            compose = composer(mailing)
            if compose is None:
                mailing.cancel()
                return True
            number = mailing.queue_batch(compose)
        if not (sender.send(Message.objects.all()) and sender.send(mailing.messages.all())):
            return False
        running.progress(mailing.number, total)
        if not number:
            mailing.end()
            return True


@periodic_hook
def start_letters() -> None:
    """Plan the mailings of new articles, and start the job if one is due."""
    if not (mail_is_configured() and Follower.objects.exists()):
        return
    with locks.hold("mailings") as held:  # two workers would plan the same articles
        if held:
            now = timezone.now()
            plan_new_articles(now)
            plan_week(now)
    if Mailing.objects.due().exists() and not Job.objects.active().filter(kind=JOB_KIND).exists():
        start(JOB_KIND)
