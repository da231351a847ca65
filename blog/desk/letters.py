"""Letters to people who work on the site: their text, and its HTML.

A letter has paragraphs, a list of entries, and links. The mail job sends it; requests only store it.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.template.loader import render_to_string

from blog.mail.messages import LIFETIME, queue_message
from blog.site.identity import site_identity


@dataclass(frozen=True)
class LetterEntry:
    """A line of a letter with a link. detail: for example who did it, or the note; may be blank."""

    title: str
    url: str
    detail: str = ""


@dataclass(frozen=True)
class Letter:
    """The content of a letter. URLs are paths, which are completed with SITE_URL.

    action and url: the label and the target of the main link. ending: why the recipient gets the letter.
    """

    subject: str
    paragraphs: tuple[str, ...] = ()
    entries: tuple[LetterEntry, ...] = ()
    action: str = ""
    url: str = ""
    ending: str = ""
    settings_url: str = ""  # where the recipient turns such letters off


def queue_letter(to: str, letter: Letter, *, lifetime: timedelta = LIFETIME) -> None:
    """Store the letter, and start the job that sends it after the commit.

    lifetime: for how long it is stored if it cannot be sent.
    """
    name = site_identity().name
    context = {"letter": letter, "site_name": name, "site_url": settings.SITE_URL}
    text = render_to_string("admin/letters/letter.txt", context).strip() + "\n"
    html = render_to_string("admin/letters/letter.html", context)
    queue_message(to, letter.subject, text, html, sender_name=name, lifetime=lifetime)
