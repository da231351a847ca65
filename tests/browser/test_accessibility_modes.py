"""Readers without JavaScript, with less motion, with colours of their own, on paper, from right to left."""

import pytest

from tests.support.browser.kinds import READER_PAGE_KINDS

ARTICLE = "/articles/everything-at-once/"
LEFT_OUT = "button, summary, form, body > header nav, body > footer, a[rel=next], a[rel=prev]"
LESS_MOTION = {"reduced_motion": "reduce"}


class TestWithoutJavaScript:
    def test_no_control_is_dead(self, visit):
        """A button that needs a script is not shown; one of a form, and what opens details, works without."""
        visit, dead = visit("/", java_script_enabled=False), {}

        for kind in READER_PAGE_KINDS:
            visit.open(kind.path)
            dead[kind.name] = [
                button.evaluate("button => button.outerHTML")
                for button in visit.visible("button")
                if not button.evaluate("button => button.form")
            ]
            assert visit.visible("main h1, header h1"), kind.name

        assert {name: buttons for name, buttons in dead.items() if buttons} == {}

    def test_an_article_is_read_to_its_end_in_the_colours_of_the_system(self, visit):
        """Share links are links, and the contents open and lead on."""
        visit = visit(ARTICLE, java_script_enabled=False, color_scheme="light", **LESS_MOTION)
        light = visit.style("body", "backgroundColor")
        visit.page.emulate_media(color_scheme="dark")
        assert visit.style("body", "backgroundColor") != light

        visit.page.click("text=The last words.")
        for summary in visit.visible(".share summary"):
            summary.click()

        assert visit.visible("article figure img")
        assert visit.visible(".related a, a[rel=prev], a[rel=next]")
        assert len(visit.visible(".share a[href^='https:']")) >= 3

        visit.page.set_viewport_size({"width": 390, "height": 700})
        visit.page.evaluate("scrollTo(0, 0)")
        visit.page.click(".contents summary")
        visit.visible(".contents a[href^='#']")[1].click()

        assert visit.page.evaluate("scrollY") > 0
        assert "#" in visit.page.url


class TestPaper:
    WHITE = {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}

    def test_is_white_with_dark_words_and_has_nothing_to_press(self, visit):
        """Also if the reader chose the dark theme."""
        visit = visit(ARTICLE, **LESS_MOTION)

        for scheme in ("light", "dark"):
            visit.page.emulate_media(media="print", color_scheme=scheme)

            assert visit.style("body", "backgroundColor") in self.WHITE, scheme
            words = visit.page.evaluate(
                "getComputedStyle(document.querySelector('.prose p')).color.match(/[0-9]+/g).map(Number)"
            )
            assert max(words) < 90, scheme
        visit.page.emulate_media(media="screen", color_scheme="light")
        visit.page.click(".theme")
        visit.page.emulate_media(media="print")

        assert visit.style("body", "backgroundColor") in self.WHITE
        assert [
            part.evaluate("part => part.outerHTML.slice(0, 80)") for part in visit.visible(LEFT_OUT)
        ] == []
        assert visit.visible("h1")
        assert visit.visible(".prose p")


class TestForcedColours:
    FORCED = {"forced_colors": "active", **LESS_MOTION}

    @pytest.mark.parametrize(
        ("path", "items", "look"),
        [
            ("/categories/design/", ".site-nav a", "borderBottomColor"),
            ("/categories/a-z/D/", ".alphabet a", "backgroundColor"),
        ],
    )
    def test_only_the_current_item_looks_current(self, visit, path, items, look):
        visit = visit(path, **self.FORCED)

        paper = visit.style("body", "backgroundColor")
        assert visit.style(f"{items}[aria-current]", look) != paper
        other = visit.style(f"{items}:not([aria-current])", look)
        assert other == paper or other.endswith(", 0)")  # transparent

    def test_call_outs_keep_their_signs_in_the_colour_of_words_and_focus_is_seen(self, visit):
        visit = visit(ARTICLE, **self.FORCED)

        signs = visit.page.evaluate("""[...document.querySelectorAll(".callout.tip .label")].map((label) =>
            [getComputedStyle(label, "::before").backgroundColor, getComputedStyle(label).color])""")
        visit.page.keyboard.press("Tab")

        assert signs
        assert all(sign == words for sign, words in signs)
        assert visit.style(":focus", "outlineStyle") != "none"

    def test_focus_in_the_field_of_the_search_is_seen(self, visit):
        visit = visit("/search/", **self.FORCED)
        field = visit.page.locator("main input[type=search]")
        field.focus()
        line = visit.style(".query", "borderBottomColor")

        field.blur()

        assert visit.style(".query", "borderBottomColor") != line


class TestRightToLeft:
    PATH = "/articles/from-right-to-left/"

    def test_words_begin_at_the_right_and_all_else_at_the_left(self, visit):
        visit = visit(self.PATH)

        for selector in ("h1", ".prose > p", ".prose > ul li"):
            room, words = visit.page.eval_on_selector(
                selector,
                """(element) => {
                    const range = document.createRange();
                    range.selectNodeContents(element);
                    const ends = [...range.getClientRects()].map(({right}) => right);
                    return [element.getBoundingClientRect().right, Math.max(...ends)];
                }""",
            )
            assert abs(room - words) < 3, selector
        assert visit.style(".prose pre", "direction") == "ltr"
        assert visit.style("body > header", "direction") == "ltr"
        assert visit.style("article h1", "direction") == "rtl"
