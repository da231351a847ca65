"""The screen Search and replace: form, preview, questions and result."""

import pytest
from django.urls import reverse

from blog.extensions.replacement import changes as replacement
from blog.extensions.replacement import screen
from blog.models import Article, Job, UndoableAction
from tests.support.admin_pages import LIST, post_action, text_of
from tests.support.approvals import approve
from tests.support.factories import create_article, create_articles
from tests.support.html_forms import form_data
from tests.support.injected_markup import HOSTILE, find_active_markup
from tests.support.jobs import run_jobs
from tests.support.queries import count_queries

pytestmark = pytest.mark.django_db

REPLACE = reverse("admin:blog_article_replace")
REST = " The tide turns twice a day, and the boats turn with it, as they always have." * 3
BODY = "Acme Cloud is new." + REST
ASKED = {"scope": "all", "old": "Acme Cloud", "new": "Globex", "subject": "words", "whole_words": "on"}


def show(client, **values):
    return client.post(REPLACE, ASKED | values)


def apply(client, page, **values):
    """Apply a preview with all its changes, as its form does."""
    context = page.context
    changes = [row.key for row in context["preview"].rows]
    return client.post(
        REPLACE, ASKED | {"seen": context["seen"], "change": changes, "apply": "1"} | values, follow=True
    )


def bodies():
    return [
        body.partition(" is")[0] for body in Article.objects.order_by("pk").values_list("body", flat=True)
    ]


class TestForm:
    @pytest.mark.parametrize(
        ("values", "message"),
        [
            ({"old": "a"}, "Enter at least two characters, with a letter or digit."),
            ({"new": "Acme Cloud"}, "This is what you search for."),
            ({"subject": "host"}, "Enter only the host, such as www.example.com."),
            (
                {"subject": "link", "old": "https://a.example", "new": "javascript:x"},
                "Enter a URL that begins with",
            ),
        ],
    )
    def test_refuses_what_cannot_be_replaced(self, admin_client, values, message):
        assert message in text_of(show(admin_client, **values))

    def test_list_links_to_it_with_its_filters(self, admin_client):
        create_article(body=BODY)
        create_article(body=BODY, status="new")

        page = admin_client.get(LIST, {"state": "published"})

        assert f'href="{REPLACE}?scope=state%3Dpublished"' in page.content.decode()
        assert "In 1 article of the filtered list." in text_of(
            admin_client.get(REPLACE, {"scope": "state=published"})
        )

    def test_action_searches_the_selected_articles(self, admin_client):
        first, _second = create_articles(2, body=BODY)

        page = post_action(admin_client, "replace_in_selected", first)

        assert "In 1 selected article." in text_of(page)
        form = form_data(page.content.decode())
        selected = {"scope": form["scope"], "keys": form["keys"]}
        shown = admin_client.post(REPLACE, ASKED | selected)
        assert list(shown.context["preview"].versions) == [first.pk]
        assert apply(admin_client, shown, **selected).redirect_chain == [(LIST, 302)]


class TestPreview:
    def test_shows_each_sentence_with_its_change(self, admin_client):
        create_articles(2, body=BODY)

        page = show(admin_client)

        assert "<del>Acme Cloud</del><ins>Globex</ins> is new." in page.content.decode()
        said = text_of(page)
        for words in (
            "2 sentences",
            "2 articles would change",
            "2 of them are public",
            "in 2 articles",
            "Replace in 2 articles",
        ):
            assert words in said
        assert bodies() == ["Acme Cloud"] * 2

    def test_takes_as_many_queries_for_many_articles(self, admin_client, django_assert_num_queries):
        create_articles(2, body=BODY)
        show(admin_client)
        few = count_queries(show, admin_client)
        create_articles(30, body=BODY)

        with django_assert_num_queries(few):
            show(admin_client)

    def test_goes_on_after_the_last_article_searched(self, admin_client, monkeypatch):
        monkeypatch.setattr(replacement, "READ_AT_ONCE", 1)
        monkeypatch.setattr(replacement, "MOST_ROWS", 1)
        _first, second = create_articles(2, body=BODY)

        page = show(admin_client)
        assert "1 further article was not searched" in text_of(page)

        following = show(admin_client, after=page.context["preview"].last)
        assert list(following.context["preview"].versions) == [second.pk]

    def test_shows_all_changes_in_one_article(self, admin_client):
        article = create_article(title="Acme Cloud", body=BODY)

        page = show(admin_client, article=article.pk, with_titles="on")

        assert page.content.decode().count("<ins>Globex</ins>") == 2
        assert admin_client.post(REPLACE, ASKED | {"article": article.pk + 1}).status_code == 404

    def test_escapes_texts(self, admin_client):
        article = create_article(title=HOSTILE, body=f"Acme Cloud {HOSTILE} is new." + REST)

        for page in (show(admin_client, new=HOSTILE), show(admin_client, new=HOSTILE, article=article.pk)):
            assert find_active_markup(page.content.decode()) == []


class TestApply:
    def test_replaces_and_undoes(self, admin_client):
        create_articles(2, body=BODY)

        page = apply(admin_client, show(admin_client))

        assert bodies() == ["Globex"] * 2
        assert "“Acme Cloud” was replaced with “Globex” in 2 articles." in text_of(page)
        admin_client.post(reverse("admin:blog_article_undo"), {"number": UndoableAction.objects.get().pk})
        assert bodies() == ["Acme Cloud"] * 2

    def test_leaves_unticked_changes_and_names_changed_articles(self, admin_client):
        first = create_article(title="Changed meanwhile", body=BODY)
        create_article(body=BODY)
        page = show(admin_client)
        first.save()

        assert "Nothing to change." in text_of(apply(admin_client, page, change=[]))
        said = text_of(apply(admin_client, page))

        assert bodies() == ["Acme Cloud", "Globex"]
        assert (
            "1 article was skipped because it changed after you opened the page. “ Changed meanwhile ”"
            in said
        )

    def test_changes_only_articles_of_its_scope(self, admin_client):
        inside = create_article(body=BODY, status="new")
        outside = create_article(body=BODY)
        seen = f"{inside.pk}.{inside.lock_version} {outside.pk}.{outside.lock_version}"

        apply(admin_client, show(admin_client), seen=seen, scope="state=published")

        assert bodies() == ["Acme Cloud", "Globex"]

    def test_wants_the_number_typed_if_many_are_public(self, admin_client, monkeypatch):
        monkeypatch.setattr(replacement, "MOST_PUBLIC", 1)
        create_articles(2, body=BODY)
        page = show(admin_client)

        said = text_of(apply(admin_client, page, typed="3"))
        assert "Type the number of public articles to replace in them." in said
        assert bodies() == ["Acme Cloud"] * 2

        apply(admin_client, page, typed="2")
        assert bodies() == ["Globex"] * 2

    def test_asks_before_approvals_end(self, admin_client, admin_user):
        first, _second = create_articles(2, body=BODY, generated_by="Gemini")
        approve(admin_user, first)

        page = apply(admin_client, show(admin_client))
        assert "This replacement would end 1 approval" in text_of(page)
        assert bodies() == ["Acme Cloud"] * 2

        admin_client.post(REPLACE, form_data(page.content.decode()))
        assert bodies() == ["Acme Cloud", "Globex"]

    def test_uses_a_job_for_many_and_undoes_it_with_another(self, admin_client, monkeypatch):
        monkeypatch.setattr(screen, "MAX_ARTICLES_PER_REQUEST", 1)
        monkeypatch.setattr("blog.review.jobs.MAX_ARTICLES_PER_REQUEST", 1)
        create_articles(2, body=BODY)

        page = apply(admin_client, show(admin_client))
        assert "2 articles are being changed. You can leave this page." in text_of(page)
        run_jobs()
        assert bodies() == ["Globex"] * 2

        admin_client.post(reverse("admin:blog_article_undo"), {"number": UndoableAction.objects.get().pk})
        run_jobs()
        assert bodies() == ["Acme Cloud"] * 2
        assert Job.objects.filter(kind="undo", state=Job.State.DONE).exists()

    def test_shows_what_a_job_has_skipped(self, admin_client, monkeypatch):
        monkeypatch.setattr(screen, "MAX_ARTICLES_PER_REQUEST", 1)
        first, _second, _third = create_articles(3, body=BODY)
        apply(admin_client, show(admin_client))
        first.save()
        run_jobs()

        said = text_of(admin_client.get(REPLACE, {"job": Job.objects.get(kind="replace").pk}))

        assert "1 article was skipped" in said
        assert "changed since the preview" in said
