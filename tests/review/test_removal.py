"""Plan the removal of a person, and find passages that need a rewrite."""

import pytest

from blog.review.passages import can_remove_span

CASES = [
    ("Before. {Gone.} After.", True),
    ("{Gone.} After.", True),
    ("Before. {Gone.}", True),
    ("Before.\n\n{Gone.}\n\nAfter.", True),
    ("They agree on this: {Gone.}", False),
    ("As was said {by her.} After.", False),
    ("{Gone.} She went on.", False),
    ("{Gone.} This is why.", False),
    ("Before:\n\n{Gone.}\n\nAfter.", False),
    ("Before.\n\n{Gone.}\n\nHer words stayed.", False),
    ("Before.\n\n{Gone.}\n\nThis is another matter.", True),
    ('Before. {"All of it," she said.} After.', True),
    ('Before. {"Half of it.} The other half," she said.', False),
    ("Before. {„Ganz“, sagt sie.} Danach.", True),
    ("Before. {“Half of it.} The rest.” After.", False),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_passage_is_removable_unless_text_refers_to_it(text, expected):
    start, end = text.index("{"), text.index("}") - 1

    assert can_remove_span(text.replace("{", "").replace("}", ""), start, end) is expected
