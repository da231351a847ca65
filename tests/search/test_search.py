"""What a search finds, in which order, and that the index is in step with the articles, come what may."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from blog import search
from blog.articles.actions.category_merge import merge_categories
from blog.imports.report import ImportOptions, StatusRule
from blog.imports.run import import_articles
from blog.management.checks import check_search_index
from blog.models import Article
from tests.support.changes import publish, restore, trash, unpublish
from tests.support.factories import create_article, create_articles, create_author, create_category

pytestmark = pytest.mark.django_db


def found(text, **options) -> list[str]:
    """Return the titles of what readers find, best first."""
    articles = Article.objects.published()
    keys = search.find(search.parse(text), articles, **options)
    return [articles.get(pk=key).title for key in keys]


def found_by_editors(text) -> list[str]:
    """Return the titles of what holds all words, published or not, oldest first."""
    articles = Article.objects.filter(pk__in=search.find_for_editors(search.parse(text)))
    return list(articles.order_by("pk").values_list("title", flat=True))


@pytest.mark.both_databases
class TestWords:
    def test_all_of_them_have_to_be_there(self):
        create_article(title="Spring", body="The tide is high.")
        create_article(title="Neap", body="The tide is low.")

        assert found("tide low") == ["Neap"]

    @pytest.mark.parametrize("field", ["title", "excerpt", "body"])
    def test_are_found_in_each_field(self, field):
        create_article(**{"title": "One", field: "About gauges"})
        create_article(title="Other")

        assert len(found("gauges")) == 1

    def test_are_found_in_keywords(self):
        create_article(title="One", keywords=["sea level", "Überschwemmung"])

        assert found("ueberschwemmung") == []
        assert found("level") == found("uberschwemmung") == ["One"]

    def test_weigh_more_in_the_title_than_in_keywords_excerpt_and_text(self):
        fill = "Some other words to make up a text."
        create_article(title="Text", body=f"{fill} ebb")
        create_article(title="Excerpt", excerpt="ebb", body=fill)
        create_article(title="Keyword", keywords=["ebb"], body=fill)
        create_article(title="Ebb", body=fill)

        assert found("ebb") == ["Ebb", "Keyword", "Excerpt", "Text"]

    @pytest.mark.parametrize(
        ("written", "asked"),
        [
            *(("Café", "cafe"), ("cafe", "CAFÉ"), ("Ångström", "angstrom"), ("Straße", "strasse")),
            *(("Søren", "soren"), ("Ёлка", "елка"), ("Άθήνα", "αθηνα"), ("שָׁלוֹם", "שלום"), ("ﬁnd", "find")),
            *(("C++", "c++"), ("हिन्दी", "हिन्दी"), ("cafe\u0301", "café"), ("İstanbul", "istanbul")),
            *(("tide✅pool", "tidepool"), ("tide—pool", "pool")),
        ],
    )
    def test_are_the_same_without_accents_and_capitals(self, written, asked):
        create_article(title="One", body=f"Of {written}, then.")

        assert found(asked) == ["One"]

    def test_of_scripts_without_spaces_are_found_inside_a_sentence(self):
        create_article(title="One", body="昨日東京タワーに行きました。")

        assert found("東京") == ["One"]
        assert found("京東") == []

    @pytest.mark.parametrize(
        ("written", "asked"),
        [
            *(("tides", "tide"), ("tide", "tides"), ("running", "run"), ("ran and runs", "running")),
            *(("studies", "study"), ("studied", "studies"), ("boxes", "box"), ("planned", "planning")),
        ],
    )
    def test_are_found_in_other_forms(self, written, asked):
        create_article(title="One", body=f"Of {written} here.")

        assert found(f"{asked} here") == ["One"]

    @pytest.mark.parametrize(
        ("written", "asked"),
        [("Häuser", "Haus"), ("Katze", "Katzen"), ("Kindern", "Kind"), ("Buch", "Bücher")],
    )
    def test_have_the_forms_of_the_sites_language(self, settings, written, asked):
        settings.LANGUAGE_CODE = "de-at"
        create_article(title="One", body=f"Von {written} hier.")

        assert found(f"{asked} hier") == ["One"]

    def test_that_are_in_nearly_every_text_are_not_asked_for_beside_others(self, settings):
        create_article(title="River", body="Water, and nothing else.")
        create_article(title="Other", body="The sea")

        assert found("the river") == found("river with the water") == ["River"]
        assert found("the") == ["Other"]
        assert found('"the" river') == found('"the river"') == []

        settings.LANGUAGE_CODE = "de"
        assert found("the river") == []
        assert found("der River") == ["River"]

    def test_in_quotation_marks_stand_together_as_they_are(self):
        create_article(title="One", body="The neap tide is low.")
        create_article(title="Other", body="A tide that is no neap. Neap tides.")

        assert found('"neap tide"') == found("“neap tide” low") == ["One"]

    def test_may_end_in_signs(self):
        create_article(title="One", body="Я++ and F#")
        create_article(title="Other", body="Я and F")

        assert found("я++") == found("f#") == ["One"]

    def test_with_a_hyphen_stand_together(self):
        create_article(title="One", body="State-of-the-art gauges")
        create_article(title="Other", body="The art of the state")

        assert found("state-of-the-art") == ["One"]


@pytest.mark.both_databases
class TestTiers:
    """What stands in titles comes first, however often other texts say it."""

    MUCH = "Design of a system, a system for design. " * 30

    def test_a_title_typed_whole_comes_before_titles_that_hold_it(self):
        create_article(title="A design system", body="Words")
        create_articles(9, title="A design system for all", body=self.MUCH)

        assert found("a design system")[0] == found("Design system")[0] == "A design system"

    def test_a_phrase_of_the_title_comes_before_its_words(self):
        create_article(title="Our design system", body="Words")
        create_articles(9, title="System of design", body=self.MUCH)

        assert found("design system")[0] == "Our design system"

    def test_all_words_in_the_title_come_before_some_in_keywords(self):
        create_article(title="Systems: how we design", body="Words")
        create_articles(9, title="Design", keywords=["system"], body=self.MUCH)

        assert found("design system")[0] == "Systems: how we design"

    def test_title_keywords_and_names_come_before_the_text(self):
        for number, fields in enumerate(
            (
                {"keywords": ["system"]},
                {"categories": [create_category("System")]},
                {"primary_category": create_category("System theory")},
                {"authors": [create_author("Ada System")]},
            )
        ):
            create_article(title=f"Design {number}", body="Words", **fields)
        create_articles(9, title="Design", body=self.MUCH)

        assert sorted(found("design system")[:4]) == ["Design 0", "Design 1", "Design 2", "Design 3"]

    def test_a_title_is_found_among_more_newer_ones_than_are_ranked(self, monkeypatch):
        monkeypatch.setattr(search, "MAX_RANKED", 2)
        create_article(title="Tide", body="Words")
        create_articles(5, body="A tide")

        assert found("tide")[0] == "Tide"

    def test_long_titles_are_told_apart_by_their_last_word(self):
        long = "Building within an agency to build and support a new case management system: part"
        create_article(title=f"{long} 1", body="Part 2")
        create_article(title=f"{long} 2", body="Part 1")

        assert found(f"{long} 1")[0] == f"{long} 1"
        assert found(f"{long} 2")[0] == f"{long} 2"


@pytest.mark.both_databases
class TestNames:
    """Those of categories and authors are found with their articles, under what they are called today."""

    def test_are_found(self):
        create_article(
            title="One", categories=[create_category("Oceans")], authors=[create_author("Ida Aas")]
        )
        create_article(title="Other")

        assert found("oceans") == found("ida aas") == found("aas ocean") == ["One"]

    def test_of_two_categories_are_no_phrase(self):
        create_article(categories=[create_category("Oceans"), create_category("Life")])

        assert found('"oceans life"') == found('"life oceans"') == []

    @pytest.mark.parametrize("create", [create_category, create_author])
    def test_are_the_new_ones_after_renaming(self, create):
        row = create("Oceans")
        field = "categories" if create is create_category else "authors"
        create_article(title="One", **{field: [row]})

        row.name = "Seas"
        row.save()

        assert (found("oceans"), found("seas")) == ([], ["One"])

    def test_are_those_of_the_target_after_merging(self):
        merged, target = create_category("Oceans"), create_category("Seas")
        create_article(title="One", categories=[merged])
        create_article(title="Two", primary_category=merged)

        merge_categories([merged], target)

        assert found("oceans") == []
        assert sorted(found("seas")) == ["One", "Two"]

    def test_follow_each_change_of_links(self):
        article = create_article(title="One")
        ida, jon = create_author("Ida"), create_author("Jon")

        article.author_links.create(author=ida)
        assert found("ida") == ["One"]
        article.author_links.update(author=jon)
        assert (found("ida"), found("jon")) == ([], ["One"])
        article.author_links.all().delete()
        assert found("jon") == []
        article.authors.add(ida)
        article.author_links.get().delete()
        assert found("ida") == []


@pytest.mark.both_databases
class TestLastWord:
    def test_may_be_a_beginning(self):
        create_article(title="One", body="A barometer and a gauge")

        assert found("barom") == found("gauge barom") == ["One"]
        assert found("barom gauge") == found('"barom"') == []

    def test_is_a_beginning_in_titles_and_keywords_alone_while_it_is_short(self):
        create_article(title="Barometers", body="Words")
        create_article(title="Other", body="A barometer", keywords=["barograph"])
        create_article(title="Text", body="A barometer")

        assert sorted(found("bar")) == ["Barometers", "Other"]


@pytest.mark.both_databases
class TestReaders:
    def test_find_nothing_that_is_not_published(self):
        create_article(title="New tide", status=Article.Status.NEW)
        create_article(title="Later tide", published_at=timezone.now() + timedelta(days=1))

        assert found("tide") == []

    def test_find_a_scheduled_article_when_its_time_comes(self):
        create_article(title="Later tide", published_at=timezone.now() + timedelta(days=1))
        articles = Article.objects.published(timezone.now() + timedelta(days=2))

        assert len(search.find(search.parse("tide"), articles)) == 1

    def test_find_no_more_than_a_number(self, monkeypatch):
        monkeypatch.setattr(search, "MAX_RESULTS", 3)
        create_articles(6, body="A tide")

        assert len(found("tide")) == 4

    def test_find_the_best_of_those_stored_last(self, monkeypatch):
        monkeypatch.setattr(search, "MAX_RANKED", 2)
        create_article(title="Old", body="Tide, tide")
        create_articles(2, body="A tide")

        assert "Old" not in found("tide")
        assert len(found("tide")) == 2

    def test_may_narrow_what_they_look_through(self, monkeypatch):
        monkeypatch.setattr(search, "MAX_RANKED", 2)
        category = create_category()
        create_article(title="One", body="A tide", categories=[category])
        create_articles(3, body="A tide")

        within = Article.objects.published().in_any_category([category])

        assert found("tide", within=within) == found("tide", within=within, in_order=0) == ["One"]


class TestSpelling:
    @pytest.mark.both_databases
    @pytest.mark.parametrize("slip", ["tied", "tde", "tidde", "tude"])
    def test_a_slip_is_put_right(self, slip):
        create_articles(2, title="A tide", body="Neap")

        suggestion = search.suggest_spelling(search.parse(f"neap {slip}"), Article.objects.published())

        assert suggestion.text == "neap tide"

    @pytest.mark.both_databases
    def test_no_word_of_a_phrase_is_respelt(self):
        create_article(title="The hydrology of a neap tide")

        for query in ('"nep tide" hydrology', '"nep tide" hidrology'):
            assert search.suggest_spelling(search.parse(query), Article.objects.published()) is None

    @pytest.mark.both_databases
    def test_no_unpublished_word_is_proposed(self):
        create_article(title="The tide", status=Article.Status.NEW)
        create_article(title="The tide", published_at=timezone.now() + timedelta(days=1))

        assert search.suggest_spelling(search.parse("tidde"), Article.objects.published()) is None

    @pytest.mark.parametrize(
        ("slip", "titles", "is_sure"),
        [
            *(("tidde", ["Tide"], True), ("tidde", ["Tide", "Tide", "Tidle"], True)),
            *(("tdie", ["Tide"], True), ("tde", ["Tide"], False), ("tidde", ["Tide", "Tidle"], False)),
        ],
    )
    def test_is_sure_if_the_word_is_long_and_one_is_meant_by_far(self, slip, titles, is_sure):
        for title in titles:
            create_article(title=title)

        assert search.suggest_spelling(search.parse(slip), Article.objects.published()).is_sure == is_sure

    @pytest.mark.both_databases
    def test_a_word_that_no_article_holds_any_more_is_not_proposed(self):
        article = create_article(title="The tidle")
        create_article(title="The tide")
        article.title = "Other words"
        article.save()

        suggestion = search.suggest_spelling(search.parse("tidl"), Article.objects.published())

        assert suggestion is None or suggestion.text == "tide"


class TestEditors:
    @pytest.mark.both_databases
    def test_find_what_is_published_and_what_is_not(self):
        create_article(title="Out", body="A barometer")
        create_article(title="New", body="Barometers", status=Article.Status.NEW)
        create_article(title="Later", body="barometer", published_at=timezone.now() + timedelta(days=1))
        trash(create_article(title="Thrown away", body="barometer", status=Article.Status.NEW))
        create_article(title="Other", status=Article.Status.NEW)

        assert found_by_editors("barometer") == ["Out", "New", "Later", "Thrown away"]
        assert found_by_editors("barom") == ["Out", "New", "Later", "Thrown away"]
        assert found_by_editors('"a barometer"') == ["Out"]

    @pytest.mark.parametrize("field", ["title", "excerpt", "body"])
    def test_find_words_in_each_field(self, field):
        create_article(**{"title": "One", field: "About gauges", "status": Article.Status.NEW})
        create_article(title="Other", status=Article.Status.NEW)

        assert len(found_by_editors("gauges")) == 1

    @pytest.mark.both_databases
    def test_do_not_lead_readers_to_it(self):
        create_articles(3, title="A tide", status=Article.Status.NEW)
        create_article(title="Tide tables")
        articles = Article.objects.all()  # even where nobody asks who may be seen

        assert len(search.find(search.parse("tide"), articles)) == 1
        assert len(search.find_titles(search.parse("tide"), articles, 9)) == 1


class TestIndex:
    """It is in step after each change: nothing is missing, and what is not published stands apart."""

    @pytest.fixture(autouse=True)
    def afresh(self):
        # Tests that commit leave rows behind in a table that Django does not know and so does not empty.
        search.rebuild(Article.objects.all())

    @pytest.fixture
    def article(self):
        return create_article(title="One", body="A tide")

    def in_step(self):
        return search.count_stale(Article.objects.all()) == 0

    @pytest.mark.both_databases
    def test_a_changed_one(self, article):
        article.body = "An ebb"
        article.save()

        assert found("tide") == []
        assert found("ebb") == ["One"]

    @pytest.mark.both_databases
    def test_one_that_is_unpublished_and_published_again(self, article):
        assert self.in_step()
        for rows in (article, Article.objects.all()):
            unpublish(rows)
            assert found("tide") == []
            assert self.in_step()

            publish(rows)
            assert found("tide") == ["One"]
            assert self.in_step()

    @pytest.mark.both_databases
    def test_into_the_trash_and_back(self, article):
        trash(article)
        assert self.in_step()

        restore(Article.objects.all())
        publish(Article.objects.all())
        assert found("tide") == ["One"]

        trash(Article.objects.all())
        assert found("tide") == []
        assert self.in_step()

    @pytest.mark.both_databases
    def test_deleted_ones(self, article):
        other = create_article(body="A tide")

        article.delete()
        assert self.in_step()

        Article.objects.filter(pk=other.pk).delete()
        assert self.in_step()

    @pytest.mark.both_databases
    def test_derived_again(self, article):
        Article.objects.update(plain_text="Old words")

        Article.objects.all().derive()

        assert found("tide") == ["One"]
        assert found("old") == []

    @pytest.mark.both_databases
    def test_inserted_in_bulk(self):
        moment = timezone.now()
        rows = [
            Article(title=status, slug=status, status=status, published_at=moment, updated_at=moment)
            for status in Article.Status.values
        ]

        Article.objects.bulk_create(rows)

        assert found("published") == ["published"]
        assert self.in_step()

    @pytest.mark.both_databases
    def test_imported(self, folder):
        (folder / "one.md").write_text("---\ntitle: One\ndate: 2026-01-02\n---\n\nA tide\n")
        import_articles([folder], ImportOptions(status=StatusRule.PUBLISHED))
        assert found("tide") == ["One"]

        (folder / "one.md").write_text("---\ntitle: One\ndate: 2026-01-02\n---\n\nAn ebb\n")
        import_articles([folder], ImportOptions())
        assert found("ebb") == []
        (folder / "new.md").write_text("---\ntitle: New\nauthor: Ida Aas\n---\n\nA flood\n")
        import_articles([folder], ImportOptions())
        assert (found("flood"), found_by_editors("flood"), found_by_editors("aas")) == ([], ["New"], ["New"])
        assert self.in_step()
        import_articles([folder], ImportOptions(status=StatusRule.PUBLISHED))
        assert found("ebb") == ["One"]
        assert found("tide") == []

    @pytest.mark.both_databases
    def test_taken_back_with_the_transaction(self, article):
        with transaction.atomic():
            unpublish(article)
            transaction.set_rollback(True)

        assert found("tide") == ["One"]

    def test_a_text_of_endless_different_words(self):
        words = " ".join(f"{chr(0x4E00)}w{number}{'é' * 30}" for number in range(15_000))

        create_article(title="Endless", body=words)

        assert found("endless") == found("w5eeee") == ["Endless"]


@pytest.mark.both_databases
class TestRebuilding:
    def test_makes_it_as_it_was(self, capsys):
        create_article(title="One", body="A tide")
        create_article(title="New", body="A tide", status=Article.Status.NEW)
        search.remove(list(Article.objects.values_list("pk", flat=True)))
        assert found("tide") == []

        call_command("rebuild_search")

        assert found("tide") == ["One"]
        assert "2 articles" in capsys.readouterr().out

    def test_an_empty_one_changes_no_page(self, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks() as callbacks:
            search.rebuild(Article.objects.none())

        assert callbacks == []

    def test_the_check_says_when_it_is_time(self):
        search.rebuild(Article.objects.all())
        article = create_article(body="A tide")
        assert check_search_index(None, databases=["default"]) == []

        search.remove([article.pk])

        assert [warning.id for warning in check_search_index(None, databases=["default"])] == ["galley.W007"]
        assert check_search_index(None, databases=None) == []

    def test_django_does_not_take_its_tables_for_its_own(self, tmp_path):
        create_article()
        file = tmp_path / "dump.json"

        call_command("dumpdata", "blog", output=str(file), verbosity=0)

        assert "blog_search" not in file.read_text()
        assert not {"blog_search", "blog_search_data"} & set(connection.introspection.django_table_names())


@pytest.mark.both_databases
class TestVersions:
    def test_a_release_comes_before_its_patches_and_previews(self):
        for title in ("Ruby 3.2.0 Preview 1 Released", "Ruby 3.2.0 Released", "Ruby 3.2.4 Released"):
            create_article(title=title)
        create_article(title="Ruby 2.3.2 Released")

        assert found("ruby 3.2")[:3] == [
            *("Ruby 3.2.0 Released", "Ruby 3.2.4 Released", "Ruby 3.2.0 Preview 1 Released")
        ]
        assert found("ruby 3.2.0 preview")[0] == "Ruby 3.2.0 Preview 1 Released"

    def test_a_title_that_is_only_a_preview_comes_last(self):
        create_article(title="1.63.0 pre-release testing")
        create_article(title="Announcing Rust 1.63.0")

        assert found("1.63.0") == ["Announcing Rust 1.63.0", "1.63.0 pre-release testing"]
        assert found("1.63.0", in_order=1)[0] == "Announcing Rust 1.63.0"


@pytest.mark.both_databases
class TestOrder:
    def test_the_newer_of_equal_articles_is_first(self):
        for day in (2, 9, 5):
            create_article(
                title="Notes on tides", slug=f"day-{day}", published_at=timezone.now() - timedelta(days=day)
            )

        keys = search.find(search.parse("notes on tides"), Article.objects.published())

        assert [Article.objects.get(pk=key).slug for key in keys] == ["day-2", "day-5", "day-9"]

    def test_may_be_that_of_the_first_only(self):
        # In each tier, older articles are better.
        create_article(title="Tide")
        for words in ("", " and more", " and more of the many other words"):
            create_article(title=f"About a tide{words}")
        create_article(title="Ebb", keywords=["tide"], body="Salt. " * 500)  # worse than the next by its body
        for times in (9, 4, 1):
            create_article(title=f"Sea {times}", body="The tide. " * times + "Salt. " * 20)
        best = found("tide")

        assert [best[0], best[4]] == ["Tide", "Ebb"]
        for number in range(len(best) + 1):
            some = found("tide", in_order=number)
            assert some[:number] == best[:number]
            assert sorted(some) == sorted(best)

    def test_can_be_by_date(self):
        for day, title in ((2, "A"), (9, "Tide"), (5, "B")):
            create_article(title=title, body="The tide.", published_at=timezone.now() - timedelta(days=day))
        articles, query = Article.objects.published(), search.parse("tide")

        by_date = [
            [articles.get(pk=key).title for key in search.find_dated(query, articles, oldest_first=oldest)]
            for oldest in (False, True)
        ]

        assert by_date == [["A", "B", "Tide"], ["Tide", "B", "A"]]


@pytest.mark.both_databases
class TestMostWords:
    @pytest.mark.parametrize(
        ("asked", "expected"),
        [
            ("how do I read a tide table", ["Reading a tide table"]),  # words of a question
            ("tide table harbour unheard", ["Tide tables of the harbour"]),  # three of four
            ("tide unheard", []),  # half is not most
            ("tide unheard unseen", []),
        ],
    )
    def test_are_enough_if_no_article_has_all(self, asked, expected):
        create_article(title="Reading a tide table", body="Words")
        create_article(title="Tide tables of the harbour", body="Words")
        articles = Article.objects.published()

        queries = search.broaden(search.parse(asked), articles)

        keys = search.find_any(queries, articles) if queries else []
        assert [articles.get(pk=key).title for key in keys] == expected


@pytest.mark.both_databases
class TestRareWords:
    def test_are_respelt_if_a_title_has_the_others_and_a_similar_word(self):
        create_article(title="The borrow checker", body="How it checks.")
        create_article(title="Notes", body="A borow in a checker, misspelt.")
        articles = Article.objects.published()

        assert search.suggest_spelling(search.parse("borow checker"), articles).text == "borrow checker"
        assert search.suggest_spelling(search.parse("borow misspelt"), articles) is None

    def test_without_other_words_are_meant(self):
        create_articles(40, title="The time", body="Time and again.")
        create_article(title="Notes", body="The tide.")

        assert search.suggest_spelling(search.parse("tide"), Article.objects.published()) is None

    @pytest.mark.parametrize("title", ["Tides of a harbour", "The harbour"])
    def test_are_meant_if_no_title_has_the_others_and_a_similar_word(self, title):
        create_article(title=title)
        create_article(title="The time", body="A harbour.")
        create_article(title="Notes", body="A tide in a harbour.")

        assert search.suggest_spelling(search.parse("tide harbour"), Article.objects.published()) is None

    def test_of_a_title_are_meant(self):
        create_article(title="The borow", body="A checker.")
        create_article(title="The borrow checker", body="How it checks.")

        assert search.suggest_spelling(search.parse("borow checker"), Article.objects.published()) is None


@pytest.mark.both_databases
class TestEastAsianScripts:
    def test_kana_are_the_same_in_both_scripts(self):
        create_article(title="サーバーの設定", body="本文")
        create_article(title="りんごの木", body="本文")

        assert found("さーばー") == ["サーバーの設定"]
        assert found("リンゴ") == ["りんごの木"]
        assert found('"リンゴ"') == []

    def test_korean_words_are_found_with_another_ending(self):
        create_article(title="검색 안내", body="본문")
        create_article(title="고양이", body="본문")

        assert found("검색을") == ["검색 안내"]
        assert found("고양이가") == ["고양이"]
