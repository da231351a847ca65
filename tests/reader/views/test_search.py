"""The search page, the proposals while somebody types, and the ways to them."""

import gzip
import itertools
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags

from blog import search
from blog.models import Article
from tests.support.factories import (
    create_article,
    create_articles,
    create_author,
    create_category,
    create_image,
)
from tests.support.page_checker import page_errors

pytestmark = pytest.mark.django_db


def titles(response) -> list[str]:
    return [article.title for article in response.context["page"]]


class TestSearchPage:
    def test_shows_what_is_found_with_the_words_marked(self, client):
        create_article(title="The tide", body="The tides come in twice a day.")
        create_article(title="Other")

        response = client.get("/search/", {"q": "  the \n tide "})

        assert titles(response) == ["The tide"]
        assert 'value="the tide"' in response.text
        assert "<title>Search: the tide " in response.text
        assert "The <mark>tide</mark>" in response.text
        assert "<mark>tides</mark> come in" in response.text
        assert "1 article" in response.text
        assert page_errors(response.text) == []

    def test_results_are_not_for_search_engines_but_their_links_are(self, client):
        for address in ("/search/?q=tide", "/search/?year=2026", "/search/suggestions/?q=tide"):
            assert client.get(address)["X-Robots-Tag"] == "noindex, follow"
        results = client.get("/search/?q=tide").text
        assert '<meta name="robots" content="noindex' in results
        assert 'rel="canonical"' not in results

    def test_the_form_alone_is_for_search_engines(self, client):
        page = client.get("/search/")

        assert "X-Robots-Tag" not in page
        assert 'rel="canonical" href="https://blog.example/search/"' in page.text
        assert '<meta name="description" content="Search all articles' in page.text
        assert "noindex" not in page.text

    def test_without_words_says_what_to_do(self, client):
        create_article(categories=[create_category("Oceans")])

        for address in ("/search/", "/search/?q=", "/search/?q=%20"):
            response = client.get(address)
            assert "What are you looking for?" in response.text
            assert "Oceans" in response.text

    def test_that_finds_nothing_shows_what_was_surely_meant(self, client):
        create_article(title="Tide")

        response = client.get("/search/", {"q": "tidw"})

        assert titles(response) == ["Tide"]
        assert "No article mentions “tidw”. These are the articles for <b>tide</b>." in response.text
        assert '<a href="?q=tidw&amp;exact=1">Search only for “tidw”</a>' in response.text
        assert 'value="tidw"' in response.text
        assert page_errors(response.text) == []

    def test_for_exactly_what_was_typed_shows_nothing_else(self, client):
        create_article(title="Tide", categories=[create_category("Oceans")])

        response = client.get("/search/?q=tidw&exact=1")

        assert response.context["page"].object_list == []
        assert "No article mentions “tidw”" in response.text
        assert "Oceans" in response.text

    def test_that_finds_nothing_proposes_what_may_have_been_meant(self, client):
        create_article(title="Tide", categories=[create_category("Oceans")])

        response = client.get("/search/", {"q": "tde"})

        assert "No article mentions “tde”" in response.text
        assert '<a href="?q=tide">tide</a>' in response.text
        assert "Oceans" in response.text

    @pytest.mark.both_databases
    def test_shows_categories_and_authors_of_that_name_above_the_hits(self, client):
        oceans, ida = create_category("Deep oceans"), create_author("Ida Aas")
        create_article(title="One", categories=[oceans], authors=[ida, create_author("Jon Vik")])
        create_article(title="Oceans of Ida")
        create_article(status=Article.Status.NEW, categories=[create_category("Oceans hidden")])

        def named(text):
            return re.findall(
                r'<a href="([^"]+)"><span>(?:Topic|Author)</span>', client.get("/search/", {"q": text}).text
            )

        assert named("oceans") == ["/categories/deep-oceans/"]
        assert named("aas") == named("Ida Aas") == ["/authors/ida-aas/"]
        assert named("oceans aas") == named("one") == []

    @pytest.mark.parametrize(
        ("asked", "nearest"),
        [
            *(("hydrology", "Hydrology, Urban Hydrology"), ("hidrology", "Hydrology, Urban Hydrology")),
            *(("hydro", "Hydrology, Urban Hydrology"), ("urban hydrology", "Urban Hydrology, Hydrology")),
            *(("city", "Cities"), ("hy", "Cities, Hydrology, Urban Hydrology")),
            ("nowhere", "Cities, Hydrology, Urban Hydrology"),
        ],
    )
    def test_that_finds_nothing_proposes_the_categories_nearest_to_it(self, client, asked, nearest):
        create_article(categories=list(map(create_category, ("Hydrology", "Urban Hydrology", "Cities"))))
        create_category("Hydrology of Nobody")

        nearby = client.get("/search/", {"q": f"{asked} zyzzyva xyzzy qwzx"}).context["nearby"]

        assert ", ".join(category.name for category in nearby) == nearest

    def test_says_in_which_language_a_hit_is(self, client):
        create_article(title="Das Watt", body="Von Ebbe und Flut.", language="de")
        create_article(title="Ebbe", excerpt="Anders als gedacht.", body="", language="de")
        create_article(title="Ebbe in English")

        page = re.sub(r"\s+</", "</", client.get("/search/", {"q": "ebbe"}).text)

        assert '<bdi lang="de" dir="ltr">Das Watt</bdi>' in page
        assert '<p><bdi lang="de" dir="ltr">Von <mark>Ebbe</mark>' in page
        assert '<p><bdi lang="de" dir="ltr">Anders als gedacht.</bdi></p>' in page
        assert "<bdi><mark>Ebbe</mark> in English</bdi>" in page

    def test_shows_nothing_of_what_is_not_published(self, client):
        category = create_category("Oceans")
        for fields in ({"status": Article.Status.NEW}, {"published_at": timezone.now() + timedelta(days=1)}):
            create_article(title="Hidden tide", categories=[category], **fields)

        for address in ("/search/?q=tide", "/search/?q=hiden", "/search/suggestions/?q=hidd"):
            response = client.get(address)
            assert "Hidden" not in response.text
            assert "Oceans" not in response.text

    def test_answers_safe_methods_alone(self, client):
        for address in ("/search/", "/search/suggestions/"):
            assert client.head(address).status_code == 200
            assert client.post(address).status_code == 405


class TestSections:
    def test_of_a_hit_are_linked(self, client):
        body = (
            "Opening.\n\n## The moon\n\nIt pulls the ebb.\n\n## The ebb\n\nWords.\n\n## The sun\n\nWords.\n"
        )
        article = create_article(title="Water", body=body)

        page = client.get("/search/?q=ebb")

        links = re.findall(rf'href="{article.get_absolute_url()}(#[^"]*)"', page.text)
        assert links == ["#s-the-moon", "#s-the-ebb"]


@pytest.fixture(scope="class")
def tides(rows_of_class):
    create_articles(10, title="A tide")  # these fill the first page
    for number in range(13):  # the older, the better
        create_article(title=f"Part {number}", body="A tide. " * (26 - 2 * number) + "A ship. " * 50)


@pytest.mark.usefixtures("tides")
class TestPages:
    def test_are_of_ten_in_one_order(self, client):
        pages = [titles(client.get("/search/", {"q": "tide", "page": page})) for page in (1, 2, 3)]

        assert [len(page) for page in pages] == [10, 10, 3]
        best = search.find(search.parse("tide"), Article.objects.published())
        assert best[10:] != sorted(best[10:], reverse=True)
        assert [*itertools.chain(*pages)] == [Article.objects.get(pk=key).title for key in best]

    def test_others_do_not_exist(self, client, subtests):
        for number in ["0", "4", "-1", "x", "01", "1.0", "99999999"]:
            with subtests.test(number=number):
                assert client.get("/search/", {"q": "tide", "page": number}).status_code == 404

    def test_carry_what_was_asked_along_and_nothing_else(self, client):
        category = create_category("Oceans & seas")
        create_articles(21, body="A tide & more", categories=[category])
        asked = {"q": "tide & more", "topic": category.slug, "from": "2025", "page": "2", "other": "x"}

        page = client.get("/search/", asked)

        links = {unescape(link) for link in re.findall(r'href="(\?[^"]*)"', page.text)}
        address = f"?q=tide+%26+more&topic={category.slug}&from=2025"
        pages = {link for link in links if "sort=" not in link and link.startswith(address)}
        assert pages == {address, f"{address}&page=3"}
        assert not any("other" in link for link in links)

    def test_say_when_there_are_more_than_are_offered(self, client, monkeypatch):
        monkeypatch.setattr(search, "MAX_RESULTS", 20)

        response = client.get("/search/", {"q": "tide", "page": 2})

        assert "more than 20 articles" in response.text
        assert client.get("/search/", {"q": "tide", "page": 3}).status_code == 404


class TestFilters:
    @pytest.fixture(autouse=True)
    def articles(self):
        self.oceans, self.rivers = create_category("Oceans"), create_category("Rivers")
        rows = (("A", self.oceans, 2024), ("B", self.oceans, 2025), ("C", self.rivers, 2025))
        for title, category, year in rows:
            moment = datetime(year, 6, 1, tzinfo=UTC)
            create_article(title=title, body="A tide", categories=[category], published_at=moment)

    @pytest.mark.both_databases
    def test_are_offered_with_how_many_there_are(self, client):
        results = client.get("/search/?q=tide").context["results"]

        assert [(choice.name, choice.count) for choice in results.categories] == [
            ("Oceans", 2),
            ("Rivers", 1),
        ]
        assert results.years == (2024, 2025)

    @pytest.mark.both_databases
    def test_years_are_those_of_the_time_zone(self, client, settings):
        settings.TIME_ZONE = "Pacific/Auckland"
        create_article(title="D", body="A tide", published_at=datetime(2023, 12, 31, 10, 59, 59, tzinfo=UTC))
        create_article(title="E", body="A tide", published_at=datetime(2023, 12, 31, 11, tzinfo=UTC))

        response = client.get("/search/?q=tide&to=2023")

        assert titles(response) == ["D"]
        assert response.context["results"].years == (2023, 2025)

    @pytest.mark.both_databases
    def test_narrow_what_is_found(self, client, subtests):
        for chosen, expected in [
            *(({"topic": "oceans"}, "AB"), ({"from": 2025}, "BC"), ({"topic": "oceans", "from": 2025}, "B")),
            *(({"topic": ["oceans", "rivers"]}, "ABC"), ({"topic": "rivers", "from": 2024, "to": 2025}, "C")),
            *(({"to": 2024}, "A"), ({"from": 2025, "to": 2024}, "ABC")),
            *(({"topic": "unknown"}, "ABC"), ({"from": "x", "to": ""}, "ABC"), ({"from": 9999}, "ABC")),
        ]:
            with subtests.test(chosen=chosen, expected=expected):
                response = client.get("/search/", {"q": "tide"} | chosen)

                assert sorted(titles(response)) == list(expected)

    def test_narrow_by_author_and_language(self, client):
        ida = create_author("Ida Aas")
        create_article(title="D", body="A tide", authors=[ida], language="de")
        create_article(title="E", body="A tide", authors=[ida])

        assert sorted(titles(client.get("/search/?q=tide&author=ida-aas"))) == ["D", "E"]
        assert titles(client.get("/search/?q=tide&author=ida-aas&lang=de")) == ["D"]
        assert "D" not in titles(client.get("/search/?q=tide&lang=en"))
        assert len(titles(client.get("/search/?q=tide&author=nobody&lang=%3Cb%3E"))) == 5

    def test_in_use_can_be_removed_one_by_one(self, client):
        page = client.get("/search/?q=tide&topic=oceans&from=2025&sort=newest")

        removals = dict(page.context["query"].removals)
        assert removals["from 2025"] == "q=tide&topic=oceans&sort=newest"
        assert page.context["query"].unfiltered_address == "q=tide&sort=newest"

    def test_a_category_of_unpublished_articles_is_unknown(self, client):
        create_article(status="new", categories=[create_category("Takeover of Acme", slug="takeover")])
        create_article(
            body="A tide",
            published_at=datetime(2999, 1, 1, tzinfo=UTC),
            categories=[create_category("Later", slug="later")],
        )

        page = client.get("/search/", {"q": "tide", "topic": ["takeover", "later"]})
        never = client.get("/search/", {"q": "tide", "topic": ["nothing", "never"]})

        assert "Takeover" not in page.text
        assert "Later" not in page.text
        assert titles(page) == titles(never)

    def test_stay_chosen(self, client):
        response = client.get("/search/", {"q": "tide", "topic": "rivers", "to": 2024})

        boxes = dict(re.findall(r'type="checkbox" name="\w+" value="(\w+)"( checked)?', response.text))
        years = re.findall(r'name="(from|to)" min="1000" max="9999" value="(\d*)"', response.text)
        assert boxes == {"oceans": "", "rivers": " checked"}
        assert years == [("from", ""), ("to", "2024")]
        assert "No results for “tide” with these filters" in response.text


class TestCost:
    def test_is_the_same_for_3_and_12(self, client):
        def count(number):
            category, author = create_category(), create_author()
            fields = {"categories": [category], "authors": [author], "keywords": ["sea"]}
            for _ in range(number):
                create_article(body="A tide", hero_image=create_image(), primary_category=category, **fields)
            numbers = []
            for address in ("/search/?q=tide", "/search/?q=tide&from=2025", "/search/suggestions/?q=arti"):
                with CaptureQueriesContext(connection) as queries:
                    client.get(address)
                numbers.append(len(queries))
            return numbers

        assert count(3) == count(9)


class TestSuggestions:
    def groups(self, client, text="") -> dict[str, list[str]]:
        """Return {name of a group: its suggestions, as text}."""
        page = client.get("/search/suggestions/", {"q": text}).text
        found = re.findall('<ul role="group" aria-label="([^"]*)">(.*?)</ul>', page, re.DOTALL)
        options = {
            name: re.findall(r'role="option".*?<div>(.*?)</div>', group, re.DOTALL) for name, group in found
        }
        return {name: [strip_tags(option) for option in some] for name, some in options.items()}

    def suggested(self, client, text):
        return list(itertools.chain(*self.groups(client, text).values()))

    @pytest.mark.both_databases
    def test_are_titles_with_their_addresses_newest_first(self, client):
        create_article(title="Neap tides", slug="neap")
        create_article(title="Tide gauges", slug="gauges", published_at=datetime(2024, 5, 9, tzinfo=UTC))
        create_article(title="Other", body="A tide")

        page = client.get("/search/suggestions/", {"q": "tid"}).text

        assert re.findall('data-url="(.*?)"', page) == ["/articles/neap/", "/articles/gauges/"]
        assert "<mark>Tide</mark> gauges" in page
        assert ">9 May 2024</time>" in page

    @pytest.mark.both_databases
    def test_hold_all_words_and_begin_with_the_last(self, client):
        create_article(title="Neap tides")
        create_article(title="Tides of spring")

        assert self.suggested(client, "neap ti") == ["Neap tides"]
        assert self.suggested(client, "spring tid") == ["Tides of spring"]

    @pytest.mark.both_databases
    def test_forgive_a_wrong_letter(self, client):
        create_article(title="Borrow checker")
        create_article(title="Other")

        assert (
            self.suggested(client, "borow che") == self.suggested(client, "borow chekc") == ["Borrow checker"]
        )

    def test_are_grouped_into_articles_topics_and_authors(self, client):
        names = {"categories": [create_category("Tides")], "authors": [create_author("Ida Tide")]}
        create_article(title="Tide", **names)

        assert self.groups(client) == {"Topics": ["Tides"], "Latest": ["Tide"]}

        assert self.groups(client, "tid") == {
            "Articles": ["Tide"],
            "Topics": ["Tides"],
            "Authors": ["Ida Tide"],
        }
        assert client.get("/search/suggestions/?q=tid").text.count("<span>1 article</span>") == 2

    def test_are_few_and_begin_at_two_letters(self, client):
        create_articles(12, title="Tide")

        assert len(self.suggested(client, "ti")) == 5
        assert self.suggested(client, "t") == []

    def test_name_another_language_than_the_sites(self, client):
        create_article(title="المد والجزر tide", slug="tide", language="ar")

        page = client.get("/search/suggestions/?q=tide").text

        assert '<bdi lang="ar" dir="rtl">' in page
        assert "<bdi>العربيّة</bdi>" in page

    def test_are_escaped(self, client):
        create_article(title="<script>tide</script>")

        page = client.get("/search/suggestions/", {"q": "tide"}).text

        assert "&lt;script&gt;<mark>tide</mark>" in page
        assert "<script>" not in page

    def test_lead_to_all_results(self, client):
        create_article(title="Tide", body="Water")
        create_article(title="Ebb", body="A tide")

        assert 'href="/search/?q=a%26b"' in client.get("/search/suggestions/", {"q": "a&b"}).text
        assert "All 2 results for “tide” →" in client.get("/search/suggestions/", {"q": "tide"}).text


class TestWaysToIt:
    def test_the_field_has_the_focus_where_nothing_was_typed(self, client):
        create_article(title="Tide")

        assert "autofocus" in client.get("/search/").text
        assert "autofocus" not in client.get("/search/?q=tide").text

    def test_each_other_page_has_one_field_that_opens_at_once(self, client):
        for address, dialogs in (("/", 1), ("/search/", 0), ("/nothing-here/", 0)):
            page = client.get(address).text
            assert '<a class="icon" href="/search/">' in page
            assert page.count('<dialog class="searching"') == dialogs
            assert page.count('type="search"') == 1


class TestScript:
    def test_is_small(self):
        script = Path(__file__).parents[3] / "static" / "js" / "search.js"

        assert len(gzip.compress(script.read_bytes())) < 1500
