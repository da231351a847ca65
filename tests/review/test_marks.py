"""The marks of an article in the order of its body, with their resolutions."""

import pytest

from blog.models import Article, Finding
from blog.review.marks import list_marks
from blog.review.proofs import check_now
from tests.support.factories import create_article, create_articles
from tests.support.proofs import EXPERT, FIGURE, PLAIN, QUOTED, resolve

pytestmark = pytest.mark.django_db


def mark_of(article, kind):
    return next(mark for mark in list_marks(article) if mark.kind == kind)


@pytest.mark.both_databases
def test_marks_are_numbered_in_text_order_then_those_without_a_passage():
    article = create_article(body=f"{FIGURE}\n\n{QUOTED}", share_quote="Nobody has said this here.")

    marks = list_marks(article)

    assert [(mark.number, mark.kind) for mark in marks] == [
        (1, "figure"),
        (2, "quotation"),
        (3, "no_hero"),
        (4, "share_text_unsaid"),
    ]
    assert marks[0].words == FIGURE
    assert [mark.is_blocking for mark in marks] == [False, True, False, False]
    assert (marks[1].speaker, marks[1].role) == (EXPERT, "geophysicist at Northmoor")


def test_shared_findings_have_no_number_and_come_last():
    article = create_article(body=FIGURE, share_quote="Nobody has said this here.")
    check_now([article.pk])
    Finding.objects.filter(kind="no_hero").update(is_shared=True)

    assert [(mark.number, mark.kind) for mark in list_marks(article)] == [
        (1, "figure"),
        (2, "share_text_unsaid"),
        (0, "no_hero"),
    ]


@pytest.mark.both_databases
def test_person_has_the_numbers_of_other_articles_and_roles():
    article = create_article(body=QUOTED)
    others = [
        create_article(body=QUOTED.replace("geophysicist", role))
        for role in ("botanist", "botanist", "pilot")
    ]
    check_now([article.pk, *(other.pk for other in others)])

    person = mark_of(article, "quotation").person

    assert (person.person.name, person.other_articles, person.other_roles) == (EXPERT, 3, 2)


def test_removed_resolved_mark_stays_in_the_list(admin_user):
    article = create_article(body=f"{QUOTED}\n\n{PLAIN}")
    resolve(article, mark_of(article, "quotation").key, "taken_out", "", admin_user)
    article.body = PLAIN
    article.save()

    *_, last = list_marks(article)

    assert (last.is_removed, last.number, last.kind, last.resolution.outcome) == (
        True,
        0,
        "quotation",
        "taken_out",
    )
    assert "knock on the mountain" in last.words


def test_resolution_follows_the_words_and_ends_with_them(admin_user):
    article = create_article(body=QUOTED)
    resolve(article, mark_of(article, "quotation").key, "no_claim", "My own notes", admin_user)

    article.body = f"{PLAIN}\n\n{QUOTED}\n\n{FIGURE}"
    article.save()
    assert not mark_of(article, "quotation").is_open
    article.body = QUOTED.replace("mountain", "glacier")
    article.save()

    assert mark_of(article, "quotation").is_blocking


def test_number_of_queries_is_independent_of_marks_and_articles(admin_user, django_assert_max_num_queries):
    article = create_article(body="\n\n".join([QUOTED, FIGURE, *(f"{FIGURE[:-1]} {n}." for n in range(20))]))
    create_articles(10, body=QUOTED)
    check_now(Article.objects.all())
    resolve(article, mark_of(article, "quotation").key, "source", "Letter", admin_user)

    with django_assert_max_num_queries(6):
        assert len(list_marks(article)) > 20
