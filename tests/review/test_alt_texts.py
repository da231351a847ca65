"""Add an alt text to an image once for many articles."""

import pytest

from blog.articles.actions.undo import latest_undoable, undo
from blog.documents.findings.images import read_images
from blog.documents.findings.kinds import FindingKind
from blog.models import Article, Finding
from blog.review.alt_texts import describe, undescribed_images
from tests.support.factories import create_article, create_image
from tests.support.findings import TITLE, add_finding, described_by_title

pytestmark = pytest.mark.django_db

PHOTO = "https://pictures.example/harbour.jpg"


@pytest.fixture
def harbour():
    """Three articles with one picture: at the head, in another size, and in the text, twice."""
    head, sized = (
        described_by_title(1, hero_image=create_image(source=f"{PHOTO}{query}"))[0]
        for query in ("", "?w=800")
    )
    body = f"Words.\n\n![]({PHOTO})\n\n![A mast.]({PHOTO})\n\nMore words.\n"
    text = create_article(status="new", body=body)
    place = read_images(body)[0]
    add_finding(text, FindingKind.PICTURE_UNDESCRIBED, start=place.start, end=place.end)
    return head, sized, text


def stored(articles):
    rows = Article.objects.filter(pk__in=[article.pk for article in articles]).order_by("pk")
    return list(rows.values_list("hero_alt", "body"))


@pytest.mark.both_databases
class TestPictures:
    def test_each_image_is_listed_once_with_its_alt_texts(self, harbour):
        (picture,) = undescribed_images(Article.objects.all())

        assert picture.number == 3
        assert picture.described_as == [harbour[0].title, harbour[1].title]

    def test_the_most_used_comes_first(self, harbour):
        described_by_title(1)

        assert [picture.number for picture in undescribed_images(Article.objects.all())] == [3, 1]


class TestDescribing:
    def test_adds_alt_text_only_where_it_is_missing(self, admin_user, harbour):
        (picture,) = undescribed_images(Article.objects.all())

        sorting = describe(admin_user, Article.objects.all(), {picture.key: "Boats [two]"})

        assert sorting.message == "One image was described in 3 articles."
        head, sized, text = stored(harbour)
        assert (head[0], sized[0]) == ("Boats [two]", "Boats [two]")
        assert text[1] == f"Words.\n\n![Boats (two)]({PHOTO})\n\n![A mast.]({PHOTO})\n\nMore words.\n"
        assert not Finding.objects.filter(kind=TITLE).exists()

    @pytest.mark.both_databases
    def test_undo_restores_everything(self, admin_user, harbour):
        before = stored(harbour)
        (picture,) = undescribed_images(Article.objects.all())
        describe(admin_user, Article.objects.all(), {picture.key: "Boats"})

        undo(admin_user, latest_undoable(admin_user).pk)

        assert stored(harbour) == before

    def test_image_outside_the_list_is_unchanged(self, admin_user, harbour):
        before = stored(harbour)

        sorting = describe(admin_user, Article.objects.all(), {"elsewhere": "Boats"})

        assert not sorting.changed
        assert stored(harbour) == before
