"""The words around those searched for, which a result shows; no database is involved."""

import pytest

from blog import search


class TestSnippets:
    def test_show_the_words_around_those_asked_for(self):
        text = "First words. " * 40 + "Here the tides turn. " + "Last words. " * 40

        pieces, _place = search.extract(text, search.parse("tide"))

        assert [piece.text for piece in pieces if piece.is_match] == ["tides"]
        shown = "".join(piece.text for piece in pieces)
        assert shown.startswith("…\u00a0")
        assert shown.endswith("\u00a0…")
        assert "Here the tides turn." in shown
        assert len(shown.split()) < 45

    def test_show_the_place_where_most_of_it_is(self):
        text = "A tide. " + "Other words. " * 40 + "A neap tide."

        pieces, _place = search.extract(text, search.parse("neap tide"))

        assert [piece.text for piece in pieces if piece.is_match] == ["neap tide"]

    @pytest.mark.parametrize("between", ["Other words. ", "Andere Wörter, «drei», "])
    def test_show_the_place_where_most_of_a_long_text_is(self, between):
        text = "A tide. " + between * 1500 + "A neap tide. " + between * 1500

        shown = "".join(piece.text for piece in search.extract(text, search.parse("neap tide"))[0])

        assert "A neap tide." in shown
        assert len(shown.split()) < 45

    def test_show_the_first_place_that_has_all(self):
        text = f"A neap tide. {'Other words. ' * 40}A neap tide."

        pieces, place = search.extract(text, search.parse("neap tide"))

        assert (place, pieces[0].text, pieces[-1].text) == (2, "A ", "\u00a0…")

    @pytest.mark.parametrize("end", [".", "…", "!\n"])
    def test_end_with_the_text_if_they_show_its_last_word(self, end):
        pieces, _place = search.extract(f"{'Other words. ' * 40}A neap tide{end}", search.parse("tide"))

        assert pieces[-1].text == end.replace("\n", " ")

    def test_mark_no_stopwords_beside_others(self):
        pieces = search.marked("The tide and the sea", search.parse("the tide"))

        assert [piece.text for piece in pieces if piece.is_match] == ["tide"]

    def test_mark_a_phrase_as_a_whole_only(self):
        pieces = search.marked("Neap: a neap tide", search.parse('"neap tide"'))

        assert [piece.text for piece in pieces if piece.is_match] == ["neap tide"]
        assert pieces[0].text == "Neap: a "

    def test_mark_adjacent_characters_without_spaces_as_one(self):
        pieces = search.marked("大潮の干潮に歩く", search.parse("干潮"))

        assert [piece.text for piece in pieces] == ["大潮の", "干潮", "に歩く"]

    def test_mark_what_is_written_with_accents(self):
        pieces = search.marked("Un Café, s'il vous plaît", search.parse("plait cafe"))

        assert [piece.text for piece in pieces if piece.is_match] == ["Café", "plaît"]

    def test_are_none_where_nothing_is_asked_for(self):
        assert search.extract("Other words", search.parse("tide")) == ([], -1)
