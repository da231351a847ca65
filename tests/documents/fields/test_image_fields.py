"""What front matter says of an article's image: its address, its credit."""

import pytest

from blog.documents.image_words import Credit
from tests.support.front_matter import fields


class TestImage:
    @pytest.mark.parametrize(
        "front_matter",
        [
            "image: a.png\nimageAlt: Words\nimageCredit: Photo by Ann on Flickr",
            "image: {src: a.png, alt: Words, credit: Photo by Ann on Flickr}",
            "cover:\n  image: a.png\n  alt: Words\n  caption: Photo by Ann on Flickr",
            "images: [{url: a.png, alt: Words}]\nimageCredit: {name: Ann, source: Flickr}",
        ],
    )
    def test_is_a_text_or_a_group_of_keys(self, front_matter):
        found = fields(front_matter)

        assert (found.image, found.image_alt, found.image_credit) == (
            "a.png",
            "Words",
            Credit("Ann", "", "Flickr"),
        )
        assert found.warnings == ()

    def test_without_a_scheme_is_https(self):
        assert fields("image: //host.example/a.png").image == "https://host.example/a.png"

    @pytest.mark.parametrize(
        "value", ["'[IMAGE]'", "placeholder", "/img/placeholder.png", "https://via.placeholder.com/300"]
    )
    def test_a_placeholder_is_no_image(self, value):
        found = fields(f"image: {value}")

        assert found.image == ""
        assert "placeholder" in found.warnings[0]

    def test_that_is_refused_is_dropped_with_a_warning(self):
        found = fields("image: http://127.0.0.1/a.png")

        assert found.image == ""
        assert found.warnings == ("image “http://127.0.0.1/a.png” dropped: the host is private.",)


class TestCredit:
    @pytest.mark.parametrize(
        ("text", "credit"),
        [
            (
                "Photo by [Ann Lee](https://a.example/@ann) on Unsplash",
                Credit("Ann Lee", "https://a.example/@ann", "Unsplash"),
            ),
            (
                "*Photo by [Ann](https://a.example) on [Unsplash](https://u.example)*",
                Credit("Ann", "https://a.example", "Unsplash"),
            ),
            (
                "Image by [Ann](<https://a.example/(x)>) from Pixabay",
                Credit("Ann", "https://a.example/(x)", "Pixabay"),
            ),
            (
                'Photo by <a href="https://a.example">Ann</a> on Flickr',
                Credit("Ann", "https://a.example", "Flickr"),
            ),
            ("[Ann](https://a.example)", Credit("Ann", "https://a.example")),
            ("Photo by Ann on Flickr", Credit("Ann", "", "Flickr")),
            ("Picture by Ann for NASA", Credit("Ann", "", "NASA")),
            ("Photo by Ann", Credit("Ann")),
            ("NASA, **public** domain", Credit("NASA, public domain")),
            ("", Credit()),
        ],
    )
    def test_is_read_from_a_line(self, text, credit):
        assert (
            fields(f"imageCredit: {text!r}" if '"' in text else f'imageCredit: "{text}"').image_credit
            == credit
        )

    def test_a_link_that_is_not_http_is_dropped_with_a_warning(self):
        found = fields('imageCredit: "Photo by [Ann](javascript:x) on Flickr"')

        assert found.image_credit == Credit("Ann", "", "Flickr")
        assert "not http or https" in found.warnings[0]

    def test_is_written_as_it_was_read(self):
        text = "Photo by [Ann Lee](https://a.example/@ann) on Unsplash"

        assert fields(f'imageCredit: "{text}"').image_credit.as_markdown() == text
