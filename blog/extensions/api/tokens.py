"""Make, find and revoke tokens.

A token is "galley_", 26 random letters and digits, and 6 of a checksum. The beginning and the checksum let
scanners of secrets find it, and let Galley refuse others without a query.
"""

import hashlib
import ipaddress
import re
import secrets
import string
import zlib
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from blog.articles.provenance import WrittenBy
from blog.base.models import name_of
from blog.extensions.api.models import NAME_LENGTH, Right, Token
from blog.imports.models import ImportRun
from blog.imports.sources import is_source_name

PERMISSION = "blog.add_stagedimport"
PREFIX = "galley_"
RANDOM, CHECKSUM = 26, 6  # characters
SHOWN = len(PREFIX) + 4
SIGNS = string.digits + string.ascii_uppercase + string.ascii_lowercase
PATTERN = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{RANDOM + CHECKSUM}}}", re.ASCII)
RIGHTS = tuple(Right.values)
YEAR = timedelta(days=365)


class TokenError(ValueError):
    """Raised if a token cannot be made as asked. field: of the form."""

    def __init__(self, message: str, field: str):
        super().__init__(message)
        self.field = field


def new_secret() -> str:
    random = "".join(secrets.choice(SIGNS) for _ in range(RANDOM))
    return PREFIX + random + _checksum(random)


def is_secret(text: str) -> bool:
    """Whether the text has the form of a token, with the right checksum."""
    random = text[len(PREFIX) : -CHECKSUM]
    return bool(PATTERN.fullmatch(text)) and text.endswith(_checksum(random))


def _checksum(random):
    number, signs = zlib.crc32(random.encode()), ""
    for _place in range(CHECKSUM):
        number, rest = divmod(number, len(SIGNS))
        signs = SIGNS[rest] + signs
    return signs


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def find_token(secret: str) -> Token | None:
    """Return the valid token with this secret."""
    if not is_secret(secret):
        return None
    return Token.objects.valid().filter(digest=digest_of(secret)).first()


def create_token(user, name: str, rights, *, written_by="file", **values) -> tuple[Token, str]:
    """Store a new token, and return it with its secret, which is stored nowhere. Raises TokenError."""
    check_name(name, user)
    secret = new_secret()
    chosen = [right for right in RIGHTS if right == Right.DRY_RUN or right in rights]
    token = Token.objects.create(
        name=name,
        user=user,
        start=secret[:SHOWN],
        digest=digest_of(secret),
        rights=" ".join(chosen),
        written_by=str(WrittenBy.parse(written_by)),
        **values,
    )
    return token, secret


def check_name(name: str, user) -> None:
    """Raise TokenError unless a token of this user may have the name, which is that of its source, too."""
    if not is_source_name(name) or len(name) > NAME_LENGTH or name != name.strip():
        raise TokenError(_("Enter a name without a slash, of at most %d characters.") % NAME_LENGTH, "name")
    if other := Token.objects.filter(name=name, revoked_at=None).first():
        sentence = _("%(name)s has this name since %(day)s.")
        day = timezone.localdate(other.created_at)
        raise TokenError(sentence % {"name": name, "day": f"{day:%-d %B %Y}"}, "name")
    others = ImportRun.objects.filter(source_name=name).exclude(way=ImportRun.Way.TOKEN, started_by=user)
    if others.exists():
        raise TokenError(_("Files of another source have this name. Choose another one."), "name")


def check_addresses(text: str) -> str:
    """Return a list of IP addresses and networks without blanks. Raises TokenError."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    for part in parts:
        try:
            ipaddress.ip_network(part, strict=False)
        except ValueError:
            sentence = _("“%s” is not an IP address or network, such as 203.0.113.0/24.")
            raise TokenError(sentence % part, "addresses") from None
    return ",".join(parts)


def revoke(token: Token, by) -> None:
    Token.objects.filter(pk=token.pk, revoked_at=None).update(
        revoked_at=timezone.now(), revoked_by_name=name_of(by)
    )
