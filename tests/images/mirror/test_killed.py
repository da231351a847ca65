"""A killed run leaves only complete images, and the next run fetches the rest."""

import signal
from pathlib import Path

import pytest
from PIL import Image

from blog.images.mirror.run import BATCH_SIZE, THREADS
from tests.support.durations import KILLED_MIRRORINGS, PICTURES_IN_EACH
from tests.support.images import image_bytes
from tests.support.killing import kill_at, moment_of

PICTURES = PICTURES_IN_EACH
HERE = "SELECT count(*) FROM blog_image WHERE file <> ''"
SHOWN_FROM_ELSEWHERE = "SELECT count(*) FROM blog_article WHERE body_html LIKE '%pictures.example%'"
MIRROR = """
from django.core.management import call_command
import blog.management.commands.mirror_images
from tests.support.picture_server import PictureServer
blog.management.commands.mirror_images.site_fetcher = lambda **options: PictureServer({port}).fetcher()
call_command("mirror_images", quiet=True)
"""


@pytest.fixture
def folder(server, tmp_path):
    """Articles with two images each, one of which the next article shows, too."""
    folder = tmp_path / "posts"
    folder.mkdir()
    for number in range(PICTURES):
        server.put(f"/{number}.png", image_bytes("PNG", (40, 30), colour=(number, 90, 90)))
        own, next_one = (server.address(f"/{name}.png") for name in (number, (number + 1) % PICTURES))
        text = f"Text of number {number}.\n\n![One]({own})\n\n![Next]({next_one})\n"
        (folder / f"{number}.md").write_text(f"---\ntitle: Number {number}\n---\n\n{text}")
    return folder


@pytest.mark.parametrize("seed", range(1, KILLED_MIRRORINGS + 1))
def test_a_kill_leaves_no_half_picture(seed, server, folder, new_site, tmp_path):
    moment = moment_of(seed, PICTURES - BATCH_SIZE)
    server.seconds = 0.05
    script = MIRROR.format(port=server.port)
    with new_site(tmp_path) as site:
        assert site.fork("import_articles", folder, "--quiet", "--no-check").wait() == 0

        run = site.start_script(script)
        assert kill_at(site, run, HERE, moment) == -signal.SIGKILL
        stored = site.value(HERE)
        assert moment <= stored < PICTURES
        assert whole_pictures(site) >= stored

        assert site.start_script(script).wait() == 0
        assert site.value(HERE) == PICTURES
        assert site.value(SHOWN_FROM_ELSEWHERE) == 0
        assert whole_pictures(site) == PICTURES
        assert len(server.asked) <= PICTURES + BATCH_SIZE + THREADS


def whole_pictures(site) -> int:
    """Return the number of stored images. Raises if one cannot be decoded."""
    files = [*Path(site.environment["GALLEY_DATA"], "media").rglob("*.png")]
    for file in files:
        Image.open(file).load()
    return len(files)
