"""The bar of the desk and its keys, in a real browser."""

import sqlite3
from contextlib import closing, contextmanager

import pytest

from tests.support.browser.visits import settle

HOME, LIST = "/admin/", "/admin/blog/article/"
ARTICLE = "/admin/blog/article/{waiting}/change/"
ACCOUNT = "#user-tools .menu:not(.more)"
BEYOND_BAR = "(bar => bar.scrollHeight - bar.clientHeight)(document.getElementById('header'))"
EVERYTHING = "/admin/blog/article/{everything}/change/"
IS_IN_VIEW = """() => {
    const box = document.querySelector(".places [aria-current]").getBoundingClientRect();
    return box.left >= 0 && box.right <= innerWidth;
}"""


@pytest.fixture
def open_desk(visit, editors_state):
    def open_desk(path=HOME, **options):
        return visit(path, storage_state=editors_state, **options)

    return open_desk


@contextmanager
def keys_switched_off(site):
    """Store that the editor of the site wants no single-letter shortcuts."""

    def execute(statement):
        with closing(sqlite3.connect(site.database, isolation_level=None)) as connection:
            connection.execute(statement, {"editor": site.names["editor"]})

    execute(
        "INSERT OR REPLACE INTO blog_preferences (user_id, letter_keys, muted_notices) "
        "VALUES (:editor, 0, '')"
    )
    try:
        yield
    finally:
        execute("DELETE FROM blog_preferences WHERE user_id = :editor")


def focused(page) -> str:
    return page.evaluate("document.activeElement.id")


class TestKeys:
    def test_a_slash_alone_goes_to_the_search_which_escape_clears_then_leaves(self, open_desk):
        """Escape closes the menu too."""
        page = open_desk(LIST).page

        for keys in ("Control+/", "Alt+g", "Meta+a"):
            page.keyboard.press(keys)

            assert focused(page) == "", keys
        page.keyboard.press("/")

        assert focused(page) == "seek"
        assert page.input_value("#seek") == ""
        page.keyboard.type("river")
        page.keyboard.press("Escape")
        cleared = page.input_value("#seek"), focused(page)
        page.keyboard.press("Escape")
        left = focused(page)
        page.click(".menu summary")
        page.keyboard.press("Escape")

        assert (cleared, left) == (("", "seek"), "")
        assert not page.evaluate("document.querySelector('.menu').open")

    def test_one_of_both_menus_is_open_until_escape_is_pressed(self, open_desk):
        page = open_desk(LIST).page

        for menu in (".more", ACCOUNT):
            page.click(f"{menu} summary")

            assert page.is_visible(f"{menu} ul")
            assert page.locator("#user-tools .menu[open]").count() == 1
        page.keyboard.press("Escape")
        assert page.locator("#user-tools .menu[open]").count() == 0

    def test_two_letters_lead_to_a_place(self, open_desk):
        visit, paths = open_desk("/admin/blog/category/"), []
        visit.page.keyboard.type("da")
        settle(visit.page)
        paths.append(visit.path)
        for keys in ("gd", "Ga"):
            with visit.page.expect_navigation():
                visit.page.keyboard.type(keys)
            paths.append(visit.path)

        assert paths == ["/admin/blog/category/", HOME, LIST]

    def test_a_question_mark_or_a_button_that_the_keyboard_reaches_shows_them_and_escape_closes(
        self, open_desk
    ):
        page = open_desk().page

        page.keyboard.press("?")
        shown = page.inner_text("#keys")
        page.keyboard.press("Escape")
        is_closed = not page.is_visible("#keys")
        page.focus(f"{ACCOUNT} summary")
        page.keyboard.press("Enter")
        page.focus("[data-opens=keys]")
        page.keyboard.press("Enter")

        assert "Articles" in shown
        assert is_closed
        assert page.is_visible("#keys")
        page.keyboard.press("Escape")
        assert page.evaluate(f"document.activeElement.matches('{ACCOUNT} summary')")

    def test_are_only_letters_in_a_field(self, open_desk):
        visit = open_desk(ARTICLE)

        for field in ("id_title", "id_body", "id_meta_description", "seek"):
            visit.page.focus(f"#{field}")
            visit.page.keyboard.type("ga/?")

            assert focused(visit.page) == field
            assert not visit.page.is_visible("#keys"), field
        settle(visit.page)
        assert visit.path.endswith("/change/")

    def test_are_off_for_those_who_want_none(self, open_desk, site):
        with keys_switched_off(site):
            visit = open_desk()
            visit.page.keyboard.type("/?ga")
            settle(visit.page)

            assert (focused(visit.page), visit.path) == ("", HOME)
            assert not visit.page.is_visible("#keys")
            assert visit.page.locator("kbd:visible").count() == 0


class TestBar:
    def test_shows_the_present_place_on_a_phone_and_stays_in_reach(self, open_desk):
        visit = open_desk("/admin/blog/importrun/", viewport={"width": 320, "height": 640})
        first = visit.page.evaluate(IS_IN_VIEW)
        visit.open(LIST)

        assert (first, visit.page.evaluate(IS_IN_VIEW)) == (True, True)
        visit.page.set_viewport_size({"width": 1280, "height": 320})
        visit.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        bar = visit.page.locator("#header").bounding_box()
        assert visit.page.evaluate("scrollY") > 0
        assert (bar["y"], bar["height"]) == (0, 48)

    def test_breaks_nothing_where_a_name_has_no_place_to_break(self, open_desk, site):
        def rename(first_name):
            with closing(sqlite3.connect(site.database, isolation_level=None)) as connection:
                values = (first_name, site.names["editor"])
                connection.execute("UPDATE auth_user SET first_name = ? WHERE id = ?", values)

        rename("<b>Donau" + "dampfschifffahrt" * 9)
        try:
            page, widths, heights = open_desk().page, [], []
            for width in (320, 1440):
                page.set_viewport_size({"width": width, "height": 800})
                widths.append(page.evaluate("document.documentElement.scrollWidth"))
                heights.append(page.evaluate(BEYOND_BAR))
        finally:
            rename("")

        assert widths == [320, 1440]
        assert max(heights) <= 1  # a line more would cover the page


class TestWithoutScripts:
    def test_nothing_is_shown_that_needs_one(self, open_desk):
        visit = open_desk(java_script_enabled=False)

        for path, dead, alive in (
            (HOME, "[data-opens=keys], .theme-toggle", ".menu summary"),
            ("/admin/blog/article/{revised}/history/?version=1", "[data-unfolds]", ".against .button"),
            ("/admin/blog/article/{quoted}/proof/", "#approve-button", "#approve .without-script button"),
            ("/admin/blog/category/{unused}/merge/", "#id_target", "#id_target_name"),
        ):
            visit.open(path)
            assert visit.page.query_selector(dead), path
            assert not visit.visible(dead), path
            assert visit.visible(alive), path
        visit.open(EVERYTHING)
        assert visit.visible("#id_category_links-0-level")
        assert visit.visible("#id_category_links-0-DELETE")
