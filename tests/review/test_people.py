"""Decide on a person once for all articles: invented, real, and undo."""

import pytest

from blog.articles.actions.undo import latest_undoable, undo
from blog.documents.names import fold_person
from blog.jobs import RunningJob
from blog.models import Article, Job, MarkResolution, Mention, Person
from blog.review import jobs, people
from blog.review.marks import list_marks
from blog.review.people import (
    DecisionError,
    mark_invented,
    mark_not_a_person,
    mark_real,
    people_to_decide,
    person_summary,
    reopen,
    unsupported_mentions,
)
from blog.review.proofs import check_now, has_blocking_marks
from blog.review.removal import plan_removal
from tests.support import factories
from tests.support.changes import trash
from tests.support.jobs import run_jobs
from tests.support.proofs import resolve

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


def supports(roles, quotations=()):
    return {"roles": list(roles), "quotations": list(quotations)}


def bodies():
    return list(Article.objects.order_by("pk").values_list("body", flat=True))


@pytest.fixture(scope="class")
def rows(rows_of_class):
    for role in ("engineer at Marrow Works", "miller", "poet"):
        article_with(BOX, role)


@pytest.fixture
def articles(rows):
    return list(Article.objects.order_by("pk"))


def test_author_of_a_book_blocks_no_approval_and_is_not_to_be_decided_on(db):
    article = article_with("* “The Deep Hill” by Runa Hale")

    assert "author" in [mark.kind for mark in list_marks(article)]
    assert not has_blocking_marks(article)
    assert not people_to_decide().exists()


class TestInvented:
    def test_is_removed_with_the_call_out(self, admin_user, articles):
        sorting = mark_invented(admin_user, the_person())

        assert bodies() == [BODY.format(box="{box}").replace("{box}\n\n", "")] * 3
        assert sorting.message == "Dr. Ada Quillon was removed from 3 articles."
        assert not any(has_blocking_marks(article) for article in Article.objects.all())
        outcomes = set(MarkResolution.objects.values_list("article", "outcome", "by"))
        assert outcomes == {(article.pk, "taken_out", admin_user.pk) for article in articles}
        (mark,) = [mark for mark in list_marks(article_with(BOX)) if mark.is_blocking]
        assert mark.person.is_invented

    def test_one_undo_restores_every_byte(self, admin_user, articles):
        before = bodies()
        mark_invented(admin_user, the_person())

        undo(admin_user, latest_undoable(admin_user).pk)

        assert bodies() == before
        assert the_person().decision == ""
        assert all(has_blocking_marks(article) for article in Article.objects.all())

    def test_removal_stays_recorded_where_undo_leaves_an_article_out(self, admin_user, articles):
        mark_invented(admin_user, the_person())
        left_out, *restored = articles

        undo(admin_user, latest_undoable(admin_user).pk, skip=[left_out.pk])

        newest = dict(MarkResolution.objects.order_by("pk").values_list("article", "outcome"))
        assert newest == {left_out.pk: "taken_out"} | {article.pk: "open" for article in restored}

    def test_skips_articles_saved_since(self, admin_user, articles):
        seen = plan_removal(the_person()).versions
        touched = articles[0]
        touched.refresh_from_db()
        touched.excerpt = "Mine."
        touched.save()

        sorting = mark_invented(admin_user, the_person(), seen)

        assert len(sorting.changed) == 2
        assert Article.objects.get(pk=touched.pk).body == touched.body


class TestReal:
    def test_resolves_all_marks_of_the_person(self, admin_user, articles):
        with pytest.raises(DecisionError):
            mark_real(admin_user, the_person(), "  ")
        assert the_person().decision == ""

        mark_real(admin_user, the_person(), "Letter of 12 November")

        assert not any(has_blocking_marks(article) for article in [*articles, article_with(BOX)])
        settled = [mark.resolution for mark in list_marks(articles[0]) if mark.person]
        assert settled
        assert {each.note for each in settled} == {"Letter of 12 November"}

    def test_can_be_undone_and_decided_again(self, admin_user, articles):
        mark_real(admin_user, the_person(), "Letter")
        undo(admin_user, latest_undoable(admin_user).pk)
        undone = has_blocking_marks(articles[0])
        mark_real(admin_user, the_person(), "Letter")
        reopen(admin_user, the_person())

        assert (undone, has_blocking_marks(articles[0])) == (True, True)
        assert the_person().decisions.count() == 4

    def test_source_for_the_person_leaves_quotations_marked(self, admin_user, articles):
        mark_real(admin_user, the_person(), "Register", supports([""]))

        assert all(has_blocking_marks(article) for article in articles)
        assert not has_blocking_marks(article_with("Dr. Ada Quillon founded the mill in 1820."))

    def test_source_for_one_description_leaves_others_marked(self, admin_user):
        miller, poet = (
            article_with(f"Dr. Ada Quillon, {role} of Marrow, built it.") for role in ("the miller", "a poet")
        )
        (role,) = Mention.objects.filter(article=miller).values_list("role", flat=True)

        mark_real(admin_user, the_person(), "Register", supports(["", role.casefold()]))

        assert [has_blocking_marks(article) for article in (miller, poet)] == [False, True]

    def test_source_for_a_quotation_applies_to_later_imports_of_it(self, admin_user, articles):
        quoted = Mention.objects.filter(kind="quotation").values_list("key", flat=True)

        mark_real(admin_user, the_person(), "Register", supports([""], quoted))

        assert not any(has_blocking_marks(article) for article in [*articles, article_with(BOX)])

    @pytest.mark.both_databases
    def test_unsupported_quotations_can_be_removed_and_one_undo_restores_them(self, admin_user, articles):
        before, person = bodies(), the_person()
        seen = {article.pk: article.lock_version for article in articles}

        result = mark_real(admin_user, person, "Register", supports([""]), seen=seen)
        without = bodies()
        undo(admin_user, latest_undoable(admin_user).pk)

        assert without == [BODY.format(box="{box}").replace("{box}\n\n", "")] * 3
        assert "Passages without a source were removed from 3 articles." in result.message
        assert (bodies(), the_person().decision) == (before, "")


class TestNotAPerson:
    def test_closes_the_marks_and_changes_no_text(self, admin_user, articles):
        before = bodies()

        mark_not_a_person(admin_user, the_person())

        assert not any(has_blocking_marks(article) for article in articles)
        assert not [mark for mark in list_marks(articles[0]) if mark.person]
        assert bodies() == before
        later = article_with(BOX.replace("Dr. Ada Quillon", "Prof. Ada Quíllon"))
        assert not has_blocking_marks(later)
        assert not people_to_decide()

    def test_without_remembering_later_imports_are_marked(self, admin_user, articles):
        mark_not_a_person(admin_user, the_person(), is_remembered=False)
        closed = [has_blocking_marks(article) for article in articles]
        listed = list(people_to_decide())

        later = article_with(BOX)

        assert (closed, listed) == ([False] * 3, [])
        assert has_blocking_marks(later)
        assert list(people_to_decide()) == [the_person()]

    @pytest.mark.parametrize("take_back", [reopen, lambda user, _: undo(user, latest_undoable(user).pk)])
    def test_can_be_taken_back(self, admin_user, articles, take_back):
        mark_not_a_person(admin_user, the_person())

        take_back(admin_user, the_person())

        assert all(has_blocking_marks(article) for article in articles)

    def test_undoing_a_later_decision_restores_it(self, admin_user, articles):
        mark_not_a_person(admin_user, the_person(), is_remembered=False)
        until = the_person().applies_until
        mark_real(admin_user, the_person(), "Letter", supports([""]))

        undo(admin_user, latest_undoable(admin_user).pk)

        person = the_person()
        assert (person.decision, person.applies_until, person.supports) == ("not_person", until, None)


class Killed(BaseException):
    """Ends a job as a kill does: nothing handles it."""


@pytest.mark.both_databases
class TestRemovalInJob:
    @pytest.fixture(autouse=True)
    def started(self, admin_user, articles, monkeypatch):
        monkeypatch.setattr(people, "RENDERED_AT_ONCE", 1)
        monkeypatch.setattr(jobs, "check_articles", check_now)
        mark_invented(admin_user, the_person(), plan_removal(the_person()).versions, in_job=True)

    @staticmethod
    def before_batch(monkeypatch, number, act):
        def progress(running, done, total, step=""):
            if done == number and not step:
                act()

        monkeypatch.setattr(RunningJob, "progress", progress)

    @pytest.mark.parametrize("batch", [1, 2])
    def test_stops_between_two_batches_once_the_person_is_reopened(
        self, admin_user, articles, monkeypatch, batch
    ):
        self.before_batch(monkeypatch, batch, lambda: reopen(admin_user, the_person()))

        (job,) = run_jobs()

        assert ["Quillon" in body for body in bodies()] == [False] * batch + [True] * (3 - batch)
        assert (the_person().decision, job.state, job.stop_requested_by) == ("", "stopped", admin_user)

    @pytest.mark.parametrize("decide", [reopen, mark_not_a_person])
    def test_ends_before_it_begins_once_the_person_is_decided_otherwise(self, admin_user, articles, decide):
        decide(admin_user, the_person())

        assert Job.objects.get().state == "stopped"
        assert run_jobs() == []
        assert bodies() == [article.body for article in articles]

    @pytest.mark.parametrize("batch", [0, 1])
    def test_killed_one_decides_nothing_when_it_is_repeated(self, admin_user, monkeypatch, batch):
        def die():
            raise Killed

        self.before_batch(monkeypatch, batch, die)
        with pytest.raises(Killed):
            run_jobs()
        reopen(admin_user, the_person())
        monkeypatch.undo()
        Job.objects.requeue()

        (job,) = run_jobs()

        assert (the_person().decision, job.state) == ("", "stopped")
        assert sum("Quillon" in body for body in bodies()) == 3 - batch


@pytest.mark.parametrize(
    "paragraph",
    [
        "Experts agree on this:\n\n" + BOX,
        'Dr. Ada Quillon said that mills are "houses that learned to wave at us". She meant it kindly.',
    ],
)
def test_an_invented_person_waits_for_a_rewrite_where_text_refers_to_it(admin_user, paragraph):
    article = article_with(paragraph)

    removal = plan_removal(the_person())
    mark_invented(admin_user, the_person())

    assert [row.pk for row, _removal in removal.skipped] == [article.pk]
    assert bodies() == [article.body]
    assert has_blocking_marks(Article.objects.get())


def test_a_quotation_resolved_in_its_proof_is_not_removed(admin_user):
    article = article_with(BOX)
    (mark,) = [mark for mark in list_marks(article) if mark.is_blocking]
    resolve(article, mark.key, "source", "Her letter", admin_user)

    assert not unsupported_mentions(the_person(), supports([""]))


class TestList:
    @pytest.mark.both_databases
    def test_lists_most_frequent_first_with_numbers_of_roles(self, articles):
        article_with('> "One voice can carry over the water for a mile." — Prof. Bo Underhill, sailor')

        people = list(people_to_decide())

        assert [(person.name, person.articles) for person in people] == [
            ("Dr. Ada Quillon", 3),
            ("Prof. Bo Underhill", 1),
        ]
        assert person_summary(people[0])["roles"] == 3

    def test_omits_people_named_only_in_the_trash(self, articles):
        for article in articles:
            trash(article)

        assert not people_to_decide()
