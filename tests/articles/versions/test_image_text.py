"""Alt text and credit in versions: recorded, restored and merged."""

import pytest

from blog.articles.actions.restore import restore, write_contents
from blog.articles.versions.contents import article_contents
from blog.articles.versions.history import version_contents
from blog.articles.versions.merge import merge
from blog.documents.image_words import Credit, ImageWords
from blog.images.models import store_image
from blog.models import Article, BodyImage, Image
from tests.support.changes import record_version
from tests.support.factories import create_article, create_image
from tests.support.images import image_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def image():
    return create_image(alt="A pier", credit_creator="Tove")


@pytest.fixture
def article(image):
    return create_article(hero_image=image)


class TestHeroImage:
    def test_without_own_words_contents_are_as_before(self, article):
        hero = version_contents(record_version(article))["hero_image"]

        assert list(hero) == ["address", "alt", "credit", "file", "id"]
        assert (hero["alt"], hero["credit"]) == ("A pier", ["Tove", "", ""])

    def test_its_words_are_restored(self, article, image):
        article.hero_alt, article.hero_credit = "A quay", Credit("Bo", "https://bo.example")
        article.save()
        before = record_version(article)
        article.hero_alt, article.hero_credit, article.hero_is_decorative = "", Credit(), True
        article.save()
        record_version(article)

        restore(article, before)

        stored = Article.objects.get()
        assert stored.hero_words == ImageWords("A quay", Credit("Bo", "https://bo.example"))
        assert Image.objects.get().words == image.words

    def test_earlier_values_of_the_image_are_restored(self, article):
        before = record_version(article)
        Image.objects.update(alt="A bridge")

        restore(Article.objects.get(), before)

        assert Article.objects.get().hero_words.alt == "A pier"

    def test_unchanged_values_of_the_image_are_not_copied(self, article):
        restore(article, record_version(article))

        assert (Article.objects.get().hero_alt, Article.objects.get().hero_credit) == ("", Credit())

    def test_decorative_is_restored(self, article):
        article.hero_is_decorative = True
        article.save()
        before = record_version(article)
        article.hero_is_decorative = False
        article.save()

        restore(article, before)

        assert Article.objects.get().hero_words == ImageWords("", Credit("Tove"), is_decorative=True)


class TestImagesInTheText:
    @pytest.fixture
    def stored(self):
        return store_image(image_bytes(size=(30, 20)))

    def test_their_words_are_restored(self, stored):
        article = create_article(body=f"![A quay]({stored.url})")
        article.image_text_overrides = {stored.url: ImageWords(credit=Credit("Bo"), is_decorative=True)}
        article.save()
        before = record_version(article)
        article.image_text_overrides = {stored.url: ImageWords()}
        article.save()
        record_version(article)

        restore(article, before)

        assert BodyImage.objects.get().image_text_overrides == ImageWords(
            credit=Credit("Bo"), is_decorative=True
        )
        assert '<span class="credit">Bo</span>' in Article.objects.get().body_html

    def test_without_own_words_contents_are_as_before(self, stored):
        article = create_article(body=f"![A quay]({stored.url})")

        [entry] = version_contents(record_version(article))["body_images"]

        assert list(entry) == ["address", "file", "id"]


class TestMerging:
    def test_decorative_of_one_side_merges_with_another_credit_of_the_other(self, article):
        base = article_contents(article)
        ours = base | {"hero_image": base["hero_image"] | {"alt": "", "decorative": True}}
        theirs = base | {"hero_image": base["hero_image"] | {"credit": ["Bo", "", ""]}}

        merged = merge(base, ours, theirs)
        write_contents(article, merged.contents)

        assert merged.is_clean
        assert Article.objects.get().hero_words == ImageWords("", Credit("Bo"), is_decorative=True)

    def test_merge_adds_no_decorative_flag(self, article):
        base = article_contents(article)
        theirs = base | {"hero_image": base["hero_image"] | {"alt": "A quay"}}

        assert merge(base, base, theirs).contents["hero_image"] == theirs["hero_image"]

    def test_a_description_that_was_chosen_is_shown(self, article):
        base = article_contents(article)
        hero = base["hero_image"] | {"alt": "A quay", "decorative": True}

        write_contents(article, base | {"hero_image": hero})

        assert Article.objects.get().hero_words == ImageWords("A quay", Credit("Tove"))
