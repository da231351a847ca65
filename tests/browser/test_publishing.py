"""Publishing many and undoing it, as an editor does it: by keyboard alone, in few clicks."""

import re

import pytest

from tests.support.browser.audit import axe_faults
from tests.support.browser.visits import settle

LIST = "/admin/blog/article/"
NEW = f"{LIST}?q=calcutta"
UNDO = f"{LIST}undo/"
SIZES = [{"width": width, "height": 800} for width in (390, 1440)]
WAITING = "/admin/blog/article/{waiting}/change/"


@pytest.fixture
def seen(visit, editors_state):
    """Open a page of the admin as an editor who changes nothing."""

    def seen(path, **options):
        return visit(path, storage_state=editors_state, **options).page

    return seen


@pytest.fixture
def desk(seen, playwright, editors_state, site):
    """Open a page of the admin as an editor. What this test did to articles is undone afterwards."""
    request, address = playwright.request.new_context(storage_state=editors_state), site.url(UNDO)
    before = fields_of_undoing(request, address).get("number")
    yield seen
    undo_until(before, request, address)
    request.dispose()


def fields_of_undoing(request, address) -> dict[str, str]:
    """Return what the page of undoing would send; without a number there is nothing to undo."""
    html = request.get(address).text()
    return {
        name: found[1]
        for name in ("csrfmiddlewaretoken", "number")
        if (found := re.search(rf'name="{name}" value="([^"]*)"', html))
    }


def undo_until(number, request, address) -> None:
    """Undo one action after the other, until the page offers this one, or one that cannot be undone."""
    last = None
    while (fields := fields_of_undoing(request, address)).get("number") not in {number, last}:
        last = fields.get("number")
        request.post(address, form=fields, headers={"Referer": address})


def select(page, number):
    for row in range(number):
        page.locator(".action-select").nth(row).click()


def press(page, name):
    with page.expect_navigation():
        page.click(name)


def publish_by_clicks(page):
    select(page, 1)
    press(page, "button[value=publish]")
    press(page, ".submit-row .default")


def state_of(site, page, path="/articles/{waiting_slug}/"):
    return page.context.request.get(site.url(path)).status


class TestUndoing:
    def test_u_in_a_field_is_a_letter_and_with_another_key_it_is_the_browsers(self, desk, site):
        """On another page, it shows first what it would undo."""
        page = desk(NEW)
        publish_by_clicks(page)

        page.locator("#seek").press("u")
        typed = page.input_value("#seek")
        for keys in ("Control+u", "Alt+u", "Shift+U"):
            page.locator("body").press(keys)
            settle(page)
            assert state_of(site, page) == 200, keys
        page.goto(site.url("/admin/"))
        with page.expect_navigation():
            page.locator("body").press("u")
        asked, before = page.inner_text(".sum"), state_of(site, page)
        with page.expect_navigation():
            page.keyboard.press("Enter")

        assert typed == "u"
        assert asked.startswith("1 article was published.")
        assert (before, state_of(site, page)) == (200, 404)


class TestToast:
    def test_of_publishing_by_keyboard_goes_a_while_after_it_had_the_focus_and_u_still_works(
        self, desk, site
    ):
        page = desk(NEW, is_fresh=True)
        page.clock.install()
        page.locator(".action-select").first.focus()
        page.keyboard.press("Space")
        page.locator("button[value=publish]").focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        question = page.inner_text("h1")
        page.locator(".submit-row .default").focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")

        said, published = page.inner_text(".toast p"), state_of(site, page)
        page.locator(".toast .undo").focus()
        page.clock.run_for(20_000)
        stays = page.is_visible(".toast")
        page.locator(".toast .undo").blur()
        page.clock.run_for(8000)
        is_gone = page.is_hidden(".toast")
        page.locator("body").press("u")
        page.wait_for_selector(".toast p:has-text('Undone')")

        assert (question, said) == ("Publish 1 article?", "1 article was published.")
        assert (stays, is_gone) == (True, True)
        assert (published, state_of(site, page)) == (200, 404)

    def test_stands_above_the_buttons_of_a_page_and_is_open_to_everybody(self, desk):
        page = desk(WAITING)
        press(page, "[name=_publish]")
        page.locator(".toast .undo").focus()  # so that it stays

        for size in SIZES:
            page.set_viewport_size(size)
            toast, buttons = (page.locator(name).bounding_box() for name in (".toast", ".submit-row"))
            assert toast["y"] + toast["height"] <= buttons["y"], size
            assert toast["x"] + toast["width"] <= size["width"]
        assert axe_faults(page, *SIZES, part=".toast", is_in_both_schemes=False) == []
        assert page.is_visible(".toast .undo")


class TestMeanwhile:
    def test_rows_show_what_others_did_once_the_tab_is_shown_again(self, seen):
        page = seen(NEW, is_fresh=True)
        key = page.locator(".field-state").first.get_attribute("id")
        cell = f'<td class="field-state" id="{key}" data-refresh>Approved by Mara</td>'
        page.route("**/rows/?*", lambda route: route.fulfill(body=f"<table><tr>{cell}</tr></table>"))
        select(page, 1)

        page.clock.install()
        page.clock.fast_forward("00:10")
        page.evaluate("dispatchEvent(new Event('focus'))")
        page.wait_for_selector(f"#{key}:has-text('Approved by Mara')")

        assert page.is_checked(".action-select >> nth=0")


class TestSchedule:
    def test_takes_two_clicks_more_than_there_are_articles(self, desk, site):
        page = desk(f"{LIST}?q=fogharvest", is_fresh=True)
        page.add_init_script(
            "addEventListener('click', () => { name = String(Number(name || 0) + 1); }, true)"
        )
        page.reload()

        select(page, 3)
        press(page, "button[value=schedule]")
        press(page, "[name=_schedule]")

        assert page.inner_text(".toast p") == "3 articles were scheduled."
        assert page.evaluate("name") == "5"

    def test_is_what_the_button_says_while_a_date_to_come_is_typed(self, seen):
        page = seen(WAITING)
        said = []
        for day in ("2001-01-01", "2999-01-01", "nonsense", "2999-01-01", ""):
            page.fill("#id_published_at_0", day)
            page.fill("#id_published_at_1", "09:00")
            said.append(page.inner_text("[name=_publish]"))

        assert said == ["Publish", "Schedule", "Publish", "Schedule", "Publish"]


class TestQuestion:
    """What publishing asks. What scheduling asks has an address: see kinds.py."""

    def test_is_open_to_everybody_and_fits_the_narrowest_screen(self, seen):
        page = seen(LIST)
        page.locator("#action-toggle").click()
        press(page, "button[value=publish]")

        faults = axe_faults(page, *SIZES, is_in_both_schemes=False)

        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert faults == []


class TestCalendar:
    def test_an_article_is_moved_by_keyboard(self, desk, site):
        page = desk(NEW)
        select(page, 1)
        press(page, "button[value=schedule]")
        page.fill("#id_first", "2090-03-01")
        press(page, "[name=_show]")
        press(page, "[name=_schedule]")
        page.goto(site.url("/admin/calendar/?month=2090-03"))

        page.locator("[data-day='2090-03-01'] .it").focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        for key in ("ArrowDown", "ArrowRight", "ArrowRight"):
            page.keyboard.press(key)
        place = page.locator(".held-now").evaluate("card => card.parentElement.dataset.day")
        is_left = page.locator("[data-day='2090-03-01'] .ghost").count()
        faults = axe_faults(page, *SIZES, is_in_both_schemes=False)
        with page.expect_navigation():
            page.keyboard.press("Enter")

        assert (place, is_left, faults) == ("2090-03-10", 1, [])
        assert page.locator("[data-day='2090-03-10'] .it").count() == 1
        assert page.locator("[data-day='2090-03-01'] .it").count() == 0
