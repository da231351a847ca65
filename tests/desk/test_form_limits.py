"""Forms limit the number of entries of lists and the length of texts. What is stored already may stay."""

import pytest
from django import forms
from django.contrib import admin

from blog.articles.links import ArticleCategory
from blog.desk import forms as desk_forms
from blog.desk.articles import inlines
from blog.desk.forms import LinesField
from blog.models import Article, Category
from tests.support.admin_pages import page_of, shown_form, text_of
from tests.support.factories import create_article, create_category

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("users_read_once")]

LONGEST = 5_000  # characters of what is no Markdown text
OURS = [model for model in admin.site._registry if model._meta.app_label == "blog"]


def new_category(number):
    return Category(name=f"T{number}", slug=f"t{number}", folded_name=f"t{number}")


def save(client, article, **typed):
    """Save the form of an article with these values; return the response."""
    return client.post(page_of(article), shown_form(client, page_of(article)) | typed)


@pytest.mark.parametrize("model", OURS)
def test_every_text_field_has_a_limit(model, rf, admin_user):
    request = rf.get("/")
    request.user = admin_user
    fields = admin.site.get_model_admin(model).get_form(request)().fields

    for name, field in fields.items():
        if isinstance(field, LinesField):
            assert field.most_lines * field.longest_line <= 400_000
        elif isinstance(field, forms.CharField) and not field.widget.is_hidden:
            assert field.max_length <= (2 * 1024 * 1024 if name == "body" else LONGEST), name


class TestTexts:
    def test_longer_ones_are_not_saved(self, admin_client):
        article = create_article()
        names = ("excerpt", "meta_description", "share_quote", "hero_alt")

        page = save(admin_client, article, **dict.fromkeys(names, "a" * (LONGEST + 1)))

        errors = page.context["adminform"].form.errors
        for name in names:
            assert "at most 5000 characters (it has 5001)" in errors[name][0], name
        assert save(admin_client, article, **dict.fromkeys(names, "a" * LONGEST)).status_code == 302

    def test_one_that_is_stored_may_stay(self, admin_client):
        article = create_article(excerpt="a " * LONGEST)

        assert save(admin_client, article, title="New").status_code == 302
        assert Article.objects.get().excerpt == "a " * LONGEST


class TestKeywords:
    def test_more_are_not_saved(self, admin_client):
        article = create_article()

        page = save(admin_client, article, keywords="\n".join(f"word {number}" for number in range(201)))

        assert "Write at most 200 lines." in text_of(page)
        assert Article.objects.get().keywords == []

    def test_longer_ones_are_not_saved(self, admin_client):
        page = save(admin_client, create_article(), keywords="a" * 201)

        assert "Write at most 200 characters in a line." in text_of(page)

    def test_those_that_are_stored_may_stay(self, admin_client):
        keywords = [f"word {number}" for number in range(1000)]

        assert save(admin_client, create_article(keywords=keywords), title="New").status_code == 302
        assert Article.objects.get().keywords == keywords


class TestCategories:
    @pytest.fixture(autouse=True)
    def few(self, monkeypatch):
        for module in (desk_forms, inlines):
            monkeypatch.setattr(module, "MOST_ROWS", 5)  # each row takes time

    @pytest.fixture
    def article(self):
        """An article with more categories than allowed, as an earlier release may have imported it."""
        article = create_article()
        rows = [new_category(number) for number in range(7)]
        links = [
            ArticleCategory(article=article, category=category, position=position)
            for position, category in enumerate(Category.objects.bulk_create(rows))
        ]
        ArticleCategory.objects.bulk_create(links)
        return article

    def test_an_article_with_more_can_be_saved(self, admin_client, article):
        assert save(admin_client, article, title="New").status_code == 302
        assert Article.objects.get().title == "New"
        assert article.categories.count() == 7

    def test_no_more_can_be_added(self, admin_client, article):
        create_category("More")

        page = save(admin_client, article, _named_category_links="More")

        assert "An article has at most 5 of these." in text_of(page)
        assert article.categories.count() == 7

    def test_very_many_names_are_refused(self, admin_client):
        article = create_article()
        Category.objects.bulk_create(new_category(number) for number in range(9))

        page = save(admin_client, article, _named_category_links="\n".join(f"T{n}" for n in range(9)))

        assert "An article has at most 5 of these." in text_of(page)
        assert article.categories.count() == 0
