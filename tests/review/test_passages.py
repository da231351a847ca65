"""Find the paragraph at an offset, and the passage that a removal takes."""

import pytest

from blog.review.passages import PassageFinder, paragraph_at

CALLOUT = "> **EXPERT INSIGHT:** {“We knocked.”} — Dr. Anya Sharma, geophysicist"
IN_LINES = "> **EXPERT INSIGHT:**\n> {“We knocked.”}\n>\n> Dr. Anya Sharma, geophysicist"
TWO_PARTS = ('"We knocked on the mountain," says Dr. Hale.', '"Then we waited for an echo."')


def without(text, kind="figure"):
    """Return the text without the passage that a removal takes for the mark in braces."""
    start, end = text.index("{"), text.index("}") - 1
    body = text.replace("{", "").replace("}", "")
    passage = PassageFinder(body).find(kind, start, end)
    return body[: passage.start] + body[passage.end :]


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("One. {Two.} Three.\n\nNext.\n", "One. Three.\n\nNext.\n"),
        ("One. {Two.}\n\nNext.\n", "One.\n\nNext.\n"),
        ("{Two.} One.\n\nNext.\n", "One.\n\nNext.\n"),
        ("One.\n\n{Two.}\n\nNext.\n", "One.\n\nNext.\n"),
        ("One.\n\n{Two.}\n", "One.\n"),
        ("A study by {[Insert source]} found it. Two.", "Two."),
        ("One. {Two\nis here.} Three.\n", "One. Three.\n"),
        ("**One is here. {Two is here.}** Three.", "**One is here.** Three."),
        ("**{One is here.} Two is here.** Three.", "**Two is here.** Three."),
        ("{One is here.} We thank:\n\n- Runa", "We thank:\n\n- Runa"),
        (
            "> One is here.\n> - [item]\n>\n> It cost {$XX}.\n> - Two is.",
            "> One is here.\n> - [item]\n>\n> - Two is.",
        ),
    ],
)
def test_takes_the_sentence(text, rest):
    assert without(text) == rest


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("<ul>\n<li>{One is.}</li>\n<li>Two is.</li>\n</ul>", "<ul>\n<li>Two is.</li>\n</ul>"),
        ("<ul><li>{One is.}</li><li>Two is.</li></ul>", "<ul><li>Two is.</li></ul>"),
        ("<ul>\n<li>{One is.} Two is.</li>\n</ul>", "<ul>\n<li>Two is.</li>\n</ul>"),
        ("<ul>\n<li>One is <b>bold.</b> {Two is.}</li>\n</ul>", "<ul>\n<li>One is <b>bold.</b></li>\n</ul>"),
        ("<table><tr><td>One</td><td>{3 metres}</td></tr></table>", "<table><tr><td>One</td></tr></table>"),
        ("<p>One is.</p>\n{Two is.}", "<p>One is.</p>"),
    ],
)
def test_takes_the_item_or_sentence_of_html_with_whole_tags(text, rest):
    assert without(text) == rest


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("- one\n- {Two.}\n- three\n", "- one\n- three\n"),
        ("- one\n- **Tides:** {Two is.} Three.\n", "- one\n- **Tides:** Three.\n"),
        (f"One.\n\n{CALLOUT}\n\nNext.", "One.\n\nNext."),
        (f"One.\n\n{IN_LINES}\n\nNext.", "One.\n\nNext."),
        ("> This one stays. {“We knocked.”}\n\nNext.", "> This one stays.\n\nNext."),
        ("> Found in 1990.\n> {Two is.}\n\nNext.", "> Found in 1990.\n\nNext."),
        ("> **Did you know?** {Two is.}\n\nNext.", "Next."),
        ("**Did you know?** {Two is.}\n\nNext.", "Next."),
        (":::note\n\n{Two is.}\n\n:::\n\nNext.", "Next."),
        ("<aside>\n\n{Two is.}\n\n</aside>\n\nNext.", "Next."),
        ("| a | b |\n|---|---|\n| {1 | 2} |\n| 3 | 4 |\n", "| a | b |\n|---|---|\n| 3 | 4 |\n"),
    ],
)
def test_takes_a_block_that_holds_only_the_sentence(text, rest):
    assert without(text) == rest


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("{{{}}} {} Next.".format(*TWO_PARTS), "Next."),
        ("{} {{{}}} Next.".format(*TWO_PARTS), "Next."),
        ("Hello. “It began. {Then 30 % went.} It is over,” she said. Next.", "Hello. Next."),
        ("“It began here.\n\n“{Then 30 % went.}\n\n“It is over.” — Dr. Runa Hale\n\nNext.", "Next."),
        ("{“It began in a cold year.”}\n\n— Dr. Runa Hale, geophysicist\n\nNext.", "Next."),
        ("The {“long year” ended.} Next.", "Next."),
        ("**{Social snippet:}** “It began here. It is over.”\n\nNext.", "Next."),
        (
            '{"We knocked on the mountain," says Dr. Hale.} "It was long before us," says Bo Yun.',
            '"It was long before us," says Bo Yun.',
        ),
    ],
)
def test_takes_a_quotation_whole_with_its_attribution(text, rest):
    assert without(text, "quotation") == rest


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("One.\n\n{![A hill](a.jpg)}\n*Photo by [Bo](b)*\n\nNext.", "One.\n\nNext."),
        ("One. {![A hill](a.jpg)} Two.", "One. Two."),
        ("One.\n\n**{Call to Action:}** Come and see.\n", "One.\n\nCome and see.\n"),
        ("## {A [Placeholder] here}\n\nNext.", "Next."),
    ],
)
def test_takes_an_image_with_its_credit_and_a_label_or_heading_alone(text, rest):
    assert without(text, "picture") == rest


def test_a_list_is_one_paragraph():
    body = "One.\n\n- two\n\n- three\n\nFour."

    start, end = paragraph_at(body, body.index("three"))

    assert body[start:end] == "- two\n\n- three"
