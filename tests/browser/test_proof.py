"""The proof of an article in a real browser: by keyboard alone."""

import pytest

from tests.support.durations import ARTICLES_APPROVED

PROOF = "/admin/blog/article/{%s}/proof/"
FOG = f"{PROOF % 'fog'}?_changelist_filters=q%3Dfogharvest"
MOST_KEYS = 4
COUNT = """
    const count = (name) => sessionStorage.setItem(name, Number(sessionStorage.getItem(name)) + 1);
    for (const type of ["mousedown", "mousemove"]) addEventListener(type, () => count("mouse"), true);
    addEventListener("keydown", () => count("keys"), true);
"""
REASONS = ("publish #1, a saying, see p. 12", "Jonah asked: 3 of 4 agree? /u g d n b k x")
EMPTY_FIELDS = """
    for (const field of document.querySelectorAll(".answer .field > :last-child")) field.value = "";
"""
SELECT_WORDS = """
    const text = document.querySelector("#prose p:last-of-type").firstChild;
    getSelection().setBaseAndExtent(text, 5, text, 14);
"""
TYPE_AFTER_SAVING = """
    (letters) => document.addEventListener("galley:refreshed", () => {
        for (const key of letters) {
            const pressed = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
            document.activeElement.dispatchEvent(pressed);
        }
    }, { once: true });
"""
OPEN_TO_APPROVAL = "#approve-button:not([aria-disabled])"


@pytest.fixture
def proof(visit, editors_state):
    def proof(path, *, counts=False):
        if not counts:
            return visit(path, storage_state=editors_state).page
        visited = visit("/health/", storage_state=editors_state, is_fresh=True)
        visited.page.add_init_script(COUNT)
        return visited.open(path).page

    return proof


def press(page, *keys):
    """Press keys of which the last one leads to another page."""
    for key in keys[:-1]:
        page.keyboard.press(key)
    with page.expect_navigation():
        page.keyboard.press(keys[-1])


def used(page, what) -> int:
    """Return how often the mouse or the keys were used on all pages of this visit."""
    return page.evaluate("(what) => Number(sessionStorage.getItem(what))", what)


def test_answers_with_long_names_are_not_cut_off(proof):
    page = proof(PROOF % "quoted")
    page.set_viewport_size({"width": 1280, "height": 800})

    page.eval_on_selector(".now .four button:last-child", "button => button.append(' (Behauptung)')")

    assert page.eval_on_selector(".now .four", "answers => answers.scrollWidth <= answers.clientWidth")


class TestByKeyboardAlone:
    def test_clean_articles_are_approved_one_after_the_other(self, proof):
        page, loads = proof(FOG, counts=True), []
        page.on("load", lambda: loads.append(page.url))

        for _ in range(ARTICLES_APPROVED):
            page.keyboard.press("End")
            page.wait_for_selector(OPEN_TO_APPROVAL)
            press(page, "a", "a")

        assert used(page, "mouse") == 0
        assert 0 < used(page, "keys") <= MOST_KEYS * ARTICLES_APPROVED
        assert len(loads) == ARTICLES_APPROVED
        assert "That was the last one in the list" in page.inner_text("#container")

    def test_two_keys_settle_a_mark_and_the_last_one_leads_to_approval(self, proof):
        page = proof(PROOF % "quoted_too", counts=True)
        waits = page.inner_text("#why")

        press(page, "a")
        refused = page.url
        while page.locator(".foot .why").count():
            press(page, "3", "Enter")
        page.wait_for_selector("#said:has-text('Removed')", state="attached")  # a script says it
        settled = page.inner_text("#said")
        page.keyboard.press("End")
        page.wait_for_selector(OPEN_TO_APPROVAL)
        press(page, "a", "a")

        assert "a person is" in waits
        assert "?mark=" in refused
        assert "Removed" in settled
        assert "Approved" in page.inner_text(".toast")
        assert used(page, "mouse") == 0

    def test_rewriting_shows_what_it_changes_and_escape_leaves_it(self, proof):
        page = proof(PROOF % "quoted")

        page.keyboard.press("2")
        page.keyboard.type("Or so it seems. ")
        page.wait_for_selector(".rewrite .was ins")
        added = page.inner_text(".sheet .rewrite .was ins")
        page.keyboard.press("Escape")

        assert "Or so it seems." in added
        assert not page.is_visible(".rewrite")

    def test_letters_typed_after_the_key_of_an_answer_never_act_on_the_article(self, proof):
        page = proof(PROOF % "quoted")
        address, posts = page.url, []
        page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
        page.route("**/difference/", lambda route: route.abort())

        for key in ("1", "2", "4"):
            page.evaluate(EMPTY_FIELDS)
            for reason in REASONS:
                page.keyboard.press(key)
                page.keyboard.type(reason)
                page.evaluate("document.activeElement.blur()")
                page.keyboard.type("p")  # goes to the field of the open answer
                typed = page.evaluate("document.activeElement.value")
                page.evaluate("document.activeElement.value = ''")
                page.keyboard.press("Escape")
                assert sorted(typed) == sorted(reason + "p")
        page.keyboard.press("3")
        page.keyboard.type("pas#ej")

        assert page.url == address
        assert not [post for post in posts if not post.endswith(("/difference/", "/look/"))]

        held = []
        page.route(lambda url: "mark=2" in url, lambda route: held.append(route))
        for key in ("Escape", "n", "1", *REASONS[1], "Enter"):  # before the next page is there
            page.keyboard.press(key)
        with page.expect_navigation():
            held.pop().continue_()
        page.wait_for_selector("#answer-source.open")

        assert page.input_value("#field-source") == REASONS[1]
        assert page.url.endswith("mark=2#m2")

    def test_enter_and_control_enter_keep_the_answer(self, proof):
        page = proof(PROOF % "quoted")

        answers = (("source", "Ask p. 3", "Control+Enter"), ("no_claim", "A saying", "Enter"))
        for answer, reason, enter in answers:
            page.click(f"[data-answer=answer-{answer}]")
            page.keyboard.type(reason)
            press(page, enter)
            page.wait_for_selector("#said:has-text('resolved')", state="attached")

        outcomes = page.locator(".mk .got").all_inner_texts()
        with page.expect_navigation():
            page.click("#r2 a")
        assert outcomes[:2] == ["Source", "Not a claim"]
        assert page.inner_text(".mk-card .also bdi") == "A saying"

    def test_answer_without_a_reason_takes_one_key_and_letters_after_it_do_nothing(self, proof):
        page, loads = proof(PROOF % "figures"), []
        page.wait_for_load_state()
        page.on("load", lambda: loads.append(page.url))
        posts = []
        page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)

        page.evaluate(TYPE_AFTER_SAVING, "see p#3")
        page.keyboard.press("4")
        page.wait_for_selector("#said:has-text('1 of 4 resolved')", state="attached")
        page.wait_for_timeout(1200)  # such letters have an end
        page.keyboard.press("n")
        page.wait_for_selector("#r3.now")

        assert page.inner_text("#marks-title span") == "1 of 4 resolved"
        assert page.evaluate("document.activeElement.dataset.answer") == "answer-source"
        assert [post for post in posts if not post.endswith("/look/")] == posts[:1]
        assert not loads

    def test_undo_after_an_answer_reopens_the_mark_without_a_load(self, proof):
        page, loads = proof(PROOF % "figures_too"), []
        page.wait_for_load_state()
        page.on("load", lambda: loads.append(page.url))

        page.keyboard.press("4")
        page.wait_for_selector("#said:has-text('1 of 4 resolved')", state="attached")
        page.check("#approve [value=figures]")
        page.locator("#approve [value=figures]").blur()
        page.keyboard.press("u")
        page.wait_for_selector("#said:has-text('Undone')", state="attached")

        assert page.inner_text("#marks-title span") == "0 of 4 resolved"
        assert page.is_checked("#approve [value=figures]")
        assert not loads

    @pytest.mark.parametrize("fault", ["offline", "logged out", "refused"])
    def test_typed_words_stay_if_they_cannot_be_saved(self, proof, fault):
        page = proof(PROOF % "figures_too")
        cookies = page.context.cookies()
        page.keyboard.press("2")
        page.keyboard.type("Or so it seems. ")
        typed = page.input_value("#field-rewritten")

        if fault == "offline":
            page.route("**/resolve/*", lambda route: route.abort())
        elif fault == "logged out":
            page.context.clear_cookies()
        else:  # somebody else has saved the article
            page.eval_on_selector(".answer.rewrite [name=version]", "field => { field.value = 0; }")
        page.keyboard.press("Control+Enter")
        page.wait_for_selector(".messagelist .error")
        message = page.inner_text("#said")
        shown = page.input_value(".answer.open #field-rewritten")
        page.unroute("**/resolve/*")
        page.context.add_cookies(cookies)

        assert message.startswith("Not ")
        assert shown == typed

    def test_selected_words_get_a_note(self, proof):
        page = proof(PROOF % "quoted_plainly")
        page.evaluate(SELECT_WORDS)

        page.keyboard.press("o")
        page.keyboard.type("Which ones?")
        press(page, "Control+Enter")

        assert page.inner_text("#prose mark.noted") == "the crews"
        assert "Which ones?" in page.inner_text("#notes")
