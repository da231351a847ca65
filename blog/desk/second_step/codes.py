"""Codes of authenticator apps (TOTP, RFC 6238), and recovery codes."""

import base64
import hashlib
import hmac
import secrets
import struct
from datetime import datetime
from urllib.parse import quote, urlencode

import segno
from django.utils import timezone
from django.utils.crypto import constant_time_compare

SECONDS, DIGITS = 30, 6  # what all apps support, together with SHA-1
SKEW = 1  # steps that the clock of a phone may differ
RECOVERY_CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz0123456789"  # without those that look like 1


def new_secret() -> str:
    return base64.b32encode(secrets.token_bytes(20)).decode()


def step_at(moment: datetime) -> int:
    return int(moment.timestamp()) // SECONDS


def code_of(secret: str, step: int) -> str:
    """Return the digits of a time step."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1)
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def matching_step(secret: str, code: str, last_step: int = 0) -> int | None:
    """Return the time step of a code if it is valid now and later than last_step, else None."""
    digits, now = "".join(code.split()), step_at(timezone.now())
    steps = range(max(last_step + 1, now - SKEW), now + SKEW + 1)
    return next((step for step in steps if constant_time_compare(code_of(secret, step), digits)), None)


def uri_of(secret: str, site: str, name: str) -> str:
    """Return the otpauth: URI that authenticator apps read from a QR code."""
    site = site.replace(":", " ")
    query = urlencode({"secret": secret, "issuer": site}, quote_via=quote)
    return f"otpauth://totp/{quote(f'{site}:{name}')}?{query}"


def qr_path(text: str) -> tuple[int, str]:
    """Return (width, path of an SVG) of a QR code, with its margin."""
    code = segno.make(text, error="m", micro=False)
    rows = code.matrix_iter(border=4)
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark
    )
    return code.symbol_size(border=4)[0], path


def new_recovery_codes() -> list[str]:
    return [f"{_letters()}-{_letters()}" for _ in range(RECOVERY_CODES)]


def _letters():
    return "".join(secrets.choice(LETTERS) for _ in range(4))


def digest_of(code: str, salt: str) -> str:
    """Return the digest of a recovery code as typed. Slow, since the codes are short.

    It does not depend on SECRET_KEY, so that the codes still open accounts if the key is lost.
    """
    typed = "".join(character for character in code.casefold() if character.isalnum())[:20]
    return hashlib.scrypt(typed.encode(), salt=salt.encode(), n=2**14, r=8, p=1, dklen=32).hex()
