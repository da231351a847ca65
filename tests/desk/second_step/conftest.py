"""Accounts with a second step, and how they log in."""

import pytest
from django.test import Client
from django.urls import reverse

from blog.desk.second_step import codes, factors

PASSWORD = "of-ten-letters-and-more"  # noqa: S105 -- opens nothing
LOGIN, STEP = reverse("admin:login"), reverse("admin:second_step_login")
SECURITY, HOME = reverse("admin:security"), reverse("admin:index")


class Account:
    """An account, and a client that acts for it."""

    def __init__(self, user):
        self.user, self.client, self.secret = user, Client(), ""

    def add_codes(self):
        """Give the account an authenticator app, whose codes have not been used."""
        self.secret = codes.new_secret()
        factors.add_code_app(self.user, self.secret, step=0)
        return self

    def code(self, away=0) -> str:
        """Return the code of the next step, which stays valid if the clock enters that step meanwhile."""
        return codes.code_of(self.secret, codes.step_at(codes.timezone.now()) + 1 + away)

    def log_in(self, target=HOME, password=PASSWORD, client=None):
        """Send name and password."""
        data = {"username": self.user.get_username(), "password": password, "next": target}
        return (client or self.client).post(LOGIN, data)

    def send(self, code, way="codes", client=None, **headers):
        """Send the second step."""
        return (client or self.client).post(STEP, {"way": way, "code": code}, **headers)

    def is_in(self, client=None) -> bool:
        return (client or self.client).get(reverse("admin:account")).status_code == 200


@pytest.fixture(autouse=True)
def sends_mail(settings):
    settings.SENDS_MAIL = True


@pytest.fixture
def mara(django_user_model):
    """An Editor without a second step."""
    user = django_user_model.objects.create_user("mara", "mara@example.org", PASSWORD, is_staff=True)
    user.groups.add(user.groups.model.objects.get(name="Editor"))
    return Account(user)


@pytest.fixture
def teodor(django_user_model):
    return Account(django_user_model.objects.create_superuser("teodor", "teodor@example.org", PASSWORD))
