"""The migration to digests with keywords and captions keeps approvals, and their records say what is new."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connection, models

from blog.images.models import store_image
from blog.models import Approval, Article, ArticleCheck, Image
from blog.review.ai_label import LabelState, label_state
from blog.review.approval import approve, withdraw
from blog.review.proofs import check_now, is_fresh
from tests.support.factories import create_article, create_image
from tests.support.images import image_bytes
from tests.support.migrations import single_steps

pytestmark = pytest.mark.django_db

MIGRATION = "0041_approvals_cover_keywords_and_captions"
OLD = "1:as before"
ADDRESS = "https://pictures.example/quay.jpg"


@pytest.fixture(scope="module")
def apps():
    """The models of the newest migration, whose tables the test has. They can update approvals."""
    apps = single_steps().project_state().apps
    apps.get_model("blog", "Image").is_edited = False  # the migration reads it, 0045 removes it
    return apps


@pytest.fixture
def editor(django_user_model):
    return django_user_model.objects.create(username="mara", is_superuser=True)


def approved(article, editor):
    article = Article.objects.get(pk=article.pk)
    return approve(article, editor, article.words_digest, "All of it.")


@pytest.fixture
def migrated(apps):
    """Return a function that sets digests of the release before, migrates, and returns the article."""

    def migrate(words_digest=OLD):
        models.QuerySet(apps.get_model("blog", "Approval")).update(digest=OLD)
        Article.objects.exclude(reviewed_digest="").update(reviewed_digest=OLD)
        Article.objects.update(words_digest=words_digest)
        ArticleCheck.objects.update(words_digest=words_digest)
        migration = import_module(f"blog.migrations.{MIGRATION}")
        migration.digest_articles(apps, SimpleNamespace(connection=connection))
        return Article.objects.get()

    return migrate


class TestApprovalOfTheCurrentWords:
    @pytest.mark.both_databases
    def test_stays_valid_and_names_what_it_did_not_cover(self, editor, client, migrated):
        image = store_image(image_bytes())
        Image.objects.update(source=ADDRESS, credit_creator="Tove")
        article = create_article(
            generated_by="Gemini",
            keywords=["tides"],
            hero_image=create_image(source="https://pictures.example/pier.jpg", caption="A pier."),
            body=f"Words.\n\n![A quay]({ADDRESS})\n",
        )
        Article.objects.all().show_images({article.pk: {ADDRESS: Image.objects.get(pk=image.pk)}}, None)
        approved(article, editor)

        article = migrated()

        assert label_state(article) == LabelState.REVIEWED
        assert article.words_digest.startswith("2:")
        review = Approval.objects.get()
        assert (review.digest, review.uncovered) == (article.words_digest, ["keywords", "caption", "fetched"])
        page = client.get(article.get_absolute_url()).content.decode()
        assert "keywords, caption of the hero image, descriptions and credits of fetched images" in page

    def test_covered_all_of_an_article_without_such_words(self, editor, client, migrated):
        article = create_article(generated_by="Gemini", hero_image=create_image())
        approved(article, editor)

        article = migrated()

        assert (Approval.objects.get().uncovered, label_state(article)) == ([], LabelState.REVIEWED)
        assert "caption of the hero image" not in client.get(article.get_absolute_url()).content.decode()

    def test_says_so_beside_the_proof(self, editor, client, migrated):
        article = create_article(generated_by="Gemini", keywords=["tides"])
        approved(article, editor)
        migrated()
        editor.is_staff = True
        editor.save()
        client.force_login(editor)

        page = client.get(f"/admin/blog/article/{article.pk}/proof/").content.decode()

        assert "At that time, approvals did not cover: keywords" in page

    def test_can_be_withdrawn(self, editor, migrated):
        approved(create_article(generated_by="Gemini"), editor)

        withdraw(migrated(), editor)

        assert label_state(Article.objects.get()) == LabelState.UNREVIEWED


class TestOthers:
    def test_approval_of_other_words_stays_ended(self, editor, migrated):
        approved(create_article(generated_by="Gemini"), editor)

        article = migrated("1:of other words")

        assert label_state(article) == LabelState.CHANGED
        assert Approval.objects.get().digest == OLD

    def test_withdrawn_approval_stays_withdrawn(self, editor, migrated):
        article = create_article(generated_by="Gemini")
        approved(article, editor)
        withdraw(article, editor)

        assert label_state(migrated()) == LabelState.UNREVIEWED

    def test_checks_stay_fresh(self, migrated):
        article = create_article()
        check_now([article.pk])

        article = migrated()

        assert is_fresh(ArticleCheck.objects.get(), article)
