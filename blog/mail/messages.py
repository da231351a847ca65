"""Queue messages. The worker sends them; requests never wait for the mail server."""

from collections.abc import Iterable
from datetime import timedelta
from functools import wraps

from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from blog.jobs import start
from blog.jobs.models import Job
from blog.mail.models import Message

JOB_KIND = "send_mail"
LIFETIME = timedelta(days=3)  # while the mail server is down or puts the message off


def mail_is_configured() -> bool:
    """Whether EMAIL_URL names a mail server. Otherwise, nothing that needs mail is offered."""
    return settings.SENDS_MAIL


def requires_mail(view):
    """Wrap a view so that its page does not exist unless a mail server is configured."""

    @wraps(view)
    def checked(*args, **kwargs):
        if not mail_is_configured():
            raise Http404
        return view(*args, **kwargs)

    return checked


def new_message(
    to: str,
    subject: str,
    text: str,
    html: str = "",
    headers: dict | None = None,
    *,
    sender_name: str = "",
    lifetime: timedelta = LIFETIME,
) -> Message:
    """Return an unsaved message to one address.

    lifetime: for how long the address and the text are stored if sending fails.
    """
    return Message(
        to=to,
        sender_name=" ".join(sender_name.split())[:200],
        subject=" ".join(subject.split())[:500],
        text=text,
        html=html,
        headers=headers or {},
        expires_at=timezone.now() + lifetime,
    )


def queue_messages(messages: Iterable[Message]) -> None:
    """Store finished messages, and start one job that sends all of them after the commit.

    Each message is sent at most once: it is marked before the mail server gets it. If the worker is killed
    between these two steps, the message is lost. The other choice, to send it again, would send two
    messages if the worker was killed a moment later, and complaints about these cost a site more than
    a missing letter. A message that the server puts off is retried until its lifetime ends.
    """
    if Message.objects.bulk_create(messages):
        transaction.on_commit(start_sending, robust=True)


def start_sending() -> None:
    """Start the job that sends messages, unless such a job is already waiting.

    Call this after the commit, so that a waiting job finds the new messages.
    """
    if not Job.objects.waiting().filter(kind=JOB_KIND).exists():
        start(JOB_KIND)
