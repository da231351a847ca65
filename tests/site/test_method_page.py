"""The page How we work, which a new site has as a draft."""

import pytest

from blog.models import Page
from blog.site.method_page import HOW_WE_WORK, add_draft
from tests.support.factories import create_page

pytestmark = pytest.mark.django_db


def test_new_site_has_it_as_a_draft_with_prompts(client):
    assert add_draft()

    page = Page.objects.get(slug=HOW_WE_WORK)
    assert not page.is_published
    assert "[Who chooses the subjects?" in page.body
    assert client.get("/how-we-work/").status_code == 404


def test_site_with_pages_or_accounts_gets_none(django_user_model):
    django_user_model.objects.create_user("mara")
    assert not add_draft()

    django_user_model.objects.all().delete()
    create_page()
    assert not add_draft()
    assert not Page.objects.filter(slug=HOW_WE_WORK).exists()
