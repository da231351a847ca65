"""The terms that a typed query asks for, and those that a text shares with others, without a database."""

import pytest

from blog import search
from blog.search.inflections import other_forms
from blog.search.similar import MOST_LOOKED_UP, MOST_TERMS, SimilarTexts
from blog.search.typed_query import OTHER, UNRELEASED, rank_of_title


class TestOtherForms:
    @pytest.mark.parametrize(
        ("word", "language", "some", "none"),
        [
            ("plan", "en", {"plans", "planned", "planning"}, {"plan"}),
            ("box", "en-GB", {"boxes", "boxed"}, {"box", "boxxed"}),
            ("walk", "en", {"walking"}, {"walkking"}),
            ("tide", "xx", set(), {"tides"}),
        ],
    )
    def test_double_a_letter_only_after_a_short_vowel(self, word, language, some, none):
        forms = set(other_forms(word, language))

        assert some <= forms
        assert not none & forms


class TestTypedQuery:
    def test_the_last_word_alone_is_unfinished(self):
        first, last = search.parse("barom gauge").terms

        assert (first.prefix, last.prefix) == ("", "gauge")
        assert (first.is_prefix, search.parse("ba gauge").terms[0].short_prefix) == (False, "")

    def test_a_short_word_is_no_beginning_of_words_in_texts(self):
        [term] = search.parse("bar").terms

        assert (term.prefix, term.short_prefix) == ("", "bar")

    @pytest.mark.parametrize("text", ["state-of-the-art", '"tide"'])
    def test_a_phrase_is_not_unfinished(self, text):
        assert not search.parse(text).terms[0].is_prefix

    def test_one_word_is_no_phrase(self):
        assert search.parse('"neap tide"').is_one_phrase
        assert not search.parse("tide").is_one_phrase
        assert not search.parse('"neap tide" sea').is_one_phrase


class TestTitlesWithVersions:
    def test_a_preview_is_no_release_unless_it_is_asked_for(self):
        title = "Ruby 3.2.0 Preview 1"

        assert rank_of_title(title, ("3", "2"), asks_for_pre_release=False) == UNRELEASED
        assert rank_of_title(title, ("3", "2"), asks_for_pre_release=True) < UNRELEASED
        assert rank_of_title(title, ("3", "3"), asks_for_pre_release=True) == OTHER


class LookUp:
    """An index {word: keys of articles} that counts the words looked up."""

    def __init__(self, holders):
        self.holders, self.asked = holders, []

    def __call__(self, term, number):
        self.asked.append(" ".join(term))
        return self.holders.get(" ".join(term), [])[:number]


class TestSimilarTexts:
    OTHERS = list(range(1, 100))

    def find(self, holders, text, *, total=100):
        self.look_up = LookUp(holders)
        self.texts = SimilarTexts(self.look_up, total)
        return self.texts.find(0, "", text, "en", 5)

    def test_short_words_numbers_and_stopwords_are_not_looked_up(self):
        self.find({}, "The ox of 2026 was a heron")

        assert self.look_up.asked == ["heron"]

    def test_three_shared_words_are_enough(self):
        holders = {"heron": [7, 8], "sluice": [7, 8], "keeper": [7]}

        assert list(self.find(holders, "heron sluice keeper")) == [7]

    def test_a_common_word_is_looked_up_once(self):
        holders = {"harbour": self.OTHERS}

        self.find(holders, "harbour heron")
        self.texts.find(0, "", "harbour sluice", "en", 5)

        assert self.look_up.asked == ["harbour", "heron", "sluice"]

    def test_shared_words_of_many_articles_are_not_named(self):
        # Fewer than RARE articles have "marsh", but these are more than a fifth of all.
        holders = {word: [7] for word in ("heron", "sluice", "keeper")} | {"marsh": list(range(1, 19))}

        found = self.find(holders, "heron sluice keeper marsh", total=20)

        assert found[7].terms == [("sluice",), ("keeper",), ("heron",)]

    def test_a_long_text_has_a_limited_number_of_lookups(self):
        words = [f"{first}{second}rn" for first in "abcdefghijklmnop" for second in "abcdefghijklmnop"]

        self.find({word: [7] for word in words}, " ".join(words))
        assert len(self.look_up.asked) == MOST_TERMS

        self.find(dict.fromkeys(words, self.OTHERS), " ".join(words))
        assert len(self.look_up.asked) == MOST_LOOKED_UP
