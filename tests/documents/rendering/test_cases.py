"""What a page shows of a text: the elements of its first level, its words, or its only link."""

import pytest

from tests.support.cases import read_cases
from tests.support.html_tree import IMAGE, shown

CASES = [(kind, *case) for kind, cases in read_cases("rendering").items() for case in cases]


@pytest.mark.parametrize(("kind", "text", "expected"), CASES)
def test_a_page_shows(kind, text, expected):
    page = shown(text.replace("IMAGE)", f"{IMAGE})").replace('"IMAGE"', f'"{IMAGE}"'))

    seen = {
        "tags": lambda: " ".join(page.tags()),
        "words": lambda: " ".join(page.text.split()),
        "link": lambda: page.one("a").text,
    }
    assert seen[kind]() == expected
    assert kind != "link" or page.one("a")["href"] == expected
    assert kind != "words" or "<>" not in page.text
