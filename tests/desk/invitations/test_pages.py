"""Invitations: who may invite to which group, and how often a link works."""

from unittest.mock import Mock

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from blog.desk.invitations import pages
from blog.desk.invitations.models import KEPT_FOR, VALID_FOR
from blog.desk.invitations.pages import AccountForm, create_account
from blog.models import Invitation, Message
from tests.support.letters import letters, link_of_last_letter
from tests.support.roles import ROLES, confirm, log_in

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:invitations")
PASSWORD = "of-ten-letters-and-more"  # noqa: S105 -- opens nothing


@pytest.fixture(autouse=True)
def sends_mail(settings):
    settings.SENDS_MAIL = True


@pytest.fixture
def editor(client, django_user_model):
    return log_in(client, "Editor", django_user_model)


def invite(client, email="ida@example.org", **fields):
    confirm(client)
    return client.post(PAGE, {"email": email} | fields, follow=True)


def join(link, username="ida", password=PASSWORD):
    return Client().post(link, {"username": username, "password1": password, "password2": password})


def invited_link(client):
    invite(client)
    return link_of_last_letter("/admin/join/")


def act(client, invitation, name):
    return client.post(reverse(f"admin:{name}_invitation", args=[invitation.pk]))


def set_age(age):
    Invitation.objects.update(sent_at=timezone.now() - age)


def deactivate(user):
    user.is_active = False
    user.save()


def take_out_of_the_admin(user):
    user.is_staff = False
    user.save()


LOSSES = [deactivate, take_out_of_the_admin, lambda user: user.delete(), lambda user: user.groups.clear()]


class TestInviting:
    # role: (group of the invitation without a choice, group if Editor is chosen); "" if refused
    GRANTED = {
        "visitor": ("", ""),
        "staff": ("", ""),
        "Writer": ("", ""),
        "Editor": ("Writer", "Writer"),
        "superuser": ("", "Editor"),
    }

    @pytest.mark.parametrize("role", ROLES)
    def test_role_grants(self, client, django_user_model, role):
        log_in(client, role, django_user_model)

        invite(client, "a@example.org")
        invite(client, "b@example.org", group=Group.objects.get(name="Editor").pk)

        found = dict(Invitation.objects.values_list("email", "group__name"))
        assert (found.get("a@example.org", ""), found.get("b@example.org", "")) == self.GRANTED[role]

    def test_address_that_is_invited_at_the_same_moment_is_named(self, client, editor, monkeypatch):
        monkeypatch.setattr(pages, "send_invitation", Mock(side_effect=[IntegrityError]))

        assert "This address is invited already." in invite(client).content.decode()

    def test_editor_manages_only_invitations_of_writers(self, client, admin_client, editor):
        invite(admin_client, group=Group.objects.get(name="Editor").pk)
        invitation = Invitation.objects.get()

        assert act(client, invitation, "resend").status_code == 403
        assert act(client, invitation, "withdraw").status_code == 403
        page = client.get(PAGE).content.decode()
        assert "ida@example.org" in page
        assert "Withdraw" not in page

    def test_address_is_invited_once(self, client, editor):
        invite(client)
        page = invite(client, "IDA@example.org")

        assert "is invited already" in page.content.decode()
        assert len(letters()) == 1

    def test_known_address_is_not_revealed(self, client, editor, django_user_model):
        django_user_model.objects.create_user("ida-old", "Ida@example.org")
        pages = [invite(client, f"{name}@example.org").content.decode() for name in ("ida", "eva")]
        known, unknown = (page.replace("eva", "ida") for page in pages)

        assert known.count("ida@example.org") * 2 == unknown.count("ida@example.org")
        assert [subject for _to, subject in letters()] == ["You are invited to Galley"] * 2

    def test_letters_to_an_address_are_limited(self, client, editor):
        for _ in range(pages.LETTERS_AN_HOUR):
            invite(client)
            act(client, Invitation.objects.get(), "withdraw")
        page = invite(client, "IDA@example.org").content.decode()
        invite(client, "eva@example.org")
        sent = len(letters())

        assert "Try again in an hour" in page
        assert not Invitation.objects.filter(email__iexact="ida@example.org").exists()
        assert sent == pages.LETTERS_AN_HOUR + 1

    def test_letters_that_are_sent_again_are_limited(self, client, editor):
        invite(client)
        for _ in range(pages.LETTERS_AN_HOUR):
            act(client, Invitation.objects.get(), "resend")

        assert len(letters()) == pages.LETTERS_AN_HOUR
        assert Client().get(link_of_last_letter("/admin/join/")).status_code == 200  # the last one sent

    def test_deleted_group_is_explained(self, client, editor):
        Group.objects.filter(name="Writer").delete()

        assert "There is no group" in invite(client).content.decode()
        assert not Invitation.objects.exists()

    def test_without_mail_there_is_no_page_and_no_link(self, client, editor, settings):
        assert PAGE in client.get(reverse("admin:index")).content.decode()
        link = invited_link(client)
        settings.SENDS_MAIL = False

        assert PAGE not in client.get(reverse("admin:index")).content.decode()
        assert client.get(PAGE).status_code == client.get(link).status_code == 404


class TestJoining:
    def test_creates_a_writer_and_logs_in(self, client, editor, django_user_model):
        answer = join(invited_link(client))

        user = django_user_model.objects.get(username="ida")
        assert (user.email, user.is_staff, user.is_superuser) == ("ida@example.org", True, False)
        assert [group.name for group in user.groups.all()] == ["Writer"]
        assert answer.client.get(reverse("admin:index")).status_code == 200
        assert not Invitation.objects.exists()

    def test_forged_fields_are_ignored(self, client, editor, django_user_model):
        forged = {"is_superuser": "on", "email": "evil@example.org", "groups": "2", "group": "2"}
        names = {"username": "ida", "password1": PASSWORD, "password2": PASSWORD}
        Client().post(invited_link(client), names | forged)

        user = django_user_model.objects.get(username="ida")
        assert (user.is_superuser, user.email, user.groups.get().name) == (False, "ida@example.org", "Writer")

    @pytest.mark.parametrize("password", ["1234", "1234567890"])
    def test_weak_password_and_taken_name_are_rejected(self, client, editor, password):
        link = invited_link(client)

        assert join(link, password=password).status_code == 200
        assert join(link, username=editor.username.upper()).status_code == 200
        assert Invitation.objects.exists()

    INVALID = {
        "used": lambda client, link: join(link),
        "expired": lambda client, link: set_age(VALID_FOR),
        "withdrawn": lambda client, link: act(client, Invitation.objects.get(), "withdraw"),
        "replaced": lambda client, link: act(client, Invitation.objects.get(), "resend"),
    }

    @pytest.mark.parametrize("change", INVALID)
    def test_link_is_invalid_once_it_is(self, client, editor, django_user_model, change):
        link = invited_link(client)
        assert Client().get(link).status_code == 200
        self.INVALID[change](client, link)

        assert Client().get(link).status_code == join(link, "eva").status_code == 404
        assert not django_user_model.objects.filter(username="eva").exists()

    @pytest.mark.parametrize("at", [-2, 20])
    def test_tampered_link_is_invalid(self, client, editor, at):
        link = invited_link(client)
        tampered = link[:at] + ("a" if link[at] != "a" else "b") + link[at:][1:]

        assert join(tampered).status_code == 404

    @pytest.mark.both_databases
    def test_simultaneous_requests_create_one_account(self, client, editor, django_user_model):
        token = invited_link(client).split("/")[-2]
        names = {"password1": PASSWORD, "password2": PASSWORD}
        forms = [AccountForm({"username": name} | names) for name in ("ida", "eva")]
        assert all(form.is_valid() for form in forms)

        assert [bool(create_account(form, token)) for form in forms] == [True, False]
        assert not django_user_model.objects.filter(username="eva").exists()

    def test_sent_again_is_valid_and_names_the_new_sender(self, client, editor, admin_client):
        invite(client)
        set_age(VALID_FOR)
        assert "expired" in client.get(PAGE).content.decode()

        act(admin_client, Invitation.objects.get(), "resend")

        assert "admin invites you" in Message.objects.latest("pk").text
        assert join(link_of_last_letter("/admin/join/")).status_code == 302

    @pytest.mark.parametrize("lose_right", LOSSES)
    @pytest.mark.both_databases
    def test_invitation_ends_with_the_right_of_its_sender(self, client, admin_client, editor, lose_right):
        link = invited_link(client)
        lose_right(editor)

        answers = Client().get(link), join(link)

        assert [answer.status_code for answer in answers] == [404, 404]
        assert all("The invitation has ended" in answer.text for answer in answers)
        assert not type(editor).objects.filter(username="ida").exists()
        assert "ended, because" in admin_client.get(PAGE).text

    def test_invitation_to_editors_ends_with_a_superuser(self, client, editor, admin_client, admin_user):
        invite(admin_client, group=Group.objects.get(name="Editor").pk)
        admin_user.is_superuser = False
        admin_user.save()
        admin_user.groups.add(Group.objects.get(name="Editor"))

        assert "The invitation has ended" in Client().get(link_of_last_letter("/admin/join/")).text

    def test_invitation_can_end_while_somebody_joins(self, client, editor):
        token = invited_link(client).split("/")[-2]
        form = AccountForm({"username": "ida", "password1": PASSWORD, "password2": PASSWORD})
        assert form.is_valid()
        editor.delete()

        assert create_account(form, token) is None

    def test_ended_invitation_is_valid_again_when_somebody_else_sends_it(self, client, editor, admin_client):
        invite(client)
        editor.delete()

        act(admin_client, Invitation.objects.get(), "resend")

        assert join(link_of_last_letter("/admin/join/")).status_code == 302

    def test_21st_attempt_of_a_client_is_rejected(self, client, editor):
        link = invited_link(client)

        assert [join(link, password="x").status_code for _ in range(21)] == [200] * 20 + [429]  # noqa: S106 -- opens nothing


def test_expired_invitations_are_deleted_after_30_days(client, editor):
    invite(client)
    set_age(VALID_FOR + KEPT_FOR * 0.9)
    Invitation.objects.forget_old()
    assert Invitation.objects.exists()

    set_age(VALID_FOR + KEPT_FOR * 1.1)
    Invitation.objects.forget_old()
    assert not Invitation.objects.exists()
