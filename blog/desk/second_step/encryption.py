"""Encryption of secrets at rest, with a key derived from SECRET_KEY.

Texts that were encrypted with a key in SECRET_KEY_FALLBACKS can be read, too.
"""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class UnreadableSecretError(ValueError):
    """Raised if a text was encrypted with a secret key that this site no longer has."""


def encrypt(text: str) -> str:
    return _box().encrypt(text.encode()).decode()


def decrypt(encrypted: str) -> str:
    """Return the text. Raises UnreadableSecretError."""
    try:
        return _box().decrypt(encrypted).decode()
    except InvalidToken as error:
        raise UnreadableSecretError("It was encrypted with another secret key than this site's.") from error


def _box():
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(secret)) for secret in secrets])


def _key(secret):
    digest = hmac.digest(secret.encode(), b"galley second step", hashlib.sha256)
    return base64.urlsafe_b64encode(digest)
