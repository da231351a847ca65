"""Messages that wait to be sent."""

from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import models
from django.utils import timezone

# Delays after the first, second … failed attempt. The last delay also applies to all further attempts.
DELAYS = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=3))


class MessageQuerySet(models.QuerySet):
    def due(self):
        """Return the messages to send now, oldest first."""
        now = timezone.now()
        return self.filter(state=self.model.State.WAITING, due_at__lte=now, expires_at__gt=now).order_by("pk")

    def expired(self):
        return self.filter(expires_at__lte=timezone.now())

    def interrupted(self):
        """Return the messages that a killed worker was sending. Call only while no other worker sends."""
        return self.filter(state=self.model.State.SENDING)

    def take(self, key: int):
        """Mark a waiting message as being sent, and return it; None if it no longer waits."""
        taken = self.filter(pk=key, state=self.model.State.WAITING).update(state=self.model.State.SENDING)
        return self.get(pk=key) if taken else None

    def postpone(self) -> None:
        """Have the messages wait for their next attempt."""
        now = timezone.now()
        steps = [models.When(attempts=number, then=now + delay) for number, delay in enumerate(DELAYS)]
        self.update(
            state=self.model.State.WAITING,
            due_at=models.Case(*steps, default=now + DELAYS[-1], output_field=models.DateTimeField()),
            attempts=models.F("attempts") + 1,
        )


class OutgoingMessage(models.Model):
    """A finished message. The row is deleted once the message is sent, refused or expired.

    Messages that belong to rows of an extension have a model of their own, which extends this one.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"

    to = models.CharField(max_length=320)
    sender_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=500)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)  # not sent earlier
    expires_at = models.DateTimeField()  # not sent later

    objects = MessageQuerySet.as_manager()

    class Meta:
        abstract = True
        default_permissions = ()
        indexes = [
            models.Index(fields=["state", "due_at"], name="%(class)s_due"),
            models.Index(fields=["expires_at"], name="%(class)s_expiry"),
        ]

    def __str__(self):
        return f"message {self.pk}"  # without the address: it may be logged

    def was_accepted(self) -> None:
        """React to the mail server's accepting the message."""

    def was_refused(self) -> None:
        """React to the mail server's refusing the recipient permanently."""

    def as_email(self) -> EmailMultiAlternatives:
        email = EmailMultiAlternatives(
            self.subject, self.text, sender(self.sender_name), [self.to], headers=self.headers
        )
        if self.html:
            email.attach_alternative(self.html, "text/html")
        return email


class Message(OutgoingMessage):
    """A message that belongs to no other row."""


def kinds() -> list[type[OutgoingMessage]]:
    """Return the models of all messages."""
    return OutgoingMessage.__subclasses__()


def sender(name: str) -> str:
    """Return the sender's address with a name, such as that of the site."""
    name = name.replace("\\", "").replace('"', "")
    return f'"{name}" <{settings.DEFAULT_FROM_EMAIL}>' if name else settings.DEFAULT_FROM_EMAIL
