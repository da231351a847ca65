"""An article's page, read closely: what stands there once, in which language, and what leads on from it."""

import gzip
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone, translation

from blog.articles import reader_querysets, related
from blog.articles.similar import find_similar
from blog.documents.rendering.images import without_hero
from blog.documents.rendering.markdown import render_markdown
from blog.imports.report import StatusRule
from blog.models import Article, Category, SiteIdentity
from tests.support.changes import unpublish
from tests.support.factories import (
    create_article,
    create_articles,
    create_author,
    create_category,
    create_image,
    create_series,
)
from tests.support.html_tree import local_image, parse
from tests.support.import_files import run, write

pytestmark = pytest.mark.django_db

Level = Category.Level
COVER = "https://pictures.example/photo-1.jpg?w=1200&q=85"
ARTICLE_STYLES = 16 * 1024  # of one with everything
STYLES = 18 * 1024  # with those of the front page
STYLE_SHEET = r'<link rel="stylesheet" href="/static/([^"]+?)"'
SCRIPTS = 5 * 1024


def html_of(client, article) -> str:
    return client.get(article.get_absolute_url()).content.decode()


def read(client, article):
    """Return the article's element of its page."""
    inside = html_of(client, article).partition('<article class="article"')[2].partition("</article>")[0]
    return parse(f'<article class="article"{inside}</article>').one("article")


def below_cover(markdown, cover=COVER, **options) -> tuple[str, str]:
    return without_hero(render_markdown(markdown, **options).html, cover)


class TestCover:
    @pytest.mark.parametrize(
        "address",
        [COVER, "https://pictures.example/photo-1.jpg", "https://PICTURES.example/photo-1.jpg?w=80&fit=crop"],
    )
    def test_repeated_as_first_image_it_is_shown_once(self, client, address):
        article = create_article(
            body=f"Lead.\n\n![Waves]({address})\n\nMore.", hero_image=create_image(source=COVER)
        )

        page = read(client, article)

        assert [(image["src"], image["alt"]) for image in page.all("img")] == [(COVER, "Waves")]
        assert page.one("div", "prose").text.split() == ["Lead.", "More."]

    @pytest.mark.parametrize(
        ("hero", "alt"),
        [
            ({"hero_alt": "Foam"}, "Foam"),
            ({"hero_is_decorative": True}, ""),
            ({"title": "Waves"}, ""),
        ],
    )
    def test_the_alt_text_of_the_repeated_one_is_used_if_it_says_more(self, client, hero, alt):
        article = create_article(body=f"![Waves]({COVER})", hero_image=create_image(source=COVER), **hero)

        assert read(client, article).one("img")["alt"] == alt

    def test_a_stored_one_is_known_by_its_file(self):
        html, _ = below_cover("![](sea.png)\n\nText.", cover="/media/sea.png", resolve_image=local_image)

        assert "<img" not in html

    @pytest.mark.parametrize(
        ("words", "credit", "caption"),
        [
            ("", "", "Photo by Bo on Unsplash"),
            ("", "Ida", "Image: Ida"),
            (' "The sea"', "", "The sea Photo by Bo on Unsplash"),
            (' "The sea"', "Ida", "The sea Image: Ida"),
        ],
    )
    def test_what_stood_under_the_repeated_one_is_kept(self, client, words, credit, caption):
        body = f"![Waves]({COVER}{words})\n*Photo by [Bo](bo.md) on Unsplash*\n\nText."
        article = create_article(body=body, hero_image=create_image(source=COVER, credit_creator=credit))

        shown = read(client, article).one("figure", "hero").one("figcaption")

        assert (shown.text.split(), shown.all("a")) == (caption.split(), [])

    @pytest.mark.parametrize(
        "body",
        [
            "![](https://pictures.example/photo-2.jpg)",
            "![](https://other.example/photo-1.jpg?w=1200&q=85)",
            f"![](https://pictures.example/photo-2.jpg)\n\nText.\n\n![]({COVER})",
            f"[![Waves]({COVER})](https://shop.example)",
            f"![Waves]({COVER})\n![Moon](https://pictures.example/photo-2.jpg)",
            "![](https://pictures.example/photo-1.jpg?id=2)",
        ],
    )
    def test_every_other_image_stays(self, body):
        html = render_markdown(body).html

        assert without_hero(html, COVER) == without_hero(html, "") == (html, "")

    @pytest.mark.parametrize(
        ("size", "classes"),
        [
            ((1600, 900), ["hero"]),
            ((900, 1600), ["hero", "whole"]),
            ((400, 300), ["hero", "whole"]),
            ((None, None), ["hero"]),
        ],
    )
    def test_an_upright_or_a_small_one_is_neither_cut_nor_blown_up(self, client, size, classes):
        width, height = size
        article = create_article(hero_image=create_image(width=width, height=height))

        assert read(client, article).one("figure", "hero").classes == classes


class TestStandfirst:
    @pytest.mark.parametrize(
        "excerpt",
        [
            "When did you last look? On a beach you can see it.",
            "when did you LAST look?",
            "When did you last look? On a beach you…",
            "When did you last look? On a beach you...",
            "When did you last look? On a beach you can see it. It is an odd clock.",
        ],
    )
    def test_words_that_open_the_text_are_shown_once(self, excerpt):
        body = "**When did you last look?** On a beach you can see it.\n\nIt is an odd clock."

        assert create_article(excerpt=excerpt, body=body).excerpt_above_text == ""

    def test_other_words_stand_above_the_text(self):
        article = create_article(excerpt="Two clocks stand behind it.", body="It is an odd clock.")

        assert article.excerpt_above_text == "Two clocks stand behind it."


@pytest.mark.django_db
class TestSharedExcerpt:
    BODY = "## Introduction\n\nOn a beach you can see the tide come in, and nobody waits for it.\n\nIt goes."
    OPENING = "On a beach you can see the tide come in, and nobody waits for it."
    SHARED = "Dive into the world of tides and learn all about them."

    def article(self, is_template=True):
        article = create_article(
            excerpt=self.SHARED, meta_description=self.SHARED[:30] + "...", body=self.BODY
        )
        Article.objects.set_excerpt_is_template([article.pk], is_template)
        return article

    @pytest.mark.parametrize("path", ["/", "/feeds/rss.xml", "/feeds/feed.json"])
    def test_is_not_shown_in_lists_and_feeds(self, client, path):
        self.article()

        page = client.get(path).content.decode()

        assert self.OPENING in page
        assert self.SHARED not in page

    def test_is_neither_standfirst_nor_description_unless_it_is_its_own(self, client):
        page = client.get(self.article().get_absolute_url()).content.decode()
        own = client.get(self.article(is_template=False).get_absolute_url()).content.decode()

        assert "Dive into" not in page
        assert f'<meta name="description" content="{self.OPENING}">' in page
        assert self.SHARED in own

    def test_saving_an_instance_read_before_keeps_the_mark(self):
        article = create_article(excerpt=self.SHARED, body=self.BODY)

        assert Article.objects.set_excerpt_is_template([article.pk]) == 1
        assert Article.objects.set_excerpt_is_template([article.pk]) == 0
        article.save()

        assert Article.objects.get(pk=article.pk).excerpt_is_template


class TestContents:
    @pytest.mark.parametrize(
        ("body", "listed"),
        [
            ('## A\n\n### B\n\n## C\n\n## "D"', ["A", "C", "“D”"]),
            ("## A\n\n### B\n\n### C\n\n#### D", ["A", "B", "C"]),
            ("## A\n\n### B\n\n#### C", []),
        ],
    )
    def test_it_lists_sections_and_their_parts_where_sections_are_few(self, client, body, listed):
        page = read(client, create_article(body=body))

        lists = [nav.one("ol") for nav in page.all(css_class="contents")]

        assert [[link.text for link in entries.all("a")] for entries in lists] == (
            [listed] * 2 if listed else []
        )

    @pytest.mark.parametrize("heading", ["1. A", "Part 1: A"])
    def test_headings_with_numbers_are_not_numbered_again(self, client, heading):
        page = read(client, create_article(body=f"## {heading}\n\n## B\n\n## C"))

        assert len([nav.one("ul") for nav in page.all(css_class="contents")]) == 2

    def test_the_end_is_the_author_then_sharing_related_and_the_feed(self, client):
        category, author = create_category(), create_author("Ida Aas")
        for title in "ABC":
            create_article(title=title, slug=title.lower(), categories=[category], authors=[author])
        page = client.get("/articles/b/").text

        names = "writers", "share", "source", "section related", "follow"
        places = [page.index(f'class="{name}"') for name in names]
        assert places == sorted(places)
        assert 'class="neighbours"' not in page


class TestShareQuote:
    def test_hashtags_are_for_the_post_not_for_the_page(self, client):
        words = {"share_quote": '"A table is no promise." #sea #tides', "body": "A table is no promise."}

        card = read(client, create_article(**words)).one("aside", "share")

        assert card.one("blockquote").text == "A table is no promise."
        posts = [link["href"] for link in card.all("a") if "text=" in link["href"]]
        assert all("%23sea%20%23tides" in post for post in posts)
        assert len(posts) == 2

    def test_what_the_text_does_not_say_is_no_quotation(self, client):
        article = create_article(share_quote="Somebody does. #sea", body="Nobody knows.")

        card = read(client, article).one("aside", "share")

        assert card.all("blockquote") == []
        assert card.one("p", "share-text").text == "Somebody does."
        assert card.all("button")[0].text == "Copy text"

    def test_an_advertisement_is_only_for_the_post(self, client):
        words = "Check out our latest article!"
        article = create_article(share_quote=f"{words} #whale song", body=f"He shouts: {words}")

        card = read(client, article).one("aside", "share")

        assert words not in card.text
        posts = [link["href"] for link in card.all("a") if "text=" in link["href"]]
        assert posts
        assert all("%23whaleSong" in post for post in posts)

    @pytest.mark.parametrize(
        ("stored", "shown"),
        [("We are #1", "We are #1"), ("#sea #tides", ""), ('"Ebb and #flow now" #sea', "Ebb and #flow now")],
    )
    def test_only_hashtags_at_the_end_go(self, stored, shown):
        assert Article(share_quote=stored).quote == shown

    def test_it_is_shared_by_plain_links(self, client):
        card = read(client, create_article()).one("aside", "share")

        assert [link.text for link in card.all("a")] == ["Mastodon", "Bluesky", "LinkedIn"]

    def test_the_site_chooses_the_networks(self, client):
        SiteIdentity.objects.create(networks=["email", "reddit"])

        card = read(client, create_article()).one("aside", "share")

        assert [link.text for link in card.all("a")] == ["Reddit", "E-mail"]

    def test_no_button_is_shown_that_only_a_script_can_serve(self, client):
        page = html_of(client, create_article(share_quote="Ebb.", body="```python\nx = 1\n```"))

        page = re.sub("<dialog.*?</dialog>", "", page, flags=re.DOTALL)  # closed until a script opens it
        buttons = re.findall(r"<button[^>]*>", page)

        assert len(buttons) > 1
        assert all(" hidden" in button for button in buttons)


class TestDiscussion:
    def lines(self, client, folder, **keys):
        write(folder, **keys)
        run(folder, status=StatusRule.PUBLISHED)
        return read(client, Article.objects.get()).all("p", "keywords")

    def test_is_where_the_file_says(self, client, tmp_path):
        addresses = ["https://www.forum.example/t/1?a=1&b=2", "javascript:alert(1)", "http://news.example/2"]

        [line] = self.lines(client, tmp_path, discuss_urls=addresses)

        assert line.text == "Discussionforum.examplenews.example"
        assert [link["href"] for link in line.all("a")] == [addresses[0], addresses[2]]

    def test_is_by_e_mail_where_the_file_names_none(self, client):
        SiteIdentity.objects.create(reply_email="desk@shore.example")

        [line] = read(client, create_article(title="Ebb & flow")).all("p", "keywords")

        assert line.one("a").text == "Reply by e-mail"
        assert line.one("a")["href"] == "mailto:desk@shore.example?subject=Ebb%20%26%20flow"

    def test_of_the_file_goes_before_e_mail(self, client, tmp_path):
        SiteIdentity.objects.create(reply_email="desk@shore.example")

        [line] = self.lines(client, tmp_path, comments_url="https://forum.example/t/1")

        assert line.text == "Discussionforum.example"

    def test_nobody_is_asked_for_one(self, client):
        assert read(client, create_article()).all("p", "keywords") == []


class TestLanguage:
    def test_the_site_speaks_its_own_within_a_text_of_another(self, client):
        article = create_article(
            language="ar",
            share_quote="Ebb.",
            body="Ebb.",
            generated_by="Gemini",
            categories={create_category(): Level.NICHE},
        )

        page = read(client, article)

        assert (page["lang"], page["dir"]) == ("ar", "rtl")
        for furniture in (page.one("nav", "trail"), page.one("aside", "share")):
            assert furniture["lang"] == "en"
        words = [page.one("p", "byline"), page.one("p", "trust"), page.one("p", "source")]
        for span in [element for line in words for element in line.elements if element.tag in ("span", "a")]:
            assert (span["lang"], span["dir"]) == ("en", "ltr")
        assert page.one("blockquote")["lang"] == "ar"

    def test_arrows_follow_the_direction_of_the_site(self, client):
        category = create_category("Tides")
        articles = create_articles(3, categories=[category], primary_category=category)

        with override_settings(LANGUAGE_CODE="he"), translation.override("he"):
            page = html_of(client, articles[0])

        assert "Tides ←</a>" in page
        assert "Tides →</a>" in html_of(client, articles[0])


class TestNeighbours:
    @pytest.mark.both_databases
    def test_a_preview_of_a_later_article_stands_after_all_that_are_published(self):
        newest = create_articles(2)[1]
        scheduled = create_article(published_at=timezone.now() + timedelta(days=1))
        create_article(published_at=timezone.now() + timedelta(hours=1))

        assert Article.objects.neighbours_of(scheduled) == (newest, None)

    @pytest.mark.both_databases
    def test_they_are_found_in_an_index_by_one_query(self):
        article = create_articles(5)[2]

        with CaptureQueriesContext(connection) as queries:
            Article.objects.neighbours_of(article)

        assert len(queries) == 1
        if connection.vendor == "sqlite":  # PostgreSQL reads so small a table whole, whatever the query
            sql = queries[0]["sql"]
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
                plan = [row[-1] for row in cursor.fetchall()]
            assert [step for step in plan if step.startswith("SCAN")] == []
            assert sum("article_language" in step for step in plan) == 4

    def test_they_are_in_the_language_of_the_article(self):
        first = create_article(language="ja")
        create_article(language="fr")
        plain, regional, latest = (create_article(language=tag) for tag in ("", "en-GB", "EN"))
        second = create_article(language="ja-JP")

        assert Article.objects.neighbours_of(first) == (None, second)
        assert Article.objects.neighbours_of(regional) == (plain, latest)
        assert Article.objects.neighbours_of(plain) == (None, regional)


class TestRelated:
    @pytest.fixture
    def categories(self):
        return create_category("Earth Science"), create_category("Tidal Dynamics")

    def related(self, article, number=3, **options):
        article = Article.objects.with_page_relations().get(pk=article.pk)
        return Article.objects.related_to(article, number, **options)

    def test_a_deeper_category_in_common_goes_before_words_in_common(self, categories):
        general, niche = categories
        article = create_article(title="Spring tides of Fundy", categories={general: 1, niche: 4})
        deep = create_article(title="Other words", categories={niche: 4})
        alike = create_article(title="Spring tides of Fundy again", categories={general: 1})

        assert self.related(article) == [deep, alike]

    def test_words_in_common_decide_among_equals(self, categories):
        article = create_article(title="The clocks of the sea", categories={categories[1]: 4})
        by_title = create_article(title="Sea clocks", categories={categories[1]: 4})
        by_keyword = create_article(title="Gauges", keywords=["clocks"], categories={categories[1]: 4})
        create_articles(2, categories={categories[1]: 4})

        assert self.related(article, number=2) == [by_title, by_keyword]

    def test_a_word_that_all_have_decides_nothing(self, categories):
        article = create_article(title="The day of the herring", categories={categories[1]: 4})
        rare = create_article(title="A herring", categories={categories[1]: 4})
        common = create_articles(9, title="Of the day, of the year, and so on", categories={categories[1]: 4})

        assert self.related(article)[0] == rare
        assert self.related(article)[1:] == [common[8], common[7]]

    def test_it_is_never_the_article_itself_nor_one_that_is_hidden(self, categories):
        article = create_article(categories={categories[1]: 4})
        create_article(status="new", categories={categories[1]: 4})
        create_article(published_at=timezone.now() + timedelta(days=1), categories={categories[1]: 4})

        assert self.related(article) == self.related(create_articles(2)[0]) == []

    def test_keywords_are_shared_however_they_are_written(self):
        create_article(keywords=["Open source"])
        article = create_article(keywords=["Open Data", 2015])
        alike = create_article(keywords=["open-data"])
        by_number = create_article(keywords=["2015", "Tides"])
        create_article(keywords=["open data"], status="new")
        create_article(keywords=["open data"], published_at=timezone.now() + timedelta(days=1))

        assert self.related(article) == [by_number, alike]

        article.keywords = ["Tides"]
        article.save()

        assert self.related(article) == [by_number]

    def test_a_rare_keyword_in_common_goes_before_a_common_one_and_words(self):
        article = create_article(title="Harbours of the north", keywords=["sea", "quays"])
        rare = create_article(title="Stones", keywords=["quays"])
        both = create_article(title="Bricks", keywords=["sea", "quays"])
        alike = create_article(title="Harbours of the south", keywords=["sea"])
        create_articles(9, keywords=["sea"])

        assert self.related(article) == [both, rare, alike]

    def test_a_category_in_common_goes_before_a_keyword(self, categories, monkeypatch):
        look_at_few(monkeypatch)
        held = {"keywords": ["quays"], "categories": {categories[0]: 1}}
        both = create_article(**held)  # older than the few of its category that are looked at
        only_keyword = create_article(keywords=["quays"])
        only_category = create_articles(5, categories={categories[0]: 1})[-1]
        article = create_article(**held)

        assert self.related(article)[:2] == [both, only_category]
        assert self.related(article, number=9)[-1] == only_keyword

    def test_a_heap_of_unpublished_ones_hides_no_published_one(self, categories, monkeypatch):
        look_at_few(monkeypatch)
        article, other = create_articles(2, categories={categories[1]: 4})
        create_articles(5, status="new", categories={categories[1]: 4})

        assert self.related(article) == [other]

    def test_of_a_category_that_many_hold_only_some_are_looked_at(self, categories, monkeypatch):
        look_at_few(monkeypatch)
        deep = create_article(categories={categories[1]: 4})
        many = create_articles(9, categories={categories[1]: 1})
        create_articles(4)
        article = create_article(categories={categories[1]: 4})

        assert self.related(article, number=9) == [many[8], many[7], deep]

    def test_four_queries_find_them_however_many_there_are(self, categories):
        article = create_article(categories=dict(zip(categories, (1, 4), strict=True)), keywords=["a", "b"])
        counts = []

        for number in (2, 6):
            create_articles(number, categories={categories[1]: 4})
            create_articles(number, keywords=["b"])
            fetched = Article.objects.with_page_relations().get(pk=article.pk)
            with CaptureQueriesContext(connection) as queries:
                Article.objects.related_to(fetched, 3)
            counts.append(len(queries))

        assert counts == [4, 4]

    @pytest.mark.both_databases
    def test_each_says_in_words_what_it_shares(self, client, categories, monkeypatch):
        monkeypatch.setattr(reader_querysets, "FEWEST_FOR_WORDS", 1)
        general, niche = categories
        ida, bo = create_author("Ida Aas"), create_author("Bo Lind")
        body = "The harrier quarters the reedbed at dusk, above the Sluice."
        article = create_article(
            body=body, categories={general: 1, niche: 4}, keywords=["Spring Tides"], authors=[ida]
        )
        create_article(title="Niche", categories={general: 1, niche: 4}, authors=[ida])
        create_article(title="Keyword", keywords=["spring tides"], authors=[ida])
        create_article(title="Author", categories={general: 1}, authors=[bo, ida])
        create_article(title="Broad", categories={general: 1}, authors=[bo])
        create_article(title="Text", body=f"{body} Twice.")
        create_article(title="Only author", body="Bread.", authors=[ida])
        create_article(title="Nothing", body="Bread.", authors=[bo])
        find_similar(Article.objects.all())

        related = html_of(client, article).partition('id="related"')[2].partition("</section>")[0]
        entries = [re.sub(r"<[^>]+>", "", entry).split("\n") for entry in related.split("<li")[1:]]
        reasons = {
            title: why for why, title in ([line.strip() for line in e if line.strip()][1:3] for e in entries)
        }

        assert reasons == {
            "Niche": "Also about Tidal Dynamics",
            "Author": "Also by Ida Aas",
            "Broad": "Also about Earth Science",
            "Keyword": "Also about Spring Tides",
            "Text": "Shares rare words: Sluice, reedbed, quarters",
            "Only author": "Also by Ida Aas",
        }

    def test_they_are_in_the_language_of_the_article(self, categories, monkeypatch):
        look_at_few(monkeypatch)
        article, other = create_articles(2, language="ko", categories={categories[1]: 4})
        create_articles(2, language="", categories={categories[1]: 4})

        assert self.related(article) == [other]

    @pytest.mark.both_databases
    def test_similar_texts_follow_if_there_are_too_few(self, categories, monkeypatch):
        monkeypatch.setattr(reader_querysets, "FEWEST_FOR_WORDS", 4)
        body = "The harrier quarters the reedbed at dusk, above the sluice."
        alike, foreign, hidden = (create_article(body=body, language=tag) for tag in ("", "fr", "en"))
        create_article(body="Bread rises slowly in a cold kitchen.")
        article = create_article(body=f"{body} Twice.", categories={categories[1]: 4})
        with_category = create_article(body="Kitchen.", categories={categories[1]: 4})

        find_similar(Article.objects.all())
        unpublish(hidden)

        assert self.related(article) == [with_category, alike]
        assert self.related(alike) == [article]
        assert self.related(foreign) == []

        unpublish(article)
        unpublish(with_category)
        other = create_article(body=body)  # the fourth published article
        find_similar(Article.objects.all())
        assert self.related(alike) == [other]
        unpublish(foreign)  # no word is rare among three
        assert self.related(alike) == []


class TestAllIn:
    """Above the related articles stands a link to a list that holds more of them than this page."""

    def test_leads_to_the_nearest_category_with_three_articles(self, client):
        exact, *trail = (create_category(name) for name in ("Spring tides", "Sea", "Tides"))
        held = {exact: Level.EXACT} | dict(zip(trail, (Level.GENERAL, Level.NICHE), strict=True))
        article = create_article(primary_category=exact, categories=held, keywords=["sea"])
        article.category_links.create(category=exact, level=Level.NICHE)
        create_article(categories=held, published_at=timezone.now() + timedelta(days=1))
        create_article(categories=held, status="new")
        create_article(keywords=["sea"])

        sea, tides = trail
        for more, shown in [([], None), ([sea, sea], "Sea"), ([tides], "Sea"), ([tides], "Tides")]:
            for category in more:
                create_article(categories=[category])
            found = re.findall(r'<a class="more"[^>]*>All in (.*?) →', html_of(client, article))

            assert found == [shown] * bool(shown)
            preview = Article.objects.with_page_relations().get(pk=article.pk)
            assert str(preview.nearest_list) == str(shown)

        create_articles(2, categories=[exact])
        assert Article.objects.get(pk=article.pk).nearest_list == exact

    def test_leads_to_no_list_in_another_language(self):
        sea, tides = create_category("Sea"), create_category("Tides")
        article = create_articles(3, language="fr", categories={sea: Level.GENERAL})[0]
        create_articles(4, categories={tides: Level.NICHE})
        article.category_links.create(category=tides, level=Level.NICHE)

        assert Article.objects.get(pk=article.pk).nearest_list == sea


def look_at_few(monkeypatch):
    monkeypatch.setattr(related, "CANDIDATES_PER_CATEGORY", 3)
    monkeypatch.setattr(related.in_common, "_compiled", {})


class TestWeight:
    """What readers fetch once for all pages stays within its budget."""

    def size(self, client, pattern, *paths):
        pages = [client.get(path).content.decode() for path in paths]
        files = {name for page in pages for name in re.findall(pattern, page)}
        assert len(files) > 1
        return sum(len(gzip.compress(Path(finders.find(name)).read_bytes())) for name in files)

    @pytest.mark.parametrize("sends_mail", [False, True])
    def test_of_styles(self, client, settings, sends_mail):
        settings.SENDS_MAIL = sends_mail
        series = create_series("Tides")
        create_article(series=series)
        body = "A [link](https://sea.example/), `code`."
        article = create_article(body=body, series=series, authors=[create_author("Ida Aas")])

        assert self.size(client, STYLE_SHEET, article.get_absolute_url()) <= ARTICLE_STYLES
        assert self.size(client, STYLE_SHEET, "/", create_article().get_absolute_url()) <= STYLES

    def test_of_scripts(self, client):
        paths = "/", create_article().get_absolute_url()
        assert self.size(client, r'<script[^>]* src="/static/([^"]+?)"', *paths) <= SCRIPTS
