"""An editor's way from an import to a published page, and back."""

import sqlite3
from contextlib import closing


class TestEditing:
    def test_an_import_is_published_and_taken_back(self, visit, editors_state, site):
        visit = visit("/admin/account/", storage_state=editors_state)
        page, reader = visit.page, visit.page.context.browser.new_context()
        public = site.url("/articles/{waiting_slug}/")

        page.goto(site.url("/admin/blog/importbatch/"))
        with page.expect_navigation():
            page.click("[data-row] a.name >> nth=-1")
        imported = page.inner_text("#content")
        before = reader.request.get(public).status
        page.goto(site.url("/admin/blog/article/{waiting}/change/"))
        page.click("[name=_publish]")
        page.wait_for_selector(".toast")
        published = reader.request.get(public).status
        page.goto(public)
        title = page.inner_text("h1")
        page.goto(site.url("/admin/blog/article/{waiting}/change/"))
        page.click("[name=_unpublish]")
        page.wait_for_selector(".toast")
        after = reader.request.get(public).status
        reader.close()

        assert "Ice for Calcutta" in imported
        assert (before, published, after) == (404, 200, 404)
        assert title.startswith("Ice for Calcutta")

    def test_the_keyboard_finds_out_of_the_text_by_escape(self, visit, editors_state):
        visit = visit("/admin/blog/article/{waiting}/change/", storage_state=editors_state)
        field = visit.page.locator("#id_body")
        field.focus()

        field.press("Escape")
        field.press("Tab")

        assert visit.page.evaluate("document.activeElement.id") != "id_body"

    def test_a_slug_is_proposed_with_all_that_its_script_needs(self, visit, editors_state):
        visit, slugs = visit("/admin/account/", storage_state=editors_state), {}

        for kind, field in {
            "article": "title",
            "page": "title",
            "category": "name",
            "author": "name",
        }.items():
            visit.open(f"/admin/blog/{kind}/add/")
            visit.page.locator(f"#id_{field}").press_sequentially("हिन्दी: Über uns!")
            slugs[kind] = visit.page.input_value("#id_slug")

        assert set(slugs.values()) == {"हिन्दी-über-uns"}, slugs

    def test_the_preview_follows_the_text(self, visit, editors_state):
        visit = visit("/admin/blog/article/{waiting}/change/", storage_state=editors_state)

        visit.page.locator("#id_body").press_sequentially("Seen at once. ")

        visit.page.wait_for_selector(".markdownx-preview:has-text('Seen at once.')")
        assert "Seen at once." in visit.page.inner_text(".markdownx-preview")

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
