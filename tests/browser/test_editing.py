"""What an editor types into an article: text, slug, and what cannot be stored."""

import sqlite3
from contextlib import closing


class TestEditing:
    def test_a_slug_is_proposed_with_all_that_its_script_needs(self, visit, editors_state):
        page = visit("/admin/blog/category/add/", storage_state=editors_state).page

        page.locator("#id_name").press_sequentially("हिन्दी: Über uns!")

        assert page.input_value("#id_slug") == "हिन्दी-über-uns"

    def test_the_preview_follows_the_text_which_the_keyboard_leaves_by_escape(self, visit, editors_state):
        visit = visit("/admin/blog/article/{waiting}/change/", storage_state=editors_state)
        field = visit.page.locator("#id_body")

        field.press_sequentially("Seen at once. ")

        visit.page.wait_for_selector(".markdownx-preview:has-text('Seen at once.')")
        assert "Seen at once." in visit.page.inner_text(".markdownx-preview")
        field.press("Escape")
        field.press("Tab")
        assert visit.page.evaluate("document.activeElement.id") != "id_body"

    def test_what_cannot_be_stored_is_still_in_the_form_by_the_back_button(self, visit, editors_state, site):
        visit = visit("/admin/blog/article/{waiting}/change/", storage_state=editors_state)
        page = visit.page
        page.locator("#id_body").fill("An hour's work.")
        page.locator("#id_title").fill("A better title")

        with closing(sqlite3.connect(site.database, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            with page.expect_navigation(timeout=60_000):
                page.click("[name=_continue]", no_wait_after=True)
        said = page.inner_text("#content")
        page.go_back()

        assert "The database is locked" in said
        assert page.input_value("#id_body") == "An hour's work."
        assert page.input_value("#id_title") == "A better title"
