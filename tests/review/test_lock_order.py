"""Transactions that lock an article and its check take both in one order, so none waits in a circle.

tests/integration/test_editors_at_once.py has all acts of editors at random.
"""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction

from blog.articles.actions.rewrite import edit_articles
from blog.articles.actions.trash import trash
from blog.models import Article, ArticleCheck
from blog.review.marks import list_marks
from blog.review.people import apply_decisions
from blog.review.proofs import check_now, check_on_commit
from blog.review.resolution import resolve
from tests.support.factories import create_article, create_articles

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
        resolve(article, key, "rewritten", "", user, with_undo=False)
        is_settled.set()
        is_saved.wait(PATIENCE)
        edit_articles(user, {article.pk: 1}, {article.pk: {"body": "Other words.\n"}}, str)

    def save():
        list(Article.objects.locked([article.pk]))
        is_saved.set()
        is_settled.wait(PATIENCE)
        check_on_commit([article.pk])

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


def test_deciding_on_a_person_while_articles_are_saved():
    article = create_article(body=TEXT, status="new")
    check_now([article.pk])
    person = article.mentions.first().person
    is_decided, is_saved = threading.Event(), threading.Event()

    def decide():
        apply_decisions(person)
        is_decided.set()
        is_saved.wait(PATIENCE)
        Article.objects.get(pk=article.pk).save()

    def save():
        list(Article.objects.locked([article.pk]))
        is_saved.set()
        is_decided.wait(PATIENCE)
        check_on_commit([article.pk])

    both(decide, save)

    assert ArticleCheck.objects.filter(pk=article.pk).exists()
