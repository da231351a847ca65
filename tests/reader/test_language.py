"""Words of the renderer's own: in the language of the text, or of the site."""

import re
from pathlib import Path

import pytest
from django.utils.translation import override

from blog.documents.rendering.markdown import render_markdown
from blog.reader.body import shown_html
from blog.reader.language import RENDERER_WORDS
from tests.support.factories import create_article, create_page

NAMED_TABLE = re.compile('<div class="table"[^>]*><table( aria-label="[^"]*")?')
CONSTRUCTS = [
    *Path(__file__).parent.parent.glob("samples/articles/*.md"),
    Path(__file__).parent.parent / "samples/dialect.md",
]
TEXT = """## Sea

| a |
|---|
| 1 |

| b |
|---|
| 2 |

- [x] one[^1] and[^1]
- [ ] two

> [!WARNING]
> Deep water.

[^1]: Note.
"""


def labels(html) -> list[str]:
    return re.findall('aria-label="(.*?)"', html)


class TestLabels:
    def test_are_in_the_language_of_the_site(self):
        html = render_markdown(TEXT).html

        with override("de"):
            german = shown_html(html, {}, "")

        assert labels(german)[0].endswith(" Sea")
        assert labels(german)[1:] == [
            *("Sea", "Sea", "Sea (2)", "Sea (2)", "Erledigt", "Fußnote 1", "Fußnote 1"),
            *("Offen", "Fußnoten", "Zurück zum Text", "Zurück zum Text (2)"),
        ]
        assert ">Warnung</p>" in german
        assert shown_html(html, {}, "") == html

    @pytest.mark.parametrize(
        ("site", "text", "label"),
        [
            *(("en", "de-AT", "Fußnoten"), ("de", "en-GB", "Footnotes"), ("de", "ar", "Fußnoten")),
            *(("en", "ar", "Footnotes"), ("de", 'x" y', "Fußnoten")),
        ],
    )
    def test_are_in_the_language_of_the_text_where_that_is_spoken_here(self, site, text, label):
        html = render_markdown(TEXT).html

        with override(site):
            assert label in labels(shown_html(html, {}, text))

    def test_of_an_author_stay_as_they_are(self):
        text = '> **Note well:** deep.\n\nSay `<a aria-label="Footnotes">` and <p class="label">Tip</p>'
        html = render_markdown(text).html

        with override("de"):
            assert shown_html(html, {}, "") == html

    @pytest.mark.parametrize("path", CONSTRUCTS, ids=lambda path: path.stem)
    def test_of_every_construct_are_known(self, path):
        html = render_markdown(path.read_text()).html
        named = re.sub('(Link to section) [^"]*', r"\1 %(name)s", NAMED_TABLE.sub("<table", html))

        assert {re.sub("[0-9]+", "%(number)s", label) for label in labels(named)} - RENDERER_WORDS == set()


@pytest.mark.django_db
class TestWhereTheyAreShown:
    def test_articles_pages_and_feeds(self, client, settings):
        settings.LANGUAGE_CODE = "de"
        article, page = create_article(body=TEXT), create_page(body=TEXT)

        for path in (article.get_absolute_url(), page.get_absolute_url(), "/feeds/rss.xml"):
            shown = client.get(path).text
            assert (' Sea"' in shown) == ("<h2" in shown)  # feeds have none


@pytest.mark.django_db
class TestASiteWithoutACatalogue:
    """Its sentences are English, so the page says that, and what is Korean says so."""

    @pytest.fixture(autouse=True)
    def korean(self, settings):
        settings.LANGUAGE_CODE = "ko"

    def test_pages_are_in_english(self, client):
        assert '<html lang="en">' in client.get("/").text

    def test_texts_are_in_the_language_of_the_site(self, client):
        article = create_article(title="바다", body="물")

        assert '<article class="article" lang="ko" dir="ltr">' in client.get(article.get_absolute_url()).text
        assert re.search('lang="ko" dir="ltr"[^>]*>(<bdi>)?바다', client.get("/").text)


@pytest.mark.django_db
def test_a_site_in_japanese_says_and_speaks_it(client, settings):
    settings.LANGUAGE_CODE = "ja"
    create_article(title="海")

    shown = client.get("/archive/").text

    assert '<html lang="ja">' in shown
    assert "アーカイブ" in shown
