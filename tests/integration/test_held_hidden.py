"""What a file says that waits is nowhere where readers are, until somebody accepts it."""

import pytest
from django.contrib.auth.models import User

from blog.importing.deciding import accept
from blog.models import Article, HeldUpdate
from tests.support.images import image_bytes
from tests.support.import_files import outcomes, run, write

pytestmark = pytest.mark.django_db

SECRET = "xylophone"
ADDRESSES = [
    *("/", "/articles/", "/articles/tides/", "/articles/tides.md", "/feed/", "/feed.json", "/archive/"),
    *("/sitemap.xml", "/search/?q=xylophone", "/search.json", "/llms.txt", "/categories/a-z/"),
]


@pytest.fixture
def held(folder, settings, tmp_path):
    settings.PAGES_DIR = tmp_path / "pages"
    settings.PAGES_DIR.mkdir()
    write(folder, excerpt="Of the sea.", category="Sea", keywords=["sea"])
    run(folder, status="published")
    (folder / f"{SECRET}.png").write_bytes(image_bytes())
    write(
        folder,
        body=f"The {SECRET} comes and goes.\n\n![A {SECRET}]({SECRET}.png)\n",
        category=f"{SECRET}s",
        author=f"A. {SECRET}",
        keywords=[SECRET],
        image=f"{SECRET}.png",
        **dict.fromkeys(["title", "excerpt", "metaDescription", "socialShare"], f"The {SECRET}"),
    )
    assert outcomes(run(folder)) == ["held"]
    return HeldUpdate.objects.waiting().get()


def said(client):
    """Return the public addresses that say the word, and how many there are."""
    pages = {address: client.get(address) for address in ADDRESSES}
    there = {address: page for address, page in pages.items() if page.status_code == 200}
    bodies = {
        address: b"".join(page.streaming_content) if page.streaming else page.content
        for address, page in there.items()
    }
    # The page of a search repeats what was looked for.
    found = {
        address
        for address, body in bodies.items()
        if SECRET.encode() in body.lower().replace(b"q=xylophone", b"").replace(b'value="xylophone"', b"")
    }
    return found, len(there)


def files_that_say_it(*folders):
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if SECRET.encode() in path.read_bytes().lower() or SECRET in path.name]


class TestHeldText:
    def test_is_nowhere_until_it_is_accepted(self, client, held, settings):
        card = Article.objects.get().uid
        before, number = said(client)

        assert number >= 6
        assert before - {"/search/?q=xylophone"} == set()
        assert "Nothing" in (found := client.get("/search/?q=xylophone").content.decode()) or "No " in found
        assert files_that_say_it(settings.PAGES_DIR, settings.MEDIA_ROOT, settings.CARD_ROOT) == []

        accept(held, by=User.objects.create_user("mara"))

        after, _number = said(client)
        assert {"/", "/articles/tides/", "/articles/tides.md"} <= after
        assert Article.objects.get().uid == card

    def test_makes_no_category_author_or_image_before(self, client, held):
        assert client.get(f"/categories/{SECRET}s/").status_code == 404
        assert client.get(f"/authors/a-{SECRET}/").status_code == 404
        for digest in held.images.values():
            for address in (f"/media/held/{digest[:2]}/{digest}", f"/media/images/../held/{digest[:2]}/{digest}"):
                assert client.get(address).status_code == 404
