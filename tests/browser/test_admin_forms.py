"""Forms of the admin: what is wrong is found at once, and nothing typed or chosen is lost by accident."""

import time

import pytest

from tests.support.browser.audit import axe_faults
from tests.support.browser.pasting import give
from tests.support.browser.visits import asked_on, copies, settle, too_wide

ARTICLE = "/admin/blog/article/{waiting}/change/"
WIDTHS = (390, 1440)
UNMARKED_ROW = "#category_links-group [id$='-DELETE']:not(:checked):visible >> nth=0"
IMAGE = "/admin/blog/image/{long_image}/change/"
PNG = {"name": "a.png", "mimeType": "image/png", "buffer": b"no picture"}


@pytest.fixture
def open_form(visit, editors_state):
    def open_form(path=ARTICLE, **options):
        page = visit(path, storage_state=editors_state, **options).page
        if options.get("java_script_enabled", True):
            settle(page)
        return page

    return open_form


def asked_on_leaving(page):
    return asked_on(page, lambda: page.click(".places a >> nth=0"))


def would_be_asked(page) -> bool:
    """As asked_on_leaving, without the time that another page takes."""
    return page.evaluate(
        """() => {
            const leaving = new Event("beforeunload", {cancelable: true});
            dispatchEvent(leaving);
            return leaving.defaultPrevented;
        }"""
    )


def pretend_to_send(page):
    """Have the script take the form as sent, without the time that a new page takes."""
    page.evaluate("document.querySelector('#article_form').dispatchEvent(new Event('submit'))")


def choose(page, box, words):
    page.click(f"{box} .select2-selection")
    page.wait_for_selector(".select2-search__field:focus")  # select2 moves the focus a moment later
    page.keyboard.type(words)
    page.locator(".select2-results__option--highlighted", has_text=words).wait_for()
    page.keyboard.press("Enter")
    page.wait_for_selector(".select2-container--open", state="detached")


def clear(page):
    page.click(".field-primary_category .select2-selection__clear")
    page.wait_for_selector(".select2-search__field:focus")  # the list opens
    page.keyboard.press("Escape")
    page.wait_for_selector(".select2-container--open", state="detached")


def add_by_pop_up(page):
    with page.expect_popup() as opened:
        page.click("#add_id_primary_category")
    name = f"Made at {time.time_ns()}"
    opened.value.wait_for_load_state("load")
    opened.value.fill("#id_name", name)
    with opened.value.expect_event("close"):
        opened.value.click("[name=_save]")
    page.locator("#id_primary_category option:checked", has_text=name).wait_for(state="attached")


def add_token(page):
    page.click("#category_links-group .token-add input")
    page.click(".token-options [role=option] >> nth=0")


def act_on_rows(page, act):
    if not page.is_visible("#category_links-group .add-row a"):
        page.click("#category_links-group .as-table")
    act()


def choose_image(page):
    page.click(".field-hero_image .button")
    page.click(".library-list button >> nth=3")


CHANGES = {
    "typed": lambda page: page.fill("#id_excerpt", "Other words"),
    "ticked": lambda page: page.check("#id_is_featured"),
    "chosen": lambda page: page.select_option("#category_links-group .token-list select >> nth=0", "4"),
    "found": lambda page: choose(page, ".field-primary_category", "Rivers"),
    "cleared": clear,
    "added by a pop-up": add_by_pop_up,
    "token added": lambda page: add_token(page),
    "token removed": lambda page: page.click("#category_links-group [aria-label^='Remove'] >> nth=0"),
    "row added": lambda page: act_on_rows(page, lambda: page.click("#category_links-group .add-row a")),
    "row to be deleted": lambda page: act_on_rows(page, lambda: page.check(UNMARKED_ROW)),
    "picture chosen": lambda page: choose_image(page),
    "button beside a date": lambda page: page.click(".field-published_at .datetimeshortcuts a >> nth=0"),
}


class TestUnsavedChanges:
    def test_are_asked_about(self, open_form):
        page, missed = open_form(), []

        for name, change in CHANGES.items():
            was_clean = not would_be_asked(page)
            change(page)
            if not (was_clean and would_be_asked(page)):
                missed.append(name)
            pretend_to_send(page)

        assert missed == []

    def test_are_asked_about_where_a_file_was_chosen(self, open_form):
        page = open_form(IMAGE)
        assert not would_be_asked(page)
        page.set_input_files("#id_upload", PNG)
        page.click(
            "#content-start", position={"x": 2, "y": 2}
        )  # a browser asks for those alone who have done something

        assert asked_on_leaving(page) == ["beforeunload"]

    def test_are_asked_about_in_boxes_of_chosen_rows(self, visit, administrators_state):
        page = visit("/admin/auth/user/{editor}/change/", storage_state=administrators_state).page
        page.wait_for_selector("#id_groups_to")
        settle(page)
        page.dblclick("#id_groups_to option")

        assert would_be_asked(page)

    def test_are_none_where_they_were_taken_back(self, open_form):
        page = open_form()
        before = page.input_value("#id_excerpt")
        page.fill("#id_excerpt", "Other words")
        page.click("#category_links-group .as-table")
        page.click("#category_links-group .add-row a")
        page.fill("#id_excerpt", before)
        page.click("#category_links-group .inline-deletelink")

        assert asked_on_leaving(page) == []

    def test_of_a_refused_form_are_asked_about_and_kept_until_they_are_saved(self, open_form):
        page = open_form()
        page.fill("#id_excerpt", "Kept through a refusal")
        asked, unsaved, kept = [], [], []
        for language in ("no such tag", "en"):
            page.fill("#id_language", language)
            asked += asked_on(page, lambda: page.click("[name=_continue]"))
            settle(page)
            unsaved.append(would_be_asked(page))
            kept.append(len(copies(page)))

        assert asked == []
        assert unsaved == [True, False]
        assert kept == [1, 0]
        assert page.input_value("#id_excerpt") == "Kept through a refusal"

    def test_are_none_where_a_merge_is_chosen_instead_whose_target_the_keyboard_finds(self, open_form):
        page = open_form("/admin/blog/category/{unused}/change/")
        page.fill("#id_name", "Rivers")
        page.click("[name=_save]")

        assert asked_on(page, lambda: page.click(".offer a")) == []
        target = "field => field.selectedOptions[0].text"
        assert page.eval_on_selector("#id_target", target) == "Rivers"
        page.focus(".select2-selection")
        page.keyboard.press("Enter")
        page.keyboard.type("Design")
        page.locator(".select2-results__option--highlighted", has_text="Design").wait_for()
        page.keyboard.press("Enter")
        assert page.eval_on_selector("#id_target", target) == "Design"
        assert page.locator("#id_target_name").count() == 0


def leads_to_the_field(page, widths):
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        page.click(".error-summary a:has-text('Published at')")

        field = page.locator("#id_published_at_0")
        box, buttons = field.bounding_box(), page.locator(".submit-row").bounding_box()
        assert 0 < box["y"] < buttons["y"] - box["height"], width
        page.keyboard.type(str(width))
        assert str(width) in field.input_value()


class TestErrorSummary:
    @pytest.fixture
    def refused(self, open_form):
        def refused(**options):
            page = open_form(**options)
            page.fill("#id_published_at_0", "31.31.2026")
            page.fill("#id_language", "no such tag")
            with page.expect_navigation():
                page.click("[name=_continue]")
            return page

        return refused

    def test_has_the_focus_is_open_to_everybody_and_leads_to_the_field(self, refused):
        page = refused()

        assert page.evaluate("document.activeElement.className") == "error-summary"
        assert page.title().startswith("Error:")
        assert axe_faults(page, part=".error-summary") == []
        leads_to_the_field(page, WIDTHS)
        session = page.context.new_cdp_session(page)
        session.send("Emulation.setScriptExecutionDisabled", {"value": True})
        try:
            leads_to_the_field(page, WIDTHS[:1])
        finally:
            session.detach()

    def test_of_a_refused_image_stands_above_the_buttons(self, open_form):
        page = open_form()

        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            give(page, "drop", files=[PNG | {"name": f"{width}.png"}])
            page.wait_for_selector(f".markdownx-note:has-text('{width}.png:')")

            is_above = page.wait_for_function(
                """() => {
                    const note = document.querySelector(".markdownx-note").getBoundingClientRect();
                    const buttons = document.querySelector(".submit-row").getBoundingClientRect();
                    return note.top > 0 && note.bottom <= buttons.top;
                }"""
            )
            assert is_above.json_value(), width


class TestLongNames:
    """Names without a place to break make nothing wider than the page."""

    # Besides those of test_pages.py and test_edit_page.py.
    PAGES = [
        "blog/page/{long_page}/change/",
        "blog/author/{long_author}/change/",
        "blog/image/",
        "blog/image/{long_image}/change/",
        "blog/redirect/{long_redirect}/change/",
        "blog/article/{long_article}/history/",
        "blog/category/{long_category}/history/",
        "blog/importrun/{long_importrun}/change/",
        "blog/heldupdate/{long_heldupdate}/change/",
        "blog/article/?state=trash",
        "blog/article/{long_thrown_away}/change/",
        "blog/article/{long_thrown_away}/restore/",
    ]

    def test_break(self, visit, administrators_state, site):
        page = visit("/admin/", storage_state=administrators_state).page
        found = {}

        for path in self.PAGES:
            response = page.goto(site.url(f"/admin/{path}"))
            assert response.status == 200, path
            assert "dampfschiff" in page.content(), path
            for width in (390, 1440):
                page.set_viewport_size({"width": width, "height": 800})
                found[path, width] = too_wide(page)

        assert {where: widths for where, widths in found.items() if widths} == {}

    def test_leave_short_columns_whole(self, visit, editors_state):
        """A date or a state is not broken because something next to it is long."""
        page = visit(
            "/admin/blog/article/", storage_state=editors_state, viewport={"width": 1440, "height": 800}
        ).page

        heights = page.eval_on_selector_all(
            "#result_list .field-state .pill, #result_list .field-minutes",
            """cells => cells.map((cell) => {
                const words = document.createRange();
                words.selectNodeContents(cell);
                return words.getClientRects().length;
            })""",
        )

        assert set(heights) == {1}


class TestPictureOfAnAuthor:
    def test_is_chosen_from_the_library(self, open_form):
        page = open_form("/admin/blog/author/{author}/change/")
        before = page.input_value("#id_picture")

        page.click(".field-picture .button")
        page.click(f".library-list button:not([value='{before}']) >> nth=0")

        chosen = page.locator("#id_picture option:checked")
        assert chosen.get_attribute("value") != before
        assert chosen.inner_text() in page.inner_text(".field-picture .select2-selection")
        assert page.get_attribute(".field-picture_preview .thumb", "src").startswith("/media/images/")
        assert would_be_asked(page)
