"""Share cards: typesetting, URLs, caching and access."""

import io
import os
import re
import threading
import time
from dataclasses import replace
from datetime import timedelta
from html import escape

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image, ImageColor

from blog.extensions.share_cards import cards, pages
from blog.extensions.share_cards.cards import ShareCard, card_name, card_storage, stored_card
from blog.extensions.share_cards.drawing import (
    FOOT,
    MARGIN,
    PAPER,
    QUOTE_SIZES,
    SIZE,
    TITLE_SIZES,
    draw,
    on_accent,
)
from blog.extensions.share_cards.faces import DISPLAY_STYLES
from blog.extensions.share_cards.jobs import forget_unused_cards
from blog.extensions.share_cards.settings import font_places
from blog.extensions.share_cards.typesetting import choose_fonts, fit
from blog.images.icons import ACCENT
from blog.reader import sharing
from blog.site.identity import site_identity
from blog.site.look import Face
from tests.support.changes import trash
from tests.support.durations import IS_LONG
from tests.support.factories import create_article, create_category

DISPLAY = DISPLAY_STYLES[Face.NEWSREADER]
TIDES = ShareCard(site_name="Galley", title="Tides", category="Sea")
LONG_WORD = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"
TITLES = {
    "short": "Tides",
    "usual": "Rivers of White: How a Line of Type Decides Where to End",
    "longest": "The longest title that there may be, of many words " * 6,
    "Cyrillic": "Почему озеро переворачивается дважды в год",
    "Greek": "Γιατί η λίμνη αναποδογυρίζει δύο φορές τον χρόνο",
    "Vietnamese": "Trở lại Hà Nội: những con phố cũ",
    "a long word": f"{LONG_WORD} und mehr",
    "one word without an end": "x" * 300,
    "emoji": "🚀 Ten ways 🤖 to work 👩‍👩‍👧",
}


def drawn(card) -> Image.Image:
    return Image.open(io.BytesIO(draw(card))).convert("RGB")


def inked(image, box) -> bool:
    """Whether there is text in a box (left, top, right, bottom), which is lighter than the faint logo."""
    ground, faint = ImageColor.getrgb(ACCENT), ImageColor.getrgb(on_accent(ACCENT).rule)
    found = {colour for _count, colour in image.crop(box).getcolors(2**20)}
    if image.getpixel((2, 300)) != ground:
        return found != {ImageColor.getrgb(PAPER)}
    # Resampling makes the edges of the logo a little lighter.
    return any(part > most + 16 for colour in found for part, most in zip(colour, faint, strict=True))


def margins(image) -> list[bool]:
    """Return for each margin, and for the strip above the footer's rule, whether it contains ink."""
    width, height = SIZE
    reach = MARGIN - 12  # letters may lean out of their line by a hair
    boxes = [(0, 0, reach, height), (width - reach, 0, width, height), (0, 0, width, 40)]
    boxes += [(0, FOOT - 6, width, FOOT), (0, height - 30, width, height)]
    return [inked(image, box) for box in boxes]


class TestCard:
    @pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
    @pytest.mark.parametrize("quote", ["", "One sentence. " * 22], ids=["title", "quote"])
    def test_every_title_and_quote_stays_within_the_margins(self, title, quote):
        card = ShareCard("Galley", title, quote, category="Sea", label="AI-generated text")

        data = draw(card)

        image = Image.open(io.BytesIO(data)).convert("RGB")
        assert card.is_legible
        assert image.size == (1200, 630)
        assert margins(image) == [False] * 5
        assert len(data) < 100_000

    @pytest.mark.parametrize("title", [TITLES["usual"], TITLES["longest"], TITLES["Cyrillic"]])
    @pytest.mark.parametrize("face", Face)
    def test_in_every_face_it_stays_within_the_margins(self, face, title):
        assert margins(drawn(ShareCard("Galley", title, category="Sea", face=face))) == [False] * 5

    def test_title_quote_and_site_name_are_in_the_face_of_the_site(self):
        for words in ({"title": "Tides"}, {"title": "", "quote": "Tides"}, {"title": "\U00012000"}):
            cards = [ShareCard("Galley", face=face, **words) for face in Face]

            assert len({draw(card) for card in cards}) == len(Face)

    def test_the_author_is_below_the_title(self):
        box = (MARGIN, 230, 400, 300)

        assert inked(drawn(ShareCard("Galley", "Tides", author="Ida Aas")), box)
        assert not inked(drawn(ShareCard("Galley", "Tides")), box)

    @given(st.builds(ShareCard, *[st.text(max_size=400)] * 5))
    @hypothesis_settings(max_examples=100 if IS_LONG else 8)
    def test_no_text_breaks_it(self, card):
        assert drawn(card).size == SIZE

    def test_the_title_the_category_the_site_and_the_label_are_on_it(self):
        parts = {"title": "Ebb", "category": "Moon", "site_name": "Quarto", "label": "AI"}

        changed = {name: drawn(replace(TIDES, **{name: words})) for name, words in parts.items()}

        images = [drawn(TIDES), *changed.values()]
        assert len({image.tobytes() for image in images}) == 5

    def test_a_quote_takes_the_place_of_the_title_which_stands_below(self):
        quoted = replace(TIDES, quote="The sea keeps its own time.")

        assert draw(quoted) != draw(TIDES)
        assert draw(quoted) != draw(replace(quoted, title="Ebb"))

    def test_missing_characters_leave_no_box(self):
        assert draw(replace(TIDES, title="Tides \U0001f389\ufe0f\u200d\x08")) == draw(TIDES)

    def test_card_without_legible_words_shows_the_site_name(self):
        unknown = replace(TIDES, title="\U00012000\U00012001 \U00012002")

        assert not unknown.is_legible
        assert draw(unknown) == draw(replace(unknown, title="\U00012003" * 20))
        assert inked(drawn(unknown), (MARGIN, 250, 600, 450))


class TestTypesetting:
    @pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
    def test_no_word_is_lost(self, title):
        words = choose_fonts(title, DISPLAY)

        block = fit(words, TITLE_SIZES, 1040, 360)

        assert "".join(block.lines).replace(" ", "") == words.text.replace(" ", "")

    def test_words_are_broken_only_if_too_long_at_every_size(self):
        whole = fit(choose_fonts("Rindfleischetikettierung und mehr", DISPLAY), TITLE_SIZES, 1040, 360)
        broken = fit(choose_fonts("x" * 300, DISPLAY), TITLE_SIZES, 1040, 360)

        assert "Rindfleischetikettierung" in " ".join(whole.lines).split()
        assert len(broken.lines) > 1

    def test_lines_are_about_as_long_as_each_other(self):
        words = choose_fonts("A little house by the sea that nobody has seen for a hundred years", DISPLAY)

        block = fit(words, TITLE_SIZES, 1040, 360)

        lengths = [words.face.at(block.size).getlength(line) for line in block.lines]
        assert len(lengths) > 2
        assert min(lengths) > max(lengths) / 2

    def test_long_texts_are_cut_after_a_word(self):
        words = choose_fonts("word " * 80, DISPLAY)

        block = fit(words, QUOTE_SIZES, 600, 150)

        assert block.height <= 150
        assert block.lines[-1].endswith("word…")

    @pytest.mark.parametrize(
        ("text", "written"),
        [
            ("two\n  words", "two words"),
            ("it's 'so'", "it\u2019s 'so'"),
            ("bold \U0001d401\U0001d428\U0001d425\U0001d41d", "bold Bold"),
            ("5 m\u00b2, n\u00ba 1", "5 m\u00b2, n\u00ba 1"),
            ("wabi\u2011sabi", "wabi-sabi"),
            ("wabi (\U00012000) sabi", "wabi sabi"),
        ],
    )
    def test_signs_are_written_as_the_typeface_can(self, text, written):
        assert choose_fonts(text, DISPLAY).text.replace("\u2010", "-").replace("\u2011", "-") == written

    def test_a_text_is_set_in_one_typeface(self):
        latin, mixed = choose_fonts("Tides", DISPLAY), choose_fonts("Tides и вода", DISPLAY)

        assert latin.face == DISPLAY.faces[0]
        assert mixed.face == DISPLAY.faces[1]

    def test_missing_font_prevents_the_start(self, tmp_path):
        with pytest.raises(ImproperlyConfigured, match="GALLEY_CARD_FONTS"):
            font_places([str(tmp_path / "none.ttf")])


class TestDigest:
    @pytest.mark.parametrize("name", ["site_name", "title", "quote", "category", "label"])
    def test_it_follows_from_every_word(self, name):
        assert replace(TIDES, **{name: "Ebb"}).digest != TIDES.digest

    def test_words_do_not_flow_together(self):
        assert (
            replace(TIDES, quote="ab", category="c").digest != replace(TIDES, quote="a", category="bc").digest
        )

    def test_it_follows_from_how_cards_are_drawn(self, monkeypatch):
        before = TIDES.digest
        monkeypatch.setattr(cards, "design_digest", lambda: "another")

        assert TIDES.digest != before


class TestStore:
    def test_a_card_is_drawn_once(self, monkeypatch):
        first = stored_card(TIDES)
        monkeypatch.setattr(cards, "draw", None)

        assert stored_card(TIDES) == first

    def test_concurrent_requests_draw_once(self, monkeypatch):
        drawings, got, start = [], [], threading.Barrier(8)
        monkeypatch.setattr(cards, "draw", lambda card, *images: drawings.append(card) or draw(card))

        def ask():
            start.wait()
            got.append(stored_card(TIDES))

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(drawings) == 1
        assert got == [draw(TIDES)] * 8


def address_of(article) -> str:
    return sharing.article_image(article).address.removeprefix("https://blog.example")


@pytest.mark.django_db
class TestAddress:
    def test_it_is_an_image_for_ever(self, client):
        response = client.get(address_of(create_article()))

        image = Image.open(io.BytesIO(response.content))
        assert (image.format, image.size) == ("PNG", SIZE)
        assert response["Content-Type"] == "image/png"
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"

    def test_older_url_redirects_to_the_newest_card(self, client):
        article = create_article(title="Tides")
        before = address_of(article)
        article.title = "Ebb"
        article.save()

        response = client.get(before)

        assert response.status_code == 302
        assert response["Location"] == address_of(article) != before

    def test_lists_and_categories_have_one_of_their_own(self, client):
        category = create_category("Tides & sea", slug="tides")
        create_article(categories=[category])

        for path, words in (("/", site_identity().name), ("/categories/tides/", "Tides & sea")):
            page = client.get(path).content.decode()
            address = re.search('property="og:image" content="https://blog.example(/cards/[^"]+)"', page)[1]
            assert Image.open(io.BytesIO(client.get(address).content)).size == SIZE
            assert f'property="og:image:alt" content="{escape(words)}"' in page
            older = re.sub("[0-9a-f]{20}", "0" * 20, address)
            assert client.get(older)["Location"] == address

    def test_categories_without_articles_have_no_card(self, client):
        category = create_category("Tides")

        address = f"/cards/topics/{category.slug}/{pages.category_card(category).file_name}"

        assert client.get(address).status_code == 404

    def test_a_new_slug_does_not_change_it(self):
        article = create_article()
        before = address_of(article)
        article.slug = "another"
        article.save()

        assert address_of(article) == before

    @pytest.mark.parametrize("fields", [{"status": "new"}, {"published_at": "later"}, {"trashed": True}])
    def test_unpublished_articles_have_no_card(self, client, fields):
        trashed = fields.pop("trashed", False)
        if fields.get("published_at"):
            fields["published_at"] = timezone.now() + timedelta(days=1)
        article = create_article(**fields)
        if trashed:
            trash(article)
        address = address_of(article)

        hidden, unknown = client.get(address), client.get(address.replace(str(article.uid)[:4], "0000"))

        assert hidden.status_code == unknown.status_code == 404
        assert hidden.content == unknown.content
        assert not card_storage().exists(card_name(pages.article_card(article)))


@pytest.mark.django_db
class TestWordsOfAnArticle:
    @pytest.mark.parametrize(
        ("share_quote", "quote"),
        [
            ('"The sea keeps time."', "The sea keeps time."),
            ('"The sea keeps time." #Sea #Time', "The sea keeps time."),
            ("#Sea", ""),
            ("Why the sea is #1", "Why the sea is #1"),
            ("“Why the sea is #1.” #Sea", "Why the sea is #1."),
            ("", ""),
        ],
    )
    def test_the_quote_has_neither_marks_nor_hashtags(self, share_quote, quote):
        article = create_article(share_quote=share_quote, body=f"They say: {quote}")

        assert pages.article_card(article).quote == quote
        assert article.quote == quote  # as the page has it


class TestUnusedCards:
    def age(self, days) -> None:
        path = card_storage().path(card_name(TIDES))
        moment = time.time() - days * 86400
        os.utime(path, (moment, moment))

    def test_are_deleted_after_a_month_without_a_request(self):
        stored_card(TIDES)
        self.age(31)
        stored_card(TIDES)
        forget_unused_cards()
        assert card_storage().exists(card_name(TIDES))

        self.age(31)
        forget_unused_cards()

        assert not card_storage().exists(card_name(TIDES))
