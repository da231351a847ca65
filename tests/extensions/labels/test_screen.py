"""The report of AI labels: obligation, label and reviewer of published articles, as a page and as CSV."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.extensions.labels.report import reported_articles
from blog.models import Approval, Article
from blog.review.approval import approve
from tests.support.factories import create_article, create_articles

pytestmark = pytest.mark.django_db
NOTHING = "\N{EN DASH}"
PAGE, FILE = "/admin/labels/", "/admin/labels/csv/"


@pytest.fixture
def mara(django_user_model):
    return django_user_model.objects.create_superuser("mara", first_name="Mara", last_name="Lindqvist")


def approved(user, **fields):
    article = create_article(**{"generated_by": "Gemini"} | fields)
    approve(article, user, article.words_digest, "All of it.")
    return Article.objects.get(pk=article.pk)


@pytest.fixture
def articles(mara):
    approved(mara, title="Checked")
    changed = approved(mara, title="Changed")
    changed.excerpt = "Other words."
    changed.save()
    create_article(title="Unread", generated_by="Gemini")
    create_article(title="By people", provenance="people")
    create_article(title="Unsaid")
    create_article(title="Hidden", status="new", generated_by="Gemini")


def listed(client, **query):
    """Return the rows of the page as lists of cell texts."""
    page = client.get(PAGE, query).content.decode()
    rows = re.findall("<tr>(.*?)</tr>", page.partition("<tbody>")[2], re.DOTALL)
    cells = [re.findall("<t[hd].*?>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[re.sub("<.*?>", "", cell).strip() for cell in row[:5]] for row in cells]


def titles(client, **query):
    return [title for title, *_ in listed(client, **query)]


@pytest.mark.usefixtures("articles")
class TestReport:
    def test_lists_published_articles_with_an_obligation_first(self, admin_client):
        assert listed(admin_client) == [
            ["Unread", "Must be labelled", "AI-generated text", "Nobody", NOTHING],
            ["Changed", "Must be labelled", "Changed since review", "Mara Lindqvist", "today"],
            ["Checked", "Approved", "Drafted with Gemini, reviewed", "Mara Lindqvist", "today"],
            ["Unsaid", "None", "None: author not specified", NOTHING, NOTHING],
            ["By people", "None", "Written by people", NOTHING, NOTHING],
        ]

    @pytest.mark.both_databases
    def test_filters_and_order(self, admin_client, subtests):
        for query, found in [
            ({"duty": "label"}, ["Unread", "Changed"]),
            ({"label": "checked"}, ["Checked"]),
            ({"reviewer": "Mara Lindqvist"}, ["Changed", "Checked"]),
            ({"checked": "lately", "duty": "checked"}, ["Checked"]),
            ({"checked": "long-ago"}, []),
            ({"duty": "x", "order": "x"}, ["Unread", "Changed", "Checked", "Unsaid", "By people"]),
            ({"order": "published"}, ["Unsaid", "By people", "Unread", "Changed", "Checked"]),
        ]:
            with subtests.test(query=query, found=found):
                assert titles(admin_client, **query) == found

    def test_file_follows_the_filters(self, admin_client):
        answer = admin_client.get(FILE, {"duty": "label"})

        rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
        assert [row[0] for row in rows] == ["Article", "Unread", "Changed"]
        assert answer.streaming

    def test_csv_has_no_formulas(self, admin_client):
        Article.objects.filter(title="Unread").update(title='=HYPERLINK("evil")')

        lines = b"".join(admin_client.get(FILE)).decode()

        assert '"\'=HYPERLINK(""evil"")"' in lines


class TestCost:
    @pytest.mark.both_databases
    def test_age_is_that_of_the_valid_approval(self, admin_client, mara):
        article = create_article(generated_by="Gemini")
        long_ago = timezone.now() - timedelta(days=402)
        Approval.objects.create(
            article=article, by=mara, at=long_ago, digest=article.words_digest, statement="All of it."
        )
        Article.objects.update(reviewed_digest=article.words_digest)

        assert listed(admin_client, checked="long-ago")[0][4] == "402 days"

    def test_does_not_grow_with_the_articles(self, admin_client, monkeypatch):
        monkeypatch.setattr("blog.extensions.labels.screen.ARTICLES_ON_A_PAGE", 2)
        create_articles(2, generated_by="Gemini", status="published")
        admin_client.get(PAGE)  # caches content types
        sizes, queries = [], []
        for _round in range(2):
            with CaptureQueriesContext(connection) as seen:
                sizes.append(len(admin_client.get(PAGE).content))
            queries.append(len(seen))
            create_articles(8, generated_by="Gemini", status="published")

        assert sizes[1] - sizes[0] < 2000
        assert queries[0] == queries[1]

    def test_reviewers_are_counted_from_an_index(self):
        if connection.vendor != "sqlite":
            pytest.skip("PostgreSQL stores long texts apart from the rows")

        counted = reported_articles().order_by().values("reviewer")

        assert "COVERING INDEX article_labels" in counted.explain()
