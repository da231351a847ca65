"""What a file says that waits is nowhere where readers are, until somebody accepts it."""

import pytest
from django.contrib.auth.models import User

from blog.imports.held import accept
from blog.models import Article, HeldUpdate
from blog.reader.sharing import article_image
from tests.support.images import image_bytes
from tests.support.import_files import outcomes, run, write

pytestmark = pytest.mark.django_db

WORD = "xylophone"
ADDRESSES = [
    *("/", "/articles/tides/", "/articles/tides.md", "/archive/2026/", "/archive/2026/03/", "/categories/"),
    *("/categories/sea/", "/feeds/rss.xml", "/feeds/atom.xml", "/feeds/json", "/feeds/feed.json"),
    *("/sitemap.xml", "/search/?q=sea", "/search/suggestions/?q=sea"),
]
SEARCH = f"/search/?q={WORD}"


@pytest.fixture
def held(folder):
    write(folder, excerpt="Of the sea.", category="Sea", keywords=["sea"])
    run(folder, status="published")
    (folder / f"{WORD}.png").write_bytes(image_bytes())
    write(
        folder,
        body=f"The {WORD} comes and goes.\n\n![A {WORD}]({WORD}.png)\n",
        category=f"{WORD}s",
        author=f"A. {WORD}",
        keywords=[WORD],
        image=f"{WORD}.png",
        **dict.fromkeys(["title", "excerpt", "metaDescription", "socialShare"], f"The {WORD}"),
    )
    assert outcomes(run(folder)) == ["held"]
    return HeldUpdate.objects.waiting().get()


def said(client):
    """Return the public addresses that say the word, and how many there are."""
    pages = {address: client.get(address) for address in ADDRESSES}
    there = {address: body_of(page) for address, page in pages.items() if page.status_code == 200}
    return {address for address, body in there.items() if WORD in body.lower()}, len(there)


def body_of(response):
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode()


def files_that_say_it(*folders):
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if WORD.encode() in path.read_bytes().lower() or WORD in path.name]


class TestHeldText:
    def test_is_nowhere_until_it_is_accepted(self, client, held, settings):
        card = article_image(Article.objects.get()).address
        before, number = said(client)

        assert number >= 12
        assert before == set()
        assert "/articles/tides/" not in body_of(client.get(SEARCH))
        assert article_image(Article.objects.get()).address == card
        assert files_that_say_it(settings.MEDIA_ROOT, settings.CARD_ROOT) == []

        accept(held, by=User.objects.create_user("mara"))

        after, _number = said(client)
        assert {"/", "/articles/tides/", "/articles/tides.md", "/feeds/rss.xml"} <= after
        assert "/articles/tides/" in body_of(client.get(SEARCH))
        assert article_image(Article.objects.get()).address != card

    def test_makes_no_category_author_or_image_before(self, client, held):
        assert client.get(f"/categories/{WORD}s/").status_code == 404
        assert client.get(f"/authors/a-{WORD}/").status_code == 404
        for digest in held.images.values():
            for address in (
                f"/media/held/{digest[:2]}/{digest}",
                f"/media/images/../held/{digest[:2]}/{digest}",
            ):
                assert client.get(address).status_code == 404
