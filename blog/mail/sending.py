"""Send due messages over one connection to the mail server, each at most once.

A refusal is permanent (5xx) or temporary (4xx). After a permanent one the message is deleted, after a
temporary one it waits. If the connection breaks while a message is sent, the server may have accepted it
already: it is not sent again.
"""

import logging
import smtplib
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from django.core.mail import mailers
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from blog.mail.models import OutgoingMessage, kinds

logger = logging.getLogger(__name__)

# The group of jobs that send: one runs at a time, so that no two processes send the same message.
GROUP = "mail"
BATCH_SIZE = 100  # messages per connection: servers limit their number
CLOSING = 421  # the server closes the connection
PERMANENT = range(500, 600)


class MailServerError(Exception):
    """Raised when the mail server cannot be reached, or refuses this site. The message says why."""

    @property
    def reason(self) -> str:
        """A sentence for users who see the failed job."""
        reason = _("The mail server is not available: %(reason)s. The messages wait for the next attempt.")
        return reason % {"reason": self}


class MailSender:
    """Sends messages over one connection, opened for the first message. Use only one MailSender at a time.

    counts: the number of messages by outcome, "sent", "refused", "postponed" or "unknown".
    """

    def __init__(self, should_stop: Callable[[], bool] = lambda: False):
        self.counts = Counter()
        self._should_stop = should_stop
        self._server = None

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._close()

    def send(self, messages: QuerySet[OutgoingMessage]) -> bool:
        """Send the due ones of these messages. Return False if it was stopped before the end.

        Raises MailServerError, after which all due messages wait for the next attempt.
        """
        while keys := list(messages.due().values_list("pk", flat=True)[:BATCH_SIZE]):
            for key in keys:
                if self._should_stop():
                    return False
                self._open()
                if message := messages.model.objects.take(key):
                    self.counts[self._send(message)] += 1
            self._close()
        return True

    def _open(self):
        if self._server is None:
            server = mailers.default
            try:
                server.open()
            except OSError as error:  # smtplib's errors, too
                raise self._unavailable(error) from error
            self._server = server

    def _close(self):
        if self._server is not None:
            with suppress(OSError):
                self._server.close()
            self._server = None

    def _send(self, message) -> str:
        """Send a message that is marked as being sent. Return the outcome."""
        try:
            self._server.send_messages([message.as_email()])
        except smtplib.SMTPSenderRefused as error:  # whatever the recipient: this site is refused
            type(message).objects.filter(pk=message.pk).postpone()
            raise self._unavailable(error) from error
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            if code in PERMANENT:
                message.was_refused()
            return self._refused(message, code, answer)
        except smtplib.SMTPResponseException as error:
            return self._refused(message, error.smtp_code, error.smtp_error)
        except ValueError:  # an address or a header that cannot be sent
            return self._refused(message, 501, b"")
        except OSError as error:
            logger.warning("The connection broke while a message was sent: %s", type(error).__name__)
            self._close()
            message.delete()
            return "unknown"
        message.delete()
        message.was_accepted()
        return "sent"

    def _refused(self, message, code, answer) -> str:
        if code == CLOSING:
            self._close()
        if code not in PERMANENT:
            type(message).objects.filter(pk=message.pk).postpone()
            return "postponed"
        # Without the rest of the server's answer, which often contains the address.
        logger.warning("The mail server refused a message: %s %s", code, enhanced_code(answer))
        message.delete()
        return "refused"

    def _unavailable(self, error) -> MailServerError:
        self._close()
        for kind in kinds():
            kind.objects.due().postpone()
        return MailServerError(in_words(error))


def forget_interrupted() -> None:
    """Delete messages that a killed worker was sending: the mail server may have accepted them."""
    number = sum(kind.objects.interrupted().delete()[0] for kind in kinds())
    if number:
        logger.warning("Messages that a worker was sending when it was killed, and may be lost: %d", number)


def enhanced_code(answer: bytes | str) -> str:
    """Return the enhanced status code (RFC 3463) at the start of a server's answer, such as "5.1.1"."""
    text = answer.decode("ascii", "replace") if isinstance(answer, bytes) else answer
    word = text.split(maxsplit=1)[0] if text.strip() else ""
    return word if word.count(".") == 2 and word.replace(".", "").isdigit() else ""


def in_words(error: OSError) -> str:
    """Return why a server is unavailable, without an address of a recipient."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__} {error.smtp_code} {enhanced_code(error.smtp_error)}".strip()
    return error.strerror or str(error) or type(error).__name__
