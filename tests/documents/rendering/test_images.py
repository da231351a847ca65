"""The cover at the head of a page is not shown once more as the first image of its text."""

import pytest

from blog.documents.rendering.images import without_hero
from blog.documents.rendering.markdown import render_markdown

COVER = "https://images.example.org/photo-162?q=85&w=1200&fit=max&fm=webp"


def is_left_out(cover, image):
    html = render_markdown(f"Words.\n![A tide]({image})\nMore words.").html
    return "<img" not in without_hero(html, cover)[0]


class TestSameImage:
    @pytest.mark.parametrize(
        ("cover", "image"),
        [
            (COVER, "https://images.example.org/photo-162?w=800&auto=compress&cs=tinysrgb&dpr=2"),
            (COVER, "https://images.example.org/photo-162?ixid=a&utm_source=b&s=0f3c"),
            (COVER, "http://images.example.org/photo-162"),
            ("https://a.example/tide.jpg?resize=300,200", "https://a.example/tide.jpg?token=abc"),
            ("https://a.example/tide.jpg", "https://a.example/tide-1024x768.jpg"),
            ("https://a.example/tide-scaled.jpg", "https://a.example/tide@2x.jpg"),
            ("https://cdn.pixabay.com/2017/tide_1280.jpg", "https://cdn.pixabay.com/2017/tide_960_720.jpg"),
        ],
    )
    def test_in_another_size_is_the_same(self, cover, image):
        assert is_left_out(cover, image)
        assert is_left_out(image, cover)

    @pytest.mark.parametrize(
        ("cover", "image"),
        [
            (COVER, "https://images.example.org/photo-163?q=85&w=1200&fit=max&fm=webp"),
            (COVER, "https://other.example.org/photo-162?q=85"),
            ("https://a.example/show?id=1", "https://a.example/show?id=2"),
            ("https://a.example/render.png?name=tide", "https://a.example/render.png?name=ebb"),
            ("https://a.example/tide_2019.jpg", "https://a.example/tide_2020.jpg"),
            ("https://a.example/IMG_1280.jpg", "https://a.example/IMG_1920.jpg"),
        ],
    )
    def test_another_one_stays(self, cover, image):
        assert not is_left_out(cover, image)
