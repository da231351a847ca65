"""The database of a new site."""

import pytest
from django.contrib.auth.models import Group, Permission

pytestmark = pytest.mark.both_databases


class TestEmptyDatabase:
    def test_migrating_is_all_that_a_new_site_needs(self, new_site, tmp_path):
        with new_site(tmp_path) as site:
            assert site.value("SELECT count(*) FROM blog_article") == 0
            assert site.fork("check", "--database", "default").wait() == 0


@pytest.mark.django_db
def test_new_groups_have_permissions_that_exist_once():
    """Those that Django creates after the last migration are the same."""
    labels = {
        group.name: set(group.permissions.values_list("codename", flat=True)) for group in Group.objects.all()
    }

    assert labels["Writer"] == {
        *("add_article", "change_article", "view_article", "add_category", "view_category"),
        *("add_author", "view_author", "add_image", "change_image", "view_image"),
        *("add_series", "view_series"),
    }
    assert labels["Editor"] > labels["Writer"] | {"publish_article", "delete_redirect", "add_invitation"}
    for codename in ("add_article", "publish_article", "view_importrun", "add_invitation"):
        assert Permission.objects.filter(codename=codename).count() == 1
