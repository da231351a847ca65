"""Fixtures for tests of the admin."""

import pytest
from django.contrib import admin
from django.contrib.auth import get_user
from django.template.backends.django import Template
from django.utils.safestring import mark_safe


@pytest.fixture
def users_read_once(monkeypatch):
    """Keep the user of each session, with the permissions: reading them takes longer than most views."""
    users = {}

    def user_of(request):
        key = request.session.session_key
        if key is None:
            return get_user(request)
        if key not in users:
            users[key] = get_user(request)
        return users[key]

    monkeypatch.setattr("django.contrib.auth.middleware.get_user", user_of)


@pytest.fixture
def unrendered(monkeypatch):
    """Respond with empty pages, for tests of the status only: rendering takes most of the time.

    test_markup.py renders each page.
    """
    monkeypatch.setattr(Template, "render", lambda *args, **kwargs: mark_safe(""))
    monkeypatch.setattr(admin.site, "each_context", lambda request: {})
