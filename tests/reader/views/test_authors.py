"""The list of authors, and the page of each: with picture, text and links."""

import re

import pytest

from blog.reader.views import authors
from tests.support.factories import create_article, create_author, create_image, create_page

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return response.content.decode()


def names(client, path="/authors/") -> list[str]:
    return re.findall(r"<h3><a[^>]*><bdi>([^<]*)", text(client.get(path)))


def create_writer(name, **fields):
    author = create_author(name, **fields)
    create_article(authors=[author])
    return author


class TestList:
    @pytest.mark.both_databases
    def test_has_those_with_published_articles_by_name_whatever_their_accents(self, client):
        for name in ("Zoe Zahl", "Émile Aubin", "ida aas", "Östen Vik"):
            create_writer(name)
        create_article(authors=[create_author("Hidden Hand")], status="new")

        assert names(client) == ["Émile Aubin", "ida aas", "Östen Vik", "Zoe Zahl"]

    def test_shows_pictures_or_initials_and_how_much_each_wrote(self, client):
        picture = create_image(source="https://pictures.example/ida.jpg", alt="Ida")
        create_article(authors=[create_writer("Ida Aas", picture=picture)])
        create_writer("Bo Lind")

        page = text(client.get("/authors/")).partition("<main")[2]

        assert page.count('src="https://pictures.example/ida.jpg" alt=""') == page.count("<img ") == 1
        assert re.findall(r'class="initials k[1-5]" aria-hidden="true">([^<]+)', page) == ["BL"]
        assert "2 articles" in page

    @pytest.mark.both_databases
    def test_names_each_of_two_joint_authors_with_the_other(self, client):
        ida, bo, cy = (create_author(name) for name in ("Ida Aas", "Bo Lind", "Cy Moe"))
        for byline in ([ida, bo], [bo, ida], [cy, ida, bo]):
            create_article(authors=byline)
        create_article(authors=[ida, create_author("Hidden Hand")], status="new")
        create_writer("Dag Nes")

        page = re.sub(r"</?(?:a|bdi)\b[^>]*>", "", text(client.get("/authors/")))

        assert re.findall(r'<p class="joint">(.*?)</p>', page) == [
            "with Ida Aas (3), Cy Moe (1)",
            "with Bo Lind (1), Ida Aas (1)",
            "with Bo Lind (3), Cy Moe (1)",
        ]

    def test_has_a_letter_for_each_initial_and_one_for_each_other_script(self, client):
        for name in (
            "Bo Lind",
            "The Berth Office",
            "Émile Aubin",
            "潮見 直",
            "\u30ab\u30b9\u30df",
            "서하",
            "3 Tides",
        ):
            create_writer(name)

        page = text(client.get("/authors/"))

        assert re.findall(r'<h2 id="letter-([^"]+)"', page) == ["0-9", "B", "E", "\u3042", "\uac00"]
        assert names(client)[1:3] == ["The Berth Office", "Bo Lind"]
        assert 'href="#letter-B">B</a>' in page

    def test_hundreds_are_on_several_pages(self, client, monkeypatch):
        monkeypatch.setattr(authors, "AUTHORS_PER_PAGE", 2)
        for name in "ABCDE":
            create_writer(name)

        assert [names(client, f"/authors/{page}") for page in ("", "?page=2", "?page=3")] == [
            ["A", "B"],
            ["C", "D"],
            ["E"],
        ]
        assert client.get("/authors/?page=4").status_code == 404
        assert "More authors" in text(client.get("/authors/"))
        assert 'rel="canonical" href="https://blog.example/authors/?page=2"' in text(
            client.get("/authors/?page=2")
        )

    def test_of_nobody_says_so_and_is_not_for_search_engines(self, client):
        create_article()

        page = client.get("/authors/")

        assert page.status_code == 200
        assert "No article has an author yet." in text(page)
        assert 'name="robots" content="noindex"' in text(page)
        assert "/authors/" not in text(client.get("/sitemap.xml"))

    def test_is_linked_once_there_is_one(self, client):
        create_article(authors=[create_author("Bo Lind")], status="new")
        assert 'href="/authors/"' not in text(client.get("/"))

        create_article(authors=[create_author("Ida Aas")])

        assert 'href="/authors/"' in text(client.get("/"))

    def test_its_address_is_not_given_to_a_page(self, client):
        create_page(slug="authors", title="Elsewhere")  # by a write that no form has checked

        assert "<h1>Authors</h1>" in text(client.get("/authors/"))


class TestPage:
    @pytest.fixture
    def ida(self):
        picture = create_image(
            source="https://pictures.example/ida.jpg",
            alt="Ida at the weir",
            credit_creator="Bo Lind",
            width=800,
            height=1000,
        )
        return create_writer("Ida Aas", picture=picture)

    def test_shows_the_picture_with_its_credit_and_leads_to_the_list(self, client, ida):
        page = text(client.get(ida.get_absolute_url()))

        assert 'src="https://pictures.example/ida.jpg" alt="Ida at the weir"' in page
        assert "Bo Lind" in page
        assert '<p class="kicker"><a href="/authors/">Authors</a></p>' in page

    def test_shows_initials_in_place_of_a_picture(self, client):
        page = text(client.get(create_writer("Bo Lind").get_absolute_url()))

        assert ' aria-hidden="true">BL</span>' in page.partition("<ol")[0]

    def test_says_it_on_the_first_of_several_pages_only(self, client, ida):
        for _ in range(20):
            create_article(authors=[ida])

        assert "ida.jpg" not in text(client.get(f"{ida.get_absolute_url()}?page=2")).partition("<body")[2]

    def test_names_only_the_other_authors_of_an_article(self, client, ida):
        create_article(authors=[ida])
        create_article(authors=[ida, create_author("Bo Lind")])

        page = text(client.get(ida.get_absolute_url())).partition('<ol class="results">')[2]

        assert "with <bdi>Bo Lind</bdi>" in page
        assert (page.count("<bdi>Bo Lind</bdi>"), page.partition("</ol>")[0].count("Ida Aas")) == (1, 0)

    def test_leaves_out_addresses_that_no_form_has_checked(self, client, ida):
        ida.links.create(label="Trap", address="javascript:evil()")

        for path in ("/authors/", ida.get_absolute_url()):
            assert "javascript:" not in text(client.get(path))
