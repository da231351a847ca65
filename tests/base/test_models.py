"""Base classes of models."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.urls import reverse

from blog import page_cache
from blog.base.models import AppendOnly, AppendOnlyError
from blog.models import Article, Category, Page
from tests.support.factories import create_article

HUGE = 9**20  # more than SQLite stores
APPEND_ONLY = [model for model in apps.get_models() if issubclass(model, AppendOnly)]


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "is_shown_when_new"), [(Page, True), (Category, False)])
def test_cached_pages_expire_when_a_row_appears_or_changes(
    model, is_shown_when_new, monkeypatch, django_capture_on_commit_callbacks
):
    """A new category has no articles yet, so no page shows it."""
    expired = []
    monkeypatch.setattr(page_cache, "invalidate", lambda: expired.append(1))
    row = Page(title="A", slug="a", body="Words.") if model is Page else Category(name="A")

    with django_capture_on_commit_callbacks(execute=True):
        row.save()
    is_expired_when_new = bool(expired)
    expired.clear()
    with django_capture_on_commit_callbacks(execute=True):
        row.save()

    assert (is_expired_when_new, bool(expired)) == (is_shown_when_new, True)


def test_decisions_submissions_and_versions_are_append_only():
    names = ["Approval", "Assignment", "Correction", "EarlierLook", "MarkResolution", "PersonDecision"]
    assert sorted(model.__name__ for model in APPEND_ONLY) == [*names, "Submission", "Version"]


@pytest.mark.parametrize("model", APPEND_ONLY)
def test_append_only_rows_are_never_changed(model):
    row = model()
    row._state.adding = False

    for act in (row.save, lambda: model.objects.update(pk=1)):
        with pytest.raises(AppendOnlyError):
            act()


@pytest.mark.django_db
@pytest.mark.both_databases
@pytest.mark.parametrize("huge", [HUGE, -HUGE])
def test_numbers_that_no_row_can_have_are_skipped(huge):
    article = create_article()

    assert list(Article.objects.filter(pk__in=[huge, article.pk])) == [article]
    assert not Article.objects.filter(pk__in=[huge]).exists()


@pytest.mark.django_db
@pytest.mark.both_databases
def test_huge_keys_in_forms_and_paths_are_rejected(admin_client):
    group = reverse("admin:auth_group_change", args=[Group.objects.create(name="Readers").pk])
    comparison = reverse("admin:blog_article_alike", args=[HUGE, HUGE])

    assert admin_client.post(group, {"name": "Readers", "permissions": [HUGE]}).status_code == 200
    assert admin_client.get(comparison).status_code == 404
