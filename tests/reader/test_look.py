"""The style sheet of the site's look, and what pages show of it."""

import io
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from PIL import Image

from blog.images import icons
from blog.models import SiteIdentity
from blog.reader.look import CYRILLIC_FONTS, FOLDER, stylesheet
from blog.site.look import Column, Face, Look, Manner, Paper, TextFace, Theme
from tests.support.factories import create_article, create_image

pytestmark = pytest.mark.django_db

WORKSHOP = {"accent": "#0b5f46", "paper": "green", "face": "bricolage", "manner": "workshop"}


def text(response) -> str:
    return response.content.decode()


def linked(page: str) -> list[str]:
    return re.findall(r'href="(/look-[0-9a-f]{20}\.css)"', page)


def preloaded(page: str) -> set[str]:
    return set(re.findall(r'<link rel="preload" href="/static/fonts/([\w-]+?)(?:\.[0-9a-f]+)?\.woff2"', page))


class TestStylesheet:
    def test_default_look_has_none(self, client):
        assert stylesheet(Look()) == ""
        assert linked(text(client.get("/"))) == []

    def test_is_linked_by_every_page_and_cached_forever(self, client):
        SiteIdentity.objects.create(**WORKSHOP)

        (url,) = linked(text(client.get("/")))
        response = client.get(url)

        assert linked(text(client.get("/nothing/"))) == [url]
        assert "immutable" in response["Cache-Control"]
        assert response["Content-Type"].startswith("text/css")
        assert "--accent:light-dark(#0b5f46," in text(response)

    def test_older_url_redirects_to_the_current_one(self, client):
        SiteIdentity.objects.create(**WORKSHOP)
        (older,) = linked(text(client.get("/")))
        SiteIdentity.objects.update(accent="#8f1d2c")

        (current,) = linked(text(client.get("/")))

        assert older != current
        assert client.get(older)["Location"] == current

    @pytest.mark.parametrize("face", [face for face in Face if face != Face.NEWSREADER])
    def test_loads_the_chosen_face_only(self, client, face):
        SiteIdentity.objects.create(face=face)

        page = text(client.get("/"))
        rules = stylesheet(Look(face=face))

        loaded = set(re.findall(r"/fonts/([\w-]+?)(?:-ext)?(?:\.[0-9a-f]+)?\.woff2", rules)) - {
            *CYRILLIC_FONTS
        }
        assert len(loaded) == 1
        assert loaded <= preloaded(page)
        assert "newsreader-display" not in preloaded(page)

    def test_every_choice_but_the_default_has_rules(self):
        files = {path.stem for path in FOLDER.glob("*.css")}
        choices = {*Face.values, *TextFace.values, *Manner.values, *Column.values}
        defaults = {Face.NEWSREADER, TextFace.SERIF, Manner.PROOF, Column.MARGIN}

        assert files == {*choices, "logotype"} - defaults

    @pytest.mark.parametrize("face", Face.values)
    def test_every_face_has_cyrillic_letters_preloaded_where_they_are_used(self, client, settings, face):
        SiteIdentity.objects.create(face=face)
        assert not preloaded(text(client.get("/"))) & {*CYRILLIC_FONTS}

        settings.LANGUAGE_CODE = "uk"

        assert preloaded(text(client.get("/"))) >= {*CYRILLIC_FONTS}
        base = Path(finders.find("css/base.css")).read_text()
        assert re.search(r"-cyrillic\b[^}]*U\+400-45F", stylesheet(Look(face=face)) or base)

    def test_text_in_sans_preloads_no_serif(self, client):
        SiteIdentity.objects.create(text=TextFace.SANS)
        create_article(slug="ebb", body="*Ebb* and flow.")

        page = text(client.get("/articles/ebb/"))

        assert preloaded(page) == {"newsreader-display", "instrument-sans", "instrument-sans-italic"}
        assert "--serif: var(--sans)" in stylesheet(Look(text=TextFace.SANS))

    def test_text_in_sans_has_cyrillic_italics(self):
        rules = stylesheet(Look(text=TextFace.SANS)).split("@font-face")

        assert any("U+400-45F" in rule and "font-style: italic" in rule for rule in rules)

    @pytest.mark.parametrize(
        "accent", ["red;}*{display:none", "#fff", "#12345g", "</style><script>", "url(//evil)", ""]
    )
    def test_stored_value_that_is_no_colour_is_ignored(self, client, accent):
        SiteIdentity.objects.create()
        SiteIdentity.objects.update(accent=accent[:7], manner="evil", paper="evil", face="../x", theme='"x')

        assert linked(text(client.get("/"))) == []


class TestPages:
    def test_have_the_colours_of_the_look_for_the_browser(self, client):
        SiteIdentity.objects.create(paper=Paper.CREAM)

        assert '<meta name="theme-color" content="#fffaf0"' in text(client.get("/"))

    @pytest.mark.parametrize(
        ("theme", "attribute"),
        [(Theme.AUTO, None), (Theme.DARK, 'data-theme="dark"'), (Theme.LIGHT, 'data-theme="light"')],
    )
    def test_begin_in_the_chosen_theme(self, client, theme, attribute):
        SiteIdentity.objects.create(theme=theme)

        start = text(client.get("/")).partition("<head>")[0]

        assert attribute in start if attribute else "data-theme" not in start

    def test_logo_with_the_name_replaces_it(self, client):
        SiteIdentity.objects.create(name="Saltings", logo=create_image(), logo_is_name=True)

        page = text(client.get("/archive/"))

        assert 'class="logotype"' in page
        assert 'alt="Saltings"' in page
        assert '<span class="name-text">' not in page

    def test_have_no_inline_style(self, client):
        SiteIdentity.objects.create(**WORKSHOP)

        page = text(client.get("/"))

        assert "<style" not in page
        assert " style=" not in page


class TestIcons:
    def test_are_in_the_colour_of_the_site(self, client):
        SiteIdentity.objects.create(accent="#0b5f46")

        page = text(client.get("/"))
        mark = client.get("/icons-0b5f46/mark.svg")

        assert '<link rel="icon" href="/icons-0b5f46/mark.svg"' in page
        assert 'fill="#0b5f46"' in text(mark)
        assert "immutable" in mark["Cache-Control"]
        assert Image.open(io.BytesIO(client.get("/favicon.ico").content)).convert("RGB").getpixel(
            (4, 24)
        ) == (*(0x0B, 0x5F, 0x46),)
        assert "/icons-0b5f46/icon-192.png" in text(client.get("/site.webmanifest"))

    def test_of_another_colour_redirect_to_the_current_one(self, client):
        SiteIdentity.objects.create(accent="#0b5f46")

        assert client.get("/icons-ff0000/mark.svg")["Location"] == "/icons-0b5f46/mark.svg"
        assert client.get("/icons-0b5f46/other.svg").status_code == 404

    @pytest.mark.parametrize("name", icons.NAMES)
    def test_of_the_default_colour_are_those_in_static(self, name):
        file = finders.find(f"img/{name}")

        assert pixels(icons.icon(name), name) == pixels(Path(file).read_bytes(), name)

    def test_logo_is_the_icon(self, client):
        SiteIdentity.objects.create(logo=create_image(file="images/ab/logo.png"))

        assert '<link rel="icon" href="/media/images/ab/logo.png">' in text(client.get("/"))


def pixels(data, name):
    return data if name.endswith(".svg") else Image.open(io.BytesIO(data)).convert("RGBA").tobytes()
