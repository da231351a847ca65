"""Asking only the rules that can match finds what asking all of them finds."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.documents import DocumentError, parse_document
from blog.documents.rendering import parsing
from blog.documents.rendering.html import clean_characters
from tests.documents.test_hostile_text import PIECES

ROOT = Path(__file__).parents[3]
FILES = sorted([*ROOT.glob("tests/files/**/*.md"), *ROOT.glob("fixtures/articles/**/*.md")])
SIGNS = [
    *"abc 01\t\n*_~`[]()<>&\\!#>-+=:|^.",
    "\n\n",
    "    ",
    "**",
    "***",
    "[^a]",
    "[^a]:",
    "[a]: /b\n",
    "---\n",
]


def build_parsers():
    """Return two parsers, of which the second asks every rule everywhere."""
    quick = parsing.build_parser()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parsing, "ask_only_likely_rules", lambda parser: None)
        return quick, parsing.build_parser()


QUICK, THOROUGH = build_parsers()


def assert_found_alike(text):
    text = clean_characters(text)
    assert found_by(QUICK, text) == found_by(THOROUGH, text)


def found_by(parser, text):
    """Return the tokens, but for empty texts, which say nothing: markdown-it leaves some beside emphasis."""
    tokens = parser.parse(text)
    for token in tokens:
        token.children = token.children and [
            child for child in token.children if child.type != "text" or child.content
        ]
    return tokens


@given(st.lists(st.sampled_from(SIGNS), max_size=40))
def test_in_text_of_marks(signs):
    assert_found_alike("".join(signs))


@given(st.lists(st.sampled_from(PIECES) | st.sampled_from(SIGNS) | st.text(max_size=4), max_size=30))
def test_in_any_text(pieces):
    assert_found_alike("".join(pieces))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_in_our_files(path):
    try:
        body = parse_document(path.read_bytes()).body
    except DocumentError:
        body = path.read_bytes().decode("utf-8", "replace")

    assert_found_alike(body)


def test_the_two_parsers_are_not_the_same():
    assert QUICK.block.ruler.getRules() != THOROUGH.block.ruler.getRules()
    assert type(QUICK.inline) is not type(THOROUGH.inline)
