"""What readers do: find an article, move about in it, take something of it with them."""

import re
from urllib.parse import quote, unquote

import pytest
from playwright.sync_api import expect

from tests.support.browser.visits import is_in_view

ARTICLE = "/articles/everything-at-once/"
TRAILED = "/articles/the-river-that-cannot-keep-straight/"
PICTURED = "/articles/why-a-lake-turns-over-twice-a-year/"
STEADY = {
    "reduced_motion": "reduce"
}  # no smooth scroll, no change of colour that a test would have to wait for
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}
COPIED = """async () => {
    const limit = performance.now() + 3000;
    while (await navigator.clipboard.readText() === "nothing yet" && performance.now() < limit)
        await new Promise((done) => requestAnimationFrame(done));
    return navigator.clipboard.readText();
}"""
# Notes at each stop of the keyboard whether it is marked, until it comes round to the first.
NOTE_STOPS = """() => {
    document.addEventListener("focusin", ({target}) => {
        if (stops.seen.has(target)) stops.isRound = true;
        stops.seen.add(target);
        const style = getComputedStyle(target), {width, height} = target.getBoundingClientRect();
        const isMarked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
        if (!(isMarked && width > 0 && height > 0 && style.opacity > 0))
            stops.unseen.push(target.outerHTML.slice(0, 120));
    });
}"""


class TestContents:
    def test_a_link_leads_to_its_heading_and_a_note_back_to_its_place(self, visit):
        visit = visit(ARTICLE, **STEADY)

        for width in (390, 1280):
            visit.page.set_viewport_size({"width": width, "height": 700})
            visit.page.evaluate("scrollTo(0, 0)")
            if summary := visit.visible(".contents summary"):
                summary[0].click()
            link = visit.visible(".contents a[href^='#']")[-1]
            link.click()

            heading = visit.page.locator(f"[id='{link.get_attribute('href')[1:]}']").element_handle()
            assert is_in_view(heading), width
            assert heading.inner_text().startswith(link.inner_text()), width

        # A note leads back to its place.
        reference = visit.page.locator(".fn-ref a, a.fn-ref").first

        reference.click()
        note = visit.page.locator(":target").element_handle()
        was_in_view = is_in_view(note)
        note.query_selector("a[href^='#']").click()

        assert was_in_view
        assert is_in_view(reference.element_handle())

    def test_it_marks_where_the_reader_is_after_a_jump_too(self, visit):
        visit = visit(ARTICLE, viewport={"width": 1280, "height": 700}, **STEADY)
        marked, links = ".contents.margin [aria-current]", ".contents.margin a"

        visit.page.evaluate("scrollTo(0, document.body.scrollHeight)")
        visit.page.wait_for_selector(marked)
        at_the_end = visit.page.inner_text(marked)
        visit.page.evaluate("scrollTo(0, 0)")
        visit.page.wait_for_selector(marked, state="detached")
        visit.page.locator(links).first.click()
        visit.page.wait_for_selector(marked)

        assert at_the_end == visit.page.locator(links).last.inner_text()
        assert visit.page.inner_text(marked) == visit.page.locator(links).first.inner_text()


class TestSharing:
    def test_each_button_that_copies_fills_the_clipboard_and_links_are_reached(self, visit):
        """One of them with the quote and the address."""
        visit = visit(ARTICLE, **CLIPBOARD)
        copied = []
        quote = visit.page.inner_text(".share :is(blockquote, .share-text)").strip('“”" \n')
        of_quote = visit.page.locator(".share [data-copy]:visible").first.element_handle()

        for button in (of_quote, *visit.visible("button[data-copy], .copy")):
            visit.page.evaluate("navigator.clipboard.writeText('nothing yet')")
            button.click()
            copied.append(visit.page.evaluate(COPIED))

        assert len(copied) > 1
        assert "nothing yet" not in copied
        assert quote in copied[0]
        assert visit.page.url in copied[0]

        # Links can be reached by keyboard.
        for summary in visit.visible(".share summary"):
            summary.press("Enter")

        links = visit.visible(".share a[href^='https:'], .share a[href^='mailto:']")

        assert len(links) >= 3
        for link in links:
            link.focus()
            assert link.evaluate("link => link === document.activeElement")


class TestTheme:
    def test_a_choice_is_remembered_on_every_page_before_there_is_anything_to_paint(self, visit):
        """Else the page would flash: light first, then dark. Until somebody chooses, it is the system's."""
        visit = visit("/", color_scheme="light", **STEADY)
        button, names = visit.page.locator(".theme"), []
        colours = """[getComputedStyle(document.body).backgroundColor,
            ...[...document.querySelectorAll('meta[name=theme-color]')]
                .filter(({media}) => matchMedia(media).matches).map(({content}) => content)]"""

        names.append(button.inner_text().strip())
        light = visit.page.evaluate(colours)
        visit.page.emulate_media(color_scheme="dark")
        assert visit.page.evaluate(colours)[0] != light[0]
        visit.page.emulate_media(color_scheme="light")
        button.click()
        names.append(button.inner_text().strip())
        dark = visit.page.evaluate(colours)
        visit.open(ARTICLE)
        remembered, before_body = visit.page.evaluate(colours), visit.noticed["themeBeforeBody"]
        button.click()
        names.append(button.inner_text().strip())

        assert len(light) == len(dark) == 2  # the page, and the frame of the browser
        assert all(one != other for one, other in zip(light, dark, strict=True))
        assert (remembered, before_body) == (dark, "dark")
        assert visit.page.evaluate(colours) == light
        assert names == [
            "Colour theme: like the system",
            "Colour theme: dark",
            "Colour theme: like the system",
        ]


class TestConstructs:
    """What a text is made of, as it looks."""

    KINDS = ("note", "tip", "important", "warning", "caution")

    def test_each_kind_of_call_out_has_a_colour_and_a_shape(self, visit):
        visit = visit(ARTICLE, **STEADY)

        for scheme in ("light", "dark"):
            visit.page.emulate_media(color_scheme=scheme)
            found = self.looks_of_call_outs(visit.page)

            assert set(found) == set(self.KINDS)
            assert len({colour for colour, _ in found.values()}) == len(self.KINDS)
            assert len({shape for _, shape in found.values()}) == len(self.KINDS)

    def looks_of_call_outs(self, page):
        looks = page.evaluate("""() => [...document.querySelectorAll(".callout.tip")].map((callout) => {
            const label = callout.querySelector(".label");
            const {clipPath, content} = getComputedStyle(label, "::before");
            return [label.textContent.toLowerCase(), getComputedStyle(label).color, clipPath + content];
        })""")

        return {label: (colour, shape) for label, colour, shape in looks if label in self.KINDS}

    def test_figures_in_a_row_leave_no_gap_and_listings_share_one_rule(self, visit):
        visit = visit(ARTICLE, viewport={"width": 1280, "height": 800})
        boxes = """[...document.querySelector('.pair').children].map((figure) => {
            const {left, width} = figure.getBoundingClientRect();
            return [Math.round(left), Math.round(width)];
        })"""
        (left, width), (_, same), (left_of_odd, width_of_odd) = visit.page.evaluate(boxes)
        gaps = visit.page.evaluate("""[...document.querySelectorAll('.code + .code')].map((code) => [
            code.getBoundingClientRect().top - code.previousElementSibling.getBoundingClientRect().bottom,
            getComputedStyle(code).borderTopWidth])""")

        visit.page.set_viewport_size({"width": 390, "height": 800})
        on_a_phone = visit.page.evaluate(boxes)

        assert width == same
        assert left_of_odd == left
        assert width_of_odd > 2 * width
        assert len({tuple(box) for box in on_a_phone}) == 1
        assert gaps
        assert all(gap == [0, "0px"] for gap in gaps)


class TestKeyboard:
    @pytest.mark.parametrize(
        ("path", "scheme"), [("/", "light"), (ARTICLE, "dark"), ("/categories/design/", "light")]
    )
    def test_every_stop_is_seen(self, visit, path, scheme):
        visit = visit(path, color_scheme=scheme, **STEADY)
        visit.page.evaluate(NOTE_STOPS)

        visit.page.evaluate("stops = {seen: new Set(), unseen: [], isRound: false}")
        while not visit.page.evaluate("stops.isRound"):
            for _ in range(10):
                visit.page.keyboard.press("Tab")

        assert visit.page.evaluate("stops.unseen") == []
        assert visit.page.evaluate("stops.seen.size") > 10


# In the first view, an image that fails keeps its place, so that nothing moves.
NONE_BELOW_FIRST_VIEW = """() => {
    scrollTo({top: 0, behavior: "instant"});
    const pictures = [...document.querySelectorAll("main :is(img[src^='/'], .pic)")];
    return pictures.every((picture) => picture.getBoundingClientRect().top <= innerHeight);
}"""


LAYOUT_SHIFTS = """async () => {
    const shifts = [];
    const observer = new PerformanceObserver((list) => shifts.push(...list.getEntries()));
    observer.observe({type: "layout-shift", buffered: true});
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    shifts.push(...observer.takeRecords());
    return shifts.map(({value}) => value);
}"""


# Selects all words of elements but the first letter and the last.
SELECT = """(elements) => {
    const texts = elements.flatMap((element) => {
        const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT), found = [];
        while (walker.nextNode()) found.push(walker.currentNode);
        return found;
    });
    getSelection().setBaseAndExtent(texts[0], 1, texts.at(-1), texts.at(-1).length - 1);
}"""


class TestSelectedWords:
    def test_get_a_button_that_copies_a_link_to_them(self, visit):
        visit = visit(ARTICLE, **CLIPBOARD)
        heading = visit.page.locator(".prose h2", has_text="Tables and code")
        button = visit.page.get_by_role("button", name="Copy link to these words")
        expect(button).to_have_count(0)
        visit.page.evaluate("navigator.clipboard.writeText('nothing yet')")

        heading.evaluate_all(SELECT)
        button.click()

        words = quote(heading.inner_text(), safe="")
        assert visit.page.evaluate(COPIED) == f"{visit.page.url}#:~:text={words}"

        visit.page.evaluate("getSelection().removeAllRanges()")
        expect(button).to_have_count(0)

    def test_over_paragraphs_are_named_by_the_first_and_the_last(self, visit):
        visit = visit(ARTICLE, **CLIPBOARD)
        visit.page.evaluate("navigator.clipboard.writeText('nothing yet')")
        paragraphs = visit.page.locator(".prose > p")

        paragraphs.evaluate_all(SELECT)
        visit.page.get_by_role("button", name="Copy link to these words").evaluate("button => button.click()")

        first, last = visit.page.evaluate(COPIED).partition("#:~:text=")[2].split(",")
        assert paragraphs.first.inner_text().startswith(unquote(first))
        assert unquote(last) in paragraphs.last.inner_text()


class TestFigures:
    def test_open_in_a_dialog_and_close_by_its_button(self, visit):
        visit = visit(ARTICLE, **STEADY)
        link = visit.page.locator(".enlarge").first

        link.click()
        viewer = visit.page.locator("dialog.viewer")
        expect(viewer.locator("img")).to_have_js_property("src", link.evaluate("link => link.href"))
        viewer.get_by_role("button").click()

        expect(viewer).to_have_count(0)


class TestPicturesThatAreNotToBeHad:
    """They leave no hole, and no sign of something broken."""

    EACH = re.compile(r"/(media|pictures)/")

    def test_leave_no_place(self, visit):
        visit = visit("/", missing=self.EACH)

        for path in ("/", "/categories/hydrology/", ARTICLE):
            visit.open(path).scroll_through()

            assert visit.response.ok
            visit.page.wait_for_function(NONE_BELOW_FIRST_VIEW)  # places close in the frame after scrolling

    def test_move_nothing_if_they_fail_at_once(self, visit):
        visit = visit("/", is_fresh=True)
        session = visit.page.context.new_cdp_session(visit.page)
        session.send("Network.enable")
        session.send("Network.setBlockedURLs", {"urls": ["*/media/*", "*/pictures/*"]})

        for path in ("/", ARTICLE):
            visit.open(path)

            assert visit.page.evaluate(LAYOUT_SHIFTS) == [], path

    def test_leave_no_place_if_they_fail_above_the_view(self, visit):
        visit, asked, has_failed = visit("/"), [], False
        visit.page.route(self.EACH, lambda route: route.abort() if has_failed else asked.append(route))
        visit.page.goto(visit.site.url("/categories/hydrology/"), wait_until="domcontentloaded")
        visit.scroll_through()
        visit.page.evaluate("scrollTo({top: document.body.scrollHeight, behavior: 'instant'})")

        has_failed = True
        for route in asked:
            route.abort()

        assert asked
        visit.page.wait_for_function(NONE_BELOW_FIRST_VIEW)

    def test_in_a_smaller_width_are_asked_for_as_they_are(self, visit):
        visit = visit(PICTURED, missing="**/pictures/**")

        expect(visit.page.locator(".hero img")).to_have_js_property("complete", True)
        assert visit.page.eval_on_selector(".hero img", "picture => picture.naturalWidth")

    def test_are_covered_without_script(self, visit):
        visit = visit(PICTURED, missing=self.EACH, java_script_enabled=False)

        cover = "element => getComputedStyle(element, '::after').position"
        assert visit.page.eval_on_selector(".hero img", cover) == "absolute"


class TestOnAPhone:
    PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}

    @pytest.mark.parametrize(
        ("path", "items"),
        [
            ("/", ".item"),
            ("/categories/design/", ".results > li"),
            ("/search/?q=the+river", ".results > li"),
        ],
    )
    def test_lists_have_a_small_picture_beside_the_words(self, visit, path, items):
        visit = visit(path, **self.PHONE)
        visit.scroll_through()

        found = visit.page.evaluate(
            """(items) => [...document.querySelectorAll(`${items}:has(> .pic)`)].map((item) => {
                const [words, picture] = ["div", ".pic"].map((part) => item.querySelector(part));
                const [beside, box] = [words, picture].map((part) => part.getBoundingClientRect());
                return [box.width, beside.right < box.left, picture.querySelector("img").currentSrc];
            })""",
            items,
        )

        assert found
        assert {(width, is_beside) for width, is_beside, _ in found} == {(104, True)}
        assert all(address.endswith("/400.avif") for _, _, address in found)

    def test_the_topic_trail_has_two_names_in_one_line_and_one_is_whole_while_it_has_the_focus(self, visit):
        visit = visit(TRAILED, viewport={"width": 240, "height": 640})
        rows = "[...document.querySelectorAll('.trail li')].filter((item) => item.checkVisibility())"
        rows = f"{rows}.map((item) => item.getBoundingClientRect().top)"
        hidden = "element => element.scrollWidth - element.clientWidth"
        link = visit.page.locator(".trail a").nth(2)
        tops, before = visit.page.evaluate(rows), link.evaluate(hidden)

        link.focus()

        assert len(tops) == 2
        assert len(set(tops)) == 1
        assert before > 0
        assert link.evaluate(hidden) == 0


class TestFirstScreen:
    def test_has_the_beginning_of_the_text_or_is_filled_by_a_hero_to_seven_tenths(self, visit):
        visit, top = visit(PICTURED), "element => element.getBoundingClientRect().top"

        for width, height in ((1440, 900), (1366, 768)):
            visit.page.set_viewport_size({"width": width, "height": height})
            assert visit.page.eval_on_selector(".prose > p", top) < height - 40, width
        for width, height in ((1440, 1200), (1000, 600), (390, 844)):
            visit.page.set_viewport_size({"width": width, "height": height})
            assert visit.page.locator(".hero img").bounding_box()["height"] <= 0.7 * height + 1, width
