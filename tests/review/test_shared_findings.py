"""Findings that more than half of a list share are offered once, with fixes and samples."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog.documents.findings.kinds import FindingKind, Fix
from blog.models import Article, ArticleCheck, Finding
from blog.review.bulk_fixes import BulkFix, apply_fix
from blog.review.counts import count_list, update_mark_counts
from blog.review.shared_findings import mark_totals, shared_findings
from tests.support.factories import create_article
from tests.support.findings import TITLE, add_finding, described_by_title

pytestmark = pytest.mark.django_db


def kinds(found):
    return [(each.kind, each.number, each.total) for each in found]


class TestSharedFindings:
    def test_finding_of_more_than_half_is_shared(self):
        for article in described_by_title(6)[:3]:
            add_finding(article, FindingKind.READING_TIME_OFF)

        assert kinds(shared_findings(Article.objects.all())) == [(TITLE, 6, 6)]

    def test_two_findings_of_one_article_count_once(self):
        for article in described_by_title(6)[:2]:
            add_finding(article, FindingKind.PLACEHOLDER)
            add_finding(article, FindingKind.PLACEHOLDER)

        assert kinds(shared_findings(Article.objects.all())) == [(TITLE, 6, 6)]

    def test_accepted_findings_are_not_shared(self):
        articles = described_by_title(6)
        Finding.objects.update(is_settled=True)
        update_mark_counts([article.pk for article in articles])

        assert not shared_findings(Article.objects.all())

    @pytest.mark.both_databases
    def test_only_the_articles_of_the_list_count(self):
        described_by_title(6)
        here = Article.objects.filter(pk__in=[create_article().pk for _ in range(6)])

        assert not shared_findings(here)

    def test_sample_shows_the_boldest_fix(self):
        for number in range(5):
            words = f"The sea rises again and again {number}. Nobody has said so bef..."
            add_finding(
                create_article(title=f"Tides {number}", meta_description=words),
                FindingKind.DESCRIPTION_CUT_IN_WORD,
                words=words,
            )

        (found,) = shared_findings(Article.objects.all())

        assert [fix for fix, _ in found.fixes] == [Fix.DROP_DESCRIPTION, Fix.DESCRIPTION_TO_WHOLE_SENTENCE]
        assert found.sampled == "Keep the first whole sentence"
        assert [sample["title"] for sample in found.samples] == ["Tides 0", "Tides 1", "Tides 2"]
        assert [(span.kind, span.text) for span in found.samples[0]["spans"]] == [
            ("same", "The sea rises again and again 0."),
            ("removed", " Nobody has said so bef..."),
        ]
        assert found.example == "The sea rises again and again 0. Nobody has said so bef..."

    def test_example_has_no_quotation_marks_around_it(self):
        for _ in range(5):
            words = "“The sea rises.”"
            add_finding(create_article(share_quote=words), FindingKind.SHARE_TEXT_UNSAID, words=words)

        (found,) = shared_findings(Article.objects.all())

        assert found.example == "The sea rises."

    def test_bulk_fix_is_listed_until_undone(self, admin_user):
        articles = described_by_title(6)
        fixing = BulkFix("batch:1", TITLE, Fix.MARK_DECORATIVE)
        apply_fix(admin_user, fixing, {article.pk: article.lock_version for article in articles})

        (done,) = shared_findings(Article.objects.all(), "batch:1")

        assert (done.kind, done.number, done.done.user) == (TITLE, 6, admin_user)
        assert done.done_sentence == "The images were marked as decorative in 6 articles."
        assert not shared_findings(Article.objects.all(), "batch:2")

    def test_number_of_queries_is_independent_of_articles(self):
        numbers = []
        for count in (6, 24):
            described_by_title(count)
            with CaptureQueriesContext(connection) as queries:
                shared_findings(Article.objects.all(), "batch:1")
            numbers.append(len(queries))

        assert numbers[0] == numbers[1]


@pytest.mark.both_databases
class TestSums:
    def test_totals_separate_shared_and_own_marks(self):
        articles = described_by_title(6)
        ArticleCheck.objects.filter(article=articles[0]).update(open_blocking=2)
        ArticleCheck.objects.filter(article=articles[1]).update(open_claims=3)
        shared = shared_findings(Article.objects.all())

        sums = mark_totals(count_list(Article.objects.all()), shared)

        assert sums == {"decisions": 1, "settled": 6, "marks": 8, "own": 1, "total": 6}
