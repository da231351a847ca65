"""Who needs a second step, what they can do without one, and letting somebody in again."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from blog.desk.second_step import factors, let_in
from blog.models import CodeApp, LetIn, Passkey, RecoveryCodes, SecondStepRule
from tests.desk.second_step.conftest import HOME, LOGIN, SECURITY, STEP
from tests.desk.second_step.test_screen import RECOVERY, set_up_codes
from tests.support.letters import letters, link_of_last_letter

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
RULE, SET_UP = reverse("admin:second_step"), reverse("admin:security_set_up")
TARGET = reverse("admin:blog_article_changelist")


@pytest.fixture
def editors():
    return Group.objects.get(name="Editor")


def need(*groups, superusers=False, days=0):
    rule = SecondStepRule.objects.create(
        for_superusers=superusers, starts_at=timezone.now() + timedelta(days=days)
    )
    rule.groups.set(groups)


class TestRequired:
    def test_leads_to_set_up_and_then_to_the_page_that_was_asked_for(self, mara, editors):
        need(editors)
        mara.log_in(TARGET)
        asked = mara.client.get(TARGET, follow=True)

        assert asked.redirect_chain[-1][0].startswith(SET_UP)
        assert "Set up a second step" in asked.content.decode()
        assert "Your account needs a second step from" not in asked.content.decode()
        assert set_up_codes(mara).url == SECURITY
        assert mara.client.post(RECOVERY, {"kept": "1"}).url == TARGET
        assert mara.client.get(TARGET).status_code == 200

    def test_until_the_date_is_told_on_every_screen(self, mara, editors):
        need(editors, days=14)
        mara.log_in()

        for path in (HOME, TARGET, SECURITY):
            assert "Your account needs a second step from" in mara.client.get(path).content.decode()

    def test_does_not_concern_other_groups(self, mara, teodor, editors):
        need(superusers=True)
        mara.log_in()

        assert mara.client.get(TARGET).status_code == 200

    def test_old_sessions_can_only_set_one_up(self, mara, editors):
        mara.log_in()
        assert mara.client.get(TARGET).status_code == 200
        need(editors)

        assert mara.client.get(TARGET).url.startswith(LOGIN)
        assert mara.client.post(reverse("markdownx_markdownify"), {"content": "x"}).status_code in {302, 403}
        assert mara.client.get(SET_UP).status_code == 200


class TestScreen:
    def save(self, account, *needed_by, starts="14"):
        return account.client.post(RULE, {"needed_by": needed_by, "starts": starts}, follow=True)

    def test_stores_the_rule_and_tells_who_lacks_one(self, mara, teodor, editors):
        teodor.log_in()

        said = self.save(teodor, editors.pk).content.decode()

        assert "1 person has been told by e-mail" in said
        assert letters() == [("mara@example.org", "Your account needs a second step")]
        assert SecondStepRule.objects.get().starts_at > timezone.now() + timedelta(days=13)

    def test_is_not_saved_for_oneself_without_one(self, teodor):
        teodor.log_in()

        assert "you have none" in self.save(teodor, "superusers").content.decode()
        assert not SecondStepRule.objects.exists()

    def test_shows_who_has_what(self, mara, teodor):
        mara.add_codes()
        Passkey.objects.create(user=mara.user, name="Key", credential_id="x", public_key=b"")
        teodor.log_in()
        page = " ".join(teodor.client.get(RULE).content.decode().split())

        assert "1 passkey, codes" in page
        assert "1 of 1 has one" in page
        assert "0 of 1 have one" in page


class TestLetIn:
    @pytest.fixture
    def link(self, mara, teodor):
        """The link that Mara gets after she has lost her devices."""
        mara.add_codes().log_in()
        mara.send(mara.code())
        factors.make_recovery_codes(mara.user)
        teodor.log_in()
        teodor.client.post(
            reverse("admin:let_in_account", args=[mara.user.pk]), {"reason": "Lost her laptop"}
        )
        return link_of_last_letter("/admin/login/link/")

    def test_removes_all_and_signs_out_and_logs(self, mara, teodor, link):
        assert not CodeApp.objects.exists()
        assert not RecoveryCodes.objects.exists()
        assert not mara.is_in()
        entry = LogEntry.objects.filter(change_message__contains="Lost her laptop").get()
        assert entry.user == teodor.user

    def test_the_password_alone_does_not_log_in(self, mara, link):
        assert mara.log_in().url == reverse("admin:let_in_waits")
        assert not mara.is_in()

    def test_the_link_alone_does_not_log_in(self, mara, link):
        assert mara.client.get(link).url == LOGIN
        assert not mara.is_in()

    def test_link_and_password_lead_to_set_up_and_no_further(self, mara, link):
        mara.client.get(link)
        mara.log_in(TARGET)

        assert mara.client.get(TARGET).url.startswith(LOGIN)
        set_up_codes(mara)
        mara.client.post(RECOVERY, {"kept": "1"})
        assert mara.client.get(TARGET).status_code == 200

    def test_the_link_works_once(self, mara, link):
        mara.client.get(link)
        mara.log_in()
        set_up_codes(mara)

        assert Client().get(link).status_code == 404
        assert mara.log_in(client=Client()).url == STEP

    def test_only_the_newest_link_works(self, mara, teodor, link):
        teodor.client.post(reverse("admin:let_in_account", args=[mara.user.pk]), {"reason": "again"})

        assert mara.client.get(link).status_code == 404
        assert mara.client.get(link_of_last_letter("/admin/login/link/")).url == LOGIN

    def test_the_link_is_too_old_after_a_day(self, mara, link, monkeypatch):
        monkeypatch.setattr(let_in, "VALID_HOURS", 0)

        assert mara.client.get(link).status_code == 404

    def test_a_new_password_by_mail_does_not_replace_the_link(self, mara, link):
        mara.user.set_password("another-of-ten-letters")
        mara.user.save()

        assert mara.log_in(password="another-of-ten-letters").url == reverse("admin:let_in_waits")  # noqa: S106 -- opens nothing

    def test_without_mail_the_superuser_gets_the_link(self, mara, teodor, settings):
        settings.SENDS_MAIL = False
        mara.add_codes()
        teodor.log_in()
        address = reverse("admin:let_in_account", args=[mara.user.pk])

        page = teodor.client.post(address, {"reason": "Lost"}, follow=True).content.decode()

        assert "https://blog.example/admin/login/link/" in page

    def test_is_for_superusers_and_not_for_themselves(self, mara, teodor):
        mara.log_in()
        teodor.add_codes()

        for account in (mara, teodor):
            address = reverse("admin:let_in_account", args=[teodor.user.pk])
            assert account.client.post(address, {"reason": "x"}).status_code in {302, 403, 404}
        assert CodeApp.objects.exists()
        assert not LetIn.objects.exists()


class TestCommand:
    def test_removes_the_second_step_of_the_last_superuser(self, teodor, capsys):
        teodor.add_codes()
        need(superusers=True)

        call_command("remove_second_step", "teodor")

        assert "1 second steps of teodor removed" in capsys.readouterr().out
        teodor.log_in()
        assert teodor.client.get(SET_UP).status_code == 200

    def test_says_that_there_is_no_such_account(self):
        with pytest.raises(CommandError, match="There is no account “nobody”"):
            call_command("remove_second_step", "nobody")
