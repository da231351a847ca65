"""Logging in with a second step: what opens an account, and what does not."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from blog.desk.second_step import factors
from blog.desk.second_step.login import PENDING, PENDING_SECONDS
from blog.models import CodeApp, CodeAttempts, RecoveryCodes
from tests.desk.second_step.conftest import HOME, LOGIN, PASSWORD, SECURITY, STEP
from tests.support.letters import letters

pytestmark = pytest.mark.django_db
TARGET = reverse("admin:blog_article_changelist")


class TestPassword:
    def test_alone_opens_an_account_without_a_second_step(self, mara):
        assert mara.log_in(TARGET).url == TARGET
        assert mara.is_in()

    def test_alone_does_not_open_an_account_with_one(self, mara):
        assert mara.add_codes().log_in(TARGET).url == STEP
        assert not mara.is_in()

    def test_wrong_name_and_wrong_password_have_the_same_words(self, mara):
        words = "The user name or the password is wrong. 4 more tries"
        for password, name in (("wrong", "mara"), (PASSWORD, "nobody")):
            answer = Client().post(LOGIN, {"username": name, "password": password})
            assert words in answer.content.decode()

    def test_right_one_is_not_counted_as_a_failure(self, mara):
        mara.add_codes()
        for _ in range(6):
            assert mara.log_in().url == STEP


class TestCode:
    def test_leads_to_the_page_that_was_asked_for(self, mara):
        mara.add_codes().log_in(TARGET)

        assert mara.send(mara.code()).url == TARGET
        assert mara.is_in()

    @pytest.mark.parametrize(
        "target", ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)"]
    )
    def test_page_of_another_site_is_not_a_target(self, mara, target):
        mara.add_codes().log_in(target)

        assert mara.send(mara.code()).url == HOME

    def test_opens_nothing_without_the_password(self, mara):
        mara.add_codes()

        assert mara.send(mara.code()).url == LOGIN
        assert not mara.is_in()

    def test_works_once(self, mara):
        mara.add_codes().log_in()
        code = mara.code()
        mara.send(code)
        other = Client()
        mara.log_in(client=other)

        assert "not valid" in mara.send(code, client=other).content.decode()
        assert not mara.is_in(other)

    def test_of_another_account_is_wrong(self, mara, teodor):
        mara.add_codes().log_in()

        assert mara.send(teodor.add_codes().code()).status_code == 200
        assert not mara.is_in()

    def test_is_too_late_after_ten_minutes(self, mara):
        mara.add_codes().log_in()
        session = mara.client.session
        session[PENDING] = session[PENDING] | {"at": session[PENDING]["at"] - PENDING_SECONDS}
        session.save()

        assert mara.send(mara.code()).url == LOGIN

    def test_is_too_late_after_another_password(self, mara):
        mara.add_codes().log_in()
        mara.user.set_password("another-of-ten-letters")
        mara.user.save()

        assert mara.send(mara.code()).url == LOGIN

    def test_of_a_lost_secret_key_says_so(self, mara, settings):
        mara.add_codes().log_in()
        CodeApp.objects.update(secret="of another key")  # noqa: S106 -- not one

        assert "secret key of this site has changed" in mara.send("123456").content.decode()


@pytest.mark.both_databases
class TestLimit:
    def fail(self, account, times, **headers):
        return [account.send("wrong", **headers).status_code for _ in range(times)]

    def test_six_wrong_codes_close_the_step(self, mara):
        mara.add_codes().log_in()

        assert self.fail(mara, 6) == [200] * 6
        assert mara.send(mara.code()).status_code == 429
        assert not mara.is_in()

    def test_wrong_recovery_codes_count_too(self, mara):
        mara.add_codes().log_in()
        factors.make_recovery_codes(mara.user)

        self.fail(mara, 3)
        for _ in range(3):
            mara.send("wrong", way="recovery")
        assert mara.send(mara.code()).status_code == 429

    def test_closed_from_all_addresses_and_in_all_sessions(self, mara):
        mara.add_codes().log_in()
        self.fail(mara, 6)
        other = Client()
        mara.log_in(client=other)

        assert mara.send(mara.code(), client=other, REMOTE_ADDR="192.0.2.9").status_code == 429

    def test_an_address_is_closed_for_all_accounts(self, mara, teodor):
        mara.add_codes().log_in()
        self.fail(mara, 6)
        teodor.add_codes().log_in()

        assert teodor.send(teodor.code()).status_code == 429
        assert teodor.send(teodor.code(), REMOTE_ADDR="192.0.2.9").url == HOME

    def test_open_again_after_15_minutes(self, mara):
        mara.add_codes().log_in()
        self.fail(mara, 6)
        for row in CodeAttempts.objects.all():
            row.last_at -= timedelta(minutes=15)
            row.save()

        assert mara.send(mara.code()).url == HOME

    def test_a_right_code_resets_the_count_of_the_account(self, mara):
        mara.add_codes().log_in()
        self.fail(mara, 5)
        mara.send(mara.code(-1))
        other = Client()
        mara.log_in(client=other)

        assert mara.send(mara.code(), client=other, REMOTE_ADDR="192.0.2.9").url == HOME


@pytest.mark.both_databases
class TestRecoveryCode:
    def test_opens_the_account_once_and_is_told(self, mara):
        mara.add_codes().log_in()
        code, *_others = factors.make_recovery_codes(mara.user)

        assert mara.send(code, way="recovery").url == HOME
        assert letters() == [("mara@example.org", "Somebody logged in with a recovery code")]
        assert RecoveryCodes.objects.get().left == 9

        other = Client()
        mara.log_in(client=other)
        assert "used already" in mara.send(code, way="recovery", client=other).content.decode()

    def test_is_not_stored(self, mara):
        made = factors.make_recovery_codes(mara.user)
        stored = str(vars(RecoveryCodes.objects.get()))

        assert not any(code in stored or code.replace("-", "") in stored for code in made)

    def test_former_ones_end_with_new_ones(self, mara):
        mara.add_codes().log_in()
        [code, *_others] = factors.make_recovery_codes(mara.user)
        factors.make_recovery_codes(mara.user)

        assert mara.send(code, way="recovery").status_code == 200
        assert not mara.is_in()

    def test_opens_after_the_secret_key_was_lost(self, mara, settings):
        mara.add_codes()
        [code, *_others] = factors.make_recovery_codes(mara.user)
        settings.SECRET_KEY = "another"  # noqa: S105 -- encrypts nothing
        mara.log_in()

        assert mara.send(code, way="recovery").url == HOME

    def test_few_left_are_shown_on_the_dashboard(self, mara):
        mara.add_codes().log_in()
        made = factors.make_recovery_codes(mara.user)
        mara.send(mara.code())

        assert "Few recovery codes" not in mara.client.get(HOME).content.decode()
        for code in made[:8]:
            factors.use_recovery_code(mara.user, code)
        assert "Few recovery codes" in mara.client.get(HOME).content.decode()
        assert "2 of 10 left" in mara.client.get(SECURITY).content.decode()


def test_secrets_are_encrypted_again_for_a_new_secret_key(mara, settings):
    mara.add_codes()
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    factors.encrypt_secrets_again()
    settings.SECRET_KEY_FALLBACKS = []

    assert factors.use_code(mara.user, mara.code())
