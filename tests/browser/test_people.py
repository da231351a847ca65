"""Deciding on people by keyboard, at full speed."""

import pytest

PEOPLE = "/admin/people/"
REASONS = "1 2 4 p; see https://example.org/u?jk and page #3"


@pytest.fixture
def people(visit, editors_state):
    return visit(PEOPLE, storage_state=editors_state).page


def test_number_and_enter_carry_an_answer_out_and_u_undoes_it(people):
    name = people.inner_text(".person .name")

    with people.expect_navigation():
        people.keyboard.press("4")
        people.keyboard.press("Enter")
    decided = people.inner_text(".result b")
    with people.expect_navigation():
        people.keyboard.press("u")

    assert decided == f"“{name}” is not a person."
    assert people.inner_text(".person .name") == name
    assert people.locator(".result").count() == 0


def test_letters_typed_right_after_a_number_stay_in_the_field(people):
    address = people.url

    people.keyboard.press("2")
    people.keyboard.type(REASONS)
    typed = people.input_value("#source")
    people.locator("#answer-real [type=checkbox]").first.focus()
    people.keyboard.type("j34u")
    people.evaluate("document.activeElement.blur()")
    people.keyboard.type("ju")

    assert typed == people.input_value("#source") == REASONS
    assert people.url == address
    assert people.is_visible("#answer-real")
