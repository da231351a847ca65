"""What stands on the reader's pages: home, article, categories, archive."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from blog.models import Category
from tests.support.factories import (
    create_article,
    create_articles,
    create_author,
    create_category,
    create_image,
)

pytestmark = pytest.mark.django_db

Level = Category.Level


def text(response) -> str:
    return response.content.decode()


class TestHome:
    def test_an_empty_site_says_so_and_nothing_of_commands(self, client):
        page = text(client.get("/"))

        assert "Nothing has been published yet" in page
        assert "import_articles" not in page
        assert "/admin/" not in page

    def test_one_article_is_the_lead_and_nothing_else(self, client):
        article = create_article(title="Alone")

        response = client.get("/")

        assert response.context["front"].lead == article
        assert text(response).count(article.get_absolute_url()) == 1
        assert "Trending" not in text(response)

    def test_the_newest_featured_article_leads_else_the_newest(self, client):
        newest = create_articles(2)[1]
        assert client.get("/").context["front"].lead == newest

        create_article(is_featured=True)
        featured = create_article(is_featured=True)
        create_article()

        assert client.get("/").context["front"].lead == featured

    def test_each_article_has_one_place(self, client):
        category = create_category("Tides")
        create_articles(20, categories={category: Level.GENERAL}, is_featured=True, is_trending=True)

        front = client.get("/").context["front"]

        shown = [front.lead, *front.rail, *front.shelf]
        shown += [article for section in front.sections for article in section.articles]
        assert len(shown) == len(set(shown))
        assert (len(front.rail), len(front.shelf)) == (6, 3)

    def test_what_files_flag_is_the_latest_and_a_selection(self, client):
        flags = ("is_featured", "featured_is_suggested", "is_trending", "trending_is_suggested")
        create_articles(12, published_at=timezone.now(), **dict.fromkeys(flags, True))

        page = text(client.get("/"))

        assert "Trending" not in page
        assert "s shelf</h2>" not in page
        assert '<h2 id="rail">Latest</h2>' in page
        assert '<h2 id="shelf">Selected</h2>' in page

    def test_what_files_flag_is_forgotten_after_90_days(self, client):
        create_articles(
            4,
            is_featured=True,
            featured_is_suggested=True,
            published_at=timezone.now() - timedelta(days=91),
        )
        newest = create_article(published_at=timezone.now())

        front = client.get("/").context["front"]

        assert (front.lead, front.shelf) == (newest, [])

    def test_what_editors_feature_stands_before_what_files_do(self, client):
        chosen = create_articles(4, is_featured=True)
        create_articles(12, is_featured=True, featured_is_suggested=True)

        response = client.get("/")

        assert {response.context["front"].lead, *response.context["front"].shelf} == set(chosen)
        assert "s shelf</h2>" in text(response)

    @pytest.mark.both_databases
    def test_categories_are_counted(self, client):
        create_articles(2, categories=[create_category("Tides")])

        assert '<bdi>Tides</bdi><sup aria-hidden="true">2</sup>' in text(client.get("/"))


class TestArticle:
    def test_every_field_is_in_its_place(self, client):
        general, exact, author = (
            create_category("Earth Science"),
            create_category("Tides"),
            create_author("Ida Aas"),
        )
        create_article(keywords=["spring tide"])
        article = create_article(
            title="Why the Sea Comes Back",
            excerpt="Snippet: Two clocks stand behind it.",
            body="Nobody knows. A tide table is not a promise.\n\n## One\n\n## Two\n\n## Three",
            share_quote='"A tide table is not a promise." #sea',
            keywords=["spring tide"],
            categories={exact: Level.EXACT, general: Level.GENERAL},
            primary_category=exact,
            authors=[author],
            generated_by="Gemini",
            hero_image=create_image(
                alt="Waves",
                caption="The sea.",
                credit_creator="Bo",
                credit_url="https://bo.example",
                width=9,
                height=6,
            ),
        )

        page = text(client.get(article.get_absolute_url()))

        assert "<h1><bdi>Why the Sea Comes Back</bdi></h1>" in page
        assert '<p class="standfirst">Two clocks stand behind it.</p>' in page
        assert 'class="kicker"' not in page  # the trail names the category
        assert '<a href="/categories/tides/"' in page
        assert '<li><a href="/categories/earth-science/"><bdi>Earth Science</bdi></a></li>' in page
        assert '<a href="/authors/ida-aas/"><bdi>Ida Aas</bdi></a>' in page
        assert "1 min read" in page
        assert "<strong>AI-generated text.</strong> Written with Gemini;" in page
        assert 'alt="Waves" width="9" height="6" fetchpriority="high"' in page
        assert 'The sea. <span class="credit">Image: <a href="https://bo.example"' in " ".join(page.split())
        assert page.count('<a href="#s-two">Two</a>') == 2
        assert "<p>A tide table is not a promise.</p>" in page
        assert ">spring tide</bdi></a>" in page
        assert f'href="{article.get_markdown_url()}"' in page

    def test_text_in_fields_is_no_html(self, client):
        hostile = "<script>alert(1)</script>\"'><img src=x>"
        article = create_article(
            title=hostile,
            excerpt=f"Words {hostile}",
            share_quote=hostile,
            keywords=[hostile],
            generated_by=hostile,
            primary_category=create_category(hostile),
            hero_image=create_image(
                alt=hostile, caption=hostile, credit_creator="x", credit_url="javascript:alert(1)"
            ),
        )

        for path in (article.get_absolute_url(), "/", "/archive/2025/"):
            page = text(client.get(path))
            assert "<script>" not in page, path
            assert "<img src=x>" not in page, path
            assert 'href="javascript:' not in page, path

    def test_a_long_title_is_set_smaller(self, client):
        article = create_article(title="Seventy-one characters, " + "x" * 47)

        assert '<h1 class="long">' in text(client.get(article.get_absolute_url()))

    def test_an_update_on_a_later_day_is_shown(self, client):
        published = datetime(2025, 3, 1, 9, tzinfo=UTC)
        same_day = create_article(published_at=published, updated_at=published + timedelta(hours=9))
        later = create_article(published_at=published, updated_at=published + timedelta(days=2))

        assert "Updated" not in text(client.get(same_day.get_absolute_url()))
        assert "3 March 2025" in text(client.get(later.get_absolute_url()))

    @pytest.mark.parametrize(
        ("language", "attributes"),
        [("de", ' lang="de" dir="ltr"'), ("fa-IR", ' lang="fa-IR" dir="rtl"'), ("", ""), ('x" y', "")],
    )
    def test_the_text_is_in_its_own_language(self, client, language, attributes):
        article = create_article(language=language)

        assert f'<article class="article"{attributes}>' in text(client.get(article.get_absolute_url()))

    def test_an_image_of_unknown_size_gets_a_box(self, client):
        article = create_article(hero_image=create_image())

        assert 'width="1200" height="800" class="unsized"' in text(client.get(article.get_absolute_url()))

    def test_translators_are_named_next_to_the_authors(self, client):
        article = create_article(authors=[create_author("Nora Hale")], translators=["Jonas <Ufer>"])

        page = text(client.get(article.get_absolute_url()))

        assert "Translated by <strong><bdi>Jonas &lt;Ufer&gt;</bdi></strong>" in page
        assert '"translator": [{"@type": "Person", "name": "Jonas' in page

    def test_neighbours_say_in_which_language_they_are(self, client):
        _before, article, *_after = (
            create_article(title=title, language=language)
            for title, language in (("Ebbe", "de"), ("Tide", "de"), ("Flow", ""), ("Flut", "de-AT"))
        )

        page = text(client.get(article.get_absolute_url()))

        assert '<strong><bdi lang="de" dir="ltr">Ebbe</bdi></strong>' in page
        assert '<strong><bdi lang="de-AT" dir="ltr">Flut</bdi></strong>' in page

    @pytest.mark.both_databases
    def test_neighbours_follow_the_order_of_the_lists(self, client):
        moment = datetime(2025, 3, 1, 9, tzinfo=UTC)
        first, second, third = (create_article(published_at=moment) for _ in range(3))

        context = client.get(second.get_absolute_url()).context

        assert (context["earlier"], context["later"]) == (first, third)
        assert client.get(first.get_absolute_url()).context["earlier"] is None
        assert client.get(third.get_absolute_url()).context["later"] is None

    def test_related_articles_share_the_deepest_categories(self, client):
        general, niche = create_category("Earth Science"), create_category("Tidal Dynamics")
        close = create_article(categories={general: Level.GENERAL, niche: Level.NICHE})
        distant = create_articles(4, categories={general: Level.GENERAL})
        create_article()
        article = create_article(categories={general: Level.GENERAL, niche: Level.NICHE})

        def related():
            return list(client.get(article.get_absolute_url()).context["related"])

        assert related() == [close, *reversed(distant)]
        distant[0].delete()
        assert related() == [close, *reversed(distant[2:])]  # a fourth would be alone in a second row


class TestMarkdown:
    def test_it_is_the_text_with_public_fields(self, client):
        category = create_category("Tides")
        article = create_article(title="Tides", body="# Sea\n\nText.\n", categories={category: Level.NICHE})

        response = client.get(article.get_markdown_url())

        assert response["Content-Type"] == "text/markdown; charset=utf-8"
        assert response["Link"] == f'<https://blog.example{article.get_absolute_url()}>; rel="canonical"'
        front_matter, body = text(response).removeprefix("---\n").split("---\n\n", 1)
        assert 'title: "Tides"' in front_matter
        assert 'categories: [{"type": "niche", "name": "Tides"}]' in front_matter
        assert "status" not in front_matter
        assert body == "# Sea\n\nText.\n"


class TestCategory:
    @pytest.mark.both_databases
    def test_broader_and_narrower_follow_from_the_articles(self, client):
        general, medium, niche, beside = map(create_category, ["General", "Medium", "Niche", "Beside"])
        create_articles(
            3,
            categories={
                general: Level.GENERAL,
                medium: Level.MEDIUM,
                niche: Level.NICHE,
                beside: Level.PLAIN,
            },
        )

        nearby = client.get("/categories/medium/").context["nearby"]

        assert (nearby.broader, nearby.narrower, nearby.together) == ([general], [niche], [beside])
        assert nearby.trail == [general]

    def test_two_articles_prove_nothing(self, client):
        general, medium = create_category("General"), create_category("Medium")
        create_articles(2, categories={general: Level.GENERAL, medium: Level.MEDIUM})

        nearby = client.get("/categories/medium/").context["nearby"]

        assert (nearby.broader, nearby.together) == ([], [general])

    def test_a_thin_category_is_not_for_search_engines(self, client):
        category = create_category("Tides")
        create_articles(2, categories=[category])
        assert '<meta name="robots" content="noindex">' in text(client.get("/categories/tides/"))

        create_article(categories=[category])

        page = text(client.get("/categories/tides/"))
        assert "noindex" not in page
        assert '(Atom)" href="/categories/tides/feeds/atom.xml"' in page

    @pytest.mark.both_databases
    def test_the_index_names_general_categories_first(self, client):
        general, niche = create_category("Water"), create_category("eddies")
        create_article(categories={general: Level.GENERAL, niche: Level.NICHE})
        create_category("Unused")

        context = client.get("/categories/").context

        assert context["general"] == [(general, [])]
        assert context["index"] == [("E", [niche], 1), ("W", [general], 1)]


class TestArchive:
    @pytest.mark.both_databases
    def test_years_and_months_are_counted_in_the_sites_time_zone(self, client, settings):
        settings.TIME_ZONE = "Asia/Tokyo"
        create_article(published_at=datetime(2024, 12, 31, 20, tzinfo=UTC))

        assert "2025" in text(client.get("/archive/"))
        assert client.get("/archive/2025/01/").status_code == 200
        assert client.get("/archive/2024/").status_code == 404

    @pytest.mark.parametrize(
        "path", ["/archive/1999/", "/archive/9999/", "/archive/9999/12/", "/archive/2025/13/"]
    )
    def test_a_time_without_articles_does_not_exist(self, client, settings, path):
        settings.TIME_ZONE = "America/New_York"  # where the year 9999 ends in 10000, which no datetime holds
        create_article()

        assert client.get(path).status_code == 404
