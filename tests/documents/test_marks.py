"""Marks in a rendered text: their words are found whatever the renderer made of them, and nothing breaks."""

import re
from html.parser import HTMLParser

import pytest

from blog.documents.marks import MarkHighlight, NoteHighlight, highlight_marks, plain_words
from blog.documents.rendering.markdown import render_markdown


def marked(body, *words, **options):
    marks = [MarkHighlight(number, body.index(some), some, **options) for number, some in enumerate(words, 1)]
    return highlight_marks(render_markdown(body).html, marks)


def underlined(html, number=1):
    """Return the words that are underlined for a mark."""
    pieces = re.findall(rf'<mark class="m[^"]*" data-marks="(?:\d+ )*{number}(?: \d+)*">(.*?)</mark>', html)
    return "".join(pieces)


class Nesting(HTMLParser):
    """Reads HTML, and fails where elements do not nest or a link stands in another."""

    WITHOUT_END = frozenset(["br", "hr", "img", "input"])

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        assert not (tag == "a" and "a" in self.open)
        if tag not in self.WITHOUT_END:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def assert_nests(html):
    reader = Nesting()
    reader.feed(html)
    reader.close()
    assert reader.open == []


class TestFinding:
    @pytest.mark.parametrize(
        ("body", "words", "shown"),
        [
            ('He said: "It cannot lie." Then he left.', '"It cannot lie."', '"It cannot lie."'),
            (
                "It is **far too** small -- really.",
                "**far too** small -- really.",
                "far too small -- really.",
            ),
            (
                "See [an *open* list](https://a.example/) here.",
                "[an *open* list](https://a.example/)",
                "an open list",
            ),
            ("Sold in 1991.[^1] Then more.\n\n[^1]: A note.", "Sold in 1991.[^1]", "Sold in 1991."),
            ("- First one\n- Second &amp; third one\n", "- Second &amp; third one", "Second &amp; third one"),
            ("| a | b |\n|---|---|\n| one thing | 40 % |\n", "| one thing | 40 % |", "one thing40 %"),
        ],
    )
    def test_finds_words_as_they_are_rendered(self, body, words, shown):
        found = marked(body, words)

        assert underlined(found.text) == shown
        assert_nests(found.text)

    def test_tells_equal_words_apart_by_their_places(self):
        body = "Cold it was. Warm it was. Cold it was."
        marks = [MarkHighlight(1, 0, "Cold it was."), MarkHighlight(2, 26, "Cold it was.")]

        html = highlight_marks(render_markdown(body).html, marks).text

        assert html.index('data-marks="1"') < html.index("Warm") < html.index('data-marks="2"')

    def test_leaves_out_what_is_in_no_text(self):
        body = "Words.\n\n![A quiet river](https://a.example/b.png)\n\n    listing of code\n"

        found = marked(body, "A quiet river", "listing of code")

        assert found.sections == {}
        assert found.text == render_markdown(body).html


class TestMarking:
    def test_numbers_stand_before_the_words_and_before_a_link(self):
        html = marked("Then [a list of surveys](https://a.example/) here.", "a list of surveys").text

        assert re.search(r'Then <a class="no" href="#r1"[^>]*><span id="m1">1</span></a><a href=', html)
        assert_nests(html)

    def test_overlapping_marks_share_the_words_that_they_have_in_common(self):
        html = marked("One two three four five.", "One two three", "two three four").text

        assert [underlined(html, 1), underlined(html, 2)] == ["One two three", "two three four"]
        assert_nests(html)

    def test_a_fourth_mark_in_one_place_is_left_out(self):
        found = marked("One two three.", *["One two three."] * 4)

        assert set(found.sections) == {1, 2, 3}

    def test_labels_and_words_are_escaped(self):
        html = marked("One <b>two</b> three.", "One <b>two</b> three.", label='"><script>').text

        assert "<script" not in html
        assert_nests(html)

    def test_says_below_which_heading_each_stands(self):
        found = marked("Opening words.\n\n## A part\n\nMore words.", "Opening words.", "More words.")

        assert found.sections == {1: "", 2: "s-a-part"}


class TestNotes:
    BODY = "The mill turns.\n\nThe [old *mill*](https://example.org/) turns each day in 1879.\n"

    def noted(self, *marks, **fields):
        note = NoteHighlight(**{"key": 7, "opening": "The old", "words": "", "initial": "J"} | fields)
        found = [MarkHighlight(1, self.BODY.index(words), words) for words in marks]
        return highlight_marks(render_markdown(self.BODY).html, found, [note]).text

    def test_words_are_underlined_in_the_paragraph_of_the_note(self):
        html = self.noted(words="turns")

        Nesting().feed(html)
        assert html.count('<mark class="m noted">turns</mark>') == 1
        assert html.index('href="#note-7" id="on-7"') > html.index("old")

    def test_note_on_a_paragraph_is_before_it_and_underlines_nothing(self):
        html = self.noted()

        Nesting().feed(html)
        assert re.search(r'<p><a class="who" href="#note-7"[^>]*>J</a>The <a', html)
        assert "<mark" not in html

    def test_words_with_a_mark_are_both(self):
        html = self.noted("each day in 1879", words="turns each day")

        Nesting().feed(html)
        assert '<mark class="m noted" data-marks="1">each day</mark>' in html
        assert underlined(html) == "each day in 1879."

    def test_names_and_labels_are_escaped(self):
        assert "<b>" not in self.noted(words="turns", initial="<b>", label='"><b>', classes=('"<b>',))

    def test_words_that_are_not_found_change_nothing(self):
        assert self.noted(opening="Nothing", words="nothing") == render_markdown(self.BODY).html


class TestPlainWords:
    def test_a_passage_that_is_the_text_of_a_link_has_no_brackets(self):
        assert plain_words("[By *1944*, 85 % owned one.]") == "By 1944, 85 % owned one."
        assert plain_words("[One] of [two].") == "[One] of [two]."
