"""The history of an article in a real browser, by keyboard alone."""

import pytest

HISTORY = "/admin/blog/article/{revised}/history/?version="


@pytest.fixture
def history(visit, editors_state):
    def history(version, **options):
        return visit(f"{HISTORY}{version}", storage_state=editors_state, **options).page

    return history


def go(page, act):
    with page.expect_navigation():
        act()


class TestKeys:
    def test_f_unfolds_all_and_folds_it_again_and_j_and_k_go_to_other_versions(self, history):
        page = history(3)
        open_ones = "document.querySelectorAll('.words .fold[open]').length"

        page.keyboard.press("f")
        unfolded = page.evaluate(open_ones)
        page.keyboard.press("f")
        folded = page.evaluate(open_ones)
        page.keyboard.press("?")
        keys = page.inner_text("#keys")
        page.keyboard.press("Escape")
        go(page, lambda: page.keyboard.press("j"))
        before = page.inner_text("#chosen")
        go(page, lambda: page.keyboard.press("k"))

        assert (unfolded, folded) == (3, 0)
        assert "restore this version" in keys
        assert before.startswith("Version 2:")
        assert page.inner_text("#chosen").startswith("Version 3:")

    def test_r_restores_but_not_while_somebody_types_a_note(self, history):
        page = history(2)

        page.focus("#note")
        page.keyboard.type("reef")
        typed = page.input_value("#note")
        page.evaluate("document.activeElement.blur()")
        go(page, lambda: page.keyboard.press("r"))

        assert typed == "reef"
        assert "Version 2 was restored" in page.inner_text("#container")
