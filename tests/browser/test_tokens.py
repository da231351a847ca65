"""The screen of a new token: copied by a button, shown once, and usable without a script."""

import pytest

from tests.support.browser.audit import axe_faults
from tests.support.browser.launching import state_of
from tests.support.browser.visits import too_wide

LIST, NEW = "/admin/api/", "/admin/api/new/"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 720}
FIELD, COPY = "[data-secret]", "[data-copy]"


@pytest.fixture
def make(visit, playwright, site):
    """Make a token on its screen, by somebody who has just logged in."""

    def make(name, **options):
        visited = visit(NEW, storage_state=state_of(playwright, site, site.editor), **options)
        visited.page.fill("[name=name]", name)
        visited.page.click("button:has-text('Create token')")
        visited.page.wait_for_selector(FIELD)
        return visited

    return make


def faults_of(page) -> list[str]:
    faults = axe_faults(page, PHONE, DESK)
    page.set_viewport_size(PHONE)
    faults += too_wide(page)
    page.set_viewport_size(DESK)
    return faults


def test_is_copied_by_its_button_which_says_so(make):
    page = make("copied", permissions=["clipboard-read", "clipboard-write"]).page
    secret = page.input_value(FIELD)
    page.click(COPY)
    page.wait_for_selector(f"{COPY}:has-text('✓ Copied')")

    assert secret.startswith("galley_")
    assert page.evaluate("navigator.clipboard.readText()") == secret
    assert page.inner_text("#said") == "✓ Copied"


def test_is_shown_once_and_then_listed(make):
    visited = make("shown-once")
    secret = visited.page.input_value(FIELD)
    faults = faults_of(visited.page)
    visited.follow("a:has-text('I have copied it')")
    listed = visited.page.content()
    visited.follow("a:has-text('Revoke…')")

    assert faults + faults_of(visited.page) == []
    assert visited.path.partition("?")[0] == LIST
    assert secret not in listed
    assert secret[:11] in listed


def test_escape_keeps_it(make):
    visited = make("kept")
    visited.open(LIST)
    visited.follow("li:has(.name:text-is('kept')) a:has-text('Revoke…')")
    with visited.page.expect_navigation():
        visited.page.keyboard.press("Escape")

    assert visited.page.locator(".ask-line").count() == 0


def test_works_without_a_script(make):
    page = make("no-script", java_script_enabled=False).page

    assert page.input_value(FIELD).startswith("galley_")
    assert not page.is_visible(COPY)
