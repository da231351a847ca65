"""Addresses with the key of a follower are in no log."""

import pytest
from django.urls import reverse

from site_config.request_log import logged_path
from tests.support.nginx import is_unlogged


@pytest.mark.parametrize(
    "name", ["follow_consent", "follower", "follower_stop", "follower_data", "mail_events"]
)
def test_keys_are_not_logged(rf, name):
    path = reverse(f"blog:followers:{name}", args=["abc123"])

    assert is_unlogged(path)
    assert "abc123" not in logged_path(rf.get(path.rstrip("/")))


def test_the_form_is_logged():
    assert not is_unlogged("/follow/")
