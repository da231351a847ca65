"""Passkeys with Chromium's virtual authenticator: making one, and logging in with it, or not."""

import sqlite3
from contextlib import closing

import pytest

from tests.support.browser.audit import axe_faults
from tests.support.browser.launching import state_of
from tests.support.browser.site import environment_of, made_site
from tests.support.browser.visits import Visit, too_wide
from tests.support.servers import forked_server_on, listening_socket

SECURITY, LOGIN = "/admin/security/", "/admin/login/"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 720}
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}

# The virtual device answers at once, even if the user has only seen the field for the user name.
WITHOUT_AUTOFILL = """
    if (!sessionStorage.getItem("autofill") && window.PublicKeyCredential)
        PublicKeyCredential.isConditionalMediationAvailable = async () => false;
"""


@pytest.fixture(scope="module")
def named_site(untouched_site, tmp_path_factory):
    """A site with a host name, since there are no passkeys for addresses that are numbers."""
    folder = tmp_path_factory.mktemp("named")
    with listening_socket() as listener:
        address = f"http://localhost:{listener.getsockname()[1]}"
        site = made_site(folder, like=untouched_site, address=address)
        with forked_server_on(listener, environment_of(site, folder), folder):
            yield site


class Device:
    """A virtual authenticator of a page."""

    def __init__(self, page, **options):
        self.session = page.context.new_cdp_session(page)
        self.session.send("WebAuthn.enable")
        added = self.session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE | options})
        self.key = {"authenticatorId": added["authenticatorId"]}

    def credentials(self) -> list[dict]:
        return self.session.send("WebAuthn.getCredentials", self.key)["credentials"]

    def replace(self, credential: dict) -> None:
        self.session.send("WebAuthn.clearCredentials", self.key)
        self.session.send("WebAuthn.addCredential", self.key | {"credential": credential})


@pytest.fixture
def open_browser(browser, named_site):
    """Open a page with its own profile, and a device."""
    contexts = []

    def open_browser(path=LOGIN, *, has_device=True, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        context.add_init_script(WITHOUT_AUTOFILL)
        visit = Visit(context.new_page(), named_site)
        device = Device(visit.page) if has_device else None
        visit.open(path)
        return visit, device

    yield open_browser
    for context in contexts:
        context.close()


def remove_all(site) -> None:
    with closing(sqlite3.connect(site.database)) as database, database:
        for table in ("passkey", "codeapp", "recoverycodes"):
            database.execute(f"DELETE FROM blog_{table}")  # noqa: S608 -- names of our own


@pytest.fixture
def editor(open_browser, playwright, named_site):
    """A logged-in editor with a new passkey, and nothing else."""
    remove_all(named_site)
    visit, device = open_browser(SECURITY, storage_state=state_of(playwright, named_site, named_site.editor))
    visit.page.click("text=Add a passkey…")
    visit.page.wait_for_url("**/security/recovery/")
    visit.page.check("[name=kept]")
    visit.page.click("text=Done")
    visit.page.wait_for_url(f"**{SECURITY}")
    return visit, device


def log_out(visit):
    visit.page.context.clear_cookies()


def password(visit, site):
    visit.open(LOGIN)
    visit.page.fill("[name=username]", site.editor)
    visit.page.fill("[name=password]", site.password)
    visit.page.press("[name=password]", "Enter")


def use_passkey(visit, words="Log in with a passkey"):
    visit.page.click(f"button:has-text('{words}')")


def refused(visit) -> str:
    return visit.page.inner_text("[role=alert]:visible")


class TestMaking:
    def test_is_named_at_once(self, editor):
        visit, _device = editor
        visit.page.click("text=Rename")
        preset = visit.page.input_value("#name")
        visit.page.fill("#name", "Blue key")
        visit.page.press("#name", "Enter")

        assert preset == "Chrome on Linux"
        assert visit.page.inner_text(".key-list b >> nth=0") == "Blue key"

    def test_says_that_nothing_changed_if_the_device_stops(self, open_browser, playwright, named_site):
        remove_all(named_site)
        state = state_of(playwright, named_site, named_site.editor)
        visit, _none = open_browser(SECURITY, has_device=False, storage_state=state)
        Device(visit.page, isUserVerified=False, automaticPresenceSimulation=False)
        visit.page.click("text=Add a passkey…")
        visit.page.click("text=Cancel")

        assert "No passkey was added" in refused(visit)

    def test_escape_keeps_it(self, editor):
        visit, _device = editor
        visit.follow("a:has-text('Remove…')")
        with visit.page.expect_navigation():
            visit.page.keyboard.press("Escape")

        assert visit.page.locator(".ask-line").count() == 0
        assert visit.page.locator(".key-list b").count() >= 1


class TestLogIn:
    def test_with_a_passkey_alone(self, editor):
        visit, _device = editor
        log_out(visit)
        visit.open("/admin/login/?next=/admin/jobs/")
        use_passkey(visit)

        visit.page.wait_for_url("**/admin/jobs/")

    def test_with_a_passkey_that_the_user_name_offers(self, editor):
        visit, _device = editor
        log_out(visit)
        visit.page.evaluate("sessionStorage.setItem('autofill', 'on')")
        visit.open(LOGIN)

        visit.page.wait_for_url("**/admin/")

    def test_with_a_passkey_as_the_second_step(self, editor, named_site):
        visit, _device = editor
        log_out(visit)
        password(visit, named_site)
        assert visit.path == "/admin/login/step/"
        use_passkey(visit, "Use your passkey")

        visit.page.wait_for_url("**/admin/")

    def test_on_a_wrong_device_is_refused(self, editor, open_browser):
        visit, _device = open_browser()
        use_passkey(visit)

        visit.page.wait_for_selector("[role=alert]:visible")
        assert "Not logged in" in refused(visit)

    def test_with_a_removed_passkey_is_refused(self, editor, named_site):
        visit, _device = editor
        remove_all(named_site)
        log_out(visit)
        visit.open(LOGIN)
        use_passkey(visit)

        visit.page.wait_for_selector("[role=alert]:visible")
        assert "not known here" in refused(visit)


class TestRule:
    def test_foot_bar_names_what_is_not_saved_and_its_key_saves(self, open_browser, playwright, named_site):
        state = state_of(playwright, named_site, named_site.administrator)
        visit, _none = open_browser("/admin/second-step/", has_device=False, storage_state=state)
        said = visit.page.locator(".foot-bar .said")
        visit.page.check("[name=needed_by][value=superusers]")
        named = said.inner_text()
        visit.page.uncheck("[name=needed_by][value=superusers]")
        taken_back = said.inner_text()
        visit.page.check("[name=needed_by][value=superusers]")
        with visit.page.expect_navigation():
            visit.page.keyboard.press("Control+s")

        assert (named, taken_back) == ("Unsaved changes: Superusers", "No unsaved changes")
        assert "you have none" in refused(visit)


class TestScreens:
    def test_are_accessible_and_narrow(self, editor, named_site):
        visit, _device = editor
        faults = []

        def judge():
            faults.extend(axe_faults(visit.page, PHONE, DESK, is_in_both_schemes=False))
            visit.page.set_viewport_size(PHONE)
            faults.extend(too_wide(visit.page))
            visit.page.set_viewport_size(DESK)

        for query in ("", "?rename=1", "?sign_out=others"):
            visit.open(SECURITY + query)
            judge()
        visit.page.goto(named_site.url(SECURITY))
        visit.page.click("a:has-text('Remove…')")
        judge()
        visit.open(SECURITY)
        visit.page.click("text=Set up codes…")
        judge()
        visit.open(SECURITY)
        visit.page.click("text=Make new codes…")
        judge()
        visit.page.check("[name=kept]")
        visit.page.click("text=Done")
        log_out(visit)
        for way in ("passkey", "codes", "recovery", "lost"):
            password(visit, named_site)
            visit.open(f"/admin/login/step/?way={way}")
            judge()
        visit.open(LOGIN)
        use_passkey(visit)
        visit.page.wait_for_url("**/admin/")

        assert faults == []
        assert not [message for message in visit.messages if message.startswith("error")]

    def test_say_without_script_that_passkeys_need_one(self, open_browser):
        visit, _none = open_browser(has_device=False, java_script_enabled=False)

        assert visit.page.is_visible("text=Passkeys need JavaScript.")
        assert not visit.page.is_visible("text=Log in with a passkey")
