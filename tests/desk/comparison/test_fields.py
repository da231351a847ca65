"""*Write your own*: initial values round-trip, and invalid values are rejected."""

import pytest
from django.core.exceptions import ValidationError

from blog.articles.versions.merge import MergeDecision
from blog.desk.comparison.form import ComparisonItem, as_written, read_written
from tests.support.factories import create_author, create_category, create_image


def decision(key, ours, theirs=None, base=None):
    return MergeDecision(key, key.partition(".")[0], base, ours, theirs)


def item(*values):
    return ComparisonItem("choice-1", decision(*values), "", None, (), ())


class TestTexts:
    def test_round_trip(self):
        for key, value in (("title", "Tides"), ("body.1", "One\n\ntwo"), ("excerpt", "Line\nline")):
            assert read_written(decision(key, value), as_written(decision(key, value))) == value

    @pytest.mark.parametrize(
        ("key", "words"), [("title", ""), ("title", "x" * 301), ("slug", "no address"), ("body.1", "\0")]
    )
    def test_invalid_text_is_rejected(self, key, words):
        with pytest.raises(ValidationError):
            read_written(decision(key, "Tides"), words)

    def test_date_is_parsed(self):
        moment = "2026-03-01T10:00:00.000000+00:00"
        assert read_written(decision("published_at", moment), "2026-03-01 10:00:00") == moment
        assert as_written(decision("published_at", moment)) == "2026-03-01 10:00:00"
        with pytest.raises(ValidationError):
            read_written(decision("published_at", moment), "tomorrow")

    def test_credit_has_three_lines(self):
        credit = ["Tove", "https://tove.example/", "Unsplash"]
        asked = decision("hero_image.credit", credit)

        assert read_written(asked, as_written(asked)) == credit
        assert read_written(asked, "Tove") == ["Tove", "", ""]
        for wrong in ("Tove\njavascript:alert(1)", "x" * 1000, "a\n\nb\nc"):
            with pytest.raises(ValidationError):
                read_written(asked, wrong)

    def test_flags_cannot_be_written(self):
        assert not item("is_featured", True).can_write
        assert not item("body_images", []).can_write


@pytest.mark.django_db
class TestLists:
    def test_keywords_keep_commas(self):
        asked = decision("keywords", ["sea, deep", "tide"])

        assert read_written(asked, as_written(asked) + "\r\n\r\nmoon ") == ["sea, deep", "tide", "moon"]

    def test_categories_have_levels(self):
        sea, ice = create_category("Sea"), create_category("Ice (dry)")
        ours = [{"id": sea.pk, "name": "Sea", "level": "general"}]
        asked = decision("categories", ours, [])

        assert as_written(asked) == "Sea (general)"
        assert read_written(asked, "sea (niche)\nIce (dry)\nIce (dry)") == [
            {"id": sea.pk, "name": "Sea", "level": "niche"},
            {"id": ice.pk, "name": "Ice (dry)", "level": ""},
        ]

    def test_authors_must_exist(self):
        ida = create_author("Ida")
        asked = decision("authors", [], [{"id": None, "name": "Bo"}])

        assert read_written(asked, "Ida\nBo") == [{"id": ida.pk, "name": "Ida"}, {"id": None, "name": "Bo"}]
        with pytest.raises(ValidationError, match="There is no “Nobody” here"):
            read_written(asked, "Nobody")

    def test_single_category_can_be_empty(self):
        asked = decision("primary_category", {"id": 1, "name": "Sea"}, None)

        assert read_written(asked, " ") is None


@pytest.mark.django_db
class TestPicture:
    def test_must_exist(self):
        image = create_image(alt="Waves")
        asked = decision("hero_image", None)

        assert read_written(asked, str(image.pk))["alt"] == "Waves"
        assert read_written(asked, "") is None
        assert [key for key, _name in item("hero_image", None).options] == ["", str(image.pk)]

    @pytest.mark.parametrize("key", ["999", "x", "-1", "9" * 30])
    def test_missing_image_is_rejected(self, key):
        with pytest.raises(ValidationError):
            read_written(decision("hero_image", None), key)
