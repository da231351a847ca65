"""The webhook: the repository calls it after a push, signed as GitHub, GitLab and Gitea do.

GitHub and Gitea send an HMAC of the body, GitLab the secret itself. A wrong signature is counted, and never
answered in detail.
"""

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.db.models import F
from django.http import HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from blog.extensions.git_source import credentials
from blog.extensions.git_source.jobs import start_pull
from blog.extensions.git_source.models import SINGLETON_PK, Repository

FORMER_FOR = timedelta(hours=1)
MOST_BYTES = 5 * 1024 * 1024  # GitHub sends up to 25 MB, for pushes of thousands of commits


def new_secret(repository: Repository) -> str:
    """Make a secret and return it. The former one stays valid for an hour."""
    secret = f"wh_{secrets.token_urlsafe(24)}"
    until = timezone.now() + FORMER_FOR
    credentials.write(
        hook_secret=secret,
        former_secret=credentials.read("hook_secret"),
        former_until=until.isoformat(),
    )
    repository.secret_at = timezone.now()
    repository.save()
    return secret


@csrf_exempt
@require_POST
def call(request, hook):
    """Start a pull. The signature is over the body, so a body that is too large is refused."""
    repository = Repository.objects.filter(pk=SINGLETON_PK).first()
    if repository is None or not hmac.compare_digest(repository.hook.encode(), hook.encode()):
        return HttpResponse(status=404)
    row = Repository.objects.filter(pk=SINGLETON_PK)
    if not is_signed(request.headers, request.read(MOST_BYTES)):
        row.update(refused=F("refused") + 1, refused_at=timezone.now())
        return HttpResponse(status=403)
    row.update(called_at=timezone.now())
    if not repository.paused_at:
        start_pull()
    return HttpResponse(status=202)


def is_signed(headers, body: bytes) -> bool:
    """Whether one of the valid secrets has signed this body."""
    return any(_is_signed_with(secret, headers, body) for secret in _valid_secrets())


def _valid_secrets() -> list[str]:
    until = (
        parse_datetime(credentials.read("former_until") or "") if credentials.read("former_until") else None
    )
    is_valid = until is not None and until > timezone.now()
    names = ("hook_secret", "former_secret") if is_valid else ("hook_secret",)
    return [secret for name in names if (secret := credentials.read(name))]


def _is_signed_with(secret, headers, body):
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    expected = {
        "X-Hub-Signature-256": f"sha256={digest}",
        "X-Gitea-Signature": digest,
        "X-Gitlab-Token": secret,
    }
    return any(
        hmac.compare_digest(headers.get(name, "").encode(), value.encode())
        for name, value in expected.items()
    )
