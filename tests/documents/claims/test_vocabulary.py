import re

import pytest

from blog.documents.claims.vocabulary import any_of

WORDS = ["say", "says", "said", "tell", "points out", "U.S"]


@pytest.mark.parametrize("word", WORDS)
def test_each_of_the_words_is_found(word):
    assert re.fullmatch(any_of(WORDS), word)


@pytest.mark.parametrize("other", ["", "sa", "saying", "tells", "points", "UxS"])
def test_nothing_else_is_found(other):
    assert not re.fullmatch(any_of(WORDS), other)


def test_of_two_words_the_longer_one_is_found():
    assert re.match(any_of(WORDS), "says it")[0] == "says"


def test_it_holds_together_within_a_longer_pattern():
    assert re.findall(rf"\b{any_of(['no', 'now'])} (\w+)", "now then, no more, not here") == ["then", "more"]
