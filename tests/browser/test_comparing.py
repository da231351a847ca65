"""The comparison of two editors' changes in a browser: by keyboard alone, and after an expired log-in."""

import pytest

from tests.support.browser.visits import settle

ARTICLE = "/admin/blog/article/{waiting}/change/"


@pytest.fixture
def compared(visit, editors_state, site):
    """The comparison that meets an editor who saves second, what they wrote being these words."""
    page = visit("/admin/account/", storage_state=editors_state).page

    def compared(words):
        other = page.context.new_page()
        for window in (page, other):
            window.goto(site.url(ARTICLE))
            window.wait_for_load_state("load")
        other.fill("#id_share_quote", f"Before {words}")
        save(other)
        other.close()
        page.fill("#id_share_quote", words)
        page.wait_for_selector(".saved .extra:has-text('Kept in this browser')")
        save(page)
        return page

    return compared


def save(page):
    with page.expect_navigation():
        page.click(".submit-row [name=_continue]")
    settle(page)


def chosen(page):
    return page.evaluate("document.querySelector('[data-place] input:checked')?.value ?? ''")


def copies(page):
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('galley-copy/'))")


class TestKeys:
    def test_choose_write_and_save(self, compared):
        page = compared("By keyboard")

        told = [page.inner_text(".submit-row [role=status]")]
        answers = []
        for key in ("n", "ArrowRight", "ArrowLeft", "2", "1", "3"):
            page.keyboard.press(key)
            answers.append(chosen(page))
        told.append(page.inner_text(".submit-row [role=status]"))
        page.keyboard.type("2 words and no key n. ")
        with page.expect_navigation():
            page.keyboard.press("Control+s")
        page.wait_for_load_state("load")

        assert answers == ["", "theirs", "ours", "theirs", "ours", "anew"]
        assert told == ["0 of 1 decided. Next: Share quote", "1 of 1 decided."]
        assert page.input_value("#id_share_quote") == "2 words and no key n. By keyboard"
        assert copies(page) == []


class TestExpiredLogIn:
    def test_takes_neither_the_text_nor_what_was_decided(self, compared, site):
        page = compared("An hour's work")
        page.keyboard.press("3")
        page.keyboard.type("Decided: ")
        page.context.clear_cookies(name="sessionid")
        save(page)
        page.fill("[name=username]", site.editor)
        page.fill("[name=password]", site.password)
        with page.expect_navigation():
            page.press("[name=password]", "Enter")
        page.click(".copy-note [value=restore]")
        save(page)
        brought_back = chosen(page), page.input_value("[data-place] textarea")
        save(page)

        assert brought_back == ("anew", "Decided: An hour's work")
        assert page.input_value("#id_share_quote") == "Decided: An hour's work"
