"""The page on which an article is edited: text and preview, copies, tokens, images, others."""

import io
import re
import time

import pytest
from PIL import Image as Pillow

from tests.support.browser.audit import axe_faults
from tests.support.browser.launching import state_of
from tests.support.browser.pasting import give
from tests.support.browser.visits import asked_on, copies, settle

ARTICLE = "/admin/blog/article/{waiting}/change/"
EVERYTHING = "/admin/blog/article/{everything}/change/"
LONG = "/admin/blog/article/{long_article}/change/"
PANES = [["#id_body", ".markdownx-preview"], [".markdownx-preview", "#id_body"]]
SCROLLED = """async ([scrolled, other]) => {
    const pane = document.querySelector(scrolled), follower = document.querySelector(other);
    pane.dispatchEvent(new WheelEvent("wheel"));
    pane.scrollTop = pane.scrollHeight;
    const limit = performance.now() + 5000;
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const until = async (isThere) => { while (!isThere() && performance.now() < limit) await frame(); };
    const left = (one) => Math.round(one.scrollHeight - one.clientHeight - one.scrollTop);
    const ends = () => [left(pane), left(follower)];
    await until(() => ends().every((end) => end === 0));
    const reached = ends();
    pane.scrollTop = 0;
    await until(() => follower.scrollTop < 0.5);
    return [...reached, Math.round(follower.scrollTop)];
}"""
# The heights, within each pane, at which a heading stands once it was brought to the upper third of the text.
LEVEL_OF_A_HEADING = """async () => {
    const text = document.querySelector("#id_body"), preview = document.querySelector(".markdownx-preview");
    const mirror = document.querySelector(".pair-mirror");
    const place = text.value.indexOf("## Key Takeaways");
    const mark = document.createElement("span");
    mirror.style.inlineSize = `${text.clientWidth}px`;
    mirror.append(text.value.slice(0, place), mark);
    const height = mark.offsetTop;
    mirror.textContent = "";
    text.dispatchEvent(new WheelEvent("wheel"));
    text.scrollTop = height - text.clientHeight / 2;
    const headings = [...preview.querySelectorAll("h2")];
    const heading = headings.find((one) => one.textContent.includes("Key Takeaways"));
    const levels = () => {
        const [seen, top] = [heading, preview].map((one) => one.getBoundingClientRect().top);
        return [height - text.scrollTop, seen - top];
    };
    const limit = performance.now() + 5000;
    while (Math.abs(levels()[0] - levels()[1]) >= 60 && performance.now() < limit)
        await new Promise((done) => requestAnimationFrame(done));
    return levels();
}"""


@pytest.fixture
def open_form(visit, editors_state):
    def open_form(path=ARTICLE, **options):
        page = visit(path, **{"storage_state": editors_state} | options).page
        page.wait_for_selector(".markdownx-preview > *")
        settle(page)
        return page

    return open_form


def save(page):
    with page.expect_navigation():
        page.click("[name=_continue]")
    settle(page)


def type_and_keep(page, words):
    page.fill("#id_excerpt", words)
    wait_for_copy(page)


def wait_for_copy(page):
    page.wait_for_selector(".saved .extra:has-text('Kept in this browser')")


class TestSideBySide:
    def test_either_scrolls_the_other_to_both_ends_and_keeps_headings_level(self, open_form):
        page = open_form(EVERYTHING)

        for panes in PANES:
            assert page.evaluate(SCROLLED, panes) == [0, 0, 0], panes

        # A heading stands level in both, although far more of the text than of the preview stands above it:
        # readers do not see comments.
        unseen, words = "<!--\n" + "unseen\n" * 80 + "-->", [f"Paragraph {n}." for n in range(60)]
        page.fill("#id_body", "\n\n".join([*words[:30], unseen, "## Key Takeaways", *words[30:]]))
        page.wait_for_selector(".markdownx-preview :text('Paragraph 59.')")

        in_text, in_preview = page.evaluate(LEVEL_OF_A_HEADING)

        assert abs(in_text - in_preview) < 60

    def test_the_paragraph_of_the_cursor_is_marked_buttons_write_and_either_alone_is_remembered(
        self, open_form, site
    ):
        page = open_form()
        page.eval_on_selector("#id_body", "(field) => field.setSelectionRange(0, 0)")
        page.focus("#id_body")

        page.wait_for_selector(".markdownx-preview > .here")
        assert page.inner_text(".markdownx-preview .here").startswith("In May 1833")

        page.fill("#id_body", "one two")
        page.eval_on_selector("#id_body", "(field) => field.setSelectionRange(4, 7)")
        page.click(".pair-tools button:has-text('Bold')")
        assert page.input_value("#id_body") == "one **two**"

        # A title takes no line end, and the search result follows what is typed.
        page.fill("#id_title", "One")
        page.press("#id_title", "Enter")
        page.type("#id_title", "two")
        page.fill("#id_meta_description", "word " * 40)

        assert page.input_value("#id_title") == "Onetwo"
        assert page.inner_text(".snippet-title").startswith("Onetwo \N{EN DASH} ")
        assert page.inner_text(".snippet-words span").endswith("word…")
        assert page.inner_text(".snippet-words del").startswith("word")
        page.fill("#id_title", "<img src=x onerror=evil()>")  # shown as it was typed
        assert page.inner_text(".snippet-title").startswith("<img src=x onerror=evil()>")
        assert page.locator(".snippet img").count() == 0

        page.click(".pair-views [value=preview]")
        alone = page.is_visible("#id_body"), page.is_visible(".markdownx-preview")

        page.reload()

        assert alone == (False, True)
        assert (page.is_visible("#id_body"), page.is_visible(".markdownx-preview")) == (False, True)
        assert page.get_attribute(".pair-views [value=preview]", "aria-pressed") == "true"


class TestBar:
    def test_says_how_much_is_not_saved_and_that_a_browser_has_no_room(self, open_form):
        page = open_form()
        page.fill("#id_excerpt", "Other words")
        page.check("#id_is_featured")

        page.wait_for_selector(".saved:has-text('Not saved: 2 fields changed.')")
        wait_for_copy(page)
        assert "Kept in this browser" in page.inner_text(".saved")

        page.evaluate("""() => {
            Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
        }""")
        page.fill("#id_excerpt", "Words")
        assert page.wait_for_selector(".saved .extra.full:has-text('no space')")

    def test_shows_what_was_typed_in_another_window_and_saves_nothing(self, open_form):
        page = open_form()
        page.fill("#id_title", "Typed and not saved")
        with page.context.expect_page() as opened:
            page.keyboard.press("Control+p")

        opened.value.wait_for_load_state()
        assert opened.value.inner_text("h1") == "Typed and not saved"
        page.wait_for_selector(".saved:has-text('Not saved')")
        assert asked_on(page, page.reload) == ["beforeunload"]
        assert page.input_value("#id_title") != "Typed and not saved"


class TestCopies:
    def test_outlive_a_page_that_is_gone_at_once_and_bring_back_rows_too(self, open_form, site):
        page = open_form()
        add_category(page, "Rivers")
        type_and_keep(page, "Typed before the crash")
        context = page.context
        page.close()  # asks nothing, and no script of the page goes on

        page = context.new_page()
        page.goto(site.url(ARTICLE))
        page.click(".copy-note [value=restore]")

        assert page.input_value("#id_excerpt") == "Typed before the crash"
        assert page.wait_for_selector("#category_links-group .token-list li:has-text('Rivers')")

    def test_outlive_a_lost_connection(self, open_form):
        page = open_form(is_fresh=True)
        page.fill("#id_excerpt", "Typed on a train")
        page.context.set_offline(True)
        page.click("[name=_continue]")
        page.wait_for_selector(".offline-note:has-text('you are offline')")
        kept = page.input_value("#id_excerpt")
        page.context.set_offline(False)
        with page.expect_navigation():
            page.click(".offline-note button")

        assert kept == page.input_value("#id_excerpt") == "Typed on a train"

    def test_are_of_one_article_and_one_account_and_discarded_when_asked(
        self, open_form, site, editors_state, administrators_state
    ):
        page = open_form()
        type_and_keep(page, "Of this article")
        context = page.context
        page.close()

        page = context.new_page()
        page.goto(site.url("/admin/blog/article/{fog}/change/"))
        settle(page)
        elsewhere = page.is_hidden(".copy-note")
        context.add_cookies(administrators_state["cookies"])
        page.goto(site.url(ARTICLE))
        settle(page)
        to_another = page.is_hidden(".copy-note")
        context.add_cookies(editors_state["cookies"])
        page.reload()
        page.click(".copy-note [value=discard]")

        assert (elsewhere, to_another) == (True, True)
        assert copies(page) == []
        assert page.is_hidden(".copy-note")

    def test_go_with_their_writer(self, open_form, playwright, site):
        # A log-in of its own may end without harm to other tests.
        page = open_form(storage_state=state_of(playwright, site, site.editor), is_fresh=True)
        type_and_keep(page, "Private")
        page.on("dialog", lambda dialog: dialog.accept())
        page.eval_on_selector("#logout-form", "(form) => form.requestSubmit()")
        page.wait_for_url("**/logout/")

        assert copies(page) == []


def add_category(page, words):
    page.click("#category_links-group .token-add input")
    page.keyboard.type(words)
    page.wait_for_selector(f".token-options [aria-selected=true]:has-text('{words}')")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#category_links-group .token-list li:has-text('{words}')")


class TestTokens:
    GROUP = "#category_links-group"

    def test_stand_for_the_rows_that_are_sent_and_can_be_put_back_and_found_by_keyboard(self, open_form):
        page = open_form(EVERYTHING)
        page.click(f"{self.GROUP} [aria-label^='Remove'] >> nth=0")
        removed = page.is_checked("#id_category_links-0-DELETE")
        page.click(f"{self.GROUP} [aria-label^='Restore'] >> nth=0")

        assert removed
        assert not page.is_checked("#id_category_links-0-DELETE")
        names = page.locator(f"{self.GROUP} .token-list bdi").all_inner_texts()
        gone = names[1]
        add_category(page, "Rivers")
        page.click(f"{self.GROUP} [aria-label='Remove {gone}']")
        page.select_option(f"{self.GROUP} [aria-label='Level of Rivers']", label="niche")
        save(page)

        saved = page.locator(f"{self.GROUP} .token-list bdi").all_inner_texts()
        level = page.eval_on_selector(
            f"{self.GROUP} [aria-label='Level of Rivers']", "(select) => select.selectedOptions[0].text"
        )
        assert saved == [*(name for name in names if name != gone), "Rivers"]
        assert level == "niche"
        page.focus(f"{self.GROUP} .token-add input")
        page.wait_for_selector(".token-options [role=option]")
        page.keyboard.press("ArrowDown")
        chosen = page.inner_text(".token-options [aria-selected=true]")
        page.keyboard.press("Enter")
        assert chosen in page.inner_text(f"{self.GROUP} .token-list")
        assert page.evaluate("document.activeElement.getAttribute('role')") == "combobox"
        page.click(f"{self.GROUP} .as-table")
        assert page.is_visible("#id_category_links-0-DELETE")

    def test_create_what_has_no_name_yet(self, visit, editors_state):
        page = visit("/admin/blog/article/add/", storage_state=editors_state).page
        field = page.locator(f"{self.GROUP} .token-add input")
        page.fill("#id_title", "New words")
        page.fill("#id_body", "潮汐 come and go. " * 100)
        page.wait_for_selector(".under:has-text('500 words, 3 min read')")
        offered = []
        for typed in ("rivers", "Peat bogs"):
            field.fill(typed)
            page.wait_for_selector(f".token-options [aria-selected=true]:has-text('{typed}')")
            offered += page.locator(".token-options li").all_inner_texts()
        page.keyboard.press("Enter")
        token = page.locator(f"{self.GROUP} .token-list li")
        new = token.inner_text()
        save(page)

        assert offered == ["Rivers", "Create “Peat bogs”"]
        assert "new" in new.splitlines()
        assert token.locator("bdi").all_inner_texts() == ["Peat bogs"]
        assert "new" not in token.inner_text().splitlines()


NO_IMAGE = {"name": "broken.png", "mimeType": "image/png", "buffer": b"no picture"}


def image_file(name="dropped.png", red=200):
    file = io.BytesIO()
    colour = (red, 100, int(time.time()) % 256)
    Pillow.new("RGB", (320, 200), colour).save(file, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": file.getvalue()}


class TestLibrary:
    def test_gives_the_article_its_image_and_takes_away_what_was_said_of_the_one_before(self, open_form):
        page = open_form()
        page.fill("#id_hero_alt", "What was seen before.")
        page.click(".field-hero_image .button")
        page.fill("#library input[type=search]", "river")
        page.wait_for_selector(".library-list li:first-child bdi:text-matches('river', 'i')")
        image = page.get_attribute(".library-list button >> nth=0", "value")
        page.click(".library-list button >> nth=0")
        said = page.input_value("#id_hero_alt")
        save(page)

        assert said == ""
        assert page.input_value("#id_hero_image") == image

    def test_puts_an_image_where_the_cursor_is_and_takes_others(self, open_form):
        """Those in the text lead to their descriptions there."""
        page = open_form()
        page.click("[data-find-picture] >> nth=0")
        selected = "(field) => field.value.slice(field.selectionStart - 2, field.selectionEnd + 1)"
        listed = page.inner_text(".pictures .told bdi >> nth=0")
        assert page.eval_on_selector("#id_body", selected) == f"![{listed}]"

        page.fill("#id_body", "one two")
        page.eval_on_selector("#id_body", "(field) => field.setSelectionRange(4, 4)")
        page.click("[data-library=text]")
        page.wait_for_selector(".library-list button")
        page.click(".library-list button >> nth=0")

        assert page.input_value("#id_body").startswith("one ![")
        assert page.input_value("#id_body").endswith(")two")
        page.wait_for_selector(".markdownx-preview img")

        # It takes an upload, and what is pasted.
        page.click(".field-hero_image .button")
        page.set_input_files("#library input[type=file]", image_file())
        page.wait_for_selector("#library", state="hidden")
        uploaded = page.get_attribute(".field-hero_preview .thumb", "src")
        page.click(".field-hero_image .button")
        page.evaluate(
            """async ([bytes]) => {
                const data = new DataTransfer();
                data.items.add(new File([new Uint8Array(bytes)], "a.png", {type: "image/png"}));
                document.querySelector("#library").dispatchEvent(
                    new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
            }""",
            [list(image_file(red=100)["buffer"])],
        )
        page.wait_for_selector("#library", state="hidden")

        assert "/media/images/" in uploaded
        assert "/media/images/" in page.get_attribute(".field-hero_preview .thumb", "src")
        assert page.get_attribute(".field-hero_preview .thumb", "src") != uploaded
        page.wait_for_selector(".saved:has-text('Not saved')")

        # It says why a file is refused, and gives the focus back.
        page.focus(".field-hero_image .button")
        page.keyboard.press("Enter")
        page.wait_for_selector(".library-list")
        file = {"name": "a.png", "mimeType": "image/png", "buffer": b"no picture"}
        page.set_input_files("#library input[type=file]", file)

        page.wait_for_selector(".library-fault:not(:empty)")
        assert page.is_visible("#library[open]")
        assert axe_faults(page, part="#library") == []
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.matches('.field-hero_image .button')")


class TestPasting:
    def test_uploads_images_into_the_text_and_makes_tables_of_cells(self, open_form):
        page = open_form()
        page.fill("#id_body", "one two")
        page.eval_on_selector("#id_body", "(field) => field.setSelectionRange(4, 4)")
        copied = {"text/plain": "words", "text/html": "<p>words</p>"}
        of_words = give(page, "paste", copied, [image_file("words.png", red=1)])
        held, is_read = [], False
        page.route("**/markdownx/upload/", lambda route: route.continue_() if is_read else held.append(route))

        give(page, "paste", files=[image_file(), NO_IMAGE, image_file("b.png", red=90)])
        while_sent = page.input_value("#id_body")
        is_read = True
        for route in held:
            route.continue_()
        page.wait_for_selector(".markdownx-note:text-matches('^broken.png: .+')")
        page.keyboard.type("A map")
        text = page.input_value("#id_body")

        assert not of_words
        assert while_sent == (
            "one [Uploading dropped.png…]\n\n[Uploading broken.png…]\n\n[Uploading b.png…]two"
        )
        assert re.fullmatch(r"one !\[A map]\(/media/\S+\)\n\n\n\n!\[]\(/media/\S+\)two", text)

        # Cells of a spreadsheet become a table, which can be edited.
        page.fill("#id_body", "Before.")
        cells = "<tr><th>Town<th>Tide<br>in m<tr><td>Bo|ston<td>2,9<tr><td><td>3"
        copied = {"text/html": f"<style>td {{}}</style><table>{cells}</table>", "text/plain": "…"}

        give(page, "paste", copied, [image_file("cells.png")])
        pasted = page.input_value("#id_body")
        page.eval_on_selector("#id_body", "(field) => field.setSelectionRange(12, 12)")
        page.click("[data-table]")
        faults = axe_faults(page, part="#table")
        page.get_by_label("Row 1, column 1").fill("Deal | Kent")
        page.click("#table [value=add-column]")
        page.select_option("#table select", "center")
        page.get_by_label("Row 1, column 2").focus()
        page.keyboard.press("Enter")
        page.keyboard.type("low")
        page.keyboard.press("Control+Enter")
        edited = page.input_value("#id_body")
        layout = "<table><tr><td>a<td><table><tr><td>b</table><tr><td>c<td>d</table>"
        code = "<table><tr><td><td>if (a)<tr><td><td>  b()</table>"
        words = [give(page, "paste", {"text/html": html}) for html in (layout, code)]
        page.fill("#id_body", "```\n")
        words.append(give(page, "paste", copied))

        table = "Before.\n\n| Town | Tide<br>in m |\n| --- | ---: |\n| Bo\\|ston | 2,9 |\n|  | 3 |\n"
        assert pasted == table
        assert edited == (
            "Before.\n\n| Town |  | Tide<br>in m |\n| --- | :---: | ---: |\n"
            "| Deal \\| Kent |  | 2,9 |\n|  | low | 3 |\n"
        )
        assert faults == []
        assert words == [False] * 3


class TestLongNames:
    def test_are_no_wider_than_the_page_and_findings_lead_to_their_fields(self, open_form):
        page = open_form(LONG)
        page.click(".field-hero_image .button")
        page.wait_for_selector(".library-list")

        for width in (390, 1440):
            page.set_viewport_size({"width": width, "height": 844})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.eval_on_selector("#library", "(box) => box.scrollWidth <= box.clientWidth"), width
        page.keyboard.press("Escape")

        # Findings lead to the field that is typed into or searched.
        page.click(".checks a[href='#id_meta_description'] >> nth=0")
        typed_into = page.evaluate("document.activeElement.id")
        page.eval_on_selector(".checks a", "(link) => link.setAttribute('href', '#id_hero_image')")
        page.click(".checks a[href='#id_hero_image']")

        assert typed_into == "id_meta_description"
        assert page.evaluate("document.activeElement.matches('.field-hero_image .select2-selection')")


class TestWriting:
    def test_a_link_is_chosen_by_title_in_the_full_screen_which_keeps_the_place(self, open_form):
        page = open_form(EVERYTHING)
        page.fill("#id_body", "Words.\n\n" * 200 + "Write to ann@ice.example, not to me")
        share = (
            "() => { const [t] = document.getElementsByName('body'); return t.scrollTop / t.scrollHeight; }"
        )

        page.click("button:has-text('Full screen')")
        page.keyboard.type(" @Ice fo")
        page.wait_for_selector("[role=option]")
        chosen = page.inner_text(f"#{page.get_attribute('#id_body', 'aria-activedescendant')} bdi")
        faults = axe_faults(page)
        page.keyboard.press("Enter")
        shown = [page.is_visible(part) for part in ("#header", ".rail", ".edit-head textarea", "#id_body")]
        page.eval_on_selector("#id_body", "(field) => { field.scrollTop = field.scrollHeight / 4; }")
        in_full = page.evaluate(share)
        page.keyboard.press("Escape")
        after = page.evaluate(share)
        page.keyboard.type("! See ann@ice")
        page.wait_for_timeout(300)  # longer than the script waits before a search

        assert chosen.startswith("Ice for Calcutta")
        link = r"not to me \[Ice for .+\]\(/articles/[\w-]+/\)! See ann@ice$"
        assert re.search(link, page.input_value("#id_body"))
        assert page.locator("[role=option]:visible").count() == 0, "a list within an e-mail address"
        assert shown == [False, False, True, True]
        assert page.is_visible("#header")
        assert after == pytest.approx(in_full, abs=0.02)
        assert not faults, faults
