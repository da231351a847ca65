"""Errors as application/problem+json (RFC 9457)."""

import json
from http import HTTPStatus

from django.http import HttpResponse

CONTENT_TYPE = "application/problem+json"
UNKNOWN_TOKEN = "This token is not known, was revoked or has expired."  # noqa: S105 -- a sentence


class Problem(Exception):  # noqa: N818 -- the name in the RFC
    """Raised to refuse a request. detail: a sentence that says what to do. more: members of the object."""

    def __init__(self, status: int, detail: str, *, headers: dict[str, str] | None = None, **more):
        super().__init__(detail)
        self.status, self.detail, self.headers, self.more = status, detail, headers or {}, more

    def response(self) -> HttpResponse:
        _kind, body = as_body(self.status, self.detail, **self.more)
        return HttpResponse(body, status=self.status, content_type=CONTENT_TYPE, headers=self.headers)


def as_body(status: int, detail: str, **more) -> tuple[str, str]:
    """Return the content type and the body of an error."""
    title = HTTPStatus(status).phrase
    members = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return CONTENT_TYPE, json.dumps(members | more, ensure_ascii=False)


def unauthorized() -> Problem:
    return Problem(401, UNKNOWN_TOKEN, headers={"WWW-Authenticate": 'Bearer realm="Galley"'})
