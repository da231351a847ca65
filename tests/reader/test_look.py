"""The style sheet of the site's look, and what pages show of it."""

import re

import pytest

from blog.models import SiteIdentity
from blog.reader.look import FOLDER, page_look, stylesheet
from blog.site.look import Face, Look, Manner, Paper, Theme
from tests.support.factories import create_image

pytestmark = pytest.mark.django_db

WORKSHOP = {"accent": "#0b5f46", "paper": "green", "face": "bricolage", "manner": "workshop"}


def text(response) -> str:
    return response.content.decode()


def linked(page: str) -> list[str]:
    return re.findall(r'href="(/look-[0-9a-f]{20}\.css)"', page)


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

        preloaded = re.findall(
            r'<link rel="preload" href="/static/fonts/([\w-]+?)(?:\.[0-9a-f]+)?\.woff2"', page
        )
        loaded = set(re.findall(r"/fonts/([\w-]+?)(?:-ext)?(?:\.[0-9a-f]+)?\.woff2", rules))
        assert len(loaded) == 1
        assert loaded <= set(preloaded)
        assert "newsreader-display" not in preloaded

    def test_every_manner_but_the_default_has_rules(self):
        files = {path.stem for path in FOLDER.glob("*.css")}

        assert files == {*Face.values, *Manner.values, "logotype"} - {Face.NEWSREADER, Manner.PROOF}

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

    def test_workshop_colours_the_browser_like_its_band(self):
        assert page_look(Look(manner=Manner.WORKSHOP, accent="#0b5f46")).theme_colours[0] == "#0b5f46"
