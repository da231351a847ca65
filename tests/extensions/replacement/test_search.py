"""Find words and links that can be replaced, and leave code, URLs and markup as they are."""

from itertools import chain
from pathlib import Path

import pytest

from blog.documents.frontmatter.document import parse_document
from blog.documents.markup_ranges import apply_edits
from blog.documents.parsing.markdown import block_ranges
from blog.documents.rendering.markdown import render_markdown
from blog.extensions.replacement.search import Replacement, Subject
from tests.support.cases import read_cases
from tests.support.durations import IS_LONG
from tests.support.hostile_patterns import BODIES, body_of, take_too_long

ROOT = Path(__file__).parents[3]
SAMPLES = sorted(chain(ROOT.glob("fixtures/articles/*.md"), ROOT.glob("tests/samples/articles/*.md")))
LINKS = (
    "[x](https://old.example/a) [x](https://old.example/a#c) [x](https://old.example/ab)"
    ' <https://old.example/a> <a href="https://old.example/a">'
)
ACME = Replacement(Subject.WORDS, "Acme Cloud", "Globex")


def replaced(replacement, text):
    edits = [edit for passage in replacement.find_in_markdown(text) for edit in passage.edits]
    return apply_edits(text, edits)


CASES = read_cases("replacements")


@pytest.mark.parametrize(
    ("before", "after"), CASES["changed"] + [(text, text) for (text,) in CASES["unchanged"]]
)
def test_words_change_only_in_text_that_readers_see(before, after):
    assert replaced(ACME, before) == after


@pytest.mark.parametrize(
    ("options", "text", "after"),
    [
        ({"whole_words": False}, "Acme Clouds", "Globexs"),
        ({"same_case": True}, "acme cloud, Acme Cloud", "acme cloud, Globex"),
        ({"with_images": True}, '![Acme Cloud](/Acme "Acme Cloud")', '![Globex](/Acme "Globex")'),
    ],
)
def test_options(options, text, after):
    assert replaced(Replacement(Subject.WORDS, "Acme Cloud", "Globex", **options), text) == after


def test_alt_texts_in_code_stay():
    text = "`![Acme Cloud](/a)`\n\n    ![Acme Cloud](/b)"

    assert replaced(Replacement(Subject.WORDS, "Acme Cloud", "Globex", with_images=True), text) == text


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("Colour and colour, COLOUR.", "Tint and tint, TINT."),
        ("colour, not colourful", "tint, not colourful"),
    ],
)
def test_capitals_at_the_beginning_stay(text, after):
    assert replaced(Replacement(Subject.WORDS, "colour", "tint"), text) == after


@pytest.mark.parametrize(
    "new", ["a*b*", "[x](/y)", "<b>c</b>", "# d", "1. e", "- f", "`g`", "_h_", "a | b", "&amp;"]
)
def test_new_words_are_shown_as_typed(new):
    text = "tides turn.\n\n| a |\n|---|\n| tides |"

    html = render_markdown(replaced(Replacement(Subject.WORDS, "tides", new, same_case=True), text)).html

    shown = new.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert html.count(shown) == 2
    assert html.count("<td") == 1


@pytest.mark.parametrize(
    ("subject", "old", "new", "after"),
    [
        (
            Subject.LINK,
            "https://old.example/a",
            "/b",
            '[x](/b) [x](/b#c) [x](https://old.example/ab) <https://old.example/a> <a href="/b">',
        ),
        (
            Subject.LINK_BEGINNING,
            "https://old.example",
            "https://new.example/x",
            LINKS.replace("old.example", "new.example/x"),
        ),
        (
            Subject.HOST,
            "OLD.example",
            "new.example",
            LINKS.replace("old.example", "new.example"),
        ),
    ],
)
def test_links(subject, old, new, after):
    rest = (
        " ![x\ny](https://old.example/a) `https://old.example/a` [x](https://old.example.org/a) old.example"
    )

    assert replaced(Replacement(subject, old, new), LINKS + rest) == after + rest


def test_definitions_of_images_keep_their_urls():
    text = "![A][sea] [b][c]\n\n[sea]: https://old.example/a.png\n[c]: https://old.example/c\n"

    after = replaced(Replacement(Subject.HOST, "old.example", "new.example"), text)

    assert after == text.replace("old.example/c", "new.example/c")


def test_capitals_of_a_title_stay():
    search = Replacement(Subject.WORDS, "machine learning", "learning by machines")

    after = replaced(search, "# On Machine Learning\n\nMachine learning is old.")

    assert after == "# On Learning By Machines\n\nLearning by machines is old."


def test_beginning_of_links_may_end_within_a_name_only_after_punctuation():
    text = "[a](https://a.example/@ida) [b](https://a.example/ida)"

    assert "/x/ida)" in replaced(Replacement(Subject.LINK_BEGINNING, "https://a.example/@", "/x/"), text)
    assert replaced(Replacement(Subject.LINK_BEGINNING, "https://a.example/i", "/x/"), text) == text


def test_equal_sentences_have_equal_keys():
    one, other, third = (
        ACME.find_in_markdown(text)
        for text in ("A b. Acme Cloud is new. C d.", "# X\n\nAcme Cloud is new.", "Acme Cloud is old.")
    )

    assert one[0].key == other[0].key != third[0].key


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_frequent_words_of_samples_change_nothing_else(path):
    body = parse_document(path.read_bytes()).body

    after = replaced(Replacement(Subject.WORDS, "the", "thx", with_images=True), body)

    assert after.casefold().replace("thx", "the") == body.casefold().replace("thx", "the")
    assert [after[start:end] for start, end in block_ranges(after)[0]] == [
        body[start:end] for start, end in block_ranges(body)[0]
    ]
    assert addresses(after) == addresses(body)


def addresses(body):
    return sorted(render_markdown(body).images), body.count("]("), body.count("http")


def test_hostile_texts_take_linear_time():
    searches = [Replacement(Subject.WORDS, "a", "b"), Replacement(Subject.HOST, "a.b", "c.d")]

    def find_all(text):
        for search in searches:
            search.find_in_markdown(text)

    patterns = BODIES if IS_LONG else BODIES[::4]
    assert take_too_long([body_of(pattern, 200_000) for pattern in patterns], find_all) == []
