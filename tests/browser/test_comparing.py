"""The comparison of two editors' changes in a browser: by keyboard alone, and after an expired log-in."""

import pytest

from tests.support.browser.visits import copies, settle

ARTICLE = "/admin/blog/article/{waiting}/change/"


@pytest.fixture
def compared(visit, editors_state, site):
    """The comparison that meets an editor who saves second, what they wrote being these words."""
    page = visit(ARTICLE, storage_state=editors_state).page

    def compared(words):
        other = page.context.new_page()
        other.goto(site.url(ARTICLE))
        other.fill("#id_share_quote", f"Before {words}")
        save(other)
        other.close()
        page.fill("#id_share_quote", words)
        page.check("#id_is_trending")
        page.wait_for_selector(".saved .extra:has-text('Kept in this browser')")
        save(page)
        return page

    return compared


def save(page):
    with page.expect_navigation():
        page.click(".submit-row [name=_continue]")
    settle(page)


def log_in(page, site):
    page.fill("[name=username]", site.editor)
    page.fill("[name=password]", site.password)
    with page.expect_navigation():
        page.press("[name=password]", "Enter")


def chosen(page):
    return page.evaluate("document.querySelector('[data-place] input:checked')?.value ?? ''")


def said(page):
    return page.inner_text(".submit-row [role=status]")


class TestComparison:
    def test_is_decided_by_keys_and_an_expired_log_in_takes_nothing(self, compared, site):
        page = compared("An hour's work")
        told, answers = [said(page)], []
        for key in ("n", "ArrowRight", "ArrowLeft", "2", "1", "3"):
            page.keyboard.press(key)
            answers.append(chosen(page))
        told.append(said(page))
        page.keyboard.type("2 words and no key n. ")

        page.context.clear_cookies(name="sessionid")
        save(page)
        address = page.url
        log_in(page, site)
        page.wait_for_selector(".copy-note")
        offered, before = page.inner_text(".copy-note p"), page.input_value("#id_share_quote")
        page.click(".copy-note [value=restore]")
        restored = page.input_value("#id_share_quote"), page.is_checked("#id_is_trending")
        save(page)
        decided = chosen(page), page.input_value("[data-place] textarea")
        with page.expect_navigation():
            page.keyboard.press("Control+s")
        page.wait_for_load_state("load")

        assert answers == ["", "theirs", "ours", "theirs", "ours", "other"]
        assert told == ["0 of 1 decided. Next: Share quote", "1 of 1 decided."]
        assert "/admin/login/" in address
        assert offered.startswith("Unsaved changes from ")
        assert before == "Before An hour's work"
        assert restored == ("An hour's work", True)
        assert decided == ("other", "2 words and no key n. An hour's work")
        assert page.input_value("#id_share_quote") == "2 words and no key n. An hour's work"
        assert copies(page) == []
