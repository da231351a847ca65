"""Plan the removal of marks from a text, and find what there is against it."""

import pytest

from blog.review.removal import plan_text_removal
from tests.support.removals import Mark

FILLER = "The hill is green in spring, and the tides come and go below it every day of the year. " * 8
CASES = [
    ("Before. {Gone.} After.", ""),
    ("{Gone.} After.", ""),
    ("Before. {Gone.}", ""),
    ("Before.\n\n{Gone.}\n\nAfter.", ""),
    ("They agree on this:\n\n{Gone.}\n\nAfter.", "leads"),
    ("Before:\n\n- {Gone.}\n\nAfter.", "leads"),
    ("Before:\n\n- {Gone.}\n- Two.\n\nAfter.", ""),
    ("{Gone.} She went on.", "refers"),
    ("{Gone.} This is why.", "refers"),
    ("Before.\n\n{Gone.}\n\nHer words stayed.", "refers"),
    ("Before.\n\n{Gone.}\n\nAnd so he said it.", "refers"),
    ("Before.\n\n{Gone.}\n\nThis is another matter.", ""),
    ("{Gone.} More of Hale is here.", "named"),
    ('Before. {"All of it," she said.} After.', ""),
    ("Before. {„Ganz“, sagt sie.} Danach.", ""),
    ("- **Hill:** {Gone.} ![A hill](a.jpg)\n- Two.", "remains"),
    ("| a | b |\n|---|---|\n| {1 | 2} |", "remains"),
    ("Before.[^1]\n\n[^1]: {Gone.}", "note"),
    (f"Before. {{{'Gone and away, ' * 21}and over.}} After. " + FILLER, "long"),
]


def plan(text, kind="person", name="Dr. Runa Hale"):
    start, end = text.index("{"), text.index("}") - 1
    return plan_text_removal(text.replace("{", "").replace("}", ""), [Mark(kind, start, end)], name)


@pytest.mark.parametrize(("text", "concern"), CASES)
def test_text_around_it_is_a_concern_if_it_depends_on_it(text, concern):
    removal = plan(FILLER + "\n\n" + text + "\n\n" + FILLER)

    assert [str(each.kind) for each in removal.concerns] == [concern] * bool(concern)


def test_more_than_a_fifth_of_a_section_is_a_concern():
    removal = plan("## The hill\n\nOne two three four five. {Six is gone.}\n\n## The tides\n\n" + FILLER)

    assert removal.why == "38% of “The hill”"
    assert removal.needs_confirmation
    assert removal.is_possible


def test_a_callout_is_judged_by_itself_and_not_by_its_share_of_a_short_section():
    short = "## The hill\n\nIt is green in spring.\n\n{}\n\n## The tides\n\n" + FILLER * 2
    callout = "> {**Insight:** Plan early for the wind. Test often. — Dr. Runa Hale, miller}"

    assert plan(short.replace("{}", callout)).concerns == ()
    assert "of “The hill”" in plan(short.replace("{}", callout.removeprefix("> "))).why


def test_callouts_of_more_than_a_fifth_of_the_text_are_a_concern():
    text = (
        "> {**Insight:** Plan early for the wind. — Dr. Runa Hale}\n\nIt is green, and the tides come and go."
    )

    assert plan(text).why == "50% of the text"


def test_a_callout_is_removed_with_its_attribution():
    callout = "> **Insight:** Plan early for the wind. {Test often. — Dr. Runa Hale, miller}"

    assert plan(FILLER + "\n\n" + callout + "\n\n" + FILLER).body == FILLER + "\n\n" + FILLER


def test_a_heading_without_text_is_a_concern():
    removal = plan(FILLER + "\n\n## The hill\n\n{Gone.}\n\n## The tides\n\n" + FILLER)

    assert "“The hill” would have no text" in removal.why


def test_a_broken_rest_forbids_the_removal():
    assert not plan(FILLER + "Before.[^1]\n\n[^1]: {Gone.}").is_possible
    assert not plan("{Gone.}").is_possible


def test_several_marks_are_removed_as_one():
    body = FILLER + "\n\n> **Tip:** One is here. Two is here.\n\n" + FILLER
    one, two = body.index("One is"), body.index("Two is")

    removal = plan_text_removal(body, [Mark("person", one, one + 12), Mark("person", two, two + 12)])

    assert removal.body == FILLER + "\n\n" + FILLER
    assert removal.text == "Tip: One is here. Two is here."
    assert (removal.words, len(removal.removed)) == (7, 1)
