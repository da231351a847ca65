"""The second steps of a user: which there are, adding, checking and removing them.

Each change is logged, told to the user by mail, and ends the user's other sessions.
"""

from contextlib import suppress

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.desk.second_step import codes
from blog.desk.second_step.encryption import UnreadableSecretError, decrypt, encrypt
from blog.desk.second_step.letters import tell
from blog.desk.second_step.models import CodeApp, LetIn, Passkey, RecoveryCodes
from blog.desk.second_step.sessions import end_others, end_sessions
from blog.jobs import cleanup_hook

FEW_CODES = 2


def has_second_step(user) -> bool:
    return Passkey.objects.filter(user=user).exists() or CodeApp.objects.filter(user=user).exists()


def has_few_recovery_codes(user) -> bool:
    row = RecoveryCodes.objects.filter(user=user).first()
    return row is not None and row.left <= FEW_CODES


def count_steps(user) -> int:
    return Passkey.objects.filter(user=user).count() + CodeApp.objects.filter(user=user).count()


@transaction.atomic
def add_code_app(user, secret: str, step: int) -> None:
    """Store the secret of an authenticator app whose code of this time step was right."""
    CodeApp.objects.update_or_create(user=user, defaults={"secret": encrypt(secret), "last_step": step})


def note_added(request, said: str) -> None:
    """Log and tell a new second step, and end what it makes invalid: links to set one up, other sessions."""
    user = request.user
    LetIn.objects.filter(user=user).delete()
    mark(request)
    end_others(request)
    _log(user, said)
    tell(user, _("A second step was added to your account"), [said])


def note_removed(request, said: str) -> bool:
    """Log and tell a removed second step. Return whether a letter is sent."""
    user = request.user
    if not has_second_step(user):
        RecoveryCodes.objects.filter(user=user).delete()
    end_others(request)
    _log(user, said)
    return tell(user, _("A second step was removed from your account"), [said])


def mark(request) -> None:
    """Store in the session that its user has done the second step."""
    request.session["second_step"] = request.user.pk


@transaction.atomic
def remove_all(user, said: str, by=None) -> int:
    """Remove all second steps of a user, who is signed out everywhere. Return their number.

    said: for the activity log. by: who did it; None for the command line.
    """
    number = count_steps(user)
    for model in (Passkey, CodeApp, RecoveryCodes, LetIn):
        model.objects.filter(user=user).delete()
    end_sessions(user)
    LogEntry.objects.log_actions((by or user).pk, [user], CHANGE, said)
    return number


def _log(user, said):
    LogEntry.objects.log_actions(user.pk, [user], CHANGE, said)


@transaction.atomic
def use_code(user, code: str) -> bool:
    """Whether a code of the user's authenticator app is right, and new. Raises UnreadableSecretError."""
    app = CodeApp.objects.select_for_update().filter(user=user).first()
    step = app and codes.matching_step(decrypt(app.secret), code, app.last_step)
    if not step:
        return False
    app.last_step, app.used_at = step, timezone.now()
    app.save(update_fields=["last_step", "used_at"])
    return True


@cleanup_hook
def encrypt_secrets_again() -> None:
    """Encrypt secrets with the current key, so that an earlier one can leave SECRET_KEY_FALLBACKS."""
    if not settings.SECRET_KEY_FALLBACKS:
        return
    for app in CodeApp.objects.all():
        with suppress(UnreadableSecretError):
            CodeApp.objects.filter(pk=app.pk, secret=app.secret).update(secret=encrypt(decrypt(app.secret)))


def use_recovery_code(user, code: str) -> bool:
    """Whether a recovery code of the user is right. It is not again. Told by mail."""
    salt = RecoveryCodes.objects.filter(user=user).values_list("salt", flat=True).first()
    digest = codes.digest_of(code, salt or "none")  # slow, so not in the transaction
    with transaction.atomic():
        row = RecoveryCodes.objects.select_for_update().filter(user=user, salt=salt).first()
        if row is None or digest not in row.digests:
            return False
        row.digests.remove(digest)
        row.save(update_fields=["digests"])
        _log(user, _("Logged in with a recovery code."))
    left = ngettext("%(number)d recovery code is left.", "%(number)d recovery codes are left.", row.left)
    tell(
        user,
        _("Somebody logged in with a recovery code"),
        [
            _("A recovery code of the account %(name)s was used to log in.") % {"name": user.get_username()},
            left % {"number": row.left},
        ],
    )
    return True


def replace_recovery_codes(user) -> list[str]:
    """Make new recovery codes, and tell the user by mail that the old ones no longer work."""
    made = make_recovery_codes(user)
    said = _("The old recovery codes of the account %(name)s no longer work.") % {"name": user.get_username()}
    tell(user, _("New recovery codes were made for your account"), [said])
    return made


def make_recovery_codes(user) -> list[str]:
    """Store new recovery codes in the place of the old ones, and return them."""
    made, salt = codes.new_recovery_codes(), get_random_string(32)
    digests = [codes.digest_of(code, salt) for code in made]
    values = {"salt": salt, "digests": digests, "made_at": timezone.now()}
    RecoveryCodes.objects.update_or_create(user=user, defaults=values)
    _log(user, _("New recovery codes were made."))
    return made
