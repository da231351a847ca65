"""Changing the text of many articles: a version of each, and undo byte for byte."""

import pytest

from blog import search
from blog.articles.actions.base import SkipReason
from blog.articles.actions.rewrite import edit_articles
from blog.articles.actions.undo import latest_undoable, undo
from blog.articles.models import EmptyArticleError
from blog.articles.versions.history import version_contents
from blog.models import Article, Version
from tests.support import factories
from tests.support.changes import trash

pytestmark = pytest.mark.django_db


def change(user, articles, changes, **options):
    seen = {article.pk: article.lock_version for article in articles}
    changes = {article.pk: changes for article in articles}
    return edit_articles(user, seen, changes, "{} articles were changed.".format, **options)


def stored(*articles):
    """The stored rows without lock versions."""
    rows = Article.objects.filter(pk__in=[article.pk for article in articles]).order_by("pk")
    return [
        {name: value for name, value in row.items() if name not in {"lock_version", "updated_at"}}
        for row in rows.values()
    ]


class TestRewriting:
    def test_changes_only_the_given_fields_and_keeps_a_version_with_its_note(self, admin_user):
        articles = [factories.create_article(excerpt="Old.", meta_description="Kept.") for _ in range(2)]

        sorting = change(admin_user, articles, {"excerpt": "New."}, note="Because.")

        assert sorting.message == "2 articles were changed."
        assert list(Article.objects.values_list("excerpt", "meta_description")) == [("New.", "Kept.")] * 2
        newest = articles[0].versions.newest_first().with_contents().first()
        assert version_contents(newest)["excerpt"] == "New."
        assert (newest.by, newest.note) == (admin_user, "Because.")

    def test_renders_a_new_text_and_finds_it(self, admin_user):
        article = factories.create_article(body="A harbour.")

        change(admin_user, [article], {"body": "A *lighthouse* at night."})

        article.refresh_from_db()
        assert "<em>lighthouse</em>" in article.body_html
        assert article.plain_text == "A lighthouse at night."
        found = search.find(search.parse("lighthouse"), Article.objects.published())
        assert found == [article.pk]

    @pytest.mark.both_databases
    def test_skips_articles_saved_since_and_unchanged_ones(self, admin_user):
        touched, same, trashed = (factories.create_article(excerpt="Old.") for _ in range(3))
        seen = {row.pk: row.lock_version for row in (touched, same, trashed)}
        touched.save()
        trash(trashed)
        seen[trashed.pk] = trashed.lock_version

        sorting = edit_articles(
            admin_user,
            seen,
            {touched.pk: {"excerpt": "New."}, same.pk: {"excerpt": "Old."}, trashed.pk: {"excerpt": "New."}},
            str,
        )

        assert not sorting.changed
        assert {reason: len(rows) for reason, rows in sorting.skipped.items()} == {
            SkipReason.CHANGED: 1,
            SkipReason.SAME: 1,
            SkipReason.TRASHED: 1,
        }

    def test_never_empties_a_published_article(self, admin_user):
        article = factories.create_article()

        with pytest.raises(EmptyArticleError):
            change(admin_user, [article], {"body": "<!-- nothing -->"})

        assert stored(article)[0]["body"] == article.body


class TestUndo:
    @pytest.mark.both_databases
    def test_undo_restores_everything_byte_for_byte(self, admin_user):
        image = factories.create_image()
        articles = [
            factories.create_article(
                title=f"Café {number}",
                excerpt="  Old \r\n excerpt ",
                body="Text with trailing blanks   \r\n\r\n* a\n",
                hero_image=image,
                is_trending=True,
            )
            for number in range(3)
        ]
        before = stored(*articles)

        change(
            admin_user,
            articles,
            {"excerpt": "", "body": "Other.", "hero_alt": "A boat", "is_trending": False},
        )
        changed = stored(*articles)
        undo(admin_user, latest_undoable(admin_user).pk)

        assert changed != before
        assert stored(*articles) == before
        assert {row.action for row in articles[0].versions.newest_first()[:1]} == {Version.Action.UNDONE}
