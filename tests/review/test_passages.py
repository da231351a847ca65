import pytest

from blog.review.passages import paragraph_at, remove_span

CALL_OUT = "> **EXPERT INSIGHT:** “We knocked.” — Dr. Anya Sharma, geophysicist"
IN_LINES = "> **EXPERT INSIGHT:**\n> “We knocked.”\n>\n> Dr. Anya Sharma, geophysicist"


@pytest.mark.parametrize(
    ("body", "words", "rest"),
    [
        ("One. Two. Three.\n\nNext.\n", "Two.", "One. Three.\n\nNext.\n"),
        ("One. Two.\n\nNext.\n", "Two.", "One.\n\nNext.\n"),
        ("Two. One.\n\nNext.\n", "Two.", "One.\n\nNext.\n"),
        ("One.\n\nTwo.\n\nNext.\n", "Two.", "One.\n\nNext.\n"),
        ("One.\n\nTwo.\n", "Two.", "One.\n"),
        ("- one\n- Two.\n- three\n", "Two.", "- one\n- three\n"),
        (f"One.\n\n{CALL_OUT}\n\nNext.", "“We knocked.”", "One.\n\nNext."),
        (f"One.\n\n{IN_LINES}\n\nNext.", "“We knocked.”", "One.\n\nNext."),
        ("> This one stays. “We knocked.”\n\nNext.", "“We knocked.”", "> This one stays.\n\nNext."),
    ],
)
def test_empty_remains_are_removed_too(body, words, rest):
    start = body.index(words)

    assert remove_span(body, start, start + len(words)) == rest


def test_a_list_is_one_paragraph():
    body = "One.\n\n- two\n\n- three\n\nFour."

    start, end = paragraph_at(body, body.index("three"))

    assert body[start:end] == "- two\n\n- three"
