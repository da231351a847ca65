"""The thread that expires pages which change without a save."""

import os
import time

import pytest

from blog.page_cache.generation import ExpiryThread, Generation, current_generation


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


def test_a_forked_process_syncs_the_generation_that_its_requests_bump():
    inherited = current_generation()

    if (child := os.fork()) == 0:
        os._exit(0 if current_generation() is inherited else 1)

    assert os.waitpid(child, 0)[1] == 0
