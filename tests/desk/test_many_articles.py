"""Screens of a site with many articles: their queries do not grow, and counts read indexes, not articles."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blog.documents.findings.kinds import FindingKind
from blog.imports.report import Outcome
from blog.models import Article, ArticleCheck, Finding, ImportRun, Mention, Person, SourceFile
from blog.review.proofs import stale_articles
from tests.support.factories import create_article

pytestmark = pytest.mark.django_db


def import_articles(run, number, start=0):
    """Create articles of an import, published and new, with checks, shared findings and people."""
    for count in range(start, start + number):
        status = "published" if count % 2 else "new"
        article = create_article(title=f"Tide {count}", generated_by="Gemini", status=status)
        SourceFile.objects.create(article=article, batch=run, path=f"{count}.md")
        run.entries.create(file=f"{count}.md", outcome=Outcome.CREATED, article=article)
        ArticleCheck.objects.update_or_create(article=article)
        article.findings.create(kind=FindingKind.NO_HERO, is_shared=True)
        for name in (f"Ada {count}", "Zoe"):
            person = Person.objects.get_or_create(key=name.casefold(), name=name)[0]
            values = {"kind": "person", "key": "k", "start": 0, "end": 4, "name": name, "words": "Says"}
            Mention.objects.create(person=person, article=article, **values)


@pytest.fixture
def run():
    run = ImportRun.objects.create(source_name="harvest", created=30)
    import_articles(run, 4)
    return run


def screens(run) -> list[str]:
    names = ("index", "people", "blog_article_changelist", "blog_importrun_changelist")
    article_list = reverse("admin:blog_article_changelist")
    return [
        *(reverse(f"admin:{name}") for name in names),
        f"{article_list}?state=check",
        f"{article_list}?order=title",
        f"{article_list}?shared=yes",
        reverse("admin:blog_importrun_change", args=[run.pk]),
    ]


def queries_of(client, path) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in queries.captured_queries]


def test_screens_take_as_many_queries_with_more_articles(admin_client, run):
    for path in screens(run):
        admin_client.get(path)  # caches content types
    few = {path: len(queries_of(admin_client, path)) for path in screens(run)}
    import_articles(run, 4, start=4)

    assert {path: len(queries_of(admin_client, path)) for path in screens(run)} == few


def test_list_of_people_has_pages(admin_client, run, monkeypatch):
    monkeypatch.setattr("blog.desk.people.NAMES_ON_A_PAGE", 4)
    few = len(admin_client.get(reverse("admin:people")).content)
    import_articles(run, 8, start=4)

    assert len(admin_client.get(reverse("admin:people")).content) - few < 2000


@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (lambda: stale_articles().order_by().values("pk"), "article_desk"),
        (lambda: Article.objects.in_use().order_by("title", "pk").values("pk")[:10], "article_names"),
        (lambda: SourceFile.objects.filter(batch=1).values("article"), "source_file_of_batch"),
        (
            lambda: Finding.objects.filter(article__in=[1, 2], is_settled=False).values("kind"),
            "finding_of_article",
        ),
    ],
)
def test_counts_and_orders_read_only_an_index(rows, index):
    """Article rows are wide: SQLite would read ten pages of each to get to the columns behind the text."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL stores long texts apart from the rows")

    assert f"COVERING INDEX {index}" in rows().explain()
