"""No way around the second step: each entrance, tried by somebody who knows the password."""

import base64

import pytest
from django.test import Client
from django.urls import reverse

from blog.articles.previews import preview_link
from blog.models import SecondStepRule
from tests.desk.second_step.conftest import HOME, LOGIN, PASSWORD, SECURITY, STEP
from tests.support import factories
from tests.support.admin_addresses import address_of, admin_routes
from tests.support.letters import link_of_last_letter

pytestmark = pytest.mark.django_db
ACCOUNT = reverse("admin:account")
BEFORE_LOG_IN = {
    *("login", "logout", "join", "let_in", "let_in_waits", "passkey_login", "second_step_login"),
    *("password_reset", "password_reset_done", "password_reset_complete", "password_reset_confirm"),
    "jsi18n",
    "view_on_site",  # a 404 for all
}


@pytest.fixture
def half(mara):
    """Mara has sent her password, but not done her second step."""
    mara.add_codes().log_in()
    return mara


@pytest.fixture
def old(mara):
    """Mara had a session before her account got a second step elsewhere."""
    mara.log_in()
    assert mara.is_in()
    return mara.add_codes()


@pytest.mark.parametrize("state", ["half", "old"])
def test_every_screen_leads_to_the_log_in(request, state):
    account = request.getfixturevalue(state)
    opened = []
    for name, route in admin_routes().items():
        answer = account.client.get(address_of(name, route, {}))
        is_closed = answer.status_code == 302 and answer.url.startswith(LOGIN)
        if name not in BEFORE_LOG_IN and not is_closed:
            opened.append(name)

    assert opened == []


@pytest.mark.parametrize("state", ["half", "old"])
def test_the_editor_s_own_addresses_are_closed(request, state):
    client = request.getfixturevalue(state).client

    for name in ("markdownx_markdownify", "markdownx_upload"):
        assert client.post(reverse(name), {"content": "x"}).status_code in {302, 403}


def test_no_screen_takes_a_password_instead(mara):
    """Django's own screens once showed the log-in form, and took it, at the URL that was asked for."""
    mara.add_codes()
    sent = {"username": "mara", "password": PASSWORD, "next": HOME, "this_is_the_login_form": "1"}
    opened = []
    for name, route in admin_routes().items():
        mara.client.post(address_of(name, route, {}), sent)
        if "_auth_user_id" in mara.client.session:
            opened.append(name)

    assert opened == []


def test_a_preview_link_opens_the_preview_only(half, settings):
    article = factories.create_article(status="new")
    link = preview_link(article).removeprefix(settings.SITE_URL)

    assert article.title in half.client.get(link).content.decode()
    assert half.client.get(f"{link}?next={ACCOUNT}").status_code == 200
    assert not half.is_in()


@pytest.fixture
def may_upload(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    from site_config import asgi

    return lambda client, path: asgi.may_upload(f"sessionid={client.session.session_key}", path)


def test_large_bodies_of_old_sessions_are_not_read(old, may_upload):
    assert not may_upload(old.client, "/admin/blog/image/add/")

    old.user.code_app.delete()
    assert may_upload(old.client, "/admin/blog/image/add/")


def test_large_bodies_of_who_must_set_up_a_step_are_not_read(mara, may_upload):
    mara.log_in()
    SecondStepRule.objects.create().groups.set(mara.user.groups.all())

    assert not may_upload(mara.client, "/admin/import/")


def test_the_session_of_the_password_is_nobodys(half):
    assert "_auth_user_id" not in half.client.session


def test_a_new_password_by_mail_asks_for_the_second_step(mara, run_jobs):
    mara.add_codes()
    reset = reverse("admin:password_reset")
    mara.client.post(reset, {"email": mara.user.email})
    run_jobs()
    page = mara.client.get(link_of_last_letter(reset), follow=True)
    new = "another-of-ten-letters"
    mara.client.post(page.request["PATH_INFO"], {"new_password1": new, "new_password2": new})

    assert not mara.is_in()
    assert mara.log_in(password=new).url == STEP


def test_an_invited_person_sets_one_up_first(teodor):
    rule = SecondStepRule.objects.create()
    rule.groups.set(teodor.user.groups.model.objects.filter(name="Writer"))
    teodor.log_in()
    writer = rule.groups.get()
    teodor.client.post(reverse("admin:invitations"), {"email": "ida@example.org", "group": writer.pk})
    invited = Client()
    link = link_of_last_letter("/admin/join/")
    invited.post(link, {"username": "ida", "password1": PASSWORD, "password2": PASSWORD})

    assert invited.get(HOME).url.startswith(LOGIN)
    assert invited.get(LOGIN).url.startswith(reverse("admin:security_set_up"))


@pytest.mark.parametrize("header", ["HTTP_AUTHORIZATION", "HTTP_REMOTE_USER", "REMOTE_USER"])
def test_headers_log_nobody_in(mara, header):
    sent = base64.b64encode(f"mara:{PASSWORD}".encode()).decode()
    value = f"Basic {sent}" if header == "HTTP_AUTHORIZATION" else "mara"

    assert mara.add_codes().client.get(ACCOUNT, **{header: value}).url.startswith(LOGIN)


def test_the_answer_of_somebody_else_s_session_opens_nothing(mara, teodor):
    """A code is for the account whose password this session has sent."""
    mara.add_codes()
    teodor.add_codes().log_in()

    assert teodor.send(mara.code()).status_code == 200
    assert not teodor.is_in()


def test_sessions_end_when_the_first_second_step_is_added(mara):
    elsewhere = Client()
    mara.log_in(client=elsewhere)
    mara.add_codes()

    assert not mara.is_in(elsewhere)
    assert elsewhere.get(SECURITY).url.startswith(LOGIN)


def test_a_mark_of_another_account_does_not_count(mara, teodor):
    teodor.add_codes().log_in()
    teodor.send(teodor.code())
    mara.log_in()
    session = mara.client.session
    session["second_step"] = teodor.user.pk
    session.save()

    assert not mara.add_codes().is_in()


def test_a_deactivated_account_does_not_get_in(half):
    half.user.is_active = False
    half.user.save()

    assert half.send(half.code()).url == LOGIN
