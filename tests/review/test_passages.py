"""Find the paragraph at an offset, and the passage that a removal takes."""

import pytest

from blog.review.passages import PassageFinder, paragraph_at
from tests.support.cases import read_cases


def without(text, kind):
    """Return the text without the passage that a removal takes for the mark in braces."""
    start, end = text.index("{"), text.index("}") - 1
    body = text.replace("{", "").replace("}", "")
    passage = PassageFinder(body).find(kind, start, end)
    return body[: passage.start] + body[passage.end :]


CASES = [(kind, *case) for kind, cases in read_cases("passages").items() for case in cases]


@pytest.mark.parametrize(("kind", "text", "rest"), CASES)
def test_takes_a_passage_and_leaves_the_rest(kind, text, rest):
    assert without(text, kind) == rest


def test_a_list_is_one_paragraph():
    body = "One.\n\n- two\n\n- three\n\nFour."

    start, end = paragraph_at(body, body.index("three"))

    assert body[start:end] == "- two\n\n- three"
