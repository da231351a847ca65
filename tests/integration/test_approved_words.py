"""Readers see “reviewed by” only above words that were approved: each stored word that is shown ends it."""

import pytest
from django.contrib.auth import get_user_model
from django.db import models

from blog.documents.image_words import Credit
from blog.images.fields import CreditField
from blog.images.models import store_image
from blog.models import Article, BodyImage, Image
from blog.review.approval import approve
from tests.support.factories import create_article, create_image
from tests.support.images import image_bytes
from tests.support.rolling_back import rolled_back

pytestmark = pytest.mark.django_db

MARKER = "Zanzibar"
REMOTE = "https://pictures.example/quay.jpg"
PAGES = ("/articles/{}/", "/articles/{}.md", "/feeds/rss.xml", "/feeds/atom.xml", "/feeds/feed.json")
# What appears but is not approved: the address, the language of quotation marks, names in the byline, and who
# wrote the text, which the label states itself and an Editor changes with a reason.
NO_WORDS = {"slug", "language", "generated_by", "machine", "translators"}


def text_fields(model):
    """Return the names of the fields with words that people or files set, so that new fields are tested."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, (models.CharField, models.TextField, models.JSONField))
        and field.editable
        and not field.choices
    ]


ARTICLE_FIELDS = sorted({*text_fields(Article)} - NO_WORDS)
IMAGE_FIELDS = [name for name in text_fields(Image) if name != "source"]  # an address


def is_shown(client, article) -> bool:
    """Whether one of the pages has the marker. The first one that has it is the last one opened."""
    return any(
        MARKER.lower() in client.get(address.format(article.slug)).content.decode().lower()
        for address in PAGES
    )


def is_reviewed_for_readers(client, article) -> bool:
    return "reviewed by" in client.get(f"/articles/{article.slug}/").content.decode()


def approved(article) -> Article:
    user = get_user_model().objects.create(username="mara", is_superuser=True)
    article = Article.objects.get(pk=article.pk)
    approve(article, user, article.words_digest, "All of it.")
    return Article.objects.get(pk=article.pk)


def value_of(field):
    if isinstance(field, CreditField):
        return Credit(MARKER)
    if isinstance(field, models.JSONField):
        return ["tides", MARKER]
    return f"https://{MARKER}.example/" if isinstance(field, models.URLField) else f"{MARKER} and more."


@pytest.fixture(params=["stored", "fetched"])
def image(request):
    image = store_image(image_bytes())
    if request.param == "fetched":
        Image.objects.filter(pk=image.pk).update(source=REMOTE)
    return Image.objects.get()


def text_with(image):
    return f"Words of the text.\n\n![]({image.source or image.url})\n\nMore of them.\n"


class TestStoredWord:
    @pytest.mark.parametrize("image", ["stored"], indirect=True)
    def test_of_an_article_ends_its_approval_if_it_is_shown(self, client, image, subtests):
        key = approved(
            create_article(title="Tides", hero_image=image, body=text_with(image), generated_by="Gemini")
        ).pk
        assert is_reviewed_for_readers(client, Article.objects.get(pk=key))

        for name in ARTICLE_FIELDS:
            with subtests.test(name=name), rolled_back():
                article = Article.objects.get(pk=key)
                setattr(article, name, value_of(Article._meta.get_field(name)))
                article.save()

                assert is_shown(client, article)
                assert not is_reviewed_for_readers(client, article)

    @pytest.mark.parametrize("use", ["hero", "text"])
    def test_of_an_image_ends_the_approvals_where_it_is_shown(self, use, client, image, subtests):
        # Its page and source are shown, too.
        Image.objects.filter(pk=image.pk).update(credit_creator="Tove")
        image = Image.objects.get()
        uses = {"hero": {"hero_image": image, "body": "Words."}, "text": {"body": text_with(image)}}
        article = create_article(title="Tides", generated_by="Gemini", **uses[use])
        if image.source and use == "text":
            Article.objects.all().show_images({article.pk: {image.source: image}}, None)
        article = approved(article)

        for name in IMAGE_FIELDS:
            with subtests.test(name=name), rolled_back():
                image = Image.objects.get()
                setattr(image, name, value_of(Image._meta.get_field(name)))
                image.save()
                Article.objects.all().derive()

                has_marker = is_shown(client, article)
                assert has_marker == (name != "caption" or use == "hero")
                assert is_reviewed_for_readers(client, article) is not has_marker

    def test_of_a_use_of_an_image_ends_its_approval(self, client, image):
        assert text_fields(BodyImage) == ["source", "credit"]
        article = create_article(title="Tides", body=text_with(image), generated_by="Gemini")
        if image.source:
            Article.objects.all().show_images({article.pk: {image.source: image}}, None)
        article = approved(article)

        BodyImage.objects.update(credit=Credit(MARKER))
        Article.objects.all().derive()

        assert is_shown(client, article)
        assert not is_reviewed_for_readers(client, article)


class TestMirroring:
    @pytest.fixture
    def article(self):
        return approved(
            create_article(title="Tides", body=f"Words.\n\n![]({REMOTE})\n", generated_by="Gemini")
        )

    def mirror(self, article, **words):
        stored = store_image(image_bytes())
        image = create_image(source=REMOTE, file=stored.file.name, width=12, height=8, **words)
        Article.objects.all().show_images({article.pk: {REMOTE: image}}, None)

    def test_without_words_keeps_the_approval(self, article, client):
        self.mirror(article)

        assert "/media/" in client.get(article.get_absolute_url()).content.decode()
        assert is_reviewed_for_readers(client, article)

    @pytest.mark.parametrize("name", ["alt", "credit_creator"])
    def test_that_brings_words_ends_it(self, name, article, client):
        self.mirror(article, **{name: MARKER})

        assert is_shown(client, article)
        assert not is_reviewed_for_readers(client, article)
