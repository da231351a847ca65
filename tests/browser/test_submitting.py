"""An article's way to an Editor and back, and the account page, in a real browser."""

import pytest

ARTICLE = "/admin/blog/article/{waiting}/change/"


def go(page, act):
    with page.expect_navigation():
        act()


class TestSubmitting:
    def test_goes_there_and_back_without_script(self, visit, editors_state):
        page = visit(ARTICLE, storage_state=editors_state, java_script_enabled=False).page

        go(page, lambda: page.click("text=Submit…"))
        page.fill("#id_note", "Mind the date.")
        go(page, lambda: page.click(".submit-row [type=submit]"))
        submitted = page.inner_text("#content")
        go(page, lambda: page.click("text=Return…"))
        page.fill("#id_note", "It is right.")
        go(page, lambda: page.click(".submit-row [type=submit]"))
        returned = page.inner_text("#content")

        assert "Mind the date." in submitted
        assert "Submitted" in submitted
        assert "It is right." in returned
        assert "returned this article" in returned

    def test_needs_no_pointer(self, visit, editors_state):
        page = visit(ARTICLE, storage_state=editors_state).page

        page.focus("text=Submit…")
        go(page, lambda: page.keyboard.press("Enter"))
        page.focus("#id_note")
        page.keyboard.type("ga / ?")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        go(page, lambda: page.keyboard.press("Enter"))
        said = page.inner_text("#content")
        page.focus("text=Return…")
        go(page, lambda: page.keyboard.press("Enter"))
        page.fill("#id_note", "Done.")
        page.focus(".submit-row [type=submit]")
        go(page, lambda: page.keyboard.press("Enter"))

        assert "ga / ?" in said


class TestAccount:
    @pytest.mark.parametrize("scripted", [True, False])
    def test_switches_keys_off_and_on(self, visit, editors_state, scripted):
        page = visit("/admin/account/", storage_state=editors_state, java_script_enabled=scripted).page

        def save():
            go(page, lambda: page.click("form:has([value=keys]) .button"))
            return "letter-keys" in (page.get_attribute("body", "class") or "")

        page.uncheck("#id_letter_keys")
        off = save()
        page.check("#id_letter_keys")

        assert (off, save()) == (False, True)
