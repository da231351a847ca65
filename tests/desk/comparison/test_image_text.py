"""Alt text and credit of images in the history and the comparison."""

import pytest

from blog.desk.comparison.words import in_words_of, label_of

HERO = {
    "id": 1,
    "file": "images/a.webp",
    "address": "a.png",
    "alt": "A pier",
    "credit": ["Tove", "", "Quays"],
}


class TestWords:
    def test_hero_image_has_alt_text_and_credit(self):
        assert in_words_of("hero_image", HERO) == "A pier\nPhoto by Tove on Quays\nimages/a.webp"

    @pytest.mark.parametrize("words", [{"decorative": True}, {"credit": ["Bo", "", ""]}])
    def test_body_image_has_its_texts(self, words):
        plain = {"id": 1, "file": "images/a.webp", "address": "a.png"}

        assert in_words_of("body_images", plain) == "a.png\nimages/a.webp"
        assert in_words_of("body_images", plain | words) != in_words_of("body_images", plain)
        assert in_words_of("body_images", [plain | words]) != in_words_of("body_images", [plain])

    @pytest.mark.parametrize(("value", "words"), [(True, "yes"), (False, "no")])
    def test_decorative_is_a_separate_field(self, value, words):
        assert in_words_of("hero_image.decorative", value) == words
        assert label_of("hero_image.decorative") == "Decorative image"


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("slug", "Slug"),  # as forms call it
        ("hero_image", "Hero image"),
        ("body.3", "Text"),
        ("is_published", "Published"),  # of pages
        ("mood", "mood"),  # of another release
    ],
)
def test_comparison_and_history_use_the_same_labels(name, label):
    assert label_of(name) == label
