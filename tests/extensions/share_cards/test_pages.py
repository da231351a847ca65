"""The share cards of pages: what they show, where other sites find them, and editors see them."""

import io
import re
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image

from blog.extensions.share_cards import checks, pages
from blog.extensions.share_cards.cards import card_storage
from blog.extensions.share_cards.drawing import draw
from blog.models import Article, SiteIdentity
from blog.review.approval import approve
from tests.support.factories import create_article, create_image, create_page


def head_of(client, row) -> str:
    return client.get(row.get_absolute_url()).content.decode().partition("</head>")[0]


def meta(head, name) -> str | None:
    match = re.search(rf'<meta (?:name|property)="{name}" content="(.*?)">', head)
    return match[1] if match else None


@pytest.mark.django_db
class TestHead:
    def test_the_share_card_stands_for_an_article(self, client):
        head = head_of(client, create_article(title="Tides", hero_image=create_image()))

        card = meta(head, "og:image")
        assert client.get(card.removeprefix("https://blog.example"))["Content-Type"] == "image/png"
        assert (meta(head, "og:image:width"), meta(head, "og:image:height")) == ("1200", "630")
        assert meta(head, "og:image:alt") == meta(head, "twitter:image:alt") == "Tides"
        assert meta(head, "twitter:card") == "summary_large_image"
        assert meta(head, "og:type") == "article"

    def test_the_card_is_described_by_what_it_says(self, client):
        head = head_of(
            client, create_article(share_quote='"The sea keeps time." #Sea', body="The sea keeps time.")
        )

        assert meta(head, "og:image:alt") == "The sea keeps time."

    def test_a_hero_stands_for_an_article_whose_words_no_card_can_write(self, client):
        image = create_image(source="//p.example/a.jpg", alt="Waves", width=12, height=8)

        head = head_of(client, create_article(title="\U00012000\U00012001", hero_image=image))

        assert meta(head, "og:image") == "https://p.example/a.jpg"
        assert (meta(head, "og:image:width"), meta(head, "og:image:height")) == ("12", "8")
        assert meta(head, "og:image:alt") == "Waves"

    def test_lists_have_the_share_card_of_the_site(self, client):
        head = client.get("/").content.decode()

        assert meta(head, "og:image").startswith("https://blog.example/cards/site-")
        assert meta(head, "twitter:card") == "summary_large_image"
        assert meta(head, "og:type") == "website"

    def test_by_its_share_card_where_its_lists_and_pages_are_shared(self, client):
        card = pages.site_image().path

        for path in ("/", "/archive/", create_page().get_absolute_url()):
            head = client.get(path).text
            assert f'<meta property="og:image" content="https://blog.example{card}">' in head
            assert '<meta name="twitter:card" content="summary_large_image">' in head


@pytest.mark.django_db
class TestForEditors:
    def test_is_drawn_for_an_unpublished_article(self, admin_client):
        card = admin_client.get(reverse("admin:share_cards_article", args=[create_article(status="new").pk]))

        assert card["Content-Type"] == "image/png"
        assert "no-store" in card["Cache-Control"]


@pytest.mark.django_db
class TestLookOfTheSite:
    def test_have_the_colour_of_the_site(self, client):
        before = pages.site_card()
        SiteIdentity.objects.create(accent="#0b5f46")
        card = pages.site_card()

        drawn = Image.open(io.BytesIO(draw(card))).convert("RGB")

        assert drawn.getpixel((5, 5)) == (0x0B, 0x5F, 0x46)
        assert card.file_name != before.file_name

    def test_have_the_face_of_the_site(self):
        before = pages.site_card()
        SiteIdentity.objects.create(face="besley")
        card = pages.site_card()

        assert card.face == "besley"
        assert card.file_name != before.file_name

    def test_do_not_have_our_logo_beside_that_of_the_site(self):
        SiteIdentity.objects.create(logo=create_image())

        assert not pages.site_card().has_mark


@pytest.mark.django_db
class TestLabel:
    def test_is_on_the_card_until_the_article_is_approved(self, admin_user):
        article = create_article(title="Tides", generated_by="Gemini")
        before = pages.article_card(article).label

        approve(article, admin_user, Article.objects.get().words_digest, "All figures.")

        after = pages.article_card(Article.objects.get()).label
        assert before == "AI-generated text"
        assert "AI-generated" not in after

    def test_is_in_the_language_of_the_article(self, client):
        article = create_article(generated_by="Gemini", language="de")

        label = pages.article_card(article).label

        assert label != "AI-generated text"
        assert f"<strong>{label}.</strong>" in client.get(article.get_absolute_url()).text


class TestFolder:
    def test_of_cards_is_private(self):
        store = card_storage()
        store.save("ab/x.png", ContentFile(b"x"))
        folder = Path(store.path("ab"))
        modes = [path.stat().st_mode & 0o777 for path in (folder, folder.parent, folder / "x.png")]
        assert modes == [0o700, 0o700, 0o600]


class TestShaping:
    @pytest.mark.parametrize(
        ("fonts", "shapes", "ids"),
        [([], False, []), ([Path("/")], False, ["galley.W009"]), ([Path("/")], True, [])],
    )
    def test_fonts_without_it_are_told(self, settings, monkeypatch, fonts, shapes, ids):
        settings.CARD_FONTS = fonts
        monkeypatch.setattr(checks, "can_shape", lambda: shapes)
        monkeypatch.setattr(checks, "installed", dict)

        assert [message.id for message in checks.check_shaping(None)] == ids
