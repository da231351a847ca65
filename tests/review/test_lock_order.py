"""Transactions that lock an article and its check take both in one order, so none waits in a circle."""

import itertools
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction

from blog.articles.actions.publication import Verb, apply_verb
from blog.articles.actions.rewrite import edit_articles
from blog.articles.actions.trash import restore, trash
from blog.articles.actions.undo import latest_undoable, undo
from blog.articles.models import StaleArticleError, UnreviewedArticleError
from blog.articles.versions.history import recording_versions
from blog.base.locking import lock_rows
from blog.models import Article, ArticleCheck
from blog.review.approval import ReviewRefusedError, approve, withdraw
from blog.review.marks import list_marks
from blog.review.people import apply_decisions
from blog.review.proofs import check_now, check_on_commit
from blog.review.resolution import ResolutionError, resolve
from blog.sandbox.refusals import RefusedError
from tests.support.durations import EDITORS_LOCKING, LOCKING_SECONDS
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


class Editor:
    """An editor who does one act after another with a few articles that others work on, too."""

    REFUSALS = (
        *(StaleArticleError, UnreviewedArticleError, ReviewRefusedError, ResolutionError, RefusedError),
        *(Article.DoesNotExist, ArticleCheck.DoesNotExist),
    )

    def __init__(self, number):
        self.user = get_user_model().objects.create_superuser(f"editor-{number}")
        self.chance = random.Random(number)  # noqa: S311 -- not for secrets
        self.done = Counter()

    def work(self, until):
        acts = [
            self.save,
            self.settle,
            self.approve,
            self.publish,
            self.trash,
            self.undo,
            self.check,
            self.decide,
        ]
        try:
            for number in itertools.count():
                if time.monotonic() > until:
                    return self.done
                act = self.chance.choice(acts)
                try:
                    act(number)
                    self.done[act.__name__] += 1
                except self.REFUSALS:
                    self.done["refused"] += 1
        finally:
            connection.close()

    def articles(self, number):
        keys = list(Article.objects.order_by("pk").values_list("pk", flat=True))
        return list(Article.objects.filter(pk__in=self.chance.sample(keys, number)).order_by("pk"))

    def save(self, number):
        [article] = self.articles(1)
        article.body = f"{TEXT}\nEdit {number} of {self.user}.\n"
        with recording_versions([article], by=self.user):
            article.save()
            check_on_commit([article.pk])

    def settle(self, number):
        [article] = self.articles(1)
        marks = [mark for mark in list_marks(article) if mark.is_blocking]
        with transaction.atomic():
            lock_rows(Article.objects.filter(pk=article.pk))
            for mark in marks[:1]:
                resolve(article, mark.key, "rewritten", "", self.user, with_undo=False)
                seen = {article.pk: article.lock_version}
                changes = {article.pk: {"body": f"{TEXT}\nRewrite {number}.\n"}}
                edit_articles(self.user, seen, changes, str)

    def approve(self, number):
        [article] = self.articles(1)
        if number % 2:
            approve(article, self.user, article.words_digest, "All of it.")
        else:
            withdraw(article, self.user)

    def publish(self, number):
        seen = {article.pk: article.lock_version for article in self.articles(4)}
        apply_verb(self.chance.choice([Verb.PUBLISH, Verb.UNPUBLISH, Verb.FEATURE]), self.user, seen)

    def trash(self, number):
        articles = self.articles(3)
        (trash if number % 3 == 0 else restore)(self.user, articles)

    def undo(self, number):
        if action := latest_undoable(self.user):
            undo(self.user, action.pk)

    def check(self, number):
        check_now([article.pk for article in self.articles(4)])

    def decide(self, number):
        [article] = self.articles(1)
        for mention in article.mentions.select_related("person")[:1]:
            apply_decisions(mention.person)


def test_eight_editors_at_once_never_wait_in_a_circle():
    articles = create_articles(10, status="new", body=TEXT, generated_by="Gemini")
    check_now([article.pk for article in articles])
    editors = [Editor(number) for number in range(EDITORS_LOCKING)]
    until = time.monotonic() + LOCKING_SECONDS

    with ThreadPoolExecutor(len(editors)) as pool:
        done = [future.result() for future in [pool.submit(editor.work, until) for editor in editors]]

    assert sum(map(Counter.total, done)) > len(editors)
