"""The proof while somebody else edits, trashes or deletes the article: a message, and never an error 500."""

import pytest

from blog.models import Approval, Article, MarkResolution
from blog.review import proofs
from tests.desk.articles.proof.test_page import (
    BODY,
    approve,
    machines_article,
    proof_of,
    quotation_in,
    settle,
)
from tests.support.admin_pages import text_of
from tests.support.changes import trash

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("users_read_once")]

REASON = "changed or moved to the trash in the meantime"


def edit(article):
    article = Article.objects.get(pk=article.pk)
    article.body = "Short.\n"
    article.save()


def move_to_trash(article):
    trash(Article.objects.get(pk=article.pk))


def delete(article):
    Article.objects.get(pk=article.pk).delete()


ACTS = pytest.mark.parametrize("act", [edit, move_to_trash, delete])


@pytest.fixture
def article():
    return machines_article(BODY)


@pytest.fixture
def meanwhile(monkeypatch, article):
    """A function: let somebody else do this while the words of the article are looked at."""

    def start(act):
        check_now = proofs.check_now

        def slow(keys):
            monkeypatch.setattr(proofs, "check_now", check_now)
            act(article)
            return check_now(keys)

        proofs.ArticleCheck.objects.update(words_digest="")  # so that they have to be looked at
        monkeypatch.setattr(proofs, "check_now", slow)

    return start


class TestPage:
    @ACTS
    def test_says_so(self, admin_client, article, meanwhile, act):
        admin_client.get(proof_of(article))
        meanwhile(act)

        page = admin_client.get(proof_of(article))

        assert page.status_code == 200
        assert REASON in text_of(page)

    def test_of_an_article_in_the_trash_has_no_marks(self, admin_client, article):
        trash(article)

        assert REASON in text_of(admin_client.get(proof_of(article)))


class TestSettling:
    @ACTS
    def test_settles_nothing(self, admin_client, article, meanwhile, act):
        entry = quotation_in(article)
        meanwhile(act)

        page = settle(admin_client, article, entry, "source", note="A book")

        assert page.status_code in {200, 403, 404}
        assert not MarkResolution.objects.exists()

    @pytest.mark.parametrize("act", [move_to_trash, delete])
    @pytest.mark.parametrize("outcome", ["source", "taken_out"])
    def test_settles_nothing_after_the_marks_were_read(
        self, admin_client, article, monkeypatch, act, outcome
    ):
        entry = quotation_in(article)
        monkeypatch.setattr("blog.review.resolution._check", lambda *arguments: act(article))

        page = settle(admin_client, article, entry, outcome, note="A book")

        assert page.status_code in {200, 403, 404}
        assert not MarkResolution.objects.exists()

    @pytest.mark.parametrize("act", [move_to_trash, delete])
    def test_goes_on_if_the_article_is_gone_afterwards(self, admin_client, article, monkeypatch, act):
        entry = quotation_in(article)
        monkeypatch.setattr(
            "blog.desk.articles.proof.resolution._change_words",
            lambda user, article, entry, form: act(article),
        )

        page = settle(admin_client, article, entry, "taken_out")

        assert page.status_code in {200, 404}


class TestApproving:
    @ACTS
    def test_approves_nothing(self, admin_client, article, meanwhile, act):
        meanwhile(act)

        page = approve(admin_client, article)

        assert page.status_code in {200, 404}
        assert not Approval.objects.exists()

    def test_of_a_deleted_article_is_refused(self, admin_client, article, monkeypatch):
        article = machines_article()
        monkeypatch.setattr("blog.review.approval._open_marks", lambda _: delete(article))

        assert approve(admin_client, article).status_code == 404
        assert not Approval.objects.exists()
