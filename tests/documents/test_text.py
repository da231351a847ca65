import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.documents.names import fold_name
from blog.documents.slugs import slugify_name
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


class TestFoldName:
    @pytest.mark.parametrize("spelling", ["AI", "Ai", "a.i.", " A-I ", "\uff21\uff29"])
    def test_spellings_of_one_name_fold_alike(self, spelling):
        assert fold_name(spelling) == "ai"

    def test_names_that_differ_by_plus_or_sharp_stay_apart(self):
        assert len({fold_name(name) for name in ("C", "C++", "C#")}) == 3

    def test_vowel_signs_are_part_of_a_name(self):
        assert fold_name("कि") != fold_name("कु")

    def test_other_scripts_keep_their_letters(self):
        assert fold_name("Глубокое Обучение") == "глубокоеобучение"

    def test_a_name_of_signs_alone_is_kept(self):
        assert fold_name(" !!! ") == "!!!"

    @given(st.text())
    def test_folding_a_folded_name_changes_nothing(self, name):
        assert fold_name(fold_name(name)) == fold_name(name)


class TestSlugifyName:
    @pytest.mark.parametrize(
        ("name", "slug"),
        [
            ("Machine Learning", "machine-learning"),
            ("AI / ML", "ai-ml"),
            ("Crème Brûlée", "creme-brulee"),
            ("Łódź", "lodz"),
            ("C++", "cplusplus"),
            ("C#", "csharp"),
            ("A + B", "a-b"),
            ("#hashtag", "hashtag"),
            ("深層学習", "深層学習"),
            ("Погода", "погода"),
        ],
    )
    def test_is_short_lower_case_and_hyphenated(self, name, slug):
        assert slugify_name(name) == slug

    @given(st.text())
    def test_is_never_empty_and_holds_nothing_an_address_would_escape_but_letters(self, name):
        slug = slugify_name(name)

        assert slug
        assert not set(slug) & set(" /?#%&+\\\"'<>")


class TestCountWords:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", 0),
            ("One, two; three.", 3),
            ("It isn't well-known", 3),
            ("3.5 of 1,000", 3),
            ("— … !", 0),
            ("気象学", 3),
            ("ひらがな and カナ", 7),
            ("한국", 2),
            ("हिन्दी में", 2),
        ],
    )
    def test_counts_words_and_each_unspaced_character(self, text, words):
        assert count_words(text) == words


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


class TestMakeExcerpt:
    def test_is_the_first_paragraph_in_plain_words(self):
        body = "# Tides\n\n![Chart](a.png)\n\n**Twice** a day [the sea](u) returns.\n\nNever late."

        assert make_excerpt(body) == "Twice a day the sea returns."

    def test_stops_at_the_more_mark(self):
        assert make_excerpt("Before.\n<!--more-->\nAfter.") == "Before."

    def test_code_is_no_excerpt(self):
        assert make_excerpt("```\nx = 1\n\ny = 2\n```\n\nWords.") == "Words."

    def test_a_text_of_lists_gives_its_first_words(self):
        assert make_excerpt("- one\n- two") == "one two"

    def test_nothing_gives_nothing(self):
        assert make_excerpt("\n\n---\n") == ""


class TestCleanExcerpt:
    @pytest.mark.parametrize(
        "leaked",
        [
            "Social Snippet: ",
            "**Social Snippet:** ",
            "Excerpt: ",
            "**Meta description**: ",
            "metaDescription: ",
        ],
    )
    def test_a_leaked_label_is_dropped(self, leaked):
        assert clean_excerpt(f"{leaked}The sea returns.") == "The sea returns."

    def test_spaces_become_single(self):
        assert clean_excerpt("The  sea.\n Returns.") == "The sea. Returns."

    def test_a_sentence_about_excerpts_is_kept(self):
        assert clean_excerpt("Excerpt from a diary: rain.") == "Excerpt from a diary: rain."


class TestCleanShareQuote:
    @pytest.mark.parametrize(
        "quote", ['"Mind the tide."', "“Mind the tide.”", '"Mind the tide.', "Mind the tide.”"]
    )
    def test_outer_marks_go_on_both_sides_or_one(self, quote):
        assert clean_share_quote(quote) == "Mind the tide."

    @pytest.mark.parametrize(
        "quote", ['She said "go"', '"Go" she said', '"Ebb" and "flow"', "“Ebb” and “flow”"]
    )
    def test_quotations_inside_are_kept(self, quote):
        assert clean_share_quote(quote) == quote

    @pytest.mark.parametrize(
        "quote", ['"Mind the tide." #Sea #Moon', '"Mind the tide. #Sea #Moon"', '"Mind the tide. #Sea #Moon']
    )
    def test_hashtags_are_kept(self, quote):
        assert clean_share_quote(quote) == "Mind the tide. #Sea #Moon"

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
    @pytest.mark.parametrize(
        ("markdown", "words"),
        [
            ("**bold** *it* `code` ~~gone~~", "bold it code gone"),
            ('[text](https://a.b "x") ![alt](c.png)', "text alt"),
            ("[![alt](a.png)](b)", "alt"),
            ("snake_case and 2 * 3", "snake_case and 2 * 3"),
            (r"\*not bold\*", "*not bold*"),
            ("<b>tag</b><!-- no -->", "tag"),
            ("<https://a.b>", "https://a.b"),
            ("Q&amp;A &#58; &ldquo;so&rdquo; &hellip;", "Q&A : “so” …"),
            ("R&D, AT&T; x&y=1; &unknown; &lt;b&gt;", "R&D, AT&T; x&y=1; &unknown; <b>"),
            ("a&#0;&#x81;&#xD800;&#x1F600;b", "a\ufffd\ufffd😀b"),
        ],
    )
    def test_leaves_the_words(self, markdown, words):
        assert strip_markdown_inline(markdown) == words


class TestHtmlWords:
    @pytest.mark.parametrize(
        ("line", "words"),
        [
            ("Writing for action <em>and</em> flexibility", "Writing for action and flexibility"),
            ('A <span class="x">better <b>&ldquo;door&rdquo;</b></span>', "A better “door”"),
            ("The <title> and the <em> element, a < b & c", "The <title> and the <em> element, a < b & c"),
            ("<script>alert(1)</script>", "<script>alert(1)</script>"),
            ("<em>never closed", "<em>never closed"),
            ("&lt;em&gt;x&lt;/em&gt;", "<em>x</em>"),
        ],
    )
    def test_are_without_what_formats_them(self, line, words):
        assert html_words(line) == words

    @given(
        st.lists(st.sampled_from(["<b>", "</b>", "&amp;", "&", "lt;", "<", ">", "a ", "<i x>", "</i>"])).map(
            "".join
        )
    )
    def test_can_be_written_so_that_they_are_read_again(self, words):
        assert html_words(as_html_words(words)) == words


class TestMarkedExcerpt:
    def test_is_all_prose_before_the_mark(self):
        text = "# Tides\n\n{{< figure >}}\n\n*First* words.\n\nSecond.\n\n<!-- more -->\n\nRest."

        assert marked_excerpt(text) == "First words. Second."

    def test_without_a_mark_there_is_none(self):
        assert marked_excerpt("Words.\n\nMore words.") == ""
