"""The forms of the admin, without their pages."""

import pytest
from django.core.exceptions import NON_FIELD_ERRORS

from blog.desk.articles.forms import ArticleForm
from blog.desk.forms import LinesField
from blog.desk.images.forms import ImageForm
from blog.desk.redirects import RedirectForm
from blog.images.models import store_image
from blog.models import Article, Image
from tests.support.factories import create_article, create_category
from tests.support.html_forms import form_data
from tests.support.images import image_bytes

PRIVATE = (
    "http://127.0.0.1/a.png",
    "https://localhost:8000/a.png",
    "http://[::1]/a.png",
    "http://169.254.169.254/latest/a.png",
    "HTTPS://printer.local/a.png",
)

pytestmark = pytest.mark.django_db


def saved(article, **typed):
    """Return the form of an article as a browser submits it, with the typed values."""
    data = form_data(str(ArticleForm(instance=article)))
    return ArticleForm(data | typed, instance=article)


class TestExactText:
    @pytest.mark.parametrize(
        "body", ["", "\n", "\n\nx", "x\n\n", " x ", "\tx", "x\r\ny", "x\ry", "x\u2028y", "<b>&amp;</b>"]
    )
    def test_unedited_value_is_unchanged(self, body):
        article = create_article(body=body, status="new")

        form = saved(article)

        assert form.is_valid(), form.errors
        assert form.cleaned_data["body"] == body
        assert not form.has_changed()

    def test_changed_spaces_are_saved(self):
        form = saved(create_article(body="a\n"), body="a\r\n\r\n")

        assert form.is_valid()
        assert form.changed_data == ["body"]
        assert form.cleaned_data["body"] == "a\n\n"

    def test_blank_title_is_rejected(self):
        assert "title" in saved(create_article(), title="   ").errors

    def test_odd_values_of_a_file_do_not_stop_other_edits(self):
        form = saved(create_article(language="en_US, probably"), title="New")

        assert form.is_valid(), form.errors
        assert form.cleaned_data["language"] == "en_US, probably"

    @pytest.mark.parametrize(
        ("language", "good"), [("pt-BR", True), ("zh-Hant-TW", True), ("en us", False), ('"', False)]
    )
    def test_a_typed_language_is_a_tag(self, language, good):
        assert saved(create_article(), language=language).is_valid() is good


class TestVersion:
    def test_stale_version_is_rejected(self):
        copy = create_article()
        data = form_data(str(ArticleForm(instance=copy)))
        Article.objects.get(pk=copy.pk).save()

        form = ArticleForm(data | {"version": "2"}, instance=copy)

        assert form.has_error(NON_FIELD_ERRORS, "stale")


class TestKeywords:
    def test_are_shown_one_per_line(self):
        assert LinesField().prepare_value(["a, b", "c"]) == "a, b\nc"

    def test_blank_lines_are_ignored(self):
        assert LinesField(required=False).clean(" a, b \r\n\r\n c\r\n") == ["a, b", "c"]

    def test_empty_list_stays_empty(self):
        form = saved(create_article(keywords=[]))

        assert form.is_valid()
        assert form.cleaned_data["keywords"] == []


class TestImageForm:
    def test_other_fields_can_be_edited_without_a_file(self):
        image = Image.objects.create(source="pictures/a.jpg", alt="old")
        data = form_data(str(ImageForm(instance=image)))

        form = ImageForm(data | {"alt": "new"}, instance=image)

        assert form.is_valid(), form.errors
        assert form.save().alt == "new"

    @pytest.mark.parametrize(
        ("source", "reason"),
        [
            *((address, "the host is private") for address in PRIVATE),
            ("http://0x7f000001/a.png", "the host is an invalid number"),
            ("http://2130706433/a.png", "the host is an invalid number"),
            ("http://intranet/a.png", "the host is private"),
            ("http://pictures/a.png", "the URL has no valid public host"),
            ("//192.168.1.1/a.png", "the host is private"),
            ("https://mara@pictures.example/a.png", "the URL contains a user name"),
            ("ftp://pictures.example/a.png", "the URL is not http or https"),
            ("javascript:alert(1)", "the URL is not http or https"),
            ("data:image/png;base64,AAAA", "the URL is not http or https"),
            ("https://pictures.example/a\\b.png", "backslash"),
            ("../../secret.png", "the path leaves the folder"),
        ],
    )
    def test_url_that_the_importer_rejects_is_rejected(self, source, reason):
        form = ImageForm({"source": source, "focal_x": 50, "focal_y": 50})

        assert reason in str(form.errors["source"])

    def test_such_a_url_is_rejected_also_with_a_file(self):
        form = ImageForm(
            {"source": PRIVATE[0], "focal_x": 50, "focal_y": 50}, instance=store_image(image_bytes())
        )

        assert "source" in form.errors

    def test_path_without_a_file_is_rejected(self):
        assert "Choose a file" in str(ImageForm({"source": "pictures/a.jpg"}).errors["upload"])

    def test_stored_image_can_be_entered_again(self):
        image = Image.objects.create(source=PRIVATE[0], alt="old")
        data = form_data(str(ImageForm(instance=image)))

        assert ImageForm(data | {"alt": "new"}, instance=image).is_valid()


class TestRedirectForm:
    @pytest.mark.parametrize("path", ["", "   "])
    def test_needs_a_path(self, path):
        assert "path" in RedirectForm({"path": path, "category": create_category().pk}).errors
