"""Rules of the gate. What each action does is tested with it; the order of effects, and their cost, here."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog import page_cache
from blog.articles.actions.category_merge import merge_categories
from blog.articles.actions.publication import Verb, apply_verb
from blog.articles.actions.rewrite import edit_articles
from blog.articles.actions.submission import submit
from blog.articles.actions.trash import trash
from blog.articles.actions.undo import latest_undoable, undo
from blog.articles.changes import REACTIONS, attempting, changing
from blog.articles.models import EmptyArticleError
from blog.articles.undoable import UndoableAction
from blog.articles.versions.models import Version
from blog.imports.report import StatusRule
from blog.imports.undo import undo_import
from blog.models import Article, ImportRun, Submission
from blog.review.marks import list_marks
from blog.review.proofs import check_now
from blog.review.resolution import resolve
from tests.support import factories
from tests.support.admin_pages import create_article, page_of, shown_form
from tests.support.import_files import run, write

pytestmark = pytest.mark.django_db


def seen(*articles):
    return {article.pk: article.lock_version for article in articles}


@pytest.fixture
def new(db):
    return factories.create_article(status="new", slug="tides")


@pytest.fixture
def reactions(monkeypatch):
    """The changes to which a reaction is called."""
    changes = []
    monkeypatch.setattr("blog.articles.changes.REACTIONS", [*REACTIONS, changes.append])
    return changes


def _publish_empty(article):
    """Change an article, and then fail."""
    with changing([article], note="Changed.") as change:
        change.write(is_featured=True)
    article.refresh_from_db()
    article.set_published(True)
    article.body = ""
    article.save()


class TestChanging:
    def test_inner_changes_follow_with_the_outer_one(self, admin_user, new, reactions):
        other = factories.create_article(status="new")

        with changing([new], by=admin_user, log="Outer.", undo="Both changed.") as outer:
            outer.publish()
            with changing([other], by=admin_user, note="Inner.", undo="Inner.") as inner:
                inner.publish()
                assert not LogEntry.objects.exists()

        [change] = reactions
        assert {*change.keys} == {new.pk, other.pk}
        assert {*UndoableAction.objects.get().keys} == {new.pk, other.pk}
        assert [entry.object_id for entry in LogEntry.objects.all()] == [str(new.pk)]
        assert other.versions.newest_first().first().note == "Inner."

    def test_failed_change_leaves_nothing(self, admin_user, new, monkeypatch):
        monkeypatch.setattr("blog.articles.changes.REACTIONS", [lambda change: 1 / 0])

        with pytest.raises(ZeroDivisionError), changing([new], by=admin_user, undo="Published.") as change:
            change.publish()

        new.refresh_from_db()
        assert (new.status, new.versions.count()) == ("new", 0)
        assert not UndoableAction.objects.exists()

    def test_failed_attempt_is_forgotten(self, new, reactions):
        other = factories.create_article(status="new")

        with changing([new]) as change:
            change.publish()
            with pytest.raises(EmptyArticleError), attempting():
                _publish_empty(other)

        [change] = reactions
        assert (change.keys, change.words) == ([new.pk], set())
        assert not other.versions.exists()

    def test_without_an_action_records_no_version(self, new):
        with changing([new], action=None) as change:
            change.publish()

        assert not new.versions.exists()

    def test_functions_get_articles_as_they_were(self, admin_user, new):
        with changing([new], by=admin_user, note=lambda article: f"It was {article.status}.") as change:
            change.publish()

        assert new.versions.newest_first().first().note == "It was new."

    def test_only_saved_articles_that_were_included_get_versions(self, new):
        other = factories.create_article()

        with changing(action=Version.Action.IMPORTED) as change:
            change.include([new, other])
            change.save(new)

        assert [version.action for version in new.versions.order_by("pk")] == ["first", "imported"]
        assert [version.action for version in other.versions.all()] == ["first"]


class TestUndo:
    def test_undoing_a_publication_asks_for_it_again(self, admin_user, new):
        asked = submit(new, admin_user, "Please.")
        apply_verb(Verb.PUBLISH, admin_user, seen(Article.objects.get()))

        undo(admin_user, latest_undoable(admin_user).pk)

        [waiting] = Submission.objects.waiting()
        assert (waiting.note, waiting.at, waiting.by) == ("Please.", asked.at, admin_user)

    def test_undoing_a_publication_keeps_earlier_answers(self, admin_user, new):
        submit(new, admin_user)
        apply_verb(Verb.PUBLISH, admin_user, seen(Article.objects.get()))
        apply_verb(Verb.UNPUBLISH, admin_user, seen(Article.objects.get()))
        apply_verb(Verb.PUBLISH, admin_user, seen(Article.objects.get()))

        undo(admin_user, latest_undoable(admin_user).pk)

        assert not Submission.objects.waiting().exists()

    def test_merged_categories_leave_publications_undoable(self, admin_user):
        one, two = factories.create_category("One"), factories.create_category("Two")
        article = factories.create_article(status="new", categories=[one])
        apply_verb(Verb.PUBLISH, admin_user, seen(article))

        merge_categories([one], two)
        undo(admin_user, latest_undoable(admin_user).pk)

        assert Article.objects.get().status == "new"

    def test_merged_categories_leave_imports_undoable(self, folder):
        write(folder, categories=[{"type": "general", "name": "One"}])
        run(folder)

        merge_categories([Article.objects.get().categories.get()], factories.create_category("Two"))
        undo_import(ImportRun.objects.get())

        assert not Article.objects.exists()

    def test_edits_before_a_merge_still_keep_an_imported_article(self, folder):
        write(folder, categories=[{"type": "general", "name": "One"}])
        run(folder)
        article = Article.objects.get()
        article.title = "Edited"
        article.save()

        merge_categories([article.categories.get()], factories.create_category("Two"))
        undo_import(ImportRun.objects.get())

        assert Article.objects.get().title == "Edited"

    def test_revoked_previews_leave_publications_undoable(self, admin_client, admin_user, new):
        apply_verb(Verb.UNPUBLISH, admin_user, seen(factories.create_article()))
        article = Article.objects.exclude(pk=new.pk).get()

        admin_client.post(page_of(article).replace("/change/", "/revoke-previews/"))
        undo(admin_user, latest_undoable(admin_user).pk)

        article.refresh_from_db()
        assert article.is_published


@pytest.fixture
def cost(monkeypatch, django_capture_on_commit_callbacks):
    """A function that calls another, and returns its queries, and how often pages expire after it."""

    def cost(act):
        with CaptureQueriesContext(connection) as queries, django_capture_on_commit_callbacks() as callbacks:
            act()
        return len(queries), sum(callback is page_cache._announce for callback in callbacks)

    return cost


class TestCost:
    """Measured at the move behind the gate. The number of articles does not matter."""

    @pytest.mark.parametrize("number", [1, 100])
    def test_actions_on_many_cost_as_much_as_on_one(self, admin_user, cost, number):
        category = factories.create_category("One")
        articles = [factories.create_article(status="new", categories=[category]) for _ in range(number)]

        published = cost(lambda: apply_verb(Verb.PUBLISH, admin_user, seen(*articles)))
        articles = list(Article.objects.order_by("pk"))
        featured = cost(lambda: apply_verb(Verb.FEATURE, admin_user, seen(*articles)))
        trashed = cost(lambda: trash(admin_user, articles))

        assert (published[0] <= 54, featured[0] <= 38, trashed[0] <= 57) == (True, True, True)
        assert published[1] == featured[1] == trashed[1] == 1

    def test_rewriting_many(self, admin_user, cost):
        articles = [factories.create_article() for _ in range(100)]
        texts = {article.pk: {"body": f"New words {article.pk}."} for article in articles}

        queries, expiries = cost(lambda: edit_articles(admin_user, seen(*articles), texts, str))

        assert (queries <= 241, expiries) == (True, 1)

    def test_resolving_a_mark(self, admin_user, cost):
        article = factories.create_article(body="In 2019, 45 % of all boats sank, said Nora Arle of Bergen.")
        check_now([article.pk])
        marks = [mark for mark in list_marks(Article.objects.get()) if mark.is_claim]

        queries, _ = cost(lambda: resolve(Article.objects.get(), marks, "source", "A book", admin_user))

        assert queries <= 18  # one reads the article, one asks an extension

    @pytest.mark.parametrize(("button", "most"), [("_save", 59), ("_publish", 84)])
    def test_saving_the_edit_page(self, client, admin_user, cost, button, most):
        client.force_login(admin_user)
        address = page_of(create_article(status="new", body="Some words to read."))
        form = dict(shown_form(client, address)) | {"body": "Other words to read."}
        form.pop("_save", None)

        queries, _ = cost(lambda: client.post(address, form | {button: "1"}))

        assert Article.objects.get().body == "Other words to read."
        assert queries <= most

    def test_imports_and_their_undo(self, folder, cost):
        for words in ("Some words", "Other words"):
            for number in range(20):
                write(folder, name=f"{number}.md", slug=f"a-{number}", title=f"A {number}", body=words)
            changed = cost(lambda: run(folder, status=StatusRule.AS_FILE))
        undone = cost(lambda: undo_import(ImportRun.objects.first(), is_restorable=True))

        assert (changed[0] <= 319, undone[0] <= 582) == (True, True)
        assert (changed[1], undone[1]) == (1, 1)
