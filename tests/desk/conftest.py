"""Fixtures for tests of the admin."""

import pytest
from django.contrib import admin
from django.template.backends.django import Template
from django.utils.safestring import mark_safe


@pytest.fixture
def unrendered(monkeypatch):
    """Respond with empty pages, for tests of the status only: rendering takes most of the time.

    test_markup.py renders each page.
    """
    monkeypatch.setattr(Template, "render", lambda *args, **kwargs: mark_safe(""))
    monkeypatch.setattr(admin.site, "each_context", lambda request: {})
