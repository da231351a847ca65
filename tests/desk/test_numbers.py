"""Numbers in requests are short and of ASCII digits; everything else is 0."""

import pytest

from blog.desk.numbers import read_number, read_numbers

NOT_NUMBERS = ("", "x", "-1", "+1", " 1", "1\n", "1.0", "1_0", "²", "٣", "9" * 19, "9" * 5000)


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("007", 7), ("9" * 18, 10**18 - 1)])
def test_digits_are_read(text, number):
    assert read_number(text) == number


@pytest.mark.parametrize("text", NOT_NUMBERS)
def test_other_text_is_0(text):
    assert read_number(text) == 0


def test_numbers_are_read_without_the_other_texts():
    assert read_numbers(["3", *NOT_NUMBERS, "0", "1", "2"]) == [3, 1, 2]


def test_at_most_the_first_numbers_are_read():
    assert read_numbers(["x", "3", "1", "2"], most=2) == [3, 1]
