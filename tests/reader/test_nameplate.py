"""Letters of the site's name, by which its size is chosen."""

import pytest

from blog.reader.nameplate import letters, name_classes, name_html


@pytest.mark.parametrize(
    ("name", "classes"),
    [
        ("Fen", "fit-4 lines-1 wide-4"),
        ("The Harbour Review", "fit-20 lines-1 wide-20"),
        ("The Tide Table and Almanac", "fit-16 lines-2 wide-16 two"),
        ("Proceedings of the Upper Valley Natural History Society", "fit-20 lines-3 wide-32 two"),
        ("Wissenschaftlich", "fit-16 lines-1 wide-16"),
        ("Hoch\u00adwasser\u00adnach\u00adrichten", "fit-12 lines-2 wide-24"),
        ("Hochwassernachrichten", "fit-12 lines-2 wide-24"),
        ("潮だまり観察日誌", "fit-20 lines-1 wide-20 cjk"),
        ("دفتر المدّ والجزر", "fit-16 lines-1 wide-16 arabic"),
        ("x" * 200, "fit-28 lines-3 wide-32 two"),
        ("", "fit-4 lines-1 wide-4"),
    ],
)
def test_the_longest_line_is_counted(name, classes):
    assert name_classes(name) == classes


def test_cjk_letters_are_wide_and_marks_and_soft_hyphens_have_no_width():
    assert letters("ab\u00adc\u0301") == 3
    assert letters("水") == pytest.approx(2.15)


@pytest.mark.parametrize(
    ("name", "html"),
    [
        ("Hochwassernachrichten & <b>", "Hochwasser<wbr>nachrichten &amp; &lt;b&gt;"),
        ("Hoch\u00adwasser\u00adnach\u00adrichten", "Hoch\u00adwasser\u00adnach\u00adrichten"),
        ("Wissenschaftlich", "Wissenschaftlich"),
    ],
)
def test_a_long_word_without_soft_hyphens_breaks_in_its_middle(name, html):
    assert name_html(name) == html
