"""Share cards in many scripts: installed Noto fonts, right-to-left text, line breaks."""

import io
import os
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from blog.extensions.share_cards import faces
from blog.extensions.share_cards.cards import ShareCard
from blog.extensions.share_cards.drawing import FOOT, MARGIN, QUOTE_SIZES, WIDTH, draw
from blog.extensions.share_cards.faces import (
    HONG_KONG,
    JAPANESE,
    KOREAN,
    SIMPLIFIED,
    TRADITIONAL,
    can_shape,
    cjk_index,
    noto_files,
    noto_script,
)
from blog.extensions.share_cards.line_breaks import clusters, in_order, pieces
from blog.extensions.share_cards.typesetting import choose_fonts, fit
from tests.extensions.share_cards.test_cards import DISPLAY, inked


def require_shaping() -> None:
    """Skip the test, or fail it in CI, if the library is missing."""
    reason = "libfribidi is not installed: apt-get install libfribidi0"
    if not can_shape():
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


FONTS = Path(__file__).parents[2] / "samples" / "fonts"
TITLES = {"Hebrew": "ים", "Arabic": "البحر", "Japanese": "湖を見る", "Chinese": "直湖海", "Korean": "호수"}


@pytest.fixture
def noto(settings):
    require_shaping()
    settings.FONT_FOLDERS = [FONTS]


def drawn(title, **words) -> Image.Image:
    card = ShareCard("Galley", title, label="AI-generated text", **words)
    return Image.open(io.BytesIO(draw(card))).convert("RGB")


def parts_of(text) -> list[tuple[str, str, bool]]:
    words = choose_fonts(text, DISPLAY)
    return [
        (part.text, Path(part.face.path).name.partition("-")[0], part.is_right_to_left)
        for part in words.parts(words.text)
    ]


class TestFonts:
    @pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
    def test_a_title_is_legible_where_its_font_is_installed(self, noto, settings, title):
        card = ShareCard("Galley", title)
        is_legible_with_fonts = card.is_legible
        settings.FONT_FOLDERS = []

        assert is_legible_with_fonts
        assert not card.is_legible

    def test_a_folder_of_fonts_can_be_named(self, settings):
        settings.CARD_FONTS = [FONTS]

        assert ShareCard("Galley", TITLES["Japanese"]).is_legible

    def test_without_shaping_only_what_needs_none_is_legible(self, settings, monkeypatch):
        settings.FONT_FOLDERS = [FONTS]
        monkeypatch.setattr(faces.features, "check", lambda feature: False)

        legible = [name for name, title in TITLES.items() if ShareCard("Galley", title).is_legible]

        assert legible == ["Japanese", "Chinese", "Korean"]

    def test_other_words_keep_the_fonts_of_the_site(self, noto):
        assert parts_of("湖とPython") == [
            ("湖と", "NotoSerifCJK", False),
            ("Python", "newsreader", False),
        ]
        assert parts_of("Tides (ים)") == [
            ("Tides (", "newsreader", False),
            ("ים", "NotoSerifHebrew", True),
            (")", "newsreader", False),
        ]

    def test_a_quotation_mark_stands_in_the_font_of_its_words(self, noto):
        assert parts_of("「湖」") == [("「湖」", "NotoSerifCJK", False)]

    def test_chinese_and_japanese_draw_a_character_differently(self, noto):
        images = [drawn("直", language=tag).tobytes() for tag in ("ja", "zh-Hans", "zh-Hans-CN")]

        assert images[0] != images[1] == images[2]

    @pytest.mark.parametrize(
        ("language", "text", "index"),
        [
            ("ja", "直", JAPANESE),
            ("ko-KR", "直", KOREAN),
            ("zh", "直", SIMPLIFIED),
            ("zh_TW", "直", TRADITIONAL),
            ("zh-Hant-HK", "直", HONG_KONG),
            ("zh-Hans", "の", SIMPLIFIED),
            ("en", "直", SIMPLIFIED),
            ("en", "直の", JAPANESE),
            ("", "호수", KOREAN),
        ],
    )
    def test_the_language_decides_else_the_letters(self, language, text, index):
        assert cjk_index(text, language) == index

    @pytest.mark.parametrize(
        ("letter", "script"),
        [("א", "Hebrew"), ("ক", "Bengali"), ("、", "CJK"), ("ー", "CJK"), ("ก", "Thai"), ("я", "")],
    )
    def test_letters_name_their_script(self, letter, script):
        assert noto_script(letter) == script

    def test_files_are_known_by_their_names_and_the_first_folder_wins(self, tmp_path):
        names = ("a/x/NotoSansThai[wght].ttf", "b/NotoSansThai-Regular.ttf", "b/NotoSansThai-Bold.ttf")
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()

        found = noto_files((tmp_path / "a", tmp_path / "b", tmp_path / "none"))

        assert found == {"NotoSansThai": tmp_path / names[0]}

    def test_a_mark_that_no_font_has_leaves_no_box(self, noto):
        assert draw(ShareCard("Galley", "湖\u035a")) == draw(ShareCard("Galley", "湖"))

    def test_a_damaged_font_is_like_none(self, settings, tmp_path):
        (tmp_path / "NotoSerifCJK[wght].ttf").write_bytes(b"no font")
        settings.FONT_FOLDERS = [tmp_path]

        assert not ShareCard("Galley", TITLES["Japanese"]).is_legible


class TestFromTheRight:
    def test_the_card_is_mirrored(self, noto):
        left, right = (MARGIN, 0, WIDTH // 2, FOOT), (WIDTH // 2, 0, WIDTH - MARGIN, FOOT)
        mark = (WIDTH - MARGIN - 42, FOOT + 33, WIDTH - MARGIN, FOOT + 75)

        image = drawn(TITLES["Hebrew"])

        assert not inked(image, left)
        assert inked(image, right)
        assert inked(image, mark)
        assert image.getpixel((mark[0] + 21, mark[1] + 2)) == (0x25, 0x36, 0xC9)

    def test_arabic_letters_are_joined(self, noto):
        words = choose_fonts("بحر", DISPLAY)

        joined, single = words.length("بحر", 100), sum(words.length(letter, 100) for letter in "بحر")

        assert joined < single * 0.9

    @pytest.mark.parametrize(
        ("text", "is_right_to_left", "order"),
        [
            ("Tides", False, [("Tides", False)]),
            ("אב Python 3 גד", True, [(" גד", True), ("Python 3", False), ("אב ", True)]),
            ("אב (Python)", True, [(")", True), ("Python", False), ("אב (", True)]),
            ("אב 3.14%, גד.", True, [(", גד.", True), ("3.14%", False), ("אב ", True)]),
            ("بحر 50%", True, [("%", True), ("50", False), ("بحر ", True)]),
            ("On אב 5, on", False, [("On ", False), ("5", False), ("אב ", True), (", on", False)]),
            ("On אָ on", False, [("On ", False), ("אָ", True), (" on", False)]),
        ],
    )
    def test_parts_stand_in_the_order_of_their_scripts(self, text, is_right_to_left, order):
        assert in_order(text, is_right_to_left=is_right_to_left) == order

    def test_explicit_marks_change_nothing(self, noto):
        plain = TITLES["Hebrew"]

        assert draw(ShareCard("Galley", f"\u202b{plain}\u202c")) == draw(ShareCard("Galley", plain))


class TestLineBreaks:
    @pytest.mark.parametrize(
        ("text", "parts"),
        [
            ("two words", ["two ", "words"]),
            ("两次、关于", ["两", "次、", "关", "于"]),
            ("与“氧气”的", ["与", "“氧", "气”", "的"]),
            ("湖はなぜ年に返るのか", ["湖はなぜ", "年に", "返るのか"]),
            ("チュートリアル「検索」", ["チュートリアル", "「検索」"]),
            ("ちょっとした物語", ["ちょっとした", "物語"]),
            ("호수는 왜", ["호수는 ", "왜"]),
            ("ทะเลสาบ", ["ทะ", "เลสาบ"]),
        ],
    )
    def test_lines_end_where_the_script_allows(self, text, parts):
        assert pieces(text) == parts

    def test_a_long_japanese_phrase_may_be_broken(self):
        assert max(map(len, pieces("の" + "国立研究開発法人産業技術総合研究所"))) <= 8

    @pytest.mark.parametrize(
        ("text", "parts"),
        [("क्यों", ["क्यों"]), ("น้ำใจ", ["น้", "ำ", "ใ", "จ"]), ("e\u0301a", ["e\u0301", "a"])],
    )
    def test_marks_stay_with_their_letter(self, text, parts):
        assert clusters(text) == parts

    def test_lines_are_no_longer_than_their_place(self, noto):
        words = choose_fonts("湖を見る、「直」の湖と海。" * 6, DISPLAY, "ja")

        block = fit(words, QUOTE_SIZES, 588, 300)

        assert len(block.lines) > 3
        assert max(words.length(line, block.size) for line in block.lines) <= 588
        assert not any(line[0] in "、。」" or line[-1] == "「" for line in block.lines)


def test_the_digest_follows_from_the_language():
    card = ShareCard("Galley", "直", language="ja")

    assert card.digest != replace(card, language="zh").digest
