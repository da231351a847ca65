"""Colours of a look: contrast, the shade for dark paper, and the nearest that is readable."""

import pytest
from django.core.exceptions import ValidationError

from blog.site.colours import ENOUGH, contrast, shade
from blog.site.look import TINTS, Look, Paper, validate_accent

COLOURS = ["#2536c9", "#8f1d2c", "#0b5f46", "#8a4300", "#14171c", "#000000"]
PALE = ["#f2c230", "#ffffff", "#00ff00", "#ff0000", "#a7b4ff"]
# Of css/base.css and css/article.css, on paper and on fields: light, dark.
FIXED = [("#626973", "#949aa5"), ("#444a54", "#b9bcc2"), ("#8a5a00", "#f0bf5f"), ("#7a3d0c", "#efb884")]


class TestContrast:
    @pytest.mark.parametrize(
        ("first", "second", "ratio"),
        [("#000000", "#ffffff", 21), ("#ffffff", "#ffffff", 1), ("#767676", "#ffffff", 4.54)],
    )
    def test_is_that_of_wcag(self, first, second, ratio):
        assert round(contrast(first, second), 2) == ratio
        assert contrast(first, second) == contrast(second, first)

    def test_shade_of_the_same_lightness_is_the_colour(self):
        assert shade("#808080", 0.5999) == "#808080"


class TestAccent:
    @pytest.mark.parametrize("paper", Paper)
    @pytest.mark.parametrize("accent", COLOURS)
    def test_dark_enough_colour_is_kept(self, accent, paper):
        look = Look(accent=accent, paper=paper)

        assert look.has_readable_accent
        assert look.nearest_accent == accent
        assert min(look.contrasts.values()) >= ENOUGH

    @pytest.mark.parametrize("paper", Paper)
    @pytest.mark.parametrize("accent", PALE)
    def test_pale_colour_fails_and_the_nearest_one_holds(self, accent, paper):
        look = Look(accent=accent, paper=paper)
        nearest = Look(accent=look.nearest_accent, paper=paper)

        assert not look.has_readable_accent
        assert nearest.has_readable_accent
        assert min(nearest.contrasts.values()) < ENOUGH + 0.5

    @pytest.mark.parametrize(
        "value", ["red", "#fff", "#2536C9", "#2536c9;", "2536c9", "#2536c9\n", "", "url(x)"]
    )
    def test_anything_but_six_digits_is_rejected(self, value):
        with pytest.raises(ValidationError):
            validate_accent(value)


@pytest.mark.parametrize("tint", TINTS.values())
def test_text_is_readable_on_every_paper(tint):
    for light, dark in FIXED:
        for ground in (tint.paper, tint.wash):
            assert contrast(light, ground[0]) >= ENOUGH
            assert contrast(dark, ground[1]) >= ENOUGH
