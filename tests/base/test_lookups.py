import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from blog.models import Article
from tests.support.factories import create_article

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
HUGE = 9**20


@pytest.mark.parametrize("huge", [HUGE, -HUGE])
def test_numbers_that_no_row_can_have_are_skipped(huge):
    article = create_article()

    assert list(Article.objects.filter(pk__in=[huge, article.pk])) == [article]
    assert not Article.objects.filter(pk__in=[huge]).exists()


def test_huge_keys_in_forms_and_paths_are_rejected(admin_client):
    group = reverse("admin:auth_group_change", args=[Group.objects.create(name="Readers").pk])
    comparison = reverse("admin:blog_article_alike", args=[HUGE, HUGE])

    assert admin_client.post(group, {"name": "Readers", "permissions": [HUGE]}).status_code == 200
    assert admin_client.get(comparison).status_code == 404
