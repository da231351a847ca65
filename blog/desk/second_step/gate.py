"""Middleware that admits a session only after its second step.

A session of somebody who has a second step, and has not done it there, is nobody's: for views, its user is
anonymous. So no view needs to check it, and sessions from before the first second step end. Somebody who
must set up a second step is admitted only to the screens for it. Everybody else sees the log-in page, which
leads there.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from blog.desk.second_step.models import CodeApp, LetIn, Passkey, SecondStepRule
from blog.desk.second_step.sessions import note_seen

LET_IN = "let_in"  # in a session: the key of the link that it came by


@dataclass(frozen=True)
class Standing:
    """Where a session stands. needed_from: when a user who has no second step needs one, or None."""

    is_admitted: bool = True
    must_set_up: bool = False
    needed_from: datetime | None = None


class SecondStepMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        admit(request)
        return self.get_response(request)


def admit(request) -> None:
    """Replace the user of the session by nobody, unless the session is admitted."""
    request.standing = SimpleLazyObject(partial(_standing, request, request.user))
    request.user = SimpleLazyObject(partial(_admitted, request, request.user))


def _admitted(request, user):
    if not user.is_authenticated:
        return user
    standing = request.standing
    if standing.is_admitted and (not standing.must_set_up or _is_for_setting_up(request.path)):
        note_seen(request.session)
        # The user itself, not an object around it: a form of the account changes it.
        return user._wrapped if isinstance(user, SimpleLazyObject) else user
    return AnonymousUser()


def _is_for_setting_up(path):
    return path.startswith(reverse("admin:security")) or path == reverse("admin:logout")


def _standing(request, user) -> Standing:
    if not user.is_authenticated or request.session.get("second_step") == user.pk:
        return Standing()
    return standing_of(user, request.session.get(LET_IN, ""))


def standing_of(user, key: str = "") -> Standing:
    """Return where a session stands that has done no second step. key: of the link that it came by."""
    has_passkey, has_app, let_in, needed_from = (
        get_user_model()
        .objects.filter(pk=user.pk)
        .values_list(
            Exists(Passkey.objects.filter(user=OuterRef("pk"))),
            Exists(CodeApp.objects.filter(user=OuterRef("pk"))),
            Subquery(LetIn.objects.filter(user=OuterRef("pk")).values("key")),
            Subquery(SecondStepRule.objects.applying_to(user).values("starts_at")[:1]),
        )
        .get()
    )
    if has_passkey or has_app:
        return Standing(is_admitted=False)
    if let_in:
        return Standing(is_admitted=constant_time_compare(let_in, key), must_set_up=True)
    must_set_up = needed_from is not None and needed_from <= timezone.now()
    return Standing(must_set_up=must_set_up, needed_from=needed_from)
