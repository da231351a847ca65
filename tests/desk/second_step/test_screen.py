"""The screen “Log-in and security”, “Is it you?”, and sessions."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from blog.desk.second_step import codes, confirmation
from blog.desk.second_step.account_page import NEW_SECRET, SHOWN_CODES
from blog.desk.second_step.encryption import decrypt
from blog.desk.second_step.sessions import CONFIRMED, SEEN, browser_name, end_sessions, sessions_of
from blog.models import CodeApp, Passkey, RecoveryCodes, SecondStepRule
from tests.desk.second_step.conftest import PASSWORD, SECURITY
from tests.support.letters import letters

pytestmark = pytest.mark.django_db
ACCOUNT = reverse("admin:account")
START, CODES, RECOVERY = (reverse(f"admin:security_{name}") for name in ("start_codes", "codes", "recovery"))
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def set_up_codes(account):
    """Set up an authenticator app on the screen, up to the recovery codes."""
    account.client.post(START)
    account.secret = decrypt(account.client.session[NEW_SECRET])
    return account.client.post(CODES, {"code": account.code(-1)})


def forget_confirmation(account):
    session = account.client.session
    session[CONFIRMED] -= confirmation.VALID_SECONDS
    session.save()


def create_passkey(user, name="Blue key"):
    return Passkey.objects.create(user=user, name=name, credential_id=name, public_key=b"")


class TestCodes:
    def test_are_on_after_a_right_code(self, mara):
        mara.log_in()

        set_up_codes(mara)

        assert CodeApp.objects.get().user == mara.user
        assert letters() == [("mara@example.org", "A second step was added to your account")]

    def test_are_off_after_a_wrong_code(self, mara):
        mara.log_in()
        mara.client.post(START)

        assert "not valid now" in mara.client.post(CODES, {"code": "000 00"}).content.decode()
        assert not CodeApp.objects.exists()

    def test_one_of_the_set_up_does_not_log_in(self, mara):
        mara.log_in()
        set_up_codes(mara)
        other = Client()
        mara.log_in(client=other)

        assert "not valid" in mara.send(mara.code(-1), client=other).content.decode()

    def test_end_the_other_sessions_but_not_this_one(self, mara):
        other = Client()
        mara.log_in(client=other)
        mara.log_in()

        set_up_codes(mara)

        assert mara.client.get(ACCOUNT).status_code == 200
        assert not mara.is_in(other)

    def test_are_removed_with_the_recovery_codes(self, mara):
        mara.log_in()
        set_up_codes(mara)
        mara.client.post(RECOVERY, {"kept": "1"})

        mara.client.post(reverse("admin:security_remove_codes"))

        assert not CodeApp.objects.exists()
        assert not RecoveryCodes.objects.exists()
        assert ("mara@example.org", "A second step was removed from your account") in letters()


class TestRecoveryCodes:
    def test_are_shown_until_they_are_kept(self, mara):
        mara.log_in()
        set_up_codes(mara)
        shown = mara.client.get(SECURITY, follow=True).content.decode()
        file = mara.client.get(reverse("admin:security_recovery_file")).content.decode().split()

        assert all(code in shown for code in file)
        assert len(file) == codes.RECOVERY_CODES
        assert mara.client.post(RECOVERY).status_code == 200

        mara.client.post(RECOVERY, {"kept": "1"})
        assert SHOWN_CODES not in mara.client.session
        assert mara.client.get(RECOVERY).url == SECURITY
        assert mara.client.get(reverse("admin:security_recovery_file")).status_code == 404

    def test_new_ones_are_told_and_end_the_other_sessions(self, mara):
        mara.log_in()
        set_up_codes(mara)
        mara.client.post(RECOVERY, {"kept": "1"})
        other = Client()
        mara.log_in(client=other)
        mara.send(mara.code(), client=other)

        mara.client.post(reverse("admin:security_new_recovery"))

        assert letters()[-1] == ("mara@example.org", "New recovery codes were made for your account")
        assert mara.is_in()
        assert not mara.is_in(other)

    def test_are_only_for_who_has_a_second_step(self, mara):
        mara.log_in()

        assert mara.client.post(reverse("admin:security_new_recovery")).status_code == 403


class TestPasskeys:
    def test_of_others_are_not_there(self, mara, teodor):
        passkey = create_passkey(teodor.user)
        mara.log_in()

        for name in ("rename", "remove"):
            address = reverse(f"admin:{name}_passkey", args=[passkey.pk])
            assert mara.client.post(address, {"name": "Mine"}).status_code == 404

    def test_the_question_says_what_stays(self, mara):
        mara.add_codes().log_in()
        mara.send(mara.code())
        first, second = create_passkey(mara.user), create_passkey(mara.user, "Red key")

        def asked(removed):
            return mara.client.get(SECURITY, {"remove": removed}).content.decode()

        assert "You still have 1 passkey and authenticator codes." in asked(first.pk)
        assert "You still have 2 passkeys." in asked("codes")
        CodeApp.objects.all().delete()
        assert "You still have 1 passkey." in asked(first.pk)
        second.delete()
        assert "Then your password alone logs in." in asked(first.pk)

    def test_the_last_one_stays_where_the_group_needs_it(self, teodor):
        SecondStepRule.objects.create(for_superusers=True)
        teodor.add_codes().log_in()
        teodor.send(teodor.code())

        assert "Add another one, then remove this." in teodor.client.get(SECURITY).content.decode()
        assert teodor.client.post(reverse("admin:security_remove_codes")).status_code == 403

        create_passkey(teodor.user)
        assert teodor.client.post(reverse("admin:security_remove_codes")).status_code == 302


class TestIsItYou:
    @pytest.fixture
    def late(self, mara):
        """Mara, ten minutes after her log-in."""
        mara.log_in()
        forget_confirmation(mara)
        return mara

    def test_is_not_asked_right_after_the_log_in(self, mara):
        mara.log_in()

        assert mara.client.post(START).url == CODES

    def test_is_asked_after_ten_minutes_and_answered_by_the_password(self, late):
        assert "Is it you?" in late.client.post(START).content.decode()
        assert NEW_SECRET not in late.client.session

        assert late.client.post(START, {"confirm_password": PASSWORD}).url == CODES
        assert late.client.post(START).url == CODES

    def test_wrong_passwords_close_it(self, late):
        answers = [late.client.post(START, {"confirm_password": "wrong"}).status_code for _ in range(7)]

        assert answers == [200] * 6 + [429]
        assert late.client.post(START, {"confirm_password": PASSWORD}).status_code == 429

    @pytest.mark.parametrize(
        "name", ["add_passkey", "security_start_codes", "security_remove_codes", "security_new_recovery"]
    )
    def test_precedes_each_change_of_the_log_in(self, late, name):
        assert "Is it you?" in late.client.post(reverse(f"admin:{name}")).content.decode()

    def test_keeps_what_was_typed(self, teodor):
        teodor.log_in()
        forget_confirmation(teodor)
        typed = {"username": "ida", "password1": PASSWORD, "password2": PASSWORD, "is_superuser": "on"}
        typed["usable_password"] = "true"  # noqa: S105 -- a choice
        add = reverse("admin:auth_user_add")

        asked = teodor.client.post(add, typed).content.decode()
        assert all(f'name="{name}" value="{value}"' in asked for name, value in typed.items())

        teodor.client.post(add, typed | {"confirm_password": PASSWORD})
        assert teodor.user._meta.model.objects.filter(username="ida").exists()

    def test_precedes_an_invitation_by_a_superuser(self, teodor):
        teodor.log_in()
        forget_confirmation(teodor)
        typed = {"email": "ida@example.org", "group": str(Group.objects.get(name="Editor").pk)}
        invite = reverse("admin:invitations")

        assert "Is it you?" in teodor.client.post(invite, typed).content.decode()
        assert letters() == []

        teodor.client.post(invite, typed | {"confirm_password": PASSWORD})
        assert [address for address, _subject in letters()] == ["ida@example.org"]

    def test_precedes_a_password_that_a_superuser_sets(self, teodor, mara):
        teodor.log_in()
        forget_confirmation(teodor)
        address = reverse("admin:auth_user_password_change", args=[mara.user.pk])
        new = {"usable_password": "true", "password1": "another-of-ten", "password2": "another-of-ten"}

        assert "Is it you?" in teodor.client.post(address, new).content.decode()
        assert letters() == []

        teodor.client.post(address, new | {"confirm_password": PASSWORD})
        assert letters() == [("mara@example.org", "Your password was changed")]


class TestSessions:
    def test_are_listed_with_browser_and_address(self, mara):
        mara.client.defaults["HTTP_USER_AGENT"] = FIREFOX
        mara.log_in()
        mara.log_in(client=Client(headers={"user-agent": "curl/8"}, REMOTE_ADDR="192.0.2.77"))

        page = mara.client.get(SECURITY).content.decode()

        assert "Firefox on Linux, 127.0.0.1, since" in page
        assert "192.0.2.77, last seen" in page

    def test_are_ended_singly_and_all_but_this_one(self, mara):
        clients = [Client() for _ in range(3)]
        for client in [*clients, mara.client]:
            mara.log_in(client=client)
        sign_out = reverse("admin:security_sign_out")
        _current, one, *_others = sessions_of(mara.user, mara.client.session.session_key)

        mara.client.post(sign_out, {"session": one["name"]})
        assert sum(mara.is_in(client) for client in clients) == 2

        said = mara.client.post(sign_out, follow=True).content.decode()
        assert "2 other sessions are signed out." in said
        assert not any(mara.is_in(client) for client in clients)
        assert mara.is_in()

    def test_of_an_earlier_secret_key_are_ended_too(self, mara, settings):
        mara.log_in()
        settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"

        assert end_sessions(mara.user) == 1

    def test_from_before_an_update_say_when_they_were_seen(self, mara):
        mara.log_in()
        session = mara.client.session
        del session[SEEN]
        session.save()

        assert mara.is_in()
        assert mara.client.session[SEEN]

    def test_of_others_cannot_be_ended(self, mara, teodor):
        mara.log_in()
        teodor.log_in()
        [theirs] = sessions_of(teodor.user)

        mara.client.post(reverse("admin:security_sign_out"), {"session": theirs["name"]})

        assert teodor.is_in()

    def test_a_changed_password_ends_the_others_and_is_told(self, mara):
        other = Client()
        mara.log_in(client=other)
        mara.log_in()
        new = "another-of-ten-letters"
        data = {"form": "password", "old_password": PASSWORD, "new_password1": new, "new_password2": new}

        mara.client.post(ACCOUNT, data)

        assert mara.is_in()
        assert not mara.is_in(other)
        assert letters() == [("mara@example.org", "Your password was changed")]

    @pytest.mark.parametrize(
        ("agent", "name"),
        [
            (FIREFOX, "Firefox on Linux"),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) AppleWebKit/1 Version/19.0 Safari/604.1",
                "Safari on iPhone",
            ),
            ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
            ("curl/8", "Browser"),
            ("", "Browser"),
        ],
    )
    def test_browsers_have_names(self, agent, name):
        assert browser_name(agent) == name
