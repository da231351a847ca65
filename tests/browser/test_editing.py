"""What an editor types into an article: text, slug, and what cannot be stored."""

REFUSAL = "The database is locked."


def refuse(route):
    """Answer a form as the site does while nothing can be stored."""
    if route.request.method == "POST":
        route.fulfill(status=503, content_type="text/html", body=REFUSAL)
    else:
        route.fallback()


class TestEditing:
    def test_a_slug_is_proposed_with_all_that_its_script_needs(self, visit, editors_state):
        page = visit("/admin/blog/category/add/", storage_state=editors_state).page

        page.locator("#id_name").press_sequentially("हिन्दी: Über uns!")

        assert page.input_value("#id_slug") == "हिन्दी-über-uns"

    def test_the_preview_follows_the_text_which_the_keyboard_leaves_and_the_back_button_brings_back(
        self, visit, editors_state
    ):
        """What cannot be stored is still in the form."""
        visit = visit("/admin/blog/article/{waiting}/change/", storage_state=editors_state)
        field = visit.page.locator("#id_body")

        field.press_sequentially("Seen at once. ")

        visit.page.wait_for_selector(".markdownx-preview:has-text('Seen at once.')")
        assert "Seen at once." in visit.page.inner_text(".markdownx-preview")
        field.press("Escape")
        field.press("Tab")
        assert visit.page.evaluate("document.activeElement.id") != "id_body"

        page = visit.page
        page.locator("#id_body").fill("An hour's work.")
        page.locator("#id_title").fill("A better title")

        page.route(page.url, refuse)
        with page.expect_navigation():
            page.click("[name=_continue]")
        page.unroute_all()
        said = page.inner_text("body")
        page.go_back()

        assert said == REFUSAL
        assert page.input_value("#id_body") == "An hour's work."
        assert page.input_value("#id_title") == "A better title"
