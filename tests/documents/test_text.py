import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.documents.fields.paths import path_without_language
from blog.documents.names import fold_name, spell_topic
from blog.documents.slugs import slugify_name
from blog.documents.summaries import opening_of
from blog.documents.text import (
    as_html_words,
    clean_excerpt,
    clean_share_quote,
    count_words,
    html_words,
    make_excerpt,
    marked_excerpt,
    reading_time,
    same_text,
    strip_markdown_inline,
    trim_at_word,
)
from blog.documents.typography import code_in_title, join_compounds, typeset, without_backticks
from tests.support.cases import read_cases

FUNCTIONS = (
    *(clean_excerpt, clean_share_quote, code_in_title, count_words, fold_name, html_words, join_compounds),
    *(make_excerpt, marked_excerpt, opening_of, path_without_language, slugify_name, spell_topic),
    *(strip_markdown_inline, typeset, without_backticks),
)
CASES = [(*rule.split(" "), *case) for rule, cases in read_cases("text").items() for case in cases]


@pytest.mark.parametrize("case", CASES, ids=lambda case: " ".join(case[:-1]))
def test_functions_of_text(case):
    """A case is the name of a function, its further arguments, a text, and what the function makes of it."""
    name, *arguments, text, result = case
    [function] = [function for function in FUNCTIONS if function.__name__ == name]
    if function is typeset:
        arguments = arguments or [""]

    assert str(function(text, *arguments)) == result


def test_spaces_around_a_name_are_no_part_of_it_but_vowel_signs_are():
    assert fold_name(" A-I ") == fold_name("ai")
    assert fold_name("कि") != fold_name("कु")


def test_nothing_has_no_words():
    assert (count_words(""), opening_of("")) == (0, "")


class TestFoldName:
    @given(st.text())
    def test_folding_a_folded_name_changes_nothing(self, name):
        assert fold_name(fold_name(name)) == fold_name(name)


class TestSlugifyName:
    @given(st.text())
    def test_is_never_empty_and_holds_nothing_an_address_would_escape_but_letters(self, name):
        slug = slugify_name(name)

        assert slug
        assert not set(slug) & set(" /?#%&+\\\"'<>")


class TestReadingTime:
    @pytest.mark.parametrize(("words", "minutes"), [(0, 1), (1, 1), (200, 1), (201, 2), (871, 5)])
    def test_is_rounded_up_and_at_least_a_minute(self, words, minutes):
        assert reading_time(words) == minutes


class TestTrimAtWord:
    def test_what_fits_is_unchanged(self):
        assert trim_at_word("The tide turns.", 15) == "The tide turns."

    def test_cuts_between_words_and_says_so(self):
        assert trim_at_word("The tide turns twice", 12) == "The tide…"

    def test_a_comma_before_the_cut_goes_too(self):
        assert trim_at_word("The tide, then the wind", 12) == "The tide…"

    def test_a_text_already_cut_in_a_word_ends_at_the_word_before(self):
        assert trim_at_word("The tide tur...", 160) == "The tide…"

    def test_a_text_already_cut_after_a_word_keeps_that_word(self):
        assert trim_at_word("The tide thanks to ...", 160) == "The tide thanks to…"

    def test_scripts_without_spaces_are_cut_at_a_character(self):
        assert trim_at_word("潮汐は月の引力", 5) == "潮汐は月…"

    @given(st.text(), st.integers(min_value=2, max_value=50))
    def test_is_never_longer_than_asked(self, text, length):
        assert len(trim_at_word(text, length)) <= length


class TestCleanShareQuote:
    @given(st.text())
    def test_cleaning_never_fails(self, quote):
        assert len(clean_share_quote(quote)) <= len(quote)


class TestSameText:
    def test_marks_spaces_and_case_do_not_matter(self):
        assert same_text("**The  Tide**\nturns", "the tide *turns*")

    def test_a_link_is_its_text(self):
        assert same_text("[The tide](https://example.org)", "The tide")

    def test_other_words_differ(self):
        assert not same_text("The tide turns", "The tide returns")


class TestStripMarkdownInline:
    def test_leaves_characters_that_no_text_may_hold_as_signs(self):
        assert strip_markdown_inline("a&#0;&#x81;&#xD800;&#x1F600;b") == "a\ufffd\ufffd😀b"


class TestHtmlWords:
    @given(
        st.lists(st.sampled_from(["<b>", "</b>", "&amp;", "&", "lt;", "<", ">", "a ", "<i x>", "</i>"])).map(
            "".join
        )
    )
    def test_can_be_written_so_that_they_are_read_again(self, words):
        assert html_words(as_html_words(words)) == words
