"""Pages of lists: home with little and much, categories from A to Z, archive, what an empty one offers."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from blog.models import Article, Category
from blog.reader.views import categories
from blog.templatetags.blog import format_count, shortened
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
    return " ".join(response.content.decode().split())


class TestHome:
    def test_without_categories_the_latest_fill_it(self, client):
        create_articles(20)

        response = client.get("/")

        (section,) = response.context["front"].sections
        assert (section.heading, section.layout, len(section.articles)) == ("Before that", "three", 9)
        assert "/categories/" not in text(response).partition("<footer")[0]

    def test_what_is_only_the_latest_has_no_ranks(self, client):
        create_articles(3)
        assert '<ol class="ranked unnumbered">' in text(client.get("/"))

        create_article(is_trending=True)
        create_article()

        assert '<ol class="ranked">' in text(client.get("/"))

    def test_categories_of_an_article_or_two_give_way_to_others(self, client, monkeypatch):
        monkeypatch.setattr(categories, "FEW_CATEGORIES", 2)
        busy = [create_category(name) for name in ("Moon", "Sea")]
        create_articles(3, categories=busy)
        create_article(categories=[create_category("Eddies")])

        assert client.get("/").context["all_categories"] == busy

    def test_a_section_does_not_repeat_its_name_over_articles(self, client):
        tides, sea = create_category("Tides"), create_category("Sea")
        create_articles(12, primary_category=tides, categories=[tides])
        create_article(primary_category=sea, categories=[sea, tides])

        section = text(client.get("/")).partition('<h2 id="section-2"><bdi>Tides</bdi>')[2]

        assert section.partition("</section>")[0].count('class="kicker"') == 0

    def test_a_section_tells_all_articles_of_its_category(self, client):
        category = create_category("Tides")
        create_articles(12, categories={category: Level.GENERAL})
        create_articles(3, categories={category: Level.NICHE})

        assert "All 15 articles →" in text(client.get("/"))


class TestPlacesOfImages:
    def places(self, client, with_image, without):
        category = create_category("Tides")
        for image in [create_image(source="https://pictures.example/a.jpg")] * with_image + [None] * without:
            create_article(title="“Ebb”", hero_image=image, categories=[category])
        page = text(client.get("/categories/tides/"))
        return page.count('<a class="pic"'), page.count('<a class="pic drawn"'), page.count('data-letter="E"')

    def test_are_drawn_where_most_articles_have_one(self, client):
        assert self.places(client, with_image=2, without=1) == (2, 1, 3)

    def test_are_left_out_where_few_have_one(self, client):
        assert self.places(client, with_image=1, without=2) == (1, 0, 1)


class TestLanguage:
    def test_words_of_another_language_are_marked_on_every_card(self, client, subtests):
        category, author = create_category("Tides"), create_author("Ida Aas")
        create_articles(7, title="Gezeiten", excerpt="Worte.", categories=[category], authors=[author])
        for language, attributes in [("de", ' lang="de" dir="ltr"'), ("fa", ' lang="fa" dir="rtl"')]:
            with subtests.test(language=language, attributes=attributes):
                Article.objects.update(language=language)
                for path in ("/", "/categories/tides/", "/authors/ida-aas/", "/archive/2025/", "/nowhere/"):
                    page = text(client.get(path))
                    assert (
                        page.count(f"<bdi{attributes}>Gezeiten</bdi>") == page.count(">Gezeiten</bdi>") > 0
                    ), path
                    excerpts = page.count(">Worte.<")
                    assert page.count(f"<bdi{attributes}>Worte.</bdi>") == excerpts, path
                    assert excerpts or path == "/archive/2025/", path

    @pytest.mark.parametrize("excerpt", ["", "**Spring tides**"])
    def test_show_the_opening_of_a_text_whose_excerpt_says_nothing(self, client, excerpt):
        opening = "The moon pulls the water, and twice a month the sun helps it along."
        body = f"# Spring Tides\n\n{opening} More."
        create_article(title="Spring Tides", excerpt=excerpt, body=body, categories=[create_category("Moon")])

        assert f"<bdi>{opening}</bdi>" in client.get("/categories/moon/").content.decode()

    def test_show_a_general_category_above_a_title_else_the_primary_one(self, client):
        exact, general = create_category("Climateaction"), create_category("Energy")
        create_article(
            title="Tides", primary_category=exact, categories={exact: Level.EXACT, general: Level.GENERAL}
        )
        create_article(title="Tides again", primary_category=exact, categories={exact: Level.EXACT})

        page = client.get("/search/?q=tides").content.decode()

        kickers = re.findall(r'<p class="kicker"><a[^>]*><bdi>(.*?)</bdi>', page)
        assert sorted(kickers) == ["Climateaction", "Energy"]

    def test_names_and_words_keep_their_direction_to_themselves(self, client):
        category, author, another = create_category("أنهار"), create_author("سلمى"), create_author("Ida")
        article = create_article(
            title="الماء",
            excerpt="يعرف.",
            primary_category=category,
            categories=[category],
            authors=[author, another],
        )

        page = text(client.get("/"))

        for words in ("أنهار", "الماء", "يعرف.", "سلمى", "Ida", f"{article.reading_time} min"):
            assert page.count(f"<bdi>{words}</bdi>") == page.count(f">{words}<") > 0, words
        assert '<bdi><time datetime="2025' in page

    @pytest.mark.parametrize("language", ["", "en", "EN", 'x" y'])
    def test_others_are_in_the_sites_language(self, client, language):
        create_article(title="Tides", language=language)

        assert "<bdi>Tides</bdi>" in text(client.get("/"))


class TestCategoriesFromAToZ:
    @pytest.mark.both_databases
    def test_letters_are_those_that_names_begin_with(self, client):
        names = ["zebra", "Über", "umbra", "Ålesund", "18F", "Ωkeanos", "“Quoted”"]
        create_article(categories=[create_category(name) for name in names])

        index = client.get("/categories/").context["index"]

        assert [(letter, [category.name for category in categories]) for letter, categories, _ in index] == [
            ("0-9", ["18F", "“Quoted”"]),
            ("A", ["Ålesund"]),
            ("U", ["Über", "umbra"]),
            ("Z", ["zebra"]),
            ("Ω", ["Ωkeanos"]),
        ]

    def test_a_long_index_shows_the_most_used_and_leads_to_the_rest(self, client, monkeypatch):
        monkeypatch.setattr(categories, "INDEX_CATEGORIES_IN_ALL", 3)
        monkeypatch.setattr(categories, "INDEX_CATEGORIES_A_LETTER", 1)
        often, rarely = create_category("Tides"), create_category("Tables")
        create_article(categories=[often, create_category("Moon")])
        create_article(categories=[often, rarely, create_category("Sea")])

        response = client.get("/categories/")

        assert ("T", [often], 2) in response.context["index"]
        assert '<a class="more" href="/categories/a-z/T/">All 2 under T →</a>' in text(response)
        assert client.get("/categories/a-z/T/").context["found"] == [rarely, often]

    def test_the_masthead_is_that_of_every_page(self, client):
        create_article(
            categories={create_category("Sea"): Level.GENERAL, create_category("Tides"): Level.NICHE}
        )

        masthead = text(client.get("/categories/a-z/T/")).partition("<header")[2].partition("<main")[0]

        assert "/categories/sea/" in masthead
        assert "/categories/tides/" not in masthead

    def test_other_letters_have_no_page(self, client):
        create_article(categories=[create_category("Tides")])

        assert client.get("/categories/a-z/T/").status_code == 200
        for letter in ("Q", "t", "TT", "1", "0-9", "-"):
            assert client.get(f"/categories/a-z/{letter}/").status_code == 404, letter

    @pytest.mark.both_databases
    def test_broad_categories_show_what_is_most_often_below_them(self, client):
        sea, sky, tides, moon = map(create_category, ["Sea", "Sky", "Tides", "Moon"])
        create_articles(3, categories={sea: Level.GENERAL, tides: Level.MEDIUM})
        create_articles(2, categories={sky: Level.GENERAL, moon: Level.NICHE})
        create_article(categories={sky: Level.GENERAL, tides: Level.MEDIUM})

        # Tides stands once below the sky, which is not often; so does the moon.
        assert client.get("/categories/").context["general"] == [(sea, [tides]), (sky, [])]

    def test_articles_without_categories_leave_it_empty(self, client):
        create_article()

        page = text(client.get("/categories/"))

        assert "No article has a topic yet." in page


@pytest.mark.both_databases
class TestCategory:
    def test_categories_nearby_are_counted_as_on_their_own_pages(self, client):
        general, niche = create_category("General"), create_category("Niche")
        create_articles(3, categories={general: Level.GENERAL, niche: Level.NICHE})
        create_articles(2, categories={niche: Level.NICHE})

        (narrower,) = client.get("/categories/general/").context["nearby"].narrower

        assert (
            narrower.article_count == client.get("/categories/niche/").context["category"].article_count == 5
        )

    def test_once_is_not_often_together(self, client):
        create_article(categories=[create_category("Tides"), create_category("Moon")])

        assert client.get("/categories/tides/").context["nearby"].together == []

    def test_pages_follow_each_other_without_gap_or_overlap(self, client):
        category, moment = create_category("Tides"), datetime(2025, 1, 6, tzinfo=UTC)
        articles = create_articles(45, categories=[category], published_at=moment)

        pages = [client.get("/categories/tides/", {"page": number}).context["page"] for number in (1, 2, 3)]

        assert [article for page in pages for article in page.object_list] == articles[::-1]


@pytest.mark.both_databases
class TestArchive:
    def test_months_begin_in_the_sites_time_zone(self, client, settings):
        settings.TIME_ZONE = "America/New_York"
        for moment in (
            datetime(2025, 3, 1, 4, 59, tzinfo=UTC),
            datetime(2025, 3, 1, 5, tzinfo=UTC),
            datetime(2025, 4, 1, 3, 59, 59, 999999, tzinfo=UTC),
            datetime(2025, 4, 1, 4, tzinfo=UTC),
        ):
            create_article(published_at=moment)

        counted = {row["month"].month: row["count"] for row in Article.objects.published().count_by_month()}

        assert counted == {2: 1, 3: 2, 4: 1}
        for month, count in counted.items():
            assert client.get(f"/archive/2025/{month:02}/").context["page"].paginator.count == count

    def test_later_this_month_is_not_counted(self, client):
        now = timezone.now()
        create_article(published_at=now - timedelta(seconds=1))
        create_article(published_at=now + timedelta(seconds=60))

        assert sum(row["count"] for row in Article.objects.published().count_by_month()) == 1

    def test_nothing_published_is_no_month(self):
        assert Article.objects.published().count_by_month() == []


class TestNothingThere:
    def test_it_offers_the_latest(self, client):
        old, *latest = create_articles(4)

        page = client.get("/nowhere/")

        assert page.status_code == 404
        assert page.context["latest"].articles == latest[::-1]
        assert old.get_absolute_url() not in text(page)

    def test_before_there_is_any_it_offers_the_front_page(self, client):
        page = text(client.get("/nowhere/"))

        assert "Latest" not in page
        assert '<a href="/">Front page</a>' in page


class TestShortened:
    @pytest.mark.parametrize(
        ("words", "length", "result"),
        [
            ("Short.", 60, "Short."),
            (
                "One sentence that is long enough. Another one that is not",
                45,
                "One sentence that is long enough.",
            ),
            ("He asked: “Is it the sea?” Nobody knew what to answer him.", 40, "He asked: “Is it the sea?”"),
            (
                "We met Dr. Smith of the U.S. Navy at the harbour in winter",
                32,
                "We met Dr. Smith of the U.S.…",
            ),
            ("Nein. Danach kommt ein sehr langer Satz ohne Ende", 30, "Nein. Danach kommt ein sehr…"),
        ],
    )
    def test_whole_sentences_are_kept_where_they_fill_half(self, words, length, result):
        assert shortened(words, length) == result

    def test_counts_are_written_as_the_language_does(self):
        assert (format_count(999), format_count(12345)) == ("999", "12,345")


class TestArchiveRows:
    def test_of_a_year_are_below_their_months(self, client):
        ida = create_author("Ida Aas")
        for month, day in ((3, 9), (3, 4), (1, 2)):
            moment = datetime(2025, month, day, 12, tzinfo=UTC)
            create_article(title=f"Tide {day}", published_at=moment, authors=[ida])

        page = text(client.get("/archive/2025/"))

        shown = re.findall(r"<h2[^>]*><a[^>]*>(\w+)</a>|<time[^>]*>([^<]*)</time><a[^>]*><bdi>([^<]*)", page)
        assert [" ".join(filter(None, row)) for row in shown] == [
            "March",
            "9 Mar Tide 9",
            "4 Mar Tide 4",
            "January",
            "2 Jan Tide 2",
        ]
        assert page.count('<span class="who"><bdi>Ida Aas') == 3
