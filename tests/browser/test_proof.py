"""The proof of an article in a real browser: by keyboard alone, and without scripts."""

import pytest

from tests.support.durations import ARTICLES_APPROVED

PROOF = "/admin/blog/article/{%s}/proof/"
FOG = f"{PROOF % 'fog'}?_changelist_filters=q%3Dfogharvest"
MOST_KEYS = 4
COUNT = """
    const count = (name) => sessionStorage.setItem(name, Number(sessionStorage.getItem(name)) + 1);
    for (const type of ["mousedown", "mousemove"]) addEventListener(type, () => count("mouse"), true);
    addEventListener("keydown", () => count("keys"), true);
"""
OPEN_TO_APPROVAL = "#approve-button:not([aria-disabled])"


@pytest.fixture
def proof(visit, editors_state):
    def proof(path, **options):
        page = visit(path, storage_state=editors_state, is_fresh=True, **options).page
        page.add_init_script(COUNT)
        page.reload()
        return page

    return proof


def press(page, *keys):
    """Press keys of which the last one leads to another page."""
    for key in keys[:-1]:
        page.keyboard.press(key)
    with page.expect_navigation():
        page.keyboard.press(keys[-1])


def used(page, what) -> int:
    """Return how often the mouse or the keys were used on all pages of this visit."""
    return page.evaluate("(what) => Number(sessionStorage.getItem(what))", what)


class TestByKeyboardAlone:
    def test_clean_articles_are_approved_one_after_the_other(self, proof):
        page, loads = proof(FOG), []
        page.on("load", lambda: loads.append(page.url))

        for _ in range(ARTICLES_APPROVED):
            page.keyboard.press("End")
            page.wait_for_selector(OPEN_TO_APPROVAL)
            press(page, "a")

        assert used(page, "mouse") == 0
        assert 0 < used(page, "keys") <= MOST_KEYS * ARTICLES_APPROVED
        assert len(loads) == ARTICLES_APPROVED
        assert "That was the last one in the list" in page.inner_text("#container")

    def test_two_keys_settle_a_mark_and_the_last_one_leads_to_approval(self, proof):
        page = proof(PROOF % "quoted_too")
        waits = page.inner_text("#why")

        press(page, "a")
        refused = page.url
        while page.locator(".foot .why").count():
            press(page, "3", "Enter")
        page.wait_for_selector("#said:has-text('Removed')", state="attached")  # a script says it
        settled = page.inner_text("#said")
        page.keyboard.press("End")
        page.wait_for_selector(OPEN_TO_APPROVAL)
        press(page, "a")

        assert "a person is" in waits
        assert "?mark=" in refused
        assert "Removed" in settled
        assert "Approved" in page.inner_text(".toast")
        assert used(page, "mouse") == 0

    def test_rewriting_shows_what_it_changes_and_escape_leaves_it(self, proof):
        page = proof(PROOF % "quoted")

        press(page, "2")
        page.keyboard.type("Or so it seems. ")
        page.wait_for_selector("#rewrite .was ins")
        added = page.inner_text("#rewrite .was ins")
        press(page, "Escape")

        assert "Or so it seems." in added
        assert not page.locator("#rewrite").count()


class TestWithoutScript:
    def test_a_mark_is_settled_and_the_article_approved_below_its_text(self, proof):
        page = proof(PROOF % "quoted_plainly", java_script_enabled=False)

        while page.locator(".foot .why").count():
            with page.expect_navigation():
                page.click(".four button[value=taken_out]")
        with page.expect_navigation():
            page.click(".approve-here button")

        assert "Approved" in page.inner_text("#container")
        assert not page.is_visible("#approve-button")
