"""What pages say of themselves to machines."""

import json
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from blog import extend
from blog.models import Category, SiteIdentity
from blog.reader import page_head, sharing
from blog.site import addresses
from blog.site.identity import Network
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
DAY = timedelta(days=1)


def head_of(client, article) -> str:
    return client.get(article.get_absolute_url()).content.decode().partition("</head>")[0]


def json_ld(client, article) -> dict[str, dict]:
    scripts = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', head_of(client, article), re.DOTALL
    )
    return {data["@type"]: data for data in map(json.loads, scripts)}


def meta(head, name) -> str | None:
    match = re.search(rf'<meta (?:name|property)="{name}" content="(.*?)">', head)
    return match[1] if match else None


class TestHead:
    def test_title_and_site_name_are_whole(self, client):
        article = create_article(title="word " * 39 + "end")

        title = re.search("<title>(.*?)</title>", head_of(client, article))[1]

        assert title.endswith("word end – Galley")  # noqa: RUF001 -- a dash between two titles

    def test_code_in_a_title_is_marked_up_on_the_page_only(self, client):
        article = create_article(title="Why `a<b` waits")

        head, body = client.get(article.get_absolute_url()).content.decode().split("</head>")

        assert "Why a&lt;b waits" in head
        assert "<bdi>Why <code>a&lt;b</code> waits</bdi></h1>" in body
        assert "`" not in head + body

    @pytest.mark.parametrize(
        ("body", "has_styles"), [("Say `ls`.", True), ("    ls", True), ("Plain.", False)]
    )
    def test_styles_of_code_come_with_code_only(self, client, body, has_styles):
        assert ("css/code" in head_of(client, create_article(body=body))) is has_styles

    @pytest.mark.parametrize(
        ("fields", "description"),
        [
            ({"meta_description": "Meta.", "excerpt": "Excerpt."}, "Meta."),
            ({"meta_description": "  ", "excerpt": "Excerpt."}, "Excerpt."),
            ({"meta_description": "Social Snippet: The *sea*, thanks to th..."}, "The sea, thanks to…"),
            ({"body": "## Tides\n\nThe *sea* comes.\n\nIt goes."}, "The sea comes."),
            ({"body": ""}, None),
        ],
    )
    def test_the_description_is_cleaned(self, client, fields, description):
        assert meta(head_of(client, create_article(**fields)), "description") == description

    def test_a_long_description_ends_at_a_word(self, client):
        head = head_of(client, create_article(meta_description="sentence " * 40))

        assert len(meta(head, "description")) <= page_head.DESCRIPTION_LENGTH
        assert meta(head, "description").endswith("sentence…")

    @pytest.mark.parametrize("path", ["/", "/categories/tides/", "/authors/ida-aas/", "/archive/2025/01/"])
    def test_a_list_that_nobody_has_described_says_what_is_in_it(self, client, path):
        category, author = create_category("Tides"), create_author("Ida Aas")
        create_article(title="Ebb", categories=[category], authors=[author], published_at=FIRST_DAY)
        create_article(title="Flow", categories=[category], authors=[author], published_at=FIRST_DAY + DAY)

        description = meta(client.get(path).text, "description")

        assert description.partition(" – ")[2] == "Flow; Ebb"  # noqa: RUF001 -- a dash

    def test_a_list_of_long_names_is_described_in_one_line(self, client):
        create_articles(30, title="word " * 50)

        description = meta(client.get("/").text, "description")

        assert len(description) <= page_head.DESCRIPTION_LENGTH
        assert description.endswith("word…")

    def test_a_hero_stands_for_an_article(self, client, monkeypatch):
        monkeypatch.setattr(extend, "share_images", extend.Point())
        image = create_image(source="//p.example/a.jpg", alt="Waves", width=12, height=8)

        head = head_of(client, create_article(hero_image=image))

        assert meta(head, "og:image") == "https://p.example/a.jpg"
        assert (meta(head, "og:image:width"), meta(head, "og:image:height")) == ("12", "8")
        assert meta(head, "og:image:alt") == "Waves"
        assert meta(head, "og:type") == "article"

    def test_the_icon_stands_for_other_pages(self, client, monkeypatch):
        monkeypatch.setattr(extend, "share_images", extend.Point())
        category = create_category("Tides")
        article = create_article(categories=[category])

        heads = [client.get(page.get_absolute_url()).text for page in (article, category)]

        for head in [client.get("/").text, *heads]:
            assert meta(head, "og:image").endswith("/icon-512.png")
            assert meta(head, "twitter:card") == "summary"

    def test_an_article_says_when_by_whom_and_on_what(self, client):
        category = create_category("Tides")
        article = create_article(
            primary_category=category, keywords=["sea", "moon"], authors=[create_author("Ida Aas")]
        )

        head = head_of(client, article)

        assert meta(head, "article:published_time").endswith("+00:00")
        assert meta(head, "article:author") == "https://blog.example/authors/ida-aas/"
        assert meta(head, "article:section") == "Tides"
        assert re.findall('"article:tag" content="(.*?)"', head) == ["sea", "moon"]
        assert meta(head, "robots") == "max-image-preview:large"

    def test_each_page_of_a_list_is_its_own(self, client):
        category = create_category("Tides")
        create_articles(21, categories=[category])

        head = client.get(f"{category.get_absolute_url()}?utm_source=x&page=2").content.decode()

        canonical = "https://blog.example/categories/tides/?page=2"
        assert f'<link rel="canonical" href="{canonical}">' in head
        assert meta(head, "og:url") == canonical
        assert meta(head, "og:title") == "Tides, page 2"
        assert "utm" not in head


class TestJsonLd:
    def test_an_article_says_who_wrote_it_and_when(self, client):
        published = datetime(2025, 3, 1, 9, tzinfo=UTC)
        article = create_article(
            title="Tides",
            keywords=["sea"],
            published_at=published,
            updated_at=published + timedelta(days=1),
            authors=[create_author("Ida Aas")],
            hero_image=create_image(
                source="https://p.example/a.jpg",
                credit_creator="Bo",
                credit_url="https://bo.example",
                credit_source="P",
            ),
        )

        data = json_ld(client, article)["BlogPosting"]

        assert data["headline"] == "Tides"
        assert data["datePublished"] == "2025-03-01T09:00:00+00:00"
        assert data["dateModified"] == "2025-03-02T09:00:00+00:00"
        assert data["author"] == [
            {"@type": "Person", "name": "Ida Aas", "url": "https://blog.example/authors/ida-aas/"}
        ]
        assert data["publisher"]["@type"] == "Organization"
        assert data["mainEntityOfPage"] == f"https://blog.example{article.get_absolute_url()}"
        assert data["image"][0]["creditText"] == "Bo / P"
        assert data["image"][0]["creator"] == {"@type": "Person", "name": "Bo", "url": "https://bo.example"}
        assert (data["keywords"], data["inLanguage"], data["wordCount"]) == (["sea"], "en", 4)
        assert "digitalSourceType" not in data

    def test_a_machine_is_a_source_and_no_author(self, client):
        data = json_ld(client, create_article(generated_by="Gemini"))["BlogPosting"]

        assert data["author"]["@type"] == "Organization"
        assert data["digitalSourceType"] == "https://schema.org/TrainedAlgorithmicMediaDigitalSource"
        assert "Gemini" not in json.dumps(data)

    def test_it_was_never_changed_before_it_was_published(self, client):
        published = datetime(2025, 3, 1, 9, tzinfo=UTC)
        article = create_article(published_at=published, updated_at=published - timedelta(days=9))

        data = json_ld(client, article)["BlogPosting"]

        assert data["dateModified"] == data["datePublished"]

    def test_the_trail_leads_to_the_article(self, client):
        general, niche = create_category("Earth Science"), create_category("Tides")
        article = create_article(
            title="Sea", slug="sea", categories={niche: Level.NICHE, general: Level.GENERAL}
        )

        steps = json_ld(client, article)["BreadcrumbList"]["itemListElement"]

        assert [(step["position"], step["name"], step["item"]) for step in steps] == [
            (1, "Galley", "https://blog.example/"),
            (2, "Earth Science", "https://blog.example/categories/earth-science/"),
            (3, "Tides", "https://blog.example/categories/tides/"),
            (4, "Sea", "https://blog.example/articles/sea/"),
        ]

    def test_no_text_can_end_the_script(self, client):
        hostile = "</script><script>alert(1)</script><!-- & \u2028"

        head = head_of(client, create_article(title=hostile))

        assert json_ld(client, create_article(title=hostile))["BlogPosting"]["headline"] == hostile
        assert head.count("</script>") == head.count("<script")
        assert "alert(1)<" not in head


class TestShareLinks:
    @pytest.fixture(autouse=True)
    def networks(self):
        SiteIdentity.objects.create(networks=list(Network))

    def test_quote_and_address_fit_into_a_post(self):
        article = create_article(slug="sea", share_quote=f'"{"word " * 100}"')

        links = dict(sharing.share_links(article))

        post = parse_qs(urlsplit(links["Bluesky"]).query)["text"][0]
        assert len(post) <= 300
        assert post.endswith("word… https://blog.example/articles/sea/")
        assert unquote(links["Mastodon"]).startswith("https://share.joinmastodon.org/#text=word word")

    def test_nothing_in_a_title_gets_out_of_its_parameter(self):
        article = create_article(title="A & B?c=d#e\nBcc: x")

        links = dict(sharing.share_links(article))

        assert links["E-mail"].startswith("mailto:?subject=A%20%26%20B%3Fc%3Dd%23e%0ABcc%3A%20x&body=")
        assert parse_qs(urlsplit(links["Reddit"]).query)["title"] == ["A & B?c=d#e\nBcc: x"]


class TestAddresses:
    @pytest.mark.parametrize(
        ("address", "whole"),
        [
            ("/media/x.png", "https://blog.example/media/x.png"),
            ("https://p.example/x.png", "https://p.example/x.png"),
            ("//p.example/x.png", "https://p.example/x.png"),
            ("https://[half", "https://[half"),
        ],
    )
    def test_they_are_completed_from_the_settings(self, address, whole):
        assert addresses.absolute(address) == whole
