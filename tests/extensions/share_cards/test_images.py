"""The image on a share card: a stored hero image, or none."""

import io

import pytest
from django.core.files.storage import default_storage
from PIL import Image, ImageColor

from blog.extensions.share_cards import pages
from blog.extensions.share_cards.cards import card_name, card_storage
from blog.extensions.share_cards.drawing import FOOT, IMAGE_SIZE, MARGIN, PAPER, PLATE, SIZE, WIDTH, draw
from blog.images.files import store_file
from blog.models import SiteIdentity
from blog.sandbox import calls
from blog.sandbox.refusals import Refusal, RefusedError
from tests.extensions.share_cards.test_cards import address_of, inked
from tests.support.factories import create_article, create_image
from tests.support.images import image_bytes

pytestmark = pytest.mark.django_db

RED, BLUE = (200, 30, 30), (30, 30, 200)
LONG = "A quotation so long that beside a picture it would stand in small type. " * 4


def two_colours(size=(1200, 800)) -> bytes:
    """Return a PNG, red on the left and blue on the right."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    output = io.BytesIO()
    image.save(output, "PNG")
    return output.getvalue()


def hero(content=None, **fields):
    stored = store_file(content or two_colours())
    return create_image(file=stored.name, width=stored.width, height=stored.height, source="", **fields)


def card_of(client, article):
    response = client.get(address_of(article))
    image = Image.open(io.BytesIO(response.content))
    return response, image


def is_like(image, at, colour) -> bool:
    return all(abs(a - b) < 30 for a, b in zip(image.getpixel(at), colour, strict=True))


class TestOnTheCard:
    def test_it_stands_beside_the_title_and_above_the_label(self, client):
        article = create_article(title="Tides", generated_by="Gemini", hero_image=hero())

        response, image = card_of(client, article)

        assert (image.format, image.size, response["Content-Type"]) == ("JPEG", SIZE, "image/jpeg")
        assert address_of(article).endswith(".jpg")
        assert is_like(image, (WIDTH - IMAGE_SIZE[0] + 8, 8), RED)
        assert is_like(image, (WIDTH - 8, FOOT - 8), BLUE)
        assert inked(image, (MARGIN, 60, 400, 300))
        assert inked(image, (WIDTH - MARGIN - 100, FOOT + 40, WIDTH - MARGIN, FOOT + 70))
        assert len(response.content) < 150_000

    def test_the_focal_point_is_shown(self, client):
        article = create_article(hero_image=hero(focal_x=100))

        _, image = card_of(client, article)

        assert is_like(image, (WIDTH - IMAGE_SIZE[0] + 80, 8), BLUE)

    def test_a_transparent_picture_stands_on_paper(self, client):
        output = io.BytesIO()
        Image.new("RGBA", (900, 600), (0, 0, 0, 0)).save(output, "PNG")
        article = create_article(hero_image=hero(output.getvalue()))

        _, image = card_of(client, article)

        assert is_like(image, (WIDTH - 8, 8), (0xFB, 0xFB, 0xF8))

    def test_a_long_text_has_the_card_to_itself(self, client):
        article = create_article(share_quote=LONG, body=LONG, hero_image=hero())

        _, image = card_of(client, article)

        assert is_like(image, (WIDTH - 8, 8), (0x25, 0x36, 0xC9))


class TestAddress:
    def test_it_follows_from_the_picture_and_its_focal_point(self):
        image = hero()
        article = create_article(hero_image=image)
        addresses = [address_of(article)]
        image.focal_x = 10
        addresses.append(address_of(article))
        article.hero_image = hero(image_bytes(size=(900, 600)))
        addresses.append(address_of(article))
        article.hero_image = None
        addresses.append(address_of(article))

        assert len(set(addresses)) == 4

    def test_url_without_the_image_redirects_to_the_card_with_it(self, client):
        article = create_article()
        before = address_of(article)
        article.hero_image = hero()
        article.save()

        response = client.get(before)

        assert (response.status_code, response["Location"]) == (302, address_of(article))


class TestNone:
    @pytest.mark.parametrize(
        "picture",
        [
            lambda: create_image(width=1600, height=900),
            lambda: hero(image_bytes(size=(300, 600))),
            lambda: hero(image_bytes(size=(1600, 300))),
            lambda: hero(image_bytes("GIF", size=(900, 600))),
        ],
        ids=["remote", "narrow", "low", "GIF"],
    )
    def test_remote_small_and_gif_images_are_on_no_card(self, picture):
        article = create_article(hero_image=picture())

        assert pages.article_card(article).image is None

    @pytest.mark.parametrize("damage", ["lost", "damaged"])
    def test_damaged_image_is_omitted(self, client, damage):
        article = create_article(hero_image=hero())
        path = default_storage.path(article.hero_image.file.name)
        with open(path, "wb") as file:
            file.write(b"no image")
        if damage == "lost":
            default_storage.delete(article.hero_image.file.name)

        response, _ = card_of(client, article)

        assert response.content == draw(pages.article_card(article))

    def test_hero_image_is_shown_while_the_sandbox_is_busy(self, client, monkeypatch):
        article = create_article(hero_image=hero())

        def refuse(*arguments):
            raise RefusedError(Refusal.BUSY)

        monkeypatch.setattr(calls, "crop_image", refuse)
        response = client.get(address_of(article))

        assert (response.status_code, response["Location"]) == (302, article.hero_image.url)
        assert "immutable" not in response.get("Cache-Control", "")
        assert not card_storage().exists(card_name(pages.article_card(article)))


class TestLogo:
    @pytest.mark.parametrize("size", [(120, 120), (640, 200), (40, 40)], ids=["square", "wide", "small"])
    def test_the_logo_of_the_site_stands_on_paper_before_its_name(self, client, size):
        SiteIdentity.objects.create(name="Quarto", logo=hero(two_colours(size)))

        response, image = card_of(client, create_article(title="Tides"))

        image = image.convert("RGB")
        assert response["Content-Type"] == "image/png"
        width = min(56, size[1]) * size[0] // size[1]
        left, middle = MARGIN + PLATE, FOOT + 54
        assert is_like(image, (MARGIN + 2, middle), ImageColor.getrgb(PAPER))
        assert is_like(image, (left + 6, middle), RED)
        assert is_like(image, (left + width - 6, middle), BLUE)
        assert inked(image, (left + width + PLATE + 10, FOOT + 30, 600, FOOT + 80))

    def test_a_logo_with_the_name_takes_its_place(self, client):
        SiteIdentity.objects.create(name="Quarto", logo=hero(two_colours((120, 120))), logo_is_name=True)

        image = card_of(client, create_article(title="Tides"))[1].convert("RGB")

        assert not inked(image, (MARGIN + 56 + 2 * PLATE, FOOT, 600, FOOT + 90))

    def test_a_lost_logo_leaves_the_name(self, client):
        logo = hero(two_colours((120, 120)))
        SiteIdentity.objects.create(name="Quarto", logo=logo, logo_is_name=True)
        default_storage.delete(logo.file.name)

        image = card_of(client, create_article(title="Tides"))[1].convert("RGB")

        assert inked(image, (MARGIN, FOOT + 30, 300, FOOT + 80))

    def test_another_logo_changes_the_address(self):
        identity = SiteIdentity.objects.create()
        article = create_article()
        addresses = [address_of(article)]
        for size, is_name in ((120, 120), False), ((200, 120), False), ((200, 120), True):
            identity.logo, identity.logo_is_name = hero(two_colours(size)), is_name
            identity.save()
            addresses.append(address_of(article))

        assert len(set(addresses)) == 4

    def test_remote_logo_is_on_no_card(self):
        SiteIdentity.objects.create(logo=create_image(width=400, height=400))

        assert pages.site_card().logo is None

    def test_it_is_shown_itself_while_the_sandbox_is_busy(self, client, monkeypatch):
        logo = hero(two_colours((120, 120)))
        SiteIdentity.objects.create(logo=logo)

        def refuse(*arguments):
            raise RefusedError(Refusal.BUSY)

        monkeypatch.setattr(calls, "crop_image", refuse)
        response = client.get(address_of(create_article()))

        assert (response.status_code, response["Location"]) == (302, logo.url)
