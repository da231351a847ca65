import pytest
from django.contrib.auth.models import Group
from django.test import Client

from blog.extensions.api.tokens import create_token
from blog.models import Category

TEXT = """---
title: Ice for Calcutta
slug: ice-for-calcutta
date: 2026-03-01
category: Trade
---

In 1833, 85 percent of the ice arrived.

“Nobody believed that ice could cross the tropics,” said Anna Berg, a historian.
"""


@pytest.fixture(autouse=True)
def upload_folder(settings, tmp_path):
    settings.IMPORT_ROOT = tmp_path / "imports"


@pytest.fixture
def editor(django_user_model):
    editor = django_user_model.objects.create_user("mara", "mara@example.org", is_staff=True)
    editor.groups.add(Group.objects.get(name="Editor"))
    return editor


@pytest.fixture
def category(db):
    return Category.objects.create(name="Latest", slug="latest")


class Program:
    """A program with a token, which sends requests."""

    def __init__(self, token, secret):
        self.token, self.secret, self.client = token, secret, Client()

    @property
    def headers(self):
        return {"authorization": f"Bearer {self.secret}"}

    def send(self, text=TEXT, path="ice.md", headers=(), content_type="text/markdown", **query):
        address = "/api/v1/articles"
        query = {name.replace("_", "-"): value for name, value in {"path": path, **query}.items()}
        return self.client.post(
            address, text, content_type, query_params=query, headers=self.headers | dict(headers)
        )

    def get(self, address, **query):
        return self.client.get(address, query_params=query, headers=self.headers)


@pytest.fixture
def program(editor, category):
    """Return a function that makes a token, and the program that has it."""

    def program(*rights, name="nightly", user=editor, **values):
        values = {"category": category, "hourly_limit": 200} | values
        return Program(*create_token(user, name, rights, **values))

    return program


@pytest.fixture
def pipeline(program):
    return program("create", "update", "read")
