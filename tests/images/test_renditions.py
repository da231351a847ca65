"""Renditions: the widths that pages offer, and the images served for them."""

import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image as Pillow
from PIL import ImageCms

from blog.images import renditions
from blog.images.files import store_file
from blog.images.renditions import rendition_storage, srcset, with_renditions
from blog.models import Image
from blog.templatetags.blog import hero_sizes
from tests.support.factories import create_article, create_articles, create_category
from tests.support.images import image_bytes

DIGEST = "ab" * 20
NAME = f"images/ab/{DIGEST}.png"


def widths(offered):
    return [int(choice.rpartition(" ")[2].rstrip("w")) for choice in offered.split(", ") if choice]


def stored(size=(1000, 500), image_format="PNG", **options):
    return store_file(image_bytes(image_format, size=size, **options))


def address(image, width):
    return f"/pictures/{image.name.rpartition('/')[2]}/{width}.avif"


def images(client, path):
    return client.get(path).content.decode().split("<picture>")[1:]


def save_raw(content):
    """Store bytes past store_file(), as a damaged disk might."""
    default_storage.save(NAME, ContentFile(content))
    return f"/pictures/{DIGEST}.png/400.avif"


class TestOffered:
    @pytest.mark.parametrize(
        ("width", "offered"),
        [
            (300, []),
            (400, []),
            (401, [400, 401]),
            (1000, [400, 640, 800, 1000]),
            (1600, [400, 640, 800, 1200, 1600]),
            (5000, [400, 640, 800, 1200, 1600, 2400]),
            (None, []),
        ],
    )
    def test_none_is_wider_than_the_image(self, width, offered):
        assert widths(srcset(NAME, width)) == offered

    @pytest.mark.parametrize("name", ["", NAME.replace("png", "gif"), "other/picture.png"])
    def test_no_renditions_of_gifs_and_remote_images(self, name):
        assert srcset(name, 1600) == ""


ACROSS = "(min-width: 72rem) and (max-height: 60rem) 37rem, (min-width: 85rem) 80rem, 94vw"


class TestHero:
    @pytest.mark.parametrize(
        ("size", "shown"),
        [
            ((1600, 900), ACROSS),
            ((None, None), ACROSS),
            ((500, 300), "min(94vw, 500px)"),
            ((500, 1000), "min(94vw, 352px)"),
            ((1600, 1601), "min(94vw, 703px)"),
        ],
    )
    def test_portrait_and_small_images_are_shown_whole(self, size, shown):
        assert hero_sizes(Image(width=size[0], height=size[1])) == shown


class TestText:
    IMG = f'<img src="/media/{NAME}" alt="a > b" width="1000" height="500" loading="lazy" decoding="async">'

    def test_a_stored_image_is_offered_in_other_widths(self):
        html = with_renditions(self.IMG)

        assert f"/pictures/{DIGEST}.png/640.avif 640w" in html
        assert html.startswith("<picture>")
        assert html.endswith(f"{self.IMG}</picture>")

    def test_a_large_image_of_a_figure_links_to_its_file(self):
        start = f'<figure><a class="enlarge" href="/media/{NAME}"><picture>'

        assert with_renditions(self.IMG, "<figure>").startswith(start)

    @pytest.mark.parametrize(
        ("img", "figure"),
        [
            (IMG, ""),
            (IMG.replace("1000", "900"), "<figure>"),
            (IMG.replace("a > b", ""), "<figure>"),
        ],
        ids=["in text", "small", "without a name"],
    )
    def test_other_images_do_not(self, img, figure):
        assert "enlarge" not in with_renditions(img, figure)

    @pytest.mark.parametrize(
        ("size", "is_wide"), [((1600, 800), True), ((1600, 801), False), ((1190, 200), False)]
    )
    def test_a_wide_one_of_a_figure_extends_into_the_margin(self, size, is_wide):
        img = self.IMG.replace('"1000" height="500"', '"{}" height="{}"'.format(*size))
        remote = img.replace("/media/", "https://example.org/media/")

        for tag in (img, remote):
            assert ('<figure class="wide">' in with_renditions(tag, "<figure>")) is is_wide
        assert "wide" not in with_renditions(img)

    @pytest.mark.parametrize(
        "img",
        [
            IMG.replace("/media/", "https://example.org/media/"),
            IMG.replace(' loading="lazy"', ' class="unsized" loading="lazy"'),
        ],
    )
    def test_others_stay_as_they_are(self, img):
        assert with_renditions(img) == img


@pytest.mark.django_db
class TestServed:
    @pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "AVIF"])
    def test_in_the_width_asked_for_and_in_shape(self, client, image_format):
        response = client.get(address(stored(image_format=image_format), 640))

        image = Pillow.open(io.BytesIO(response.content))
        assert (image.format, image.size) == ("AVIF", (640, 320))
        assert response["Content-Type"] == "image/avif"
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"

    def test_transparency_is_kept(self, client):
        output = io.BytesIO()
        Pillow.new("RGBA", (800, 400), (255, 0, 0, 0)).save(output, "PNG")
        image = store_file(output.getvalue())

        shown = Pillow.open(io.BytesIO(client.get(address(image, 400)).content))

        assert shown.convert("RGBA").getpixel((10, 10))[3] == 0

    @pytest.mark.parametrize(("mode", "is_kept"), [("RGB", True), ("L", False)])
    def test_a_profile_is_kept_where_it_fits(self, client, mode, is_kept):
        """A greyscale profile would shift the colours in which greys are stored."""
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        output = io.BytesIO()
        Pillow.new(mode, (800, 400)).save(output, "PNG", icc_profile=profile)

        shown = Pillow.open(io.BytesIO(client.get(address(store_file(output.getvalue()), 400)).content))

        assert bool(shown.info.get("icc_profile")) == is_kept

    def test_is_made_once(self, client, monkeypatch):
        path = address(stored(), 640)
        first = client.get(path)
        monkeypatch.setattr(renditions.calls, "shrink_image", None)

        assert client.get(path).content == first.content
        assert client.get(path, headers={"if-none-match": first["ETag"]}).status_code == 304

    @pytest.mark.parametrize("width", [0, 1, 641, 1200, 99999])
    def test_other_widths_are_not_made(self, client, width):
        """Otherwise anybody could fill the disk, or enlarge images."""
        assert client.get(address(stored(), width)).status_code == 404
        assert not rendition_storage().exists("")

    def test_rendition_disappears_with_its_image(self, client):
        image = stored()
        client.get(address(image, 640))

        default_storage.delete(image.name)

        assert client.get(address(image, 640)).status_code == 404

    def test_animations_are_shown_unchanged(self, client):
        frames = [Pillow.new("RGB", (800, 400), colour) for colour in ("red", "blue")]
        output = io.BytesIO()
        frames[0].save(output, "WEBP", save_all=True, append_images=frames[1:])
        image = store_file(output.getvalue())

        response = client.get(address(image, 400))

        assert (response.status_code, response["Location"]) == (302, f"/media/{image.name}")

    @pytest.mark.parametrize("left", [0, 0.5])
    def test_damaged_images_are_shown_unchanged(self, client, left):
        whole = image_bytes("PNG", size=(800, 400))

        response = client.get(save_raw(whole[: int(left * len(whole))]))

        assert (response.status_code, response["Location"]) == (302, f"/media/{NAME}")


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def image(self):
        image = stored()
        return Image.objects.create(file=image.name, width=image.width, height=image.height, source="sea.png")

    def test_a_hero_is_awaited(self, client, image):
        (hero,) = images(client, create_article(hero_image=image).get_absolute_url())

        assert 'fetchpriority="high"' in hero
        assert ".avif 640w" in hero

    @pytest.mark.parametrize("path", ["/", "/categories/tides/"])
    def test_the_first_image_of_a_list_alone_is_awaited(self, client, image, path):
        create_articles(9, hero_image=image, categories=[create_category("Tides")])

        first, *others = images(client, path)

        assert 'fetchpriority="high"' in first
        assert others
        assert all('loading="lazy"' in other for other in others)

    def test_first_image_has_priority_if_the_first_article_has_none(self, client, image):
        tides = create_category("Tides")
        create_article(hero_image=image, categories=[tides])
        create_article(categories=[tides])

        assert 'fetchpriority="high"' in images(client, "/categories/tides/")[0]

    def test_image_far_down_has_no_priority(self, client, image):
        tides = create_category("Tides")
        create_article(hero_image=image, categories=[tides])
        create_articles(3, categories=[tides])

        assert 'fetchpriority="high"' not in images(client, "/categories/tides/")[0]

    def test_an_article_without_a_hero_awaits_the_image_that_it_opens_with(self, client, image):
        article = create_article(body=f"![Sea](/media/{image.file.name})")

        assert 'fetchpriority="high"' in images(client, article.get_absolute_url())[0]
