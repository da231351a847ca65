"""Assigning articles to people, and undoing it."""

import pytest

from blog.articles.actions.assignment import assign
from blog.articles.actions.undo import latest_undoable, undo
from blog.articles.assignments import assignable_people
from blog.models import Article, Assignment
from tests.support.admin_pages import create_article
from tests.support.changes import trash
from tests.support.roles import log_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def mara(django_user_model):
    return django_user_model.objects.create_user("mara", first_name="Mara", is_staff=True)


@pytest.fixture
def tove(django_user_model):
    return django_user_model.objects.create_user("tove", first_name="Tove", is_staff=True)


def assigned():
    return dict(Assignment.objects.current().values_list("article", "to_name"))


class TestAssigning:
    def test_newest_assignment_counts(self, admin_user, mara, tove):
        one, other = create_article(), create_article()

        assign(admin_user, [one.pk, other.pk], mara)
        assign(admin_user, [other.pk], tove)

        assert assigned() == {one.pk: "Mara", other.pk: "Tove"}
        assert list(Article.objects.assigned_to(mara)) == [one]

    def test_assigning_to_nobody_ends_it(self, admin_user, mara):
        article = create_article()
        assign(admin_user, [article.pk], mara)

        assign(admin_user, [article.pk], None)

        assert not assigned()
        assert article in Article.objects.unassigned()

    def test_same_person_and_trash_are_skipped(self, admin_user, mara):
        same, trashed = create_article(), create_article()
        assign(admin_user, [same.pk], mara)
        trash(Article.objects.filter(pk=trashed.pk))

        result = assign(admin_user, [same.pk, trashed.pk, 10**6], mara)

        assert (result.changed, result.missing_count) == ([], 1)
        assert set(result.skipped) == {"same", "trashed"}

    def test_changes_neither_lock_version_nor_history(self, admin_user, mara):
        article = create_article()

        assign(admin_user, [article.pk], mara)

        assert Article.objects.get(pk=article.pk).lock_version == article.lock_version
        assert not article.versions.exists()

    def test_articles_of_a_deleted_user_are_unassigned(self, admin_user, mara):
        article = create_article()
        assign(admin_user, [article.pk], mara)

        mara.delete()

        assert article in Article.objects.unassigned()
        assert assign(admin_user, [article.pk], admin_user).changed == [article]


class TestUndo:
    def test_restores_the_person_before(self, admin_user, mara, tove):
        one, other = create_article(), create_article()
        assign(admin_user, [one.pk], mara)
        assign(admin_user, [one.pk, other.pk], tove)

        undo(admin_user, latest_undoable(admin_user).pk)

        assert assigned() == {one.pk: "Mara"}

    def test_keeps_what_others_assigned_since(self, admin_user, mara, tove):
        one, other = create_article(), create_article()
        assign(admin_user, [one.pk, other.pk], mara)
        assign(tove, [other.pk], tove)

        undo(admin_user, latest_undoable(admin_user).pk)

        assert assigned() == {other.pk: "Tove"}


def test_people_are_active_and_may_view_articles(client, django_user_model):
    roles = ("staff", "Writer", "Editor", "superuser")
    users = {role: log_in(client, role, django_user_model) for role in roles}

    assert set(assignable_people()) == {users[role] for role in roles[1:]}
    django_user_model.objects.filter(pk=users["Writer"].pk).update(is_active=False)
    django_user_model.objects.filter(pk=users["Editor"].pk).update(is_staff=False)
    assert set(assignable_people()) == {users["superuser"]}
