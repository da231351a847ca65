"""The words of an image in a text: those of the text, else those that come with the image."""

from functools import partial

import pytest

from blog.documents.image_words import Credit, ImageWords
from blog.documents.rendering.images import shown_images
from blog.documents.rendering.values import ResolvedImage
from tests.support.html_tree import shown


def figure_of(text, **words):
    image = ResolvedImage("/media/a.png", 30, 20, ImageWords(**words))
    return shown(text, resolve_image=lambda address: image).one("figure")


class TestDescription:
    def test_of_the_text_goes_before_that_of_the_image(self):
        assert figure_of("![A quay](a.png)", alt="A pier").one("img")["alt"] == "A quay"

    @pytest.mark.parametrize("text", ["![](a.png)", '<img src="a.png">', '<img src="a.png" alt=" ">'])
    def test_of_the_image_stands_in(self, text):
        assert figure_of(text, alt='A "pier"').one("img")["alt"] == 'A "pier"'

    def test_of_a_decorative_image_is_empty(self):
        assert figure_of("![A quay](a.png)", alt="A pier", is_decorative=True).one("img")["alt"] == ""


class TestCredit:
    figure = staticmethod(partial(figure_of, credit=Credit("Bo <Li>", "https://bo.example/", "Quays")))

    def test_of_the_image_stands_under_it(self):
        credit = self.figure("![A quay](a.png)").one("span", "credit")

        assert credit.text == "Bo <Li> / Quays"
        assert credit.one("a")["href"] == "https://bo.example/"

    def test_of_the_text_goes_before(self):
        assert self.figure("![A quay](a.png)\n*Photo by Ida*").one("span", "credit").text == "Photo by Ida"

    @pytest.mark.parametrize("address", ["javascript:alert(1)", "/admin/", "data:text/html,x", ""])
    def test_links_to_nothing_else_than_the_web(self, address):
        figure = figure_of("![A quay](a.png)", credit=Credit("Bo", address))

        assert (figure.one("span", "credit").text, "a" in figure.one("span", "credit").tags()) == (
            "Bo",
            False,
        )


class TestShownImages:
    def test_are_those_of_the_page_in_order_and_once(self):
        html = '<img src="/b?x&amp;y" alt="&quot;B"><img src="/a" alt=""><img src="/b?x&amp;y" alt="C">'

        found = [(image.address, image.alt) for image in shown_images(html)]

        assert found == [("/b?x&y", '"B'), ("/a", "")]
