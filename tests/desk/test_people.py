"""The screen of people: permissions, confirmations and decisions."""

import pytest
from django.urls import reverse

from blog.desk import people as desk_people
from blog.models import Article, Mention, Person, UndoableAction
from blog.review import jobs, people
from blog.review.proofs import check_now, has_blocking_marks
from tests.support import factories
from tests.support.admin_pages import text_of
from tests.support.approvals import approve
from tests.support.html_forms import form_data
from tests.support.jobs import run_jobs

pytestmark = pytest.mark.django_db

PEOPLE = reverse("admin:people")
REST = "The mill turns as long as the wind blows from the sea, and stops when it does not.\n" * 8
BOX = '> "We used to wait for the wind, and now it waits for us." — Dr. Ada Quillon, {role}\n\n' + REST


def quote(number=1):
    articles = [
        factories.create_article(body=BOX.format(role=f"miller of hill {place}")) for place in range(number)
    ]
    check_now([article.pk for article in articles])
    return articles


def ask(client, answer):
    return client.get(PEOPLE, {"person": Person.objects.get().pk, "answer": answer})


def form_of(page, answer):
    """Return the data of the form that opens with this answer."""
    form = page.content.decode().partition(f'id="answer-{answer}"')[2].partition("</form>")[0]
    return form_data(form)


class TestPeoplePage:
    def test_shows_descriptions_side_by_side(self, admin_client):
        quote(2)

        said = text_of(admin_client.get(PEOPLE))

        for words in ("Dr. Ada Quillon", "2 articles", "Miller of hill 0", "Miller of hill 1"):
            assert words in said

    def test_shows_removed_passages_before_the_removal(self, admin_client):
        quote(2)

        page = ask(admin_client, "invented")

        assert "To be removed: 2 passages" in text_of(page)
        assert page.content.decode().count("<del>") == 2
        assert Person.objects.get().decision == ""

    def test_removes_only_the_ticked_passages(self, admin_client):
        quote(3)
        form = form_of(ask(admin_client, "invented"), "invented")
        form["passage"] = form["passage"][1:]

        admin_client.post(PEOPLE, form)

        assert ["Quillon" in article.body for article in Article.objects.order_by("pk")] == [
            True,
            False,
            False,
        ]
        assert Person.objects.get().decision == "invented"

    def test_removes_a_ticked_passage_that_the_text_leads_up_to(self, admin_client):
        article = factories.create_article(body=REST + "\nShe asked:\n\n" + BOX.format(role="miller"))
        check_now([article.pk])
        page = ask(admin_client, "invented")
        form = form_of(page, "invented")

        admin_client.post(PEOPLE, form | {"passage": form["offered"]})

        assert "The text before this passage leads up to it" in text_of(page)
        assert "passage" not in form
        assert "Quillon" not in Article.objects.get().body

    def test_decision_can_be_recorded_without_a_removal(self, admin_client):
        (article,) = quote()
        form = form_of(ask(admin_client, "invented"), "invented") | {"only": "yes"}

        admin_client.post(PEOPLE, form)

        assert Article.objects.get().body == article.body
        assert Person.objects.get().decision == "invented"

    def test_a_passage_whose_removal_would_break_the_text_cannot_be_ticked(self, admin_client):
        article = factories.create_article(body=BOX.format(role="miller").removesuffix(REST))
        check_now([article.pk])
        form = form_of(ask(admin_client, "invented"), "invented")

        admin_client.post(PEOPLE, form | {"passage": form["offered"]})

        assert Article.objects.get().body == article.body

    def test_removes_a_person_and_undoes_it(self, admin_client, admin_user):
        before = [article.body for article in quote(3)]

        admin_client.post(PEOPLE, form_of(ask(admin_client, "invented"), "invented"))
        without = list(Article.objects.order_by("pk").values_list("body", flat=True))
        admin_client.post(
            reverse("admin:blog_article_undo"), {"number": UndoableAction.objects.latest("pk").pk}
        )

        assert without == [REST] * 3
        assert list(Article.objects.order_by("pk").values_list("body", flat=True)) == before

    @pytest.mark.parametrize("number", [1, 5])
    def test_many_articles_are_changed_and_restored_by_jobs(self, admin_client, monkeypatch, number):
        monkeypatch.setattr(desk_people, "MAX_ARTICLES_PER_REQUEST", 0)
        monkeypatch.setattr(jobs, "MAX_ARTICLES_PER_REQUEST", 0)
        monkeypatch.setattr(people, "RENDERED_AT_ONCE", 2)
        monkeypatch.setattr("blog.articles.actions.undo.RENDERED_AT_ONCE", 2)
        monkeypatch.setattr(jobs, "check_articles", check_now)
        before = [article.body for article in quote(number)]
        admin_client.post(PEOPLE, form_of(ask(admin_client, "invented"), "invented"))
        run_jobs()
        without = list(Article.objects.order_by("pk").values_list("body", flat=True))
        action = {"number": UndoableAction.objects.get().pk}

        said = [
            text_of(admin_client.post(reverse("admin:blog_article_undo"), action, follow=True)) for _ in "12"
        ]
        meanwhile = list(Article.objects.order_by("pk").values_list("body", flat=True))
        run_jobs()

        assert without == meanwhile == [REST] * number
        assert "The undo is running" in said[0]
        assert "is being undone" in said[1]
        assert list(Article.objects.order_by("pk").values_list("body", flat=True)) == before
        assert UndoableAction.objects.get().undone_at
        assert Person.objects.get().decision == ""
        assert all(map(has_blocking_marks, Article.objects.all()))

    def test_real_person_requires_a_source(self, admin_client):
        quote()
        form = form_of(ask(admin_client, "real"), "real")

        refused = admin_client.post(PEOPLE, form, follow=True)
        kept = admin_client.post(PEOPLE, form | {"source": "A letter"}, follow=True)

        assert "Say how you know" in text_of(refused)
        assert "Dr. Ada Quillon is real. A letter" in text_of(kept)

    def test_source_supports_what_is_ticked(self, admin_client):
        quote(2)
        form = form_of(ask(admin_client, "real"), "real")
        (key, *_) = Mention.objects.values_list("key", flat=True)

        kept = admin_client.post(PEOPLE, form | {"source": "A letter", "quotation": key}, follow=True)

        assert Person.objects.get().supports == {"roles": [""], "quotations": [key]}
        assert "1 is left for you: Article" in text_of(kept)

    def test_refused_form_keeps_what_was_typed(self, admin_client):
        quote()
        form = form_of(ask(admin_client, "real"), "real") | {"source": "A letter"}
        del form["role"]

        refused = admin_client.post(PEOPLE, form)

        assert "Tick what the source supports" in text_of(refused)
        assert 'value="A letter"' in refused.content.decode()

    def test_name_that_is_not_a_person_is_remembered_and_can_be_reopened(self, admin_client):
        quote(2)

        asked = ask(admin_client, "not_person")
        shown = admin_client.post(PEOPLE, form_of(asked, "not-person"), follow=True)
        remembered = Person.objects.get()
        admin_client.post(PEOPLE, {"person": remembered.pk, "answer": "open"})

        assert "No text changes. 2 marks close, and 2 approvals no longer wait" in text_of(asked)
        assert "Not a person. Later imports skip the name, too. admin" in text_of(shown)
        assert (remembered.decision, remembered.applies_until) == ("not_person", None)
        assert Person.objects.get().decision == ""

    def test_name_is_not_remembered_without_the_tick(self, admin_client):
        quote()
        form = form_of(ask(admin_client, "not_person"), "not-person")
        del form["remember"]

        admin_client.post(PEOPLE, form)

        assert Person.objects.get().applies_until is not None

    def test_result_names_what_was_left_and_why(self, admin_client):
        changed, _ = quote(2)
        form = form_of(ask(admin_client, "invented"), "invented")
        changed.save()
        led_up_to = factories.create_article(body="She asked:\n\n" + BOX.format(role="miller"))
        check_now([led_up_to.pk])

        shown = text_of(admin_client.post(PEOPLE, form, follow=True))

        assert "Dr. Ada Quillon was removed from 1 article. 1 is left for you: " in shown
        assert f"{changed.title} (skipped because it changed after you opened the page)" in shown

    @pytest.mark.parametrize(
        ("answer", "more"), [("invented", {}), ("real", {"source": "A letter", "unticked": "remove"})]
    )
    def test_job_removes_a_person_from_many_articles(self, admin_client, monkeypatch, answer, more):
        monkeypatch.setattr("blog.desk.people.MAX_ARTICLES_PER_REQUEST", 1)
        quote(2)
        form = form_of(ask(admin_client, answer), answer)

        started = admin_client.post(PEOPLE, form | more, follow=True)
        run_jobs()

        assert "is being removed from 2 articles" in text_of(started)
        assert not any("Quillon" in article.body for article in Article.objects.all())
        assert Person.objects.get().decision == answer

    def test_job_removes_nothing_once_the_decision_was_reopened(self, admin_client, monkeypatch):
        monkeypatch.setattr("blog.desk.people.MAX_ARTICLES_PER_REQUEST", 1)
        before = [article.body for article in quote(2)]
        form = form_of(ask(admin_client, "real"), "real") | {"source": "A letter", "unticked": "remove"}
        admin_client.post(PEOPLE, form)

        admin_client.post(PEOPLE, {"person": Person.objects.get().pk, "answer": "open"})
        run_jobs()

        assert [article.body for article in Article.objects.order_by("pk")] == before

    @pytest.mark.parametrize(("how", "changed"), [("skip", [False, True, True]), ("all", [True] * 3)])
    def test_asks_before_a_removal_ends_approvals(self, admin_client, admin_user, how, changed):
        articles = quote(3)
        before = [article.body for article in Article.objects.order_by("pk")]
        approve(admin_user, articles[0])

        page = admin_client.post(PEOPLE, form_of(ask(admin_client, "invented"), "invented"))

        assert "would end 1 approval" in text_of(page)
        assert [article.body for article in Article.objects.order_by("pk")] == before
        done = admin_client.post(PEOPLE, form_data(page.content.decode()) | {"how": how}, follow=True)
        after = [article.body for article in Article.objects.order_by("pk")]
        assert [old != new for old, new in zip(before, after, strict=True)] == changed
        assert ("skipped and keeps its approval" in text_of(done)) == (how == "skip")

    @pytest.mark.parametrize("asked", ["0", "x", "9" * 30])
    def test_unknown_person_is_not_found(self, admin_client, asked):
        assert admin_client.get(PEOPLE, {"person": asked}).status_code == 404

    def test_without_people_shows_a_note(self, admin_client):
        assert "No people to decide on" in text_of(admin_client.get(PEOPLE))
