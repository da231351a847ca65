"""What the head of a page points to: icons, the web manifest, the rules for prefetching."""

import io
import json
import re

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse
from PIL import Image

from blog.articles import previews
from tests.support.factories import create_article, create_author, create_category

pytestmark = pytest.mark.django_db


def links(page) -> dict[str, list[dict]]:
    """Return the attributes of each link element in a page's head, by its relation."""
    found = {}
    for element in re.findall(r"<link ([^>]*)>", page.content.decode().partition("</head>")[0]):
        attributes = dict(re.findall(r'([a-z]+)="([^"]*)"', element))
        found.setdefault(attributes["rel"], []).append(attributes)
    return found


def static_file(address) -> bytes:
    with open(finders.find(address.removeprefix("/static/")), "rb") as file:
        return file.read()


class TestIcons:
    @pytest.mark.parametrize("path", ["/", "/nothing/"])
    def test_every_page_names_them(self, client, path):
        found = links(client.get(path))

        assert [link["href"] for link in found["icon"]] == ["/favicon.ico", "/static/img/mark.svg"]
        assert static_file(found["icon"][1]["href"]).startswith(b"<svg")
        [touch] = found["apple-touch-icon"]
        assert Image.open(io.BytesIO(static_file(touch["href"]))).size == (180, 180)

    def test_the_one_at_the_root_has_the_sizes_that_are_asked_for(self, client):
        response = client.get("/favicon.ico")

        icon = Image.open(io.BytesIO(b"".join(response)))
        assert response["Content-Type"] == "image/x-icon"
        assert {(16, 16), (32, 32), (48, 48)} <= icon.info["sizes"]
        assert "max-age=86400" in response["Cache-Control"]


class TestManifest:
    @pytest.fixture
    def manifest(self, client, settings):
        settings.SITE_NAME, settings.SITE_TAGLINE = "Tidal <Notes>", "On water"
        [link] = links(client.get("/"))["manifest"]
        response = client.get(link["href"])
        assert response["Content-Type"] == "application/manifest+json"
        return json.loads(response.content)

    def test_it_carries_the_site(self, manifest):
        assert (manifest["name"], manifest["description"]) == ("Tidal <Notes>", "On water")
        assert (manifest["lang"], manifest["dir"]) == ("en", "ltr")
        assert manifest["start_url"] == manifest["scope"] == "/"
        assert manifest["background_color"] == manifest["theme_color"] == "#fbfbf8"

    def test_its_icons_are_what_it_says(self, manifest):
        icons = {(icon["sizes"], icon["purpose"]): icon for icon in manifest["icons"]}

        assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} < set(icons)
        for (sizes, _), icon in icons.items():
            if icon["type"] == "image/png":
                width, height = Image.open(io.BytesIO(static_file(icon["src"]))).size
                assert sizes == f"{width}x{height}"

    def test_a_maskable_icon_reaches_the_edges_and_keeps_its_sign_inside(self, manifest):
        [icon] = [icon for icon in manifest["icons"] if icon["purpose"] == "maskable"]
        image = Image.open(io.BytesIO(static_file(icon["src"])))

        white = image.convert("L").point(lambda value: 255 if value > 200 else 0).getbbox()
        farthest = max(((x - 256) ** 2 + (y - 256) ** 2) ** 0.5 for x in white[::2] for y in white[1::2])

        assert image.mode == "RGB"
        assert farthest < 0.4 * 512


class TestSpeculationRules:
    def test_pages_to_read_name_them(self, client):
        category, author = create_category("Tides"), create_author("Ida Aas")
        article = create_article(categories=[category], authors=[author])

        for path in ("/", *(row.get_absolute_url() for row in (article, category, author))):
            rules = client.get(path)["Speculation-Rules"]

            assert rules == '"/speculation-rules.json"'

    def test_no_other_answer_does(self, client, admin_client):
        link = previews.preview_link(create_article(status="new"))
        others = ["/nothing/", "/feeds/rss.xml", "/robots.txt", "/sitemap.xml", link]

        assert client.get(link).status_code == 200
        assert not [path for path in others if "Speculation-Rules" in client.get(path)]
        assert "Speculation-Rules" not in admin_client.get(reverse("admin:index"))

    def test_articles_are_fetched_when_a_pointer_rests_on_a_link(self, client):
        response = client.get("/speculation-rules.json")

        assert response["Content-Type"] == "application/speculationrules+json"
        [rule] = json.loads(response.content)["prefetch"]
        assert rule["eagerness"] == "moderate"
        wanted, unwanted = rule["where"]["and"]
        assert "/articles/*" in wanted["href_matches"]
        assert "/*.md" in unwanted["not"]["href_matches"]
        assert not [
            path for path in wanted["href_matches"] if path.startswith(("/admin", "/preview", "/search"))
        ]
