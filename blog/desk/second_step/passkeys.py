"""Making and checking passkeys (WebAuthn), with the library fido2.

A challenge is not stored: the page holds it, signed for one purpose, one account and one browser. It is valid
for some minutes and works once. Answers are parsed in this process: their limit of bytes keeps that within
some milliseconds and megabytes.
"""

import json
import logging

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.crypto import salted_hmac
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from blog.desk.second_step.models import Passkey
from blog.mail.limits import RequestCount
from blog.site.identity import site_identity

logger = logging.getLogger(__name__)
VALID_SECONDS = 300
LONGEST_ANSWER = 20_000  # characters
MAKE, ONLY_STEP, SECOND_STEP = "make", "only step", "second step"
LONGEST_ID = Passkey._meta.get_field("credential_id").max_length


class PasskeyRefusedError(ValueError):
    """Raised if the answer of a device does not prove what it should."""


def are_possible() -> bool:
    """Whether browsers make passkeys for this site: not if its address is a number."""
    host = _host()
    return not (host.replace(".", "").isdigit() or ":" in host)


def _host():
    return settings.SITE_URL.partition("://")[2].rsplit(":", 1)[0]


def _server():
    rp = PublicKeyCredentialRpEntity(name=site_identity().name, id=_host())
    return Fido2Server(rp, verify_origin=lambda origin: origin == settings.SITE_URL)


def begin_making(request, user) -> dict:
    """Return what the page of a new passkey needs: options for the browser, and the signed challenge."""
    name = user.get_username()
    entity = PublicKeyCredentialUserEntity(
        name=name, id=str(user.pk).encode(), display_name=user.get_full_name() or name
    )
    options, state = _server().register_begin(
        entity,
        [_data(passkey) for passkey in user.passkeys.all()],
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return _asked(request, options, state, MAKE, user)


def begin_using(request, purpose: str, user=None) -> dict:
    """Return what a page needs that asks for a passkey: of this user, or of anybody (ONLY_STEP)."""
    credentials = [_data(passkey) for passkey in user.passkeys.all()] if user else None
    is_only = UserVerificationRequirement.REQUIRED
    verification = is_only if purpose == ONLY_STEP else UserVerificationRequirement.PREFERRED
    options, state = _server().authenticate_begin(credentials, user_verification=verification)
    return _asked(request, options, state, purpose, user)


def finish_making(request, user, name: str) -> Passkey:
    """Store the passkey that the device has made. Raises PasskeyRefusedError."""
    answer, state = _answer(request, MAKE, user)
    data = _read(_server().register_complete, state, answer)
    key = data.credential_data
    passkey = Passkey(user=user, name=name, public_key=bytes(key), uses=data.counter)
    passkey.credential_id = websafe_encode(key.credential_id)
    if len(passkey.credential_id) > LONGEST_ID:
        raise PasskeyRefusedError("The id of the passkey is too long.")
    if Passkey.objects.filter(credential_id=passkey.credential_id).exists():
        raise PasskeyRefusedError("The passkey is known already.")
    passkey.save()
    return passkey


@transaction.atomic
def check(request, purpose: str, user=None) -> Passkey:
    """Return the passkey that has signed the answer in request.POST. Raises PasskeyRefusedError."""
    answer, state = _answer(request, purpose, user)
    response = _read(AuthenticationResponse.from_dict, answer)
    rows = Passkey.objects.select_for_update(of=["self"]).select_related("user")
    rows = rows.filter(user=user) if user else rows
    passkey = rows.filter(credential_id=websafe_encode(response.raw_id)).first()
    if passkey is None:
        raise PasskeyRefusedError("The passkey is not known here.")
    _read(_server().authenticate_complete, state, [_data(passkey)], response)
    _count_use(passkey, response.response.authenticator_data.counter)
    return passkey


def _read(read, *arguments):
    """Return what the library reads in an answer. It raises errors of many kinds for malformed ones."""
    try:
        return read(*arguments)
    except Exception as error:
        raise PasskeyRefusedError(str(error)) from error


def _count_use(passkey, uses):
    """Store the device's count of uses. A copied device counts on its own, so its count is too low."""
    if (uses or passkey.uses) and uses <= passkey.uses:
        logger.warning("The passkey %s was refused: it may be a copy.", passkey.pk)
        raise PasskeyRefusedError("The passkey may be a copy: its count of uses is too low.")
    passkey.uses, passkey.used_at = uses, timezone.now()
    passkey.save(update_fields=["uses", "used_at"])


def _data(passkey):
    return AttestedCredentialData(bytes(passkey.public_key))


def _asked(request, options, state, purpose, user):
    signed = signing.dumps(state, salt=_salt(request, purpose, user))
    return {"options": json.dumps(dict(options)), "challenge": signed}


def _salt(request, purpose, user):
    get_token(request)  # makes the cookie that tells browsers apart
    browser = salted_hmac("galley passkey", request.META["CSRF_COOKIE"], algorithm="sha256").hexdigest()
    return f"{purpose}/{user.pk if user else ''}/{browser}"


def _answer(request, purpose, user):
    """Return the device's answer, and the state of the server when it asked. Raises PasskeyRefusedError."""
    try:
        salt = _salt(request, purpose, user)
        state = signing.loads(request.POST.get("challenge", ""), salt=salt, max_age=VALID_SECONDS)
        answer = json.loads(request.POST.get("answer", "")[:LONGEST_ANSWER])
    except (signing.BadSignature, ValueError, RecursionError) as error:
        raise PasskeyRefusedError(str(error)) from error
    if not isinstance(answer, dict):
        raise PasskeyRefusedError("The answer is not an object.")
    if RequestCount.objects.count_request("passkey challenge", state["challenge"]) > 1:
        raise PasskeyRefusedError("The challenge was answered already.")
    return answer, state
