"""Marks that share a sentence are one group, which the proof numbers and lists count."""

import pytest

from blog.models import ArticleCheck
from blog.review.counts import group_by_sentence
from blog.review.marks import list_marks
from blog.review.proofs import check_now
from tests.support.factories import create_article
from tests.support.proofs import FIGURE, PLAIN, QUOTED, SENTENCE, resolve


def groups(*passages):
    return group_by_sentence(passages, lambda passage: passage)


def test_overlapping_passages_share_a_group_and_adjacent_ones_do_not():
    assert groups((20, 30), (0, 10), (4, 6), (10, 20)) == [[(0, 10), (4, 6)], [(10, 20)], [(20, 30)]]
    assert groups((0, 30), (2, 5), (25, 40), (41, 50)) == [[(0, 30), (2, 5), (25, 40)], [(41, 50)]]


def test_marks_without_a_passage_are_alone_and_last():
    assert groups((None, None), (5, 9), (None, None)) == [[(5, 9)], [(None, None)], [(None, None)]]


@pytest.mark.django_db
def test_row_and_proof_count_the_same_sentences():
    article = create_article(
        body=f"{SENTENCE}\n\n{FIGURE}\n\n{PLAIN}\n\n![A drill.](https://a.example/a.png)"
    )
    check_now([article.pk])

    marks = list_marks(article)
    check = ArticleCheck.objects.get()

    assert {mark.kind for mark in marks if mark.number == 1} >= {"person", "figure"}
    assert (check.open_blocking, check.open_claims) == (1, 1)
    counted = check.open_blocking + check.open_claims + check.serious_findings + check.minor_findings
    assert counted == max(mark.number for mark in marks)


@pytest.mark.django_db
def test_sentence_is_counted_by_the_worst_mark_that_is_open(admin_user):
    article = create_article(body=f"{SENTENCE}\n\n{QUOTED}")
    check_now([article.pk])
    assert ArticleCheck.objects.get().open_blocking == 2
    person = next(mark for mark in list_marks(article) if mark.kind == "person")

    resolve(article, person.key, "source", "Letter of 3 May", admin_user)

    check = ArticleCheck.objects.get()
    assert (check.open_blocking, check.open_claims) == (1, 0)


@pytest.mark.django_db
def test_kinds_of_open_findings_are_stored_until_resolved(admin_user):
    article = create_article(body=f"{PLAIN}\n\n[Insert a quotation here]\n\n{PLAIN}")
    check_now([article.pk])
    assert "placeholder" in ArticleCheck.objects.get().finding_kinds.split()
    mark = next(mark for mark in list_marks(article) if mark.kind == "placeholder")

    resolve(article, mark.key, "no_claim", "", admin_user)

    assert "placeholder" not in ArticleCheck.objects.get().finding_kinds.split()
