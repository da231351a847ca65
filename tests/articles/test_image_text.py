"""Alt text and credit of an article's images on pages, in feeds and in exports."""

import pytest

from blog.documents.image_words import Credit, ImageWords
from blog.exports.articles import export_article
from blog.images.models import store_image
from blog.models import Article, BodyImage
from tests.support.factories import create_article, create_image
from tests.support.images import image_bytes

pytestmark = pytest.mark.django_db


def surfaces(client):
    """Return all public forms and the export of the only article."""
    article = Article.objects.get()
    addresses = (article.get_absolute_url(), article.get_markdown_url(), "/feeds/atom.xml", "/feeds/rss.xml")
    pages = {address: client.get(address).content.decode() for address in addresses}
    return pages | {"export": export_article(article).decode()}


class TestHeroImage:
    @pytest.fixture
    def image(self):
        return create_image(alt="A pier", credit_creator="Tove", width=1600, height=900)

    def test_has_words_of_its_own_everywhere(self, image, client):
        create_article(hero_image=image, hero_alt="A quay", hero_credit=Credit("Bo", "https://bo.example"))

        for place, text in surfaces(client).items():
            assert ("A quay" in text, "A pier" in text) == (True, False), place
            assert ("Bo" in text, "https://bo.example" in text, "Tove" in text) == (True, True, False), place

    def test_has_no_description_if_it_is_decorative(self, image, client):
        create_article(hero_image=image, hero_is_decorative=True)

        for place, text in surfaces(client).items():
            assert ("A pier" in text, "Tove" in text) == (False, True), place

    def test_is_shown_only_if_it_has_a_public_address(self, image):
        private = create_image(source="files/quay.jpg", file="")

        assert create_article(hero_image=image).shown_hero == image
        assert create_article(hero_image=private).shown_hero is None
        assert create_article().shown_hero is None

    def test_own_words_take_no_query(self, image, django_assert_num_queries):
        create_article(slug="quays", hero_image=image, hero_alt="A quay", hero_credit=Credit("Bo"))

        with django_assert_num_queries(2):  # as for every article
            words = Article.objects.page("quays").hero_words

        assert words == ImageWords("A quay", Credit("Bo"))


class TestImageInAText:
    """Credit and decorative flag of an image in a text are kept with its link."""

    @pytest.fixture
    def image(self):
        image = store_image(image_bytes(size=(30, 20)))
        image.alt, image.credit_creator = "A pier", "Tove"
        image.save()
        return image

    @pytest.fixture
    def article(self, image):
        article = create_article(body=f"Words.\n\n![]({image.url})\n")
        article.image_text_overrides = {image.url: ImageWords(credit=Credit("Bo"), is_decorative=True)}
        article.save()
        return Article.objects.get()

    def test_are_those_of_the_image_at_first(self, image):
        article = create_article(body=f"Words.\n\n![]({image.url})\n")

        assert 'alt="A pier"' in article.body_html
        assert '<span class="credit">Tove</span>' in article.body_html

    def test_stay_through_other_saves_and_deriving(self, article, image):
        article.body = f"![]({image.url})\n\nOther words.\n"
        article.save()
        Article.objects.derive()

        link = BodyImage.objects.get()
        assert (link.credit, link.is_decorative) == (Credit("Bo"), True)
        assert '<span class="credit">Bo</span>' in Article.objects.get().body_html

    def test_go_with_the_image(self, article, image):
        article.body = "Words."
        article.save()
        article.body = f"![]({image.url})"
        article.save()

        assert BodyImage.objects.get().image_text_overrides == ImageWords()
