"""An undo of an import that is killed at any moment can be repeated, with the same result."""

import json
import random
import signal
import time

import pytest

from tests.support.durations import BATCH, FILES_UNDONE, IS_LONG, KILLED_UNDOS

THIRD = FILES_UNDONE // 3


@pytest.fixture
def site(new_site, tmp_path):
    with new_site(tmp_path) as site:
        yield site


def write(folder, numbers, word):
    for number in numbers:
        keys = {
            "title": f"Article {number} of {word}",
            "slug": f"article-{number}",
            "date": "2026-03-01T10:00:00.000Z",
            "category": f"{word} {number % 20}",
            "author": f"{word} {number % 7}",
            "image": f"https://pictures.example/{word}/{number}.jpg",
        }
        lines = "".join(f"{key}: {json.dumps(value)}\n" for key, value in keys.items())
        (folder / f"{number:04}.md").write_text(f"---\n{lines}---\n\nText of **{word} {number}**.\n")


def state_of(site, folder):
    """Return what an export holds, and how many rows there are of what an import makes."""
    assert site.fork("export_articles", folder).wait() == 0
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    tables = ("article", "category", "author", "image", "sourcefile", "articlecategory", "categorycount")
    return files, {table: site.value(f"SELECT count(*) FROM blog_{table}") for table in tables}  # noqa: S608 -- our own names


def test_killed_undo_ends_the_same(site, tmp_path):
    folder = tmp_path / "posts"
    folder.mkdir()
    write(folder, range(2 * THIRD), "old")
    imports = ("import_articles", folder, "--status=as-file", "--quiet", "--workers=1", "--no-check")
    assert site.fork(*imports).wait() == 0
    before = state_of(site, tmp_path / "before")
    write(folder, range(THIRD, 3 * THIRD), "new")
    chance = random.Random(7)  # noqa: S311 -- moments, no secrets

    for attempt in range(KILLED_UNDOS):
        assert site.fork(*imports).wait() == 0
        batch = site.value("SELECT max(id) FROM blog_importrun")
        undo = ("undo_import", batch, "--yes")
        done = f"SELECT count(*) FROM blog_importentry WHERE batch_id = {batch} AND undo <> ''"  # noqa: S608 -- a number
        moment = chance.randrange(1, 2 * THIRD)

        run = site.fork_in_batches(BATCH, *undo)
        while run.poll() is None and site.value(done) < moment:
            time.sleep(0.002)
        time.sleep(chance.random() / (5 if IS_LONG else 50))
        run.send_signal(signal.SIGKILL)
        run.wait()

        assert site.fork(*undo).wait() == 0
        assert site.value(done) == 2 * THIRD
        assert state_of(site, tmp_path / f"after-{attempt}") == before
