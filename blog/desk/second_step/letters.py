"""Letters about the log-in of a user."""

from django.utils.translation import gettext as _

from blog.mail.messages import mail_is_configured, queue_messages
from blog.site.letters import short_letter


def tell(user, subject: str, paragraphs: list[str], label: str = "", url: str = "") -> bool:
    """Queue a letter to a user if it can be sent. Return whether it can."""
    if not (mail_is_configured() and user.email):
        return False
    if not url:
        paragraphs = [
            *paragraphs,
            _("If it was not you, change your password, and ask a superuser for help."),
        ]
    letter = short_letter(subject, paragraphs, label, url)
    reason = _("You get this e-mail because of your account on this site.")
    queue_messages([letter.message(user.email, reason)])
    return True


def tell_of_password(user) -> None:
    said = _("The password of the account %(name)s was changed.") % {"name": user.get_username()}
    tell(user, _("Your password was changed"), [said])
