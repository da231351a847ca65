"""The reader's pages: what they show, what they cost, and who must not see what."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Article, Category
from blog.reader.views import errors
from tests.support.factories import (
    FIRST_DAY,
    create_article,
    create_articles,
    create_author,
    create_category,
    create_image,
)

pytestmark = pytest.mark.django_db

Level = Category.Level
HIDDEN = "Wombat"  # a title that no page may show
PAGES = [
    "/",
    "/categories/",
    "/archive/",
    "/archive/2025/",
    "/archive/2025/01/",
    "/authors/",
    "/feeds/rss.xml",
    "/sitemap.xml",
]


def text(response) -> str:
    return response.content.decode()


def count_queries(client, path) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200, path
    return len(queries)


def hidden_ways():
    """The two ways in which an article is hidden from readers."""
    yield {"status": "new"}
    yield {"published_at": timezone.now() + timedelta(days=1)}


class TestEveryPage:
    """tests/integration/test_http.py has what applies to all kinds of answers."""

    def test_headers_that_guard_readers_are_set(self, client):
        response = client.get("/")

        assert "default-src 'self'" in response["Content-Security-Policy"]
        assert "camera=()" in response["Permissions-Policy"]


class TestCost:
    """Every list costs as many queries for 9 rows as for 5."""

    LISTS = (
        *(
            "/",
            "/categories/",
            "/categories/earth-science/",
            "/archive/",
            "/archive/2025/",
            "/archive/2025/01/",
        ),
        *("/authors/", "/authors/ida-aas/", "/feeds/rss.xml", "/feeds/atom.xml", "/feeds/feed.json"),
        "/sitemap.xml",
        "/categories/earth-science/feeds/atom.xml",
    )

    @pytest.fixture
    def create_many(self):
        general, author = create_category("Earth Science"), create_author("Ida Aas")

        def create(count):
            for number in range(count):
                own = create_category()
                create_article(
                    categories={general: Level.GENERAL, own: Level.NICHE},
                    authors=[author, create_author(picture=create_image())],
                    primary_category=own,
                    hero_image=create_image(),
                    is_featured=number % 2 == 0,
                    is_trending=number % 3 == 0,
                )

        return create

    def test_lists_cost_the_same_for_5_and_9_and_an_article_eleven_queries(self, client, create_many):
        create_many(5)
        before = {path: count_queries(client, path) for path in self.LISTS}
        create_many(4)
        after = {path: count_queries(client, path) for path in self.LISTS}

        assert after == before
        assert count_queries(client, Article.objects.order_by("pk")[5].get_absolute_url()) <= 11

    def test_an_image_and_robots_cost_none(self, client):
        assert count_queries(client, "/robots.txt") == 0


class TestUnpublished:
    """An article that is not published, or not yet, is nowhere."""

    def test_it_is_nowhere(self, client):
        category, own_category = create_category("Tides"), create_category("Marsupials")
        author, own_author = create_author("Ida Aas"), create_author("Hidden Hand")
        seen = create_articles(
            4, categories={category: Level.GENERAL}, authors=[author], primary_category=category
        )
        for fields in (
            {"status": "new", "published_at": FIRST_DAY},
            {"published_at": timezone.now() + timedelta(hours=1)},
        ):
            create_article(
                title=HIDDEN,
                body=HIDDEN,
                categories={category: Level.GENERAL, own_category: Level.GENERAL},
                authors=[author, own_author],
                primary_category=category,
                is_featured=True,
                is_trending=True,
                **fields,
            )
        paths = [
            *PAGES,
            *("/categories/tides/", "/authors/ida-aas/", "/feeds/atom.xml", "/feeds/feed.json"),
            *(f"/categories/tides/feeds/{name}" for name in ("rss.xml", "atom.xml", "feed.json")),
            *(article.get_absolute_url() for article in seen),
            *("/search/?q=words", "/search/?q=w", "/search/suggestions/?q=wo"),
        ]

        for path in paths:
            page = text(client.get(path)).casefold()
            assert HIDDEN.casefold() not in page, path
            assert "marsupials" not in page, path
            assert "hidden hand" not in page, path
        assert "4 articles" in text(client.get("/categories/tides/"))
        assert '>4</sup><span class="visually-hidden">, 4 articles</span>' in text(client.get("/categories/"))
        assert [(year, count) for year, count, _ in client.get("/archive/").context["years"]] == [(2025, 4)]

    def test_it_takes_nobodys_place(self, client):
        category = create_category("Tides")
        seen = create_articles(4, categories={category: Level.NICHE})
        for fields in hidden_ways():
            create_articles(
                9, categories={category: Level.NICHE}, is_featured=True, is_trending=True, **fields
            )

        assert client.get("/").context["front"].lead == seen[3]
        assert list(client.get(seen[3].get_absolute_url()).context["related"]) == [seen[2], seen[1], seen[0]]

    def test_it_is_not_the_later_article(self, client):
        seen = create_article()
        for fields in hidden_ways():
            create_article(**fields)

        assert client.get(seen.get_absolute_url()).context["later"] is None

    def test_its_address_answers_like_one_that_never_existed(self, client):
        own_category, own_author = create_category("Marsupials"), create_author("Hidden Hand")
        for slug, fields in zip(["first", "second"], hidden_ways(), strict=True):
            create_article(slug=slug, categories=[own_category], authors=[own_author], **fields)

        for pattern, slugs in {
            "/articles/{}/": ["first", "second"],
            "/articles/{}.md": ["first", "second"],
            "/categories/{}/": ["marsupials"],
            "/categories/{}/feeds/rss.xml": ["marsupials"],
            "/authors/{}/": ["hidden-hand"],
        }.items():
            never = client.get(pattern.format("never-existed"))
            assert never.status_code == 404
            for slug in slugs:
                answer = client.get(pattern.format(slug))
                assert (answer.status_code, answer.content) == (404, never.content), slug
                assert answer.headers == never.headers


class TestMedia:
    NAME = f"images/ab/{'ab' * 20}.png"

    @pytest.fixture
    def path(self):
        default_storage.save(self.NAME, ContentFile(b"picture"))
        return f"/media/{self.NAME}"

    def test_an_image_is_served_for_ever_and_in_a_sandbox(self, client, path):
        response = client.get(path)

        assert response.getvalue() == b"picture"
        assert response["Content-Type"] == "image/png"
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert response["X-Content-Type-Options"] == "nosniff"

    def test_nothing_else_is(self, client, path):
        default_storage.save(f"images/ab/{'ab' * 20}.svg", ContentFile(b"<svg/>"))

        for name in (
            f"images/ab/{'ab' * 20}.svg",
            f"images/ab/{'ab' * 20}.html",
            f"images/ab/{'cd' * 20}.png",
            f"images/ab/../../images/ab/{'ab' * 20}.png",
            f"images/ab/{'ab' * 20}.png%0A",
            "../secret_key",
            "/etc/passwd",
            ".",
        ):
            assert client.get(f"/media/{name}").status_code == 404, name


class TestErrors:
    def test_a_404_says_nothing_of_the_address(self, client):
        first, second = client.get("/articles/wombat/"), client.get("/nowhere/at/all")

        assert first.content == second.content
        assert first.status_code == second.status_code == 404
        assert "noindex" in text(first)

    @pytest.mark.both_databases
    @pytest.mark.parametrize(
        "path",
        ["/blog/2014/spring-tides.html", "/articles/the_sprng_tides/", "/spring-tides-and-neap", "/tides"],
    )
    def test_a_404_offers_the_nearest_titles(self, client, path):
        article = create_article(title="Spring tides")
        create_article(title="Spring tides", status="new")
        create_article(title="Nothing of it")

        nearest = client.get(path).context["nearest"]

        assert nearest == [article]

    @pytest.mark.parametrize("path", ["/", "/tides.php", "/x/../tides.png", "/-/", "/t/", "/*", '/"'])
    def test_a_404_offers_no_titles_for_other_files(self, path):
        create_article(title="Spring tides")

        assert errors.nearest_articles(path) == []

    def test_a_missing_static_file_costs_nothing(self, client, django_assert_num_queries):
        with django_assert_num_queries(0):
            response = client.get("/static/css/none.css")

        assert response.status_code == 404

    def test_a_500_needs_neither_database_nor_context(self, rf, django_assert_num_queries):
        with django_assert_num_queries(0):
            response = errors.server_error(rf.get("/"))

        assert response.status_code == 500
        assert "Something went wrong" in text(response)

    def test_a_500_without_a_template_is_still_an_answer(self, rf, monkeypatch):
        monkeypatch.setattr(errors.loader, "render_to_string", None)

        assert errors.server_error(rf.get("/")).content == b"Something went wrong."
