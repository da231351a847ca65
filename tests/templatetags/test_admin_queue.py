"""Cells in the rows of the article list."""

from django.template import Context, Template

from blog.models import Article, Image


def rendered(tag, article):
    return Template(f"{{% load admin_queue %}}{{% {tag} article %}}").render(Context({"article": article}))


class TestThumbnail:
    def test_shows_the_hero_image(self):
        article = Article(hero_image=Image(source="https://pictures.example/tide.jpg"))

        html = rendered("thumbnail", article)

        assert 'class="thumb"' in html
        assert 'src="https://pictures.example/tide.jpg"' in html

    def test_without_a_hero_image_is_an_empty_frame(self):
        assert rendered("thumbnail", Article()) == '<span class="thumb none"></span>'
