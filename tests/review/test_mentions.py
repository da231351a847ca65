"""Decisions on people apply to all articles, including later imports."""

import pytest

from blog.models import ArticleCheck, Mention, Person, PersonDecision
from blog.review.counts import update_mark_counts
from blog.review.kinds import describe_worst_mark
from blog.review.marks import list_marks
from blog.review.proofs import check_now, has_blocking_marks
from blog.review.resolution import ResolutionError
from tests.support.factories import create_article
from tests.support.proofs import QUOTED, reopen

pytestmark = pytest.mark.django_db


def decide(outcome, user, note=""):
    person = Person.objects.get()
    PersonDecision(person=person, outcome=outcome, note=note, by=user).save()
    person.decision = outcome
    person.save()
    update_mark_counts(list(person.mentions.values_list("article", flat=True)))


@pytest.fixture
def articles():
    articles = [create_article(body=QUOTED) for _ in range(2)]
    check_now([article.pk for article in articles])
    return articles


def test_real_person_resolves_all_quotations_with_the_source(articles, admin_user):
    decide("real", admin_user, "Register of the institute")

    assert [has_blocking_marks(article) for article in articles] == [False, False]
    assert not has_blocking_marks(create_article(body=QUOTED))
    settled = next(mark.resolution for mark in list_marks(articles[0]) if mark.kind == "quotation")
    assert (settled.outcome, settled.note, settled.by_name, settled.is_person_level) == (
        "source",
        "Register of the institute",
        "admin",
        True,
    )


def test_invented_person_is_marked_and_stays_open(articles, admin_user):
    decide("invented", admin_user)
    arrived = create_article(body=QUOTED)

    assert has_blocking_marks(arrived)
    for proof in ArticleCheck.objects.all():
        assert describe_worst_mark(proof).sentence == "Dr. Runa Hale is invented"
    assert next(mark.person.is_invented for mark in list_marks(arrived) if mark.kind == "quotation")


def test_mark_resolved_through_a_person_cannot_be_reopened_alone(articles, admin_user):
    decide("real", admin_user, "Register")
    key = next(mark.key for mark in list_marks(articles[0]) if mark.kind == "quotation")

    with pytest.raises(ResolutionError, match="reopen the decision on that person"):
        reopen(articles[0], key, admin_user)


@pytest.mark.both_databases
def test_person_gets_the_most_frequent_spelling():
    bodies = [
        QUOTED.replace("Dr. Runa", "Dr. Rúna"),
        QUOTED,
        QUOTED.replace("Dr. Runa", "Prof. Runa"),
        QUOTED,
    ]

    check_now([create_article(body=body).pk for body in bodies])

    assert Person.objects.get().name == "Dr. Runa Hale"
    assert Mention.objects.count() == 4
