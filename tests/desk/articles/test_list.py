"""The article list: tabs, marks, order, filters and number of queries."""

import re

import pytest
from django.contrib.admin import site
from django.urls import reverse

from blog.models import Article, ArticleCheck, Finding, HeldUpdate, Mention, Person
from tests.support import factories
from tests.support.admin_pages import LIST, create_article, text_of
from tests.support.changes import trash

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("users_read_once")]


def machines(title, **proof):
    """Return a new AI-written article with a check that has these values."""
    article = create_article(title=title, generated_by="Gemini")
    ArticleCheck.objects.update_or_create(article=article, defaults=proof)
    return article


def titles(client, **query):
    return [article.title for article in client.get(LIST, query).context["cl"].result_list]


def rows(client, **query):
    return re.findall(r"<tr>(.*?)</tr>", client.get(LIST, query).content.decode(), re.S)


class TestTabs:
    @pytest.mark.both_databases
    def test_count_the_articles_in_each_state(self, admin_client):
        machines("A")
        machines("B")
        factories.create_article()

        tabs = {str(tab["name"]): tab["number"] for tab in admin_client.get(LIST).context["cl"].tabs()}

        numbers = [tabs[name] for name in ("To review", "Published", "Changed since approval", "All")]
        assert numbers == [2, 1, 0, None]
        assert "Drafts" not in tabs  # there is none

    def test_filter_and_mark_the_current_tab(self, admin_client):
        machines("A")
        factories.create_article(title="B")

        page = admin_client.get(LIST, {"state": "check"})

        assert [article.title for article in page.context["cl"].result_list] == ["A"]
        assert [str(tab["name"]) for tab in page.context["cl"].tabs() if tab["is_current"]] == ["To review"]


class TestRows:
    def test_show_worst_mark_and_number_of_others(self, admin_client):
        machines("A", worst=["quotation", "Dr. Ada Quillon"], open_blocking=1, open_claims=2, risk=9)
        machines("B", worst=[], risk=0)
        create_article(title="C")

        said = [
            re.sub(r"<[^>]+>|\s+", " ", row)
            for row in rows(admin_client, order="title")
            if "field-mark" in row
        ]

        assert "Dr. Ada Quillon quoted" in said[0]
        assert "+2" in said[0]
        assert "No marks" in said[1]
        assert "Not checked yet" in said[2]

    def test_link_to_the_proof_or_the_comparison(self, admin_client):
        article, held = machines("A"), machines("B")
        update = HeldUpdate.objects.create(
            article=held, source_name="posts", path="a.md", digest="d", data=b""
        )

        html = admin_client.get(LIST).content.decode()

        assert reverse("admin:blog_article_proof", args=[article.pk]) in html
        assert reverse("admin:blog_heldupdate_change", args=[update.pk]) in html
        assert reverse("admin:blog_article_proof", args=[held.pk]) not in html

    def test_trashed_articles_link_to_the_edit_page(self, admin_client):
        article = machines("A")
        trash(article)

        html = admin_client.get(LIST, {"state": "trash"}).content.decode()

        assert reverse("admin:blog_article_change", args=[article.pk]) in html
        assert reverse("admin:blog_article_proof", args=[article.pk]) not in html


class TestOrder:
    @pytest.mark.both_databases
    def test_articles_to_review_start_with_lowest_risk(self, admin_client):
        for title, risk in (("B", 5), ("C", 9), ("A", 0)):
            machines(title, risk=risk)

        assert titles(admin_client, state="check") == ["A", "B", "C"]
        assert titles(admin_client, state="check", order="risk") == ["C", "B", "A"]
        assert titles(admin_client, state="check", order="old") == ["B", "C", "A"]

    @pytest.mark.both_databases
    def test_unchecked_articles_come_last(self, admin_client):
        create_article(title="A", generated_by="Gemini")
        machines("B", risk=9)

        assert titles(admin_client, state="check") == ["B", "A"]
        assert titles(admin_client, state="check", order="risk") == ["B", "A"]

    def test_unknown_order_is_ignored(self, admin_client):
        machines("A")
        machines("B")

        assert titles(admin_client, order="nonsense") == ["B", "A"]


class TestFilters:
    @pytest.mark.both_databases
    def test_by_mark(self, admin_client):
        clean, quoted = machines("Clean", risk=0), machines("Quoted", risk=9, open_blocking=1)
        Finding.objects.create(article=quoted, kind="link_broken")
        Finding.objects.create(article=clean, kind="link_broken", is_settled=True)

        assert titles(admin_client, mark="none") == ["Clean"]
        assert titles(admin_client, mark="person") == ["Quoted"]
        assert titles(admin_client, mark="link_broken") == ["Quoted"]
        assert len(titles(admin_client, mark="nonsense")) == 2

    def test_by_person(self, admin_client):
        named, _other = machines("Named"), machines("Other")
        person = Person.objects.create(key="ada quillon", name="Dr. Ada Quillon")
        for place in range(2):
            Mention.objects.create(
                person=person,
                article=named,
                kind="person",
                key=str(place),
                start=place,
                end=place + 1,
                words="x",
            )

        page = admin_client.get(LIST, {"person": person.pk})

        assert [article.title for article in page.context["cl"].result_list] == ["Named"]
        assert "Person: Dr. Ada Quillon" in text_of(page)

    def test_by_flag_and_author(self, admin_client):
        author = factories.create_author("Ida Berg")
        create_article(title="Featured", is_featured=True)
        create_article(title="Hers", authors=[author])

        assert titles(admin_client, flag="featured") == ["Featured"]
        assert titles(admin_client, author=author.pk) == ["Hers"]

    def test_are_removed_one_by_one(self, admin_client):
        machines("A", risk=0)

        page = admin_client.get(LIST, {"mark": "none", "q": "A"})

        chosen = [chip for chip in page.context["cl"].chips if chip["chosen"]]
        assert [(str(chip["title"]), chip["without"]) for chip in chosen] == [("mark", "?q=A")]
        assert page.context["cl"].without_search() == "?mark=none"


@pytest.mark.both_databases
class TestShared:
    def test_shows_shared_findings_once(self, admin_client):
        for number in range(6):
            article = machines(f"A {number}")
            Finding.objects.create(article=article, kind="flagged_trending", is_shared=True)

        without, shown = admin_client.get(LIST), admin_client.get(LIST, {"shared": "yes"})

        assert "Flagged as trending" in text_of(shown)
        assert "shared" not in without.context


class TestSelectFirst:
    def feature(self, client, query="", **data):
        client.post(LIST + query, {"action": "feature", "index": "0"} | data)
        return list(
            Article.objects.filter(is_featured=True).order_by("title").values_list("title", flat=True)
        )

    @pytest.fixture
    def articles(self, monkeypatch):
        monkeypatch.setattr(site.get_model_admin(Article), "list_per_page", 2)
        return [create_article(title=title) for title in "ABCDE"]

    def test_selects_over_several_pages_in_the_order_of_the_list(self, admin_client, articles):
        assert self.feature(admin_client, "?order=title", select_first="3") == ["A", "B", "C"]
        assert self.feature(admin_client, "?order=old&p=2", select_first="4") == ["A", "B", "C", "D"]

    def test_wins_over_the_boxes_which_are_on_one_page_only(self, admin_client, articles):
        data = {"_selected_action": [articles[4].pk], "select_across": "1"}

        assert self.feature(admin_client, "?order=title", select_first="2", **data) == ["A", "B"]

    @pytest.mark.parametrize("number", ["", "0", "-1", "x", "1e3"])
    def test_is_ignored_without_a_number(self, admin_client, articles, number):
        data = {"_selected_action": [articles[4].pk]}

        assert self.feature(admin_client, select_first=number, **data) == ["E"]


class TestListedRows:
    def test_have_the_same_marks_and_states_as_the_list(self, admin_client):
        article, other = machines("A", worst=["quotation", "Ada"], open_blocking=1), machines("B")
        rows = reverse("admin:blog_article_rows")

        fresh = admin_client.get(rows, {"keys": f"{article.pk},x,{2**62}"}).content.decode()

        cells = re.findall(r"<td .*?</td>", fresh, re.S)
        assert len(cells) == 2
        assert all(cell in admin_client.get(LIST).content.decode() for cell in cells)
        assert f"state-{other.pk}" not in fresh


class TestStateOfRows:
    def is_repeated(self, client, query):
        return 'class="field-state same"' not in client.get(LIST + query).content.decode()

    def test_is_not_repeated_in_a_tab_of_this_state(self, admin_client):
        machines("Moon")

        assert not self.is_repeated(admin_client, "?state=check")

    @pytest.mark.parametrize("query", ["", "?state=check&q=Moon"])
    def test_is_repeated_among_all_and_in_searches(self, admin_client, query):
        machines("Moon")

        assert self.is_repeated(admin_client, query)


class TestMenuOfActions:
    def test_has_a_button_for_each_action_without_one_in_the_toolbar(self, admin_client):
        machines("Moon")

        html = admin_client.get(LIST).content.decode()

        assert html.count('name="action" value="publish"') == 1
        assert html.count('name="action" value="unpublish"') == 1
        assert '<select name="action"' not in html
