"""Close imports that receive nothing more, warn of tokens that expire, and forget what is old."""

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from blog.extensions.api import zips  # noqa: F401 -- registers its job
from blog.extensions.api.intakes import finish_intakes
from blog.extensions.api.models import ANSWERED_FOR, Answer, Token
from blog.jobs import cleanup_hook, periodic_hook
from blog.mail.messages import mail_is_configured, queue_messages
from blog.site.addresses import absolute
from blog.site.letters import short_letter


@periodic_hook
def finish() -> None:
    finish_intakes()
    if mail_is_configured():
        warn_of_ends()


def warn_of_ends() -> None:
    """Queue a letter to the maker of each token that expires soon, once."""
    for token in Token.objects.expiring().filter(warned_at=None).exclude(user__email=""):
        if Token.objects.filter(pk=token.pk, warned_at=None).update(warned_at=timezone.now()):
            queue_messages([_letter(token)])


def _letter(token):
    day = formats.date_format(timezone.localtime(token.expires_at), "DATE_FORMAT")
    names = {"name": token.name, "day": day}
    letter = short_letter(
        _("The token %(name)s expires on %(day)s") % names,
        [_("Afterwards, requests with it are refused. Make another one, and replace it where it is used.")],
    )
    link = (_("Tokens"), absolute(reverse("admin:api_tokens")))
    return letter.message(token.user.email, _("You get this e-mail because you made this token."), [link])


@cleanup_hook
def forget_old() -> None:
    Token.objects.forget_old()
    Answer.objects.filter(created_at__lt=timezone.now() - ANSWERED_FOR).delete()
