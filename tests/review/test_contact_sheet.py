"""The contact sheet: each image once, and one decision on it for all articles."""

import copy

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog.articles.actions.undo import latest_undoable, undo
from blog.documents.findings.kinds import FindingKind
from blog.models import Article, ArticleCheck, Finding
from blog.review.contact_sheet import ImageConcern, contact_sheet, images_of, latest_look
from blog.review.image_decisions import ImageEdits, decide_images
from blog.review.kinds import UNCOUNTED_KINDS
from blog.review.marks import list_marks
from blog.review.proofs import check_now
from tests.support.factories import create_article, create_image

pytestmark = pytest.mark.django_db

PHOTO = "https://pictures.example/harbour.jpg"
BODY = f"Words.\n\n![]({PHOTO})\n\n![A mast.]({PHOTO})\n\n{'More words. ' * 60}\n"  # long: stored compressed


@pytest.fixture
def harbour(harbour_of_class):
    return copy.deepcopy(harbour_of_class)


@pytest.fixture(scope="class")
def harbour_of_class(rows_of_class):
    """Three articles with one image: at the head, in another size, and in the text, twice."""
    head, sized = (
        create_article(
            status="new", title=title, hero_alt=title, hero_image=create_image(source=f"{PHOTO}{size}")
        )
        for title, size in (("Harbour", ""), ("Boats", "?w=800"))
    )
    articles = head, sized, create_article(status="new", body=BODY)
    check(articles)
    return articles


def check(articles):
    check_now([article.pk for article in articles])


def sheet():
    return contact_sheet(Article.objects.all())


def stored():
    return list(Article.objects.order_by("pk").values_list("hero_alt", "hero_is_decorative", "body"))


def write(user, text, **options):
    (image,) = sheet().images
    return decide_images(user, ImageEdits({image: text}), [], **options)


def look(user):
    return decide_images(user, ImageEdits({}), sheet().images)


def open_findings():
    return Finding.objects.filter(is_settled=False).exclude(kind=FindingKind.NO_HERO)


class TestSheet:
    def test_lists_each_image_once_with_its_alt_texts(self, harbour):
        (image,) = sheet().images

        assert image.number == 3
        assert dict(image.alt_texts) == {"Harbour": 1, "Boats": 1, "": 1, "A mast.": 1}
        assert image.repeated_titles == {"Harbour", "Boats"}
        assert image.concern == ImageConcern.UNDESCRIBED

    def test_leaves_out_articles_that_are_not_checked(self, harbour):
        ArticleCheck.objects.filter(article=harbour[2]).update(words_digest="")

        assert ([image.number for image in sheet().images], sheet().unchecked) == ([2], 1)

    def test_number_of_queries_is_constant(self, harbour):
        with CaptureQueriesContext(connection) as few:
            sheet()
        check([create_article(hero_alt="A hill.", hero_image=create_image()) for _ in range(5)])

        with CaptureQueriesContext(connection) as many:
            sheet()

        assert len(many) == len(few)


class TestLook:
    def test_accepts_what_was_found_and_changes_no_text(self, admin_user, harbour):
        before = stored()

        look(admin_user)

        (image,) = sheet().images
        assert (image.look.by_name, image.concern) == ("admin", None)
        assert not open_findings().exists()
        assert stored() == before

    def test_is_undone_as_one_action(self, admin_user, harbour):
        found = set(open_findings().values_list("article", "key"))
        look(admin_user)

        undo(admin_user, latest_undoable(admin_user).pk)

        assert set(open_findings().values_list("article", "key")) == found
        assert sheet().looked_at == 0

    def test_ends_with_another_alt_text(self, admin_user, harbour):
        look(admin_user)
        assert latest_look(images_of(harbour[0]))

        harbour[0].hero_alt = "A quay."
        harbour[0].save()
        check(harbour[:1])

        assert latest_look(images_of(harbour[0])) is None

    def test_is_no_mark_of_the_article(self, admin_user, harbour):
        look(admin_user)

        shown = {mark.kind for mark in list_marks(harbour[2]) if mark.is_removed or mark.number}
        assert shown.isdisjoint(UNCOUNTED_KINDS)


def test_a_look_leaves_the_finding_of_an_image_that_was_not_looked_at(admin_user):
    body = f"![]({PHOTO})\n\n![](https://pictures.example/other.jpg)\n"
    check([create_article(status="new", body=body)])

    decide_images(admin_user, ImageEdits({}), sheet().images[:1])

    assert open_findings().filter(kind=FindingKind.PICTURE_UNDESCRIBED).count() == 2


class TestAltText:
    def test_is_written_in_all_articles(self, admin_user, harbour):
        before = stored()

        result = write(admin_user, "Boats [two]")

        assert result.message == "One image was described in 3 articles."
        (head, _, _), (sized, _, _), (_, _, body) = stored()
        assert head == sized == "Boats [two]"
        assert body == BODY.replace("![]", "![Boats (two)]").replace("A mast.", "Boats (two)")
        undo(admin_user, latest_undoable(admin_user).pk)
        assert stored() == before

    def test_skipped_articles_keep_text_and_finding(self, admin_user, harbour):
        write(admin_user, "Boats on a quay", skip={harbour[0].pk})

        assert [alt for alt, *_ in stored()[:2]] == ["Harbour", "Boats on a quay"]
        assert open_findings().filter(article=harbour[0], kind=FindingKind.HERO_DESCRIBED_BY_TITLE).exists()

    def test_decorative_image_needs_none(self, admin_user, harbour):
        write(admin_user, "")
        check(harbour)

        assert stored()[0][:2] == ("", True)
        assert stored()[2][2] == BODY.replace("A mast.", "")
        (image,) = sheet().images
        assert (image.is_decorative, image.concern) == (True, None)
