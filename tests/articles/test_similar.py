"""Articles with similar texts: stored after a change, discarded with it."""

import pytest
from django.db import transaction

from blog.articles.models import Article
from blog.articles.similar import FEW, find_similar, similar_to
from blog.jobs.models import Job
from blog.search import as_written
from tests.support.changes import publish
from tests.support.factories import create_article, create_articles

pytestmark = pytest.mark.django_db

HERONS = "Herons nest above the sluice, and the keeper counts their fledglings."
BREAD = "Sourdough wants patience, rye flour and a warm kitchen windowsill."


@pytest.mark.both_databases
def test_a_shared_common_word_makes_no_text_similar():
    common = create_articles(30, body="The harbour, the harbour and the harbour.")
    article = create_article(body=f"{HERONS} Harbour, harbour, harbour.")
    other = create_article(body=f"Again: {HERONS}")

    find_similar(Article.objects.all())

    assert list(similar_to(article)) == [other.pk]
    assert list(similar_to(common[0])) == []


def test_a_long_text_is_not_similar_to_everything():
    short = create_article(body=f"Once more. {HERONS}")
    long = create_article(body=" ".join([HERONS, BREAD, *(f"Filler{n} words." for n in range(2000))]))
    article = create_article(body=HERONS)

    find_similar(Article.objects.all())

    assert list(similar_to(article)) == [short.pk, long.pk]


def test_texts_without_spaces_are_compared_by_pairs_of_characters():
    other = create_article(body="干潮の時間に潮だまりの生き物を観察した。", language="ja")
    create_article(body="東京の図書館で古い地図を見つけた。", language="ja")
    article = create_article(body="潮だまりで生き物を探す。干潮は朝だ。", language="ja")

    find_similar(Article.objects.all())

    assert similar_to(article) == {other.pk: ["Article", "生き物", "潮だまり"]}


@pytest.mark.both_databases
def test_shared_words_are_named_as_the_text_writes_them_one_of_each_word():
    terms = [
        ("sluice",),
        ("sluices",),
        ("rssi",),
        ("20th",),
        ("cafe",),
        ("潮", "だ"),
        ("だ", "ま"),
        ("ま", "り"),
    ]
    text = "Sluice: a sluice near two sluices and a Café, RSSI in the 20th. 潮だまりで"

    assert as_written(terms, text, 9) == ["sluice", "RSSI", "Café", "潮だまり"]


def test_rows_of_a_changed_text_are_replaced_after_the_commit(django_capture_on_commit_callbacks):
    herons, bread, article = (create_article(body=body) for body in (HERONS, BREAD, f"So: {HERONS}"))
    find_similar(Article.objects.all())
    article.body = f"So: {BREAD}"

    with django_capture_on_commit_callbacks(execute=True):
        article.save()

    assert list(similar_to(article)) == [bread.pk]
    assert list(similar_to(herons)) == []


@pytest.mark.both_databases
def test_unpublished_articles_have_none_until_they_are_published(django_capture_on_commit_callbacks):
    create_article(body=HERONS)
    article = create_article(body=f"So: {HERONS}", status="new")
    find_similar(Article.objects.all())
    assert not article.similar_rows.exists()

    with django_capture_on_commit_callbacks(execute=True):
        publish(article)

    assert article.similar_rows.exists()


def test_many_articles_are_left_to_one_job(django_capture_on_commit_callbacks):
    articles = Article.objects.filter(pk__in=[row.pk for row in create_articles(FEW + 1, status="new")])

    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        publish(articles)

    assert Job.objects.filter(kind="find_similar").count() == 1
