"""The thread that expires pages which change without a save."""

import time

import pytest

from blog.page_cache.expiry import ExpiryThread
from blog.page_cache.generation import Generation


@pytest.fixture
def generation(tmp_path, monkeypatch):
    monkeypatch.setattr("blog.page_cache.files.remove_older", lambda number: None)
    return Generation(tmp_path / "generation")


@pytest.mark.parametrize(("due_in", "is_expired"), [(None, False), (3600, False), (-1, True)])
def test_pages_expire_only_once_the_next_change_is_due(due_in, is_expired, generation):
    before = generation.number
    thread = ExpiryThread(generation, lambda: due_in and time.time() + due_in)

    wait = thread.tick()

    assert (generation.number != before, wait == 0) == (is_expired, is_expired)


def test_the_next_change_is_asked_for_again_only_after_pages_expired(generation):
    asked = []
    thread = ExpiryThread(generation, lambda: asked.append(1))
    thread.tick()
    thread.tick()
    before = len(asked)

    generation.bump()
    thread.tick()

    assert (before, len(asked)) == (1, 2)
