"""Notes stay with their paragraph while its words can be recognised."""

import pytest

from blog.models import Note
from blog.review.note_places import find_paragraph, paragraph_choices, place_notes

OPENING = "The mill was built by the sea in 1879, and it still turns on windy days."
MIDDLE = "Flour from its stones is sold at the market each Saturday morning in spring."
END = "Visitors climb the narrow stairs and look out over the whole bay."
BODY = f"{OPENING}\n\n{MIDDLE}\n\n{END}\n"


def place(body, paragraph, words=""):
    return place_notes(body, [Note(pk=1, paragraph=paragraph, words=words)]).get(1)


class TestPlaces:
    def test_unchanged_paragraph_is_found_wherever_it_is(self):
        assert place(f"{END}\n\n{MIDDLE}\n\n{OPENING}", OPENING).paragraph == OPENING

    def test_reworded_paragraph_is_recognised(self):
        reworded = MIDDLE.replace("each Saturday morning in spring", "in the old town")

        found = place(f"{OPENING}\n\n{reworded}\n\n{END}", MIDDLE)

        assert (found.paragraph, found.has_words) == (reworded, True)

    def test_words_that_changed_are_reported(self):
        reworded = MIDDLE.replace("sold at", "given away at")

        found = place(f"{OPENING}\n\n{reworded}\n\n{END}", MIDDLE, "stones is sold at the market")

        assert (found.paragraph, found.has_words) == (reworded, False)

    def test_words_that_moved_to_another_paragraph_are_followed(self):
        moved = "People come from far away. They climb the narrow stairs and look out over the sea."

        found = place(f"{OPENING}\n\n{moved}", END, "climb the narrow stairs")

        assert (found.paragraph, found.has_words) == (moved, True)

    @pytest.mark.parametrize("body", ["", "Something else was written about another mill.", MIDDLE])
    def test_removed_paragraph_has_no_place(self, body):
        assert place(body, OPENING) is None

    def test_note_on_the_article_has_no_place(self):
        assert place(BODY, "") is None


class TestNewNotes:
    def test_words_are_found_as_displayed_in_their_first_paragraph(self):
        body = f"{OPENING}\n\nFlour is *sold* at the [market](https://example.org/)."

        assert find_paragraph(body, "", "sold at the market").startswith("Flour is *sold*")

    def test_words_that_are_nowhere_have_no_paragraph(self):
        assert find_paragraph(BODY, "", "nobody wrote this") == ""

    def test_each_choice_leads_to_its_paragraph(self):
        choices = paragraph_choices(f"## Heading\n\n{BODY}\n![](a.jpg)\n")

        assert [find_paragraph(f"## Heading\n\n{BODY}", key, "") for key in choices] == [
            *("## Heading", OPENING, MIDDLE, END)
        ]
        assert next(iter(choices.values())) == "Heading"

    def test_choice_of_a_changed_paragraph_has_no_paragraph(self):
        [key] = paragraph_choices(OPENING)

        assert find_paragraph(MIDDLE, key, "") == ""
