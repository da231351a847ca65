"""What each request needs: a valid token that has the right, within its limits."""

import hashlib
import itertools
import re
from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from blog.extensions.api.intakes import note_refusal
from blog.extensions.api.models import Answer, Right, Token
from blog.extensions.api.problems import UNKNOWN_TOKEN, Problem, unauthorized
from blog.extensions.api.tokens import PERMISSION, find_token
from blog.mail.limits import client_ip
from blog.sandbox.refusals import RefusedError

BUSY_SECONDS = 5
LONGEST_WAIT = timedelta(minutes=2)  # for the answer to a request with the same Idempotency-Key
USED_SECONDS = 60  # the moment of the last use is stored at most once in this time
KEY_LENGTH = Answer._meta.get_field("key").max_length
KEY = re.compile(rf"[!-~]{{1,{KEY_LENGTH}}}")
MAY_ONLY = {
    Right.CREATE: "This token may not send new articles.",
    Right.UPDATE: "This token may not send changed files.",
    Right.READ: "This token may not ask for the state of articles.",
}


def endpoint(**views: Callable[..., HttpResponse]):
    """Return the view of a URL, from a function of (request, token) for each method."""

    @csrf_exempt
    @wraps(next(iter(views.values())))
    def view(request, **arguments):
        token, problem = None, None
        try:
            token = token_of(request)
            response = _answer(views, request, token, arguments)
        except Problem as error:
            problem = error
        except (RefusedError, OperationalError):
            problem = Problem(
                503,
                "Galley is busy. Send this again in a moment.",
                headers={"Retry-After": str(BUSY_SECONDS)},
            )
        except (RequestDataTooBig, TooManyFilesSent):
            problem = Problem(
                413, "The request has too many parts, or is too large. Send the folder as a zip."
            )
        except (MultiPartParserError, UnreadablePostError):
            problem = Problem(400, "The parts of the request cannot be read. Send it as multipart/form-data.")
        if problem:
            if token and request.method == "POST" and request.GET.get("dry-run") != "1":
                note_refusal(token, request, problem)
            response = problem.response()
        response.headers["Cache-Control"] = "no-store"
        return response

    return view


def _answer(views, request, token, arguments):
    if request.method not in views:
        methods = ", ".join(views)
        raise Problem(405, f"This URL takes {methods}.", headers={"Allow": methods})
    return views[request.method](request, token, **arguments)


def secret_in(authorization: str) -> str:
    """Return the token in this header."""
    scheme, _space, secret = authorization.partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def token_of(request: HttpRequest) -> Token:
    """Return the token of a request, whose last use this is. Raises Problem."""
    token = find_token(secret_in(request.headers.get("authorization", "")))
    address = client_ip(request)
    if token is None or not token.user.has_perm(PERMISSION):
        raise unauthorized()
    if not token.admits(address):
        raise Problem(403, f"This token may not be used from {address}.")
    now = timezone.now()
    is_new = token.last_used_at is None or (now - token.last_used_at).total_seconds() > USED_SECONDS
    if is_new or token.last_used_from != str(address):
        Token.objects.filter(pk=token.pk).update(
            last_used_at=now, last_used_from=str(address) if address else None
        )
    return token


def refusal_of(headers: dict[str, str]) -> tuple[int, str] | None:
    """Return why a large body with these headers is not read, or None."""
    is_known = find_token(secret_in(headers.get("authorization", "")))
    return None if is_known else (401, UNKNOWN_TOKEN)


def wants_dry_run(request) -> bool:
    """Whether the request has ?dry-run=1. Raises Problem for another value than 1 and 0."""
    value = request.GET.get("dry-run", "0")
    if value not in {"0", "1"}:
        raise Problem(400, "dry-run must be 1 or 0.")
    return value == "1"


def require(token: Token, right: Right) -> None:
    """Raise Problem unless the token has the right."""
    if not token.may(right):
        only_dry = token.rights == Right.DRY_RUN
        raise Problem(403, "This token may only do dry runs." if only_dry else MAY_ONLY[right])


def count(token: Token, name: str, number: int = 1) -> None:
    """Count requests within the limits of the hour. Raises Problem."""
    if not token.count(name, number):
        limit = token.hourly_limit if name == "sent" else token.hourly_limit * 10
        what = "articles" if name == "sent" else "dry runs and questions"
        wait = token.seconds_left()
        sentence = f"{limit} {what} an hour are allowed. Send this again in {wait} seconds."
        raise Problem(429, sentence, headers={"Retry-After": str(wait)})


def once(request, token: Token, body: bytes, respond: Callable[[], HttpResponse]) -> HttpResponse:
    """Return the response, or that to an earlier request with the same Idempotency-Key. Raises Problem.

    Errors that pass, such as a reached limit, are not kept.
    """
    key = request.headers.get("idempotency-key")
    if key is None:
        return respond()
    if not KEY.fullmatch(key):
        raise Problem(400, f"An Idempotency-Key has 1 to {KEY_LENGTH} ASCII characters without spaces.")
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode() + body).hexdigest()
    answer, is_first = _answer_to(token, key, digest)
    if not is_first:
        return _repeated(answer)
    try:
        response = respond()
    except Problem as problem:
        response = problem.response()
    except BaseException:
        answer.delete()
        raise
    if response.status_code in {403, 429} or response.status_code >= 500:
        answer.delete()
    else:
        _keep(answer, response)
    return response


def _answer_to(token, key, digest) -> tuple[Answer, bool]:
    """Return the row of this key, and whether this request is to be answered now."""
    with transaction.atomic():
        rows = Answer.objects.select_for_update()
        answer, is_new = rows.get_or_create(token=token, key=key, defaults={"request_digest": digest})
        if answer.request_digest != digest:
            raise Problem(422, "This Idempotency-Key belongs to another request. Use a new one.")
        now = timezone.now()
        is_left = answer.status is None and answer.created_at < now - LONGEST_WAIT
        if is_left:  # its process was killed
            answer.created_at = now
            answer.save(update_fields=["created_at"])
    return answer, is_new or is_left


def _keep(answer, response):
    names = ("Content-Type", "Location")
    answer.status, answer.body = response.status_code, response.content.decode()
    answer.headers = {name: response[name] for name in names if name in response}
    answer.save(update_fields=["status", "body", "headers"])


def _repeated(answer):
    if answer.status is None:
        sentence = (
            "The first request with this Idempotency-Key is not answered yet. Send it again in a moment."
        )
        raise Problem(409, sentence, headers={"Retry-After": str(BUSY_SECONDS)})
    headers = answer.headers | {"Idempotency-Replayed": "true"}
    return HttpResponse(answer.body, status=answer.status, headers=headers)


def digest_of_parts(parts: dict) -> bytes:
    """Return a digest of the named files of a request."""
    digest = hashlib.sha256()
    for name, file in sorted(parts.items()):
        for piece in itertools.chain([f"{name}\0{file.size}\0".encode()], file.chunks()):
            digest.update(piece)
        file.seek(0)
    return digest.digest()
