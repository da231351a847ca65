"""Featured and trending: flags from files are suggestions until an editor sets them."""

import pytest
from django.utils import timezone

from blog.articles.actions.publication import Verb, apply_verb
from blog.imports.report import ConflictRule, StatusRule
from blog.models import Article
from tests.support.admin_pages import create_article, page_of, shown_form
from tests.support.changes import set_flag
from tests.support.import_files import run, write

pytestmark = pytest.mark.django_db


def flagged(**fields):
    flags = ("is_featured", "featured_is_suggested", "is_trending", "trending_is_suggested")
    return create_article(**dict.fromkeys(flags, True) | fields)


def save(client, article, **typed):
    client.post(page_of(article), shown_form(client, page_of(article)) | typed)


class TestFile:
    def test_flags_from_a_file_are_suggestions(self, folder):
        write(folder, trending=True, featured=True)

        run(folder)

        article = Article.objects.get()
        assert (article.is_trending, article.trending_is_suggested) == (True, True)
        assert (article.is_featured, article.featured_is_suggested) == (True, True)

    def test_import_keeps_flags_confirmed_by_an_editor(self, folder):
        write(folder, trending=True)
        run(folder, status=StatusRule.PUBLISHED)
        set_flag(Article.objects, "is_trending")
        write(folder, trending=True, title="Other tides")

        run(folder, status=StatusRule.PUBLISHED, on_conflict=ConflictRule.FILE)

        article = Article.objects.get()
        assert (article.title, article.is_trending, article.trending_is_suggested) == (
            "Other tides",
            True,
            False,
        )


class TestEditor:
    def test_setting_a_suggested_flag_confirms_it(self, admin_user):
        article = flagged(published_at=timezone.now())

        sorting = apply_verb(Verb.TREND, admin_user, {article.pk: article.lock_version})

        assert sorting.changed == [article]
        assert list(Article.objects.trending()) == [article]
        assert list(Article.objects.featured_by_files()) == [article]

    def test_ticking_a_flag_on_the_edit_page_confirms_it_and_saving_does_not(self, admin_client):
        article = flagged(is_trending=False)

        save(admin_client, article, is_trending="on")

        article.refresh_from_db()
        assert (article.is_trending, article.trending_is_suggested) == (True, False)
        assert article.featured_is_suggested
