"""Cells in the rows of the article list."""

from datetime import timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone

from blog.desk.columns import is_only
from blog.models import Article, Category, Image
from blog.templatetags.admin_queue import row_details


def rendered(tag, article):
    return Template(f"{{% load admin_queue %}}{{% {tag} article %}}").render(Context({"article": article}))


class TestThumbnail:
    def test_shows_the_hero_image(self):
        article = Article(hero_image=Image(source="https://pictures.example/tide.jpg"))

        html = rendered("thumbnail", article)

        assert 'class="thumb"' in html
        assert 'src="https://pictures.example/tide.jpg"' in html

    def test_without_a_hero_image_is_an_empty_frame(self):
        assert rendered("thumbnail", Article()) == '<span class="thumb none"></span>'


class TestDetailsOfARow:
    def details(self, *, hides_import=False, **fields):
        article = Article(**{"created_at": timezone.now()} | fields)
        article.assigned_name, article.open_notes = "", 0  # of with_queue_relations()
        return row_details(article, hides_import)

    def test_say_just_now_for_the_first_minute(self):
        assert self.details()[-1] == "just now"

    def test_say_the_age_after_that(self):
        before = timezone.now() - timedelta(minutes=3)

        assert self.details(created_at=before)[-1] == "3\N{NO-BREAK SPACE}minutes"

    def test_leave_out_the_import_where_all_rows_share_it(self):
        assert "written here" in self.details()
        assert "written here" not in self.details(hides_import=True)

    @pytest.mark.parametrize(
        ("name", "run", "shown"),
        [
            ("vr", 1, "no category yet"),
            ("vr", None, "vr"),
            ("VR", 1, "VR"),
            ("space travel", 1, "space travel"),
        ],
    )
    def test_show_no_category_that_is_a_lower_case_word_of_a_file(self, name, run, shown):
        category = Category(name=name, created_by_import_id=run)

        assert self.details(primary_category=category)[0] == shown


class TestIsOnly:
    def test_is_whether_the_pill_repeats_the_tab(self):
        article = Article(trashed_at=timezone.now())

        assert is_only(article, "trash")
        assert not is_only(article, "check")
        assert not is_only(article, "")
