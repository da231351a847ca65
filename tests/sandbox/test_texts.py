"""What the limited processes find in a text."""

import pytest

from blog.documents.findings.article_words import ArticleWords
from blog.sandbox.texts import examine


class TestImages:
    @pytest.mark.parametrize(
        ("hero", "expected"), [("/sea.png", ["The sea", "The moon"]), ("", ["The moon"])]
    )
    def test_are_the_hero_image_if_there_is_one_and_those_of_the_text(self, hero, expected):
        words = ArticleWords("Tides", body="![The moon](/moon.png)", hero_address=hero, hero_alt="The sea")

        assert [image.alt for image in examine(None, words, "").images] == expected
