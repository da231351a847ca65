"""A file that is imported within a request: like a file of an import, but it is only a part of its source."""

import pytest

from blog.files.folders import FoundFile
from blog.imports.one_file import finish_import, import_file
from blog.imports.report import ImportOptions, Outcome
from blog.imports.sources import ImportSource
from blog.models import Article, ImportEntry, ImportRun
from blog.review.models import ArticleCheck
from tests.support.changes import publish
from tests.support.import_files import write

pytestmark = pytest.mark.django_db


@pytest.fixture
def record():
    return ImportRun.objects.create(source_name="pipe", root="pipe")


@pytest.fixture
def send(folder, record):
    def send(path, options=None, **content):
        write(folder, path, **content)
        source = ImportSource("pipe", folder, (FoundFile(path),), "pipe", is_named=True)
        return import_file(source, options or ImportOptions(), ImportRun.objects.get(pk=record.pk))

    return send


def test_files_of_several_requests_are_one_import(send, record):
    first, second = send("a.md", slug="a"), send("b.md", slug="b", body="Other words.\n")

    record.refresh_from_db()
    assert [first.report.outcome, second.report.outcome] == [Outcome.CREATED, Outcome.CREATED]
    assert (record.created, ImportEntry.objects.filter(batch=record).count()) == (2, 2)
    assert record.finished_at


def test_two_imports_that_count_at_once_lose_nothing(record):
    one, other = (ImportRun.objects.get(pk=record.pk) for _ in range(2))
    one.count(["created", "held"])
    other.count(["created"])

    record.refresh_from_db()
    assert (record.created, record.held) == (2, 1)


def test_its_claims_are_found_in_the_same_reading(send):
    sent = send("a.md", body="In 1912, 85 percent of ships carried ice, said Anna Berg.\n")

    article = Article.objects.get()
    assert {claim.kind for claim in sent.found.claims} >= {"date"}
    assert ArticleCheck.objects.filter(article=article).exists()


def test_the_same_text_at_another_path_is_no_move(send):
    """Nothing shows that the first file is gone."""
    send("a.md", slug="a", body="The tide comes and goes twice a day.\n" * 9)
    again = send("b.md", slug="a", body="The tide comes and goes twice a day.\n" * 9 + "Always.\n")

    assert again.report.outcome == Outcome.CREATED
    assert Article.objects.count() == 2


def test_the_same_bytes_at_another_path_are_a_copy(send):
    send("a.md", slug="a")

    assert send("b.md", slug="a").report.outcome == Outcome.SKIPPED


def test_a_changed_file_of_a_published_article_is_held(send):
    send("a.md", slug="a")
    publish(Article.objects.all())

    assert send("a.md", slug="a", body="New words.\n").report.outcome == Outcome.HELD
    assert "New words" not in Article.objects.get().body


def test_a_dry_run_stores_nothing(send, record):
    sent = send("a.md", ImportOptions(dry_run=True), body="Since 1912.\n")

    assert (sent.report.outcome, Article.objects.count()) == (Outcome.CREATED, 0)
    assert sent.found.claims
    record.refresh_from_db()
    assert (record.created, record.finished_at) == (0, None)


def test_a_text_without_category_gets_the_default_one(send):
    send("a.md", ImportOptions(default_category="Latest"))
    send("b.md", ImportOptions(default_category="Latest"), slug="b", category="Sea")

    names = Article.objects.order_by("slug").values_list("slug", "primary_category__name")
    assert dict(names) == {"tides": "Latest", "b": "Sea"}


def test_a_text_without_category_is_rejected_if_one_is_required(send):
    report = send("a.md", ImportOptions(requires_category=True)).report

    assert (report.outcome, Article.objects.count()) == (Outcome.REJECTED, 0)
    assert "names no category" in report.message


def test_a_file_of_a_token_that_asks_to_be_published_is_new(send):
    report = send("a.md", ImportOptions(way="token"), status="published").report

    assert Article.objects.get().status == Article.Status.NEW
    assert [notice.text for notice in report.notices if "asks to be published" in notice.text]


def test_translations_are_linked_when_the_import_ends(send, record):
    send("tides.md", slug="tides", language="en", translationKey="t")
    send("de/tides.md", slug="gezeiten", language="de", translationKey="t", body="Ebbe und Flut.\n")
    finish_import(record)

    assert len(set(Article.objects.values_list("translation_group", flat=True))) == 1
