"""Looking for an article: by proposed titles, by keyboard, on a phone."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.browser.audit import axe_faults

RIVER = "/articles/the-river-that-cannot-keep-straight/"
PHONE = {"width": 390, "height": 844}


def asked(visit) -> dict:
    return parse_qs(urlsplit(visit.page.url).query)


class TestSearching:
    def test_on_a_phone_the_hits_come_before_the_filters(self, visit):
        visit = visit("/search/?q=paper", viewport=PHONE)
        category = visit.page.locator("[name=topic][value=bookbinding]")
        assert not category.is_visible()

        visit.page.click(".filters summary")
        category.check()
        with visit.page.expect_navigation():
            visit.page.click(".filters button")

        assert asked(visit) == {"q": ["paper"], "topic": ["bookbinding"]}
        assert category.is_visible()  # what is chosen is seen


class TestProposals:
    @pytest.fixture
    def field(self, visit):
        """The field, with proposals for what was typed into it."""
        page = visit("/search/").page
        page.locator("#q").press_sequentially("river th")
        page.wait_for_selector("[role=option]")
        return page.locator("#q")

    def chosen(self, field):
        """Return what those hear who do not see the list."""
        return field.evaluate(
            """field => document.getElementById(field.getAttribute('aria-activedescendant'))
                ?.querySelector("div").textContent"""
        )

    def test_an_arrow_chooses_and_enter_leads_there(self, field):
        was_expanded = field.get_attribute("aria-expanded")
        field.press("ArrowDown")
        chosen = self.chosen(field)
        with field.page.expect_navigation():
            field.press("Enter")

        assert was_expanded == "true"
        assert chosen == field.page.inner_text("h1") == "The River That Cannot Keep Straight"

    def test_a_click_leads_there(self, field):
        with field.page.expect_navigation():
            field.page.click("[role=option]")

        assert urlsplit(field.page.url).path == RIVER

    def test_escape_puts_them_away_and_enter_alone_searches_for_what_was_typed(self, field):
        told = field.page.inner_text(".query [role=status]")

        field.press("Escape")
        put_away = field.get_attribute("aria-expanded"), field.page.is_visible("[role=option]")
        typed = field.input_value()
        field.press_sequentially("e")
        field.page.wait_for_selector("[role=option]")
        with field.page.expect_navigation():
            field.press("Enter")

        assert told == "1 suggestion"  # their number is told to those who hear the page
        assert put_away == ("false", False)
        assert typed == "river th"
        assert urlsplit(field.page.url).path == "/search/"
        assert "q=river+the" in field.page.url


class TestShortcut:
    def test_a_slash_goes_to_the_field(self, visit):
        page = visit("/search/").page

        page.keyboard.press("/")
        page.keyboard.type("tide")

        assert page.input_value("#q") == "tide"

    @pytest.mark.parametrize("viewport", [None, PHONE], ids=["desktop", "phone"])
    def test_on_other_pages_it_opens_the_field_and_nothing_typed_is_lost(self, visit, viewport):
        page = visit(RIVER, viewport=viewport).page

        page.keyboard.type("/river th")

        assert page.input_value("#q") == "river th"
        page.wait_for_selector("[role=option]")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert urlsplit(page.url).path == "/search/"

    def test_so_does_the_icon_and_escape_closes_it(self, visit):
        page = visit(RIVER).page

        page.click("header a[href='/search/']")
        assert page.evaluate("document.activeElement.id") == "q"
        page.keyboard.press("Escape")

        page.wait_for_selector("#q", state="hidden")
        assert urlsplit(page.url).path == RIVER


class TestNextPage:
    def test_is_fetched_when_a_pointer_rests_on_its_link(self, visit):
        visit = visit("/about/", is_fresh=True)
        session, fetched = visit.page.context.new_cdp_session(visit.page), []
        session.on("Preload.prefetchStatusUpdated", lambda event: fetched.append(event["prefetchUrl"]))
        session.send("Preload.enable")
        visit.open("/")

        for selector in (
            "header a[href='/search/']",
            "footer a[href='/feeds/rss.xml']",
            f"a[href='{RIVER}']",
        ):
            visit.page.locator(selector).first.hover()
            visit.page.wait_for_timeout(400)  # twice as long as a pointer has to rest
        for _ in range(50):
            if not fetched:
                visit.page.wait_for_timeout(100)

        assert set(fetched) == {visit.site.url(RIVER)}

    def test_without_a_text_it_lists_topics_and_escape_closes_it(self, visit):
        page = visit(RIVER).page

        page.keyboard.press("Control+k")
        page.wait_for_selector("[role=group]")
        faults = axe_faults(page, PHONE)
        groups = page.locator("[role=group]").evaluate_all("groups => groups.map((group) => group.ariaLabel)")
        page.keyboard.press("Escape")

        assert groups == ["Topics", "Latest"]
        assert faults == []
        assert not page.is_visible("dialog")
