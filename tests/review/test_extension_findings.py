"""Findings of extensions: stored and shown next to those of the core, without blocking an approval."""

from dataclasses import replace

import pytest

from blog import extend
from blog.models import Article, ArticleCheck, Finding
from blog.review import extension_findings
from blog.review.approval import approve
from blog.review.kinds import describe_worst_mark, kind_label
from blog.review.marks import list_marks
from blog.review.models import MarkResolution
from blog.review.proofs import check_articles
from tests.support.admin_pages import LIST
from tests.support.factories import create_article
from tests.support.proofs import PLAIN, resolve

pytestmark = pytest.mark.django_db

KIND = extend.FindingKind("spelling.rule", "An old rule", "Name a newer rule.", is_serious=True)


@pytest.fixture
def spelling():
    """Switch on an extension that finds the word “rule” in each article."""

    def find(keys):
        bodies = Article.objects.filter(pk__in=keys).values_list("pk", "body")
        starts = {key: body.find("rule") for key, body in bodies if "rule" in body}
        return {key: [extend.Found(KIND.name, "rule", start, start + 4)] for key, start in starts.items()}

    extend.finding_kinds.add(KIND)
    extend.finders.add(find)
    yield
    extend.finding_kinds.remove(KIND)
    extend.finders.remove(find)


@pytest.fixture
def article(spelling):
    article = create_article(body=PLAIN)
    check_articles([article.pk])
    return article


def found(article):
    return [mark for mark in list_marks(article) if mark.kind == KIND.name]


class TestCheck:
    @pytest.mark.both_databases
    def test_stores_and_counts_them_with_the_others(self, article):
        [mark] = found(article)

        assert article.body[mark.start : mark.end] == mark.words == "rule"
        assert article.proof.serious_findings == 1
        assert article.proof.finding_kinds == "no_hero spelling.rule"
        assert describe_worst_mark(article.proof).sentence == "An old rule"

    def test_replaces_them(self, article):
        article.body = "Weigh first."
        article.save()
        check_articles([article.pk])

        assert found(article) == []

    def test_succeeds_although_an_extension_fails(self, article, caplog):
        @extend.finders
        def fail(keys):
            raise ValueError("no dictionary")

        try:
            Finding.objects.all().delete()
            check_articles([article.pk])
        finally:
            extend.finders.remove(fail)

        assert len(found(article)) == 1
        assert "fail could not look for findings" in caplog.text


class TestRefreshing:
    def test_asks_again_without_a_check(self, article):
        Finding.objects.all().delete()

        extension_findings.refresh([article.pk])

        assert [mark.words for mark in found(article)] == ["rule"]

    def test_asks_for_all_that_have_one(self, article):
        Finding.objects.all().delete()

        extension_findings.refresh()

        assert [mark.words for mark in found(article)] == ["rule"]

    def test_leaves_out_articles_without_a_check(self, spelling):
        article = create_article(body=PLAIN)

        extension_findings.refresh([article.pk])

        assert not Finding.objects.exists()


class TestScreens:
    def test_show_them_in_the_proof_and_on_the_edit_page(self, article, admin_client):
        for name in ("proof", "change"):
            page = admin_client.get(f"/admin/blog/article/{article.pk}/{name}/")

            assert "Name a newer rule." in page.content.decode()

    def test_lead_to_the_screen_of_the_extension(self, article, admin_client, monkeypatch):
        screen = replace(KIND, url_name="admin:blog_article_history")
        monkeypatch.setattr(extend, "finding_kind", {KIND.name: screen}.get)
        for name in ("proof", "change"):
            page = admin_client.get(f"/admin/blog/article/{article.pk}/{name}/").content.decode()

            assert f'href="/admin/blog/article/{article.pk}/history/">' in page

    def test_filter_the_list_by_them(self, article, admin_client):
        create_article()

        page = admin_client.get(LIST, {"mark": KIND.name})

        assert list(page.context["cl"].result_list) == [article]


class TestDecisions:
    def test_an_article_with_one_can_be_approved(self, article, admin_user):
        approve(article, admin_user, article.words_digest)

        assert Article.objects.get().reviewed_digest == article.words_digest

    def test_an_accepted_one_stays_accepted(self, article, admin_user):
        [mark] = found(article)
        resolve(article, mark.key, MarkResolution.Outcome.NO_CLAIM, "", admin_user)

        check_articles([article.pk])

        assert not found(article)[0].is_open
        assert ArticleCheck.objects.get().serious_findings == 0


class TestSwitchedOff:
    def test_they_are_neither_shown_nor_counted_and_their_rows_stay(self, article):
        extend.finding_kinds.remove(KIND)
        try:
            extension_findings.leave_out_switched_off()

            assert found(article) == []
            assert ArticleCheck.objects.get().finding_kinds == "no_hero"
            assert kind_label(KIND.name) == KIND.name
            assert Finding.objects.filter(kind=KIND.name).exists()
        finally:
            extend.finding_kinds.add(KIND)


@pytest.mark.parametrize("name", ["rule", "spelling.", "spelling." + "r" * 30])
def test_a_kind_is_named_after_its_app(name):
    with pytest.raises(ValueError, match="LABEL"):
        extend.FindingKind(name, "", "")
