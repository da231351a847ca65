"""Transactions that lock an article and its check take both in one order, so none waits in a circle.

tests/integration/test_editors_at_once.py has all acts of editors at random.
"""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction

from blog.articles.actions.rewrite import edit_articles
from blog.articles.actions.trash import trash
from blog.articles.actions.undo import latest_undoable, undo
from blog.base import locking
from blog.base.locking import lock_checks, lock_rows
from blog.models import Article, ArticleCheck, Person
from blog.review import people
from blog.review.marks import list_marks
from blog.review.people import mark_invented, reopen
from blog.review.proofs import check_now
from tests.support.changes import change_words
from tests.support.factories import create_article, create_articles
from tests.support.proofs import resolve

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]

TEXT = "“The water will rise by two metres,” said Ines Valdbakken, who measures tides in Aalborg.\n"
PATIENCE = 1  # seconds that one waits for the other, which may have to wait for it


@pytest.fixture(autouse=True)
def postgres():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")


def both(*acts):
    """Run acts at the same time, each in a transaction of its own; raise what one raises."""

    def run(act):
        try:
            with transaction.atomic():
                act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        for future in [pool.submit(run, act) for act in acts]:
            future.result()


def test_saving_while_a_mark_is_rewritten():
    article = create_article(body=TEXT, status="new")
    check_now([article.pk])
    user = get_user_model().objects.create_superuser("mara")
    key = next(mark.key for mark in list_marks(article) if mark.is_blocking)
    is_settled, is_saved = threading.Event(), threading.Event()

    def rewrite():
        resolve(article, key, "rewritten", "", user)
        is_settled.set()
        is_saved.wait(PATIENCE)
        edit_articles(user, {article.pk: 1}, {article.pk: {"body": "Other words.\n"}}, str)

    def save():
        list(Article.objects.locked([article.pk]))
        is_saved.set()
        is_settled.wait(PATIENCE)
        change_words(article)

    both(rewrite, save)

    assert Article.objects.get().body == "Other words.\n"


def test_storing_findings_of_others_while_an_article_goes_to_the_trash():
    first, second = create_articles(2, status="new", body="The same words, in both of these articles.\n" * 9)
    check_now([first.pk, second.pk])
    user = get_user_model().objects.create_superuser("mara")
    is_locked, is_checking = threading.Event(), threading.Event()

    def move_to_trash():
        list(Article.objects.locked([first.pk]))
        is_locked.set()
        is_checking.wait(PATIENCE)
        trash(user, [first])

    def check():
        is_locked.wait(PATIENCE)
        check_now([second.pk])
        is_checking.set()

    both(move_to_trash, check)

    assert Article.objects.get(pk=first.pk).trashed_at


def test_deciding_on_a_person_while_articles_are_saved(admin_user):
    article = create_article(body=TEXT, status="new")
    check_now([article.pk])
    person = article.mentions.first().person
    is_decided, is_saved = threading.Event(), threading.Event()

    def decide():
        reopen(admin_user, person)
        is_decided.set()
        is_saved.wait(PATIENCE)
        Article.objects.get(pk=article.pk).save()

    def save():
        list(Article.objects.locked([article.pk]))
        is_saved.set()
        is_decided.wait(PATIENCE)
        change_words(article)

    both(decide, save)

    assert ArticleCheck.objects.filter(pk=article.pk).exists()


def act_while_another_holds(rows, act, **changes):
    """Run the act while another transaction has locked (and changed) the rows, and then locks the checks."""
    is_locked, is_over = threading.Event(), threading.Event()

    def hold():
        lock_rows(rows)
        if changes:
            rows.update(**changes)
        is_locked.set()
        until = time.monotonic() + 5 * PATIENCE
        while not is_over.is_set() and not waiting_transactions() and time.monotonic() < until:
            time.sleep(0.01)
        lock_checks()

    def wait_and_act():
        is_locked.wait(PATIENCE)
        try:
            act()
        finally:
            is_over.set()

    both(hold, wait_and_act)


def waiting_transactions() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0]


class TestPeople:
    """Decisions on a person that three articles name. The last one would be empty without the person."""

    @pytest.fixture
    def articles(self, monkeypatch):
        for module in (people, locking):
            monkeypatch.setattr(module, "ROWS_AT_ONCE", 1)
        bodies = (f"Tides.\n\n{TEXT}", f"Water.\n\n{TEXT}", TEXT)
        articles = [create_article(body=body, status="new") for body in bodies]
        check_now([article.pk for article in articles])
        return articles

    @pytest.fixture
    def person(self, articles):
        [person] = Person.objects.all()
        assert person.mentions.values("article").distinct().count() == len(articles)
        return person

    @pytest.fixture
    def user(self):
        return get_user_model().objects.create_superuser("mara")

    @pytest.mark.parametrize("decide", [mark_invented, reopen])
    def test_deciding(self, articles, person, user, decide):
        act_while_another_holds(Article.objects.filter(pk=articles[-1].pk), lambda: decide(user, person))

        assert person.decisions.exists()

    @pytest.mark.parametrize("model", [Article, Person])
    def test_undoing_a_decision(self, articles, person, user, model):
        mark_invented(user, person)
        rows = Article.objects.filter(pk=articles[-1].pk) if model is Article else Person.objects.all()

        act_while_another_holds(rows, lambda: undo(user, latest_undoable(user).pk))

        assert not Person.objects.get().decision

    def test_storing_another_spelling(self, articles, person):
        again = [create_article(body=TEXT.replace("Ines", "Inés"), status="new") for _ in range(4)]

        act_while_another_holds(
            Person.objects.all(), lambda: check_now([article.pk for article in again]), source="A book."
        )

        assert person.mentions.filter(name="Inés Valdbakken").count() == len(again)
