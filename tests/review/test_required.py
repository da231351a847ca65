"""GALLEY_REQUIRE_REVIEW: AI-written articles can only be published or scheduled after an approval."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from blog.articles.actions.base import SkipReason
from blog.articles.actions.publication import Verb, apply_verb
from blog.articles.models import UnreviewedArticleError
from blog.models import Article
from blog.review.approval import approve
from tests.support.admin_pages import page_of, shown_form
from tests.support.changes import publish
from tests.support.factories import create_article
from tests.support.import_files import run, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def required(settings):
    settings.REQUIRE_REVIEW = True


@pytest.fixture
def article():
    return create_article(title="Tides", status="new", generated_by="Gemini")


def act(verb, article, **moments):
    user = get_user_model().objects.get_or_create(username="mara", is_superuser=True)[0]
    return apply_verb(verb, user, {article.pk: article.lock_version}, **moments)


def approved(article):
    user = get_user_model().objects.get_or_create(username="mara", is_superuser=True)[0]
    approve(article, user, article.words_digest, "All of it.")
    return Article.objects.get(pk=article.pk)


class TestUnreviewedText:
    def test_is_neither_published_nor_scheduled(self, article):
        later = {"moments": {article.pk: timezone.now() + timedelta(days=1)}}

        left = [act(Verb.PUBLISH, article).skipped, act(Verb.SCHEDULE, article, **later).skipped]

        assert [list(reasons) for reasons in left] == [[SkipReason.UNREVIEWED], [SkipReason.UNREVIEWED]]
        assert Article.objects.get().status == "new"

    def test_cannot_be_published_by_code(self, article):
        assert publish(Article.objects.all()) == 0
        with pytest.raises(UnreviewedArticleError):
            publish(article)
        with pytest.raises(UnreviewedArticleError):
            create_article(generated_by="Gemini")
        assert Article.objects.get().status == "new"

    def test_is_imported_as_new_with_a_warning(self, tmp_path):
        report = run(write(tmp_path, generatedBy="Gemini"), status="published")[0]

        assert Article.objects.get().status == "new"
        assert [notice.text for notice in report.notices] == [
            "not published: it is AI-written and not approved."
        ]


class TestOtherTexts:
    def test_of_people_are_exempt(self, tmp_path):
        run(write(tmp_path, generatedBy="Gemini"), status="published", written_by="people")
        article = create_article(status="new", provenance="people", generated_by="Gemini")
        publish(article)

        assert Article.objects.published().count() == 2


class TestReasonInTheAdmin:
    REASON = "Readers do not see this article: AI wrote it, and nobody has approved this version."

    def test_is_given_where_an_article_waits_for_an_approval(self, article, admin_client):
        article = approved(article)
        article.published_at = timezone.now() + timedelta(days=1)
        publish(article)
        places = [page_of(article), f"{page_of(article).removesuffix('change/')}proof/"]
        before = [admin_client.get(place).content.decode() for place in places]

        article.body = "Other words."
        article.save()
        pages = [admin_client.get(place).content.decode() for place in places]

        assert [self.REASON in page for page in before + pages] == [False, False, True, True]
        assert "Waits for approval" in pages[0]


class TestEditPage:
    def press(self, client, article, **typed):
        data = shown_form(client, page_of(article)) | {"_publish": "1"} | typed
        return client.post(page_of(article), data)

    def test_publishes_only_approved_content(self, article, admin_client):
        article = approved(article)

        page = self.press(admin_client, article, excerpt="Other words.").content.decode()

        assert "this version is not approved. Save it, approve it" in page
        assert Article.objects.get().status == "new"

    def test_publishes_approved_content(self, article, admin_client):
        assert self.press(admin_client, approved(article)).status_code == 302
        assert Article.objects.published().exists()
