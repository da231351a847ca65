"""Paths from one folder deeper or higher than in earlier imports."""

import pytest

from blog.imports.sources import SAME_LEVEL, find_level


@pytest.mark.parametrize(
    ("paths", "known", "keys"),
    [
        (["v2/a.md", "v2/b.md"], ["a.md", "b.md"], ["a.md", "b.md"]),
        (["a.md", "b.md"], ["posts/a.md", "posts/b.md"], ["posts/a.md", "posts/b.md"]),
        (["v2/a.md", "v2/b.md"], ["v1/a.md", "v1/b.md"], ["v1/a.md", "v1/b.md"]),
        (["README.md", "v2/a.md", "v2/b.md"], ["a.md", "b.md"], ["README.md", "a.md", "b.md"]),
        (["v2/new.md", "v2/a.md"], ["a.md"], ["new.md", "a.md"]),
    ],
)
def test_paths_get_the_keys_of_earlier_imports(paths, known, keys):
    level = find_level(paths, known)

    assert [level.key_of(path) for path in paths] == keys


@pytest.mark.parametrize(
    ("paths", "known"),
    [
        (["a.md", "v2/a.md"], ["a.md"]),  # half is known without a change
        (["a.md", "v2/a.md", "v2/b.md"], ["a.md", "b.md"]),  # two files would get one key
        (["v2/a.md", "v2/b.md", "v2/c.md"], ["a.md"]),  # less than half
        (["v2/a.md"], []),
        ([], ["a.md"]),
    ],
)
def test_other_paths_keep_their_level(paths, known):
    assert find_level(paths, known) == SAME_LEVEL
