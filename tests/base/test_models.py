"""Base classes of models."""

import pytest
from django.apps import apps

from blog import page_cache
from blog.base.models import AppendOnly, AppendOnlyError
from blog.models import Category, Page

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
