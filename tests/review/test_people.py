"""Decide on a person once for all articles: invented, real, and undo."""

import pytest

from blog.articles.actions.undo import latest_undoable, undo
from blog.documents.names import fold_person
from blog.models import Article, MarkResolution, Person
from blog.review.marks import list_marks
from blog.review.people import (
    DecisionError,
    mark_invented,
    mark_real,
    reopen,
)
from blog.review.person_summary import people_to_decide, person_summary
from blog.review.proofs import check_now, has_blocking_marks
from blog.review.removal import plan_removal
from tests.support import factories

pytestmark = pytest.mark.django_db

BOX = (
    '> **Expert insight:** "We used to wait for the wind, and now the wind waits for us." '
    "— Dr. Ada Quillon, {role}"
)
REST = "The mill stands on a hill, and its sails turn slowly in a wind that comes from the sea. " * 8
BODY = f"{REST.strip()}\n\n{{box}}\n\n{REST.strip()}\n"


def article_with(box, role="engineer at Marrow Works"):
    article = factories.create_article(body=BODY.format(box=box.format(role=role)), generated_by="Gemini")
    check_now([article.pk])
    return article


def the_person(name="Dr. Ada Quillon"):
    return Person.objects.get(key=fold_person(name))


def bodies():
    return list(Article.objects.order_by("pk").values_list("body", flat=True))


@pytest.fixture
def articles():
    return [article_with(BOX, role) for role in ("engineer at Marrow Works", "miller", "poet")]


class TestInvented:
    def test_is_removed_with_the_call_out(self, admin_user, articles):
        sorting = mark_invented(admin_user, the_person())

        assert bodies() == [BODY.format(box="{box}").replace("{box}\n\n", "")] * 3
        assert sorting.message == "Dr. Ada Quillon was removed from 3 articles."
        assert not any(has_blocking_marks(article) for article in Article.objects.all())

    @pytest.mark.both_databases
    def test_one_undo_restores_every_byte(self, admin_user, articles):
        before = bodies()
        mark_invented(admin_user, the_person())

        undo(admin_user, latest_undoable(admin_user).pk)

        assert bodies() == before
        assert the_person().decision == ""
        assert all(has_blocking_marks(article) for article in Article.objects.all())

    @pytest.mark.parametrize(
        "paragraph",
        [
            "Experts agree on this:\n\n" + BOX,
            'Dr. Ada Quillon said that mills are "houses that learned to wave at us". She meant it kindly.',
        ],
    )
    def test_waits_for_a_rewrite_where_text_refers_to_it(self, admin_user, paragraph):
        article = article_with(paragraph)

        removal = plan_removal(the_person())
        mark_invented(admin_user, the_person())

        assert [row.pk for row in removal.to_rewrite] == [article.pk]
        assert bodies() == [article.body]
        assert has_blocking_marks(Article.objects.get())

    def test_is_recognised_in_a_later_import(self, admin_user, articles):
        mark_invented(admin_user, the_person())

        later = article_with(BOX)

        (mark,) = [mark for mark in list_marks(later) if mark.is_blocking]
        assert mark.person.is_invented

    def test_skips_articles_saved_since(self, admin_user, articles):
        seen = plan_removal(the_person()).versions
        touched = articles[0]
        touched.refresh_from_db()
        touched.excerpt = "Mine."
        touched.save()

        sorting = mark_invented(admin_user, the_person(), seen)

        assert len(sorting.changed) == 2
        assert Article.objects.get(pk=touched.pk).body == touched.body

    def test_is_recorded_for_each_mark(self, admin_user, articles):
        mark_invented(admin_user, the_person())

        outcomes = set(MarkResolution.objects.values_list("article", "outcome", "by"))
        assert outcomes == {(article.pk, "taken_out", admin_user.pk) for article in articles}


class TestReal:
    def test_resolves_all_marks_of_the_person(self, admin_user, articles):
        mark_real(admin_user, the_person(), "Letter of 12 November")

        assert not any(has_blocking_marks(article) for article in articles)
        settled = [mark.resolution for mark in list_marks(articles[0]) if mark.person]
        assert settled
        assert {each.note for each in settled} == {"Letter of 12 November"}

    def test_needs_a_source(self, admin_user, articles):
        with pytest.raises(DecisionError):
            mark_real(admin_user, the_person(), "  ")

        assert the_person().decision == ""

    def test_applies_to_later_imports(self, admin_user, articles):
        mark_real(admin_user, the_person(), "Letter of 12 November")

        assert not has_blocking_marks(article_with(BOX))

    def test_can_be_undone_and_decided_again(self, admin_user, articles):
        mark_real(admin_user, the_person(), "Letter")
        undo(admin_user, latest_undoable(admin_user).pk)
        undone = has_blocking_marks(articles[0])
        mark_real(admin_user, the_person(), "Letter")
        reopen(admin_user, the_person())

        assert (undone, has_blocking_marks(articles[0])) == (True, True)
        assert the_person().decisions.count() == 4


@pytest.mark.both_databases
class TestList:
    def test_lists_most_frequent_first_with_numbers_of_roles(self, articles):
        article_with('> "One voice can carry over the water for a mile." — Prof. Bo Underhill, sailor')

        people = list(people_to_decide())

        assert [(person.name, person.articles) for person in people] == [
            ("Dr. Ada Quillon", 3),
            ("Prof. Bo Underhill", 1),
        ]
        assert person_summary(people[0]).roles == 3

    def test_omits_people_named_only_in_the_trash(self, articles):
        for article in articles:
            article.trash()

        assert not people_to_decide()
