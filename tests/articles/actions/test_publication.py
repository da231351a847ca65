"""Publishing and flagging many articles: confirmation, message, history and undo."""

import datetime as dt
import html as html_entities
import re

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blog.articles.actions.base import SkipReason
from blog.articles.actions.publication import Verb, apply_verb
from blog.articles.actions.undo import latest_undoable, undo
from blog.articles.undoable import UNDOABLE_HOURS
from blog.desk.articles import undo as undo_page
from blog.models import Article, ArticleAuthor, ArticleCategory, CategoryCount, Redirect, UndoableAction
from tests.support import factories
from tests.support.admin_pages import (
    LIST,
    create_article,
    page_of,
    post_action,
    post_action_confirmed,
    press,
    shown_form,
    text_of,
)
from tests.support.changes import trash
from tests.support.html_forms import form_data
from tests.support.roles import ROLES, log_in
from tests.support.rolling_back import rolled_back

pytestmark = pytest.mark.django_db

UNDO = reverse("admin:blog_article_undo")
HOUR = dt.timedelta(hours=1)


def read(response) -> str:
    return html_entities.unescape(text_of(response))


def scheduled(**fields):
    return create_article(status="published", published_at=timezone.now() + dt.timedelta(days=1), **fields)


def seen(*articles):
    return {article.pk: article.lock_version for article in articles}


def press_undo(client, *, follow=False):
    return client.post(UNDO, {"number": UndoableAction.objects.latest("pk").pk}, follow=follow)


KEPT = {"lock_version", "appeared_at"}  # undo counts as a save, and does not deny that readers saw an article


def everything():
    """Return what undo must restore: all rows without their lock versions, and the order of lists."""
    articles = {
        row["id"]: {name: value for name, value in row.items() if name not in KEPT}
        for row in Article.objects.values()
    }
    return {
        "articles": articles,
        "categories": sorted(ArticleCategory.objects.values_list("pk", "category", "listed_at")),
        "authors": sorted(ArticleAuthor.objects.values_list("pk", "author", "listed_at")),
        "order": list(Article.objects.published().newest_first().values_list("pk", flat=True)),
        "order in topics": list(ArticleCategory.objects.published().newest_articles()),
        "order of authors": list(ArticleAuthor.objects.published().newest_articles()),
        "counts": counts(),
        "redirects": sorted(Redirect.objects.values_list("path", "article", "is_gone")),
        "featured": list(Article.objects.published().featured().newest_first().values_list("pk", flat=True)),
    }


def counts():
    found = {}
    for row in CategoryCount.objects.values("category", *CategoryCount.NAMES):
        category = found.setdefault(row.pop("category"), dict.fromkeys(row, 0))
        for name in category:
            category[name] += row[name]
    return {category: values for category, values in found.items() if any(values.values())}


class TestAsking:
    EFFECTS = {
        "publish": (
            "Publish 6 articles?",
            "4 AI-written and not approved: will get AI labels; 2 will have no AI labels; ",
            "1 will be published on its scheduled date; ",
            "2 skipped: no content; 1 already published; 1 already scheduled.",
        ),
        "unpublish": (
            "Unpublish 2 articles?",
            "1 is public and will be hidden; 1 will no longer be published on its scheduled date; ",
            "8 already unpublished",
        ),
    }

    @pytest.mark.parametrize("verb", EFFECTS)
    def test_confirmation_describes_the_action(self, admin_client, verb):
        articles = [
            *(create_article(generated_by="Gemini") for _ in range(4)),
            create_article(published_at=timezone.now() + HOUR),
            create_article(),
            *(create_article(body="") for _ in range(2)),
            factories.create_article(),
            scheduled(),
        ]

        page = read(post_action(admin_client, verb, *articles))

        assert [effect for effect in self.EFFECTS[verb] if effect not in page] == []

    def test_changes_nothing(self, admin_client):
        articles = [create_article(), factories.create_article()]
        before = everything()

        post_action(admin_client, "publish", *articles)
        post_action(admin_client, "unpublish", *articles)

        assert everything() == before
        assert not UndoableAction.objects.exists()

    def test_lists_twenty_of_each_and_counts_the_rest(self, admin_client):
        articles = [create_article(title=f"Tide no. {number:02}.") for number in range(23)]
        empty = create_article(title="Nothing at all", body="")

        page = read(post_action(admin_client, "publish", *articles, empty))

        assert len(re.findall(r"Tide no\. ..\.", page)) == 20
        assert "and 3 more" in page
        assert "Skipped: no visible content Nothing at all" in page

    def test_offers_no_button_where_there_is_nothing_to_do(self, admin_client):
        page = post_action(admin_client, "publish", factories.create_article())

        assert "None of these can be published." in read(page)
        assert 'class="default"' not in page.content.decode()

    def test_applies_to_all_articles_of_a_list(self, admin_client, monkeypatch):
        monkeypatch.setattr(admin.site.get_model_admin(Article), "list_per_page", 2)
        articles = [create_article() for _ in range(3)]
        data = {"action": "publish", "select_across": "1", "_selected_action": articles[0].pk}

        asked = admin_client.post(LIST, data)
        admin_client.post(LIST, form_data(asked.content.decode()))

        assert Article.objects.published().count() == 3

    @pytest.mark.parametrize("verb", ["publish", "schedule"])
    def test_begins_at_a_button_before_the_other_actions(self, admin_client, verb):
        article = create_article()
        page = admin_client.get(LIST).content.decode()
        sent = {"index": ["0"], "action": [verb, ""], "_selected_action": [article.pk], "select_across": "0"}

        answer = admin_client.post(LIST, sent)

        assert page.index(f'name="action" value="{verb}"') < page.index('more-actions"')
        assert article.title in read(answer)

    def test_rejects_articles_outside_the_list(self, admin_client, subtests):
        for verb in ["publish", "unpublish", "schedule"]:
            with subtests.test(verb=verb), rolled_back():
                article = create_article()
                trash(article)

                assert "Select one or more articles first." in read(post_action(admin_client, verb, article))


class TestDoing:
    def test_publishes_the_number_on_the_button(self, admin_client):
        empty = create_article(title="Empty", body="")
        later = create_article(published_at=timezone.now() + HOUR)
        page = post_action(admin_client, "publish", create_article(), later, empty)
        Article.objects.filter(pk=empty.pk).update(body="Words.", word_count=1)  # without a new lock version

        done = read(admin_client.post(LIST, form_data(page.content.decode()), follow=True))

        assert 'value="Publish 2"' in page.content.decode()
        assert "1 article was published. 1 article was scheduled." in done
        assert Article.objects.exclude(status="new").count() == 2

    def test_skips_articles_changed_or_deleted_since_and_reports_them(self, admin_client):
        mine, theirs, gone = create_article(), create_article(title="Theirs"), create_article()
        form = form_data(post_action(admin_client, "publish", mine, theirs, gone).content.decode())
        Article.objects.get(pk=theirs.pk).save()
        gone.delete()

        page = read(admin_client.post(LIST, form, follow=True))

        assert "1 article was published." in page
        assert "1 article was skipped because it changed after you opened the page. “ Theirs ”" in page
        assert "1 article no longer exists." in page
        assert list(Article.objects.published()) == [mine]

    def test_is_in_the_history_of_each_article(self, admin_client, admin_user):
        articles = [create_article(), create_article()]
        for verb in ("publish", "feature", "unpublish"):
            press(admin_client, verb, *articles)
        press_undo(admin_client)

        said = LogEntry.objects.order_by("pk").values_list("user", "object_id", "change_message")

        messages = ('[{"published": {}}]', "Featured.", '[{"unpublished": {}}]')
        messages += ("Undone: 2 articles were unpublished.",)
        assert set(said) == {
            (admin_user.pk, str(article.pk), message) for article in articles for message in messages
        }

    def test_takes_as_many_queries_for_5_as_for_2(self, admin_client):
        def queries(number):
            category, author = factories.create_category(), factories.create_author()
            articles = [create_article(categories=[category], authors=[author]) for _ in range(number)]
            with CaptureQueriesContext(connection) as captured:
                post_action_confirmed(admin_client, "publish", *articles)
                press_undo(admin_client, follow=True)
            assert Article.objects.published().count() == 0
            return len(captured)

        queries(1)  # what is asked once a process

        assert queries(5) == queries(2)

    @pytest.mark.both_databases
    def test_changes_nothing_if_a_part_fails(self, admin_user, monkeypatch):
        articles = [create_article() for _ in range(3)]
        before = everything()

        def fail(*arguments):
            raise RuntimeError

        monkeypatch.setattr(LogEntry.objects, "log_actions", fail)
        with pytest.raises(RuntimeError):
            apply_verb(Verb.PUBLISH, admin_user, seen(*articles))

        assert everything() == before
        assert not UndoableAction.objects.exists()

    def test_never_changes_articles_in_the_trash(self, admin_user):
        article = create_article()
        trash(article)

        for verb in (Verb.PUBLISH, Verb.SCHEDULE, Verb.FEATURE):
            sorting = apply_verb(verb, admin_user, seen(article))
            assert (sorting.changed, list(sorting.skipped)) == ([], [SkipReason.TRASHED])

    def test_ignores_invalid_selections(self, admin_client, subtests):
        for sent in ["", "x", "1", "1.x", "9" * 30 + ".1", "-1.1", "1.1.1", "0.0"]:
            with subtests.test(sent=sent), rolled_back():
                create_article()
                data = {"action": "publish", "confirmed": "yes", "seen": sent, "_selected_action": "1"}

                assert admin_client.post(LIST, data, follow=True).status_code == 200
                assert not Article.objects.published().exists()


@pytest.fixture(scope="class")
def articles(rows_of_class):
    """Articles in all states, with categories and authors, one with a redirect from its path."""
    categories, author = (
        [factories.create_category(), factories.create_category()],
        factories.create_author(),
    )
    links = {"categories": categories, "authors": [author]}
    exact = timezone.now() - dt.timedelta(days=3, microseconds=123457)
    articles = [
        create_article(**links),
        create_article(**links, published_at=exact, is_featured=True),
        factories.create_article(**links, published_at=exact),
        factories.create_article(**links, is_trending=True),
        scheduled(**links, is_featured=True),
        create_article(body="", **links),
    ]
    Redirect.objects.create(path=articles[0].get_absolute_url(), article=articles[2])
    return articles


class TestRestoring:
    @pytest.mark.parametrize(
        "verb",
        [
            pytest.param(verb, marks=pytest.mark.both_databases) if verb == Verb.SCHEDULE else verb
            for verb in Verb
        ],
    )
    def test_restores_exactly(self, admin_user, articles, verb):
        before = everything()
        moments = {article.pk: timezone.now() + HOUR for article in articles}

        done = apply_verb(verb, admin_user, seen(*articles), moments=moments)
        changed = everything()
        undo(admin_user, latest_undoable(admin_user).pk)

        assert done.changed
        assert changed != before
        assert everything() == before

    def test_undoes_actions_in_reverse_order(self, admin_user, articles):
        states = [everything()]
        for verb in (Verb.PUBLISH, Verb.FEATURE, Verb.UNPUBLISH):
            apply_verb(verb, admin_user, seen(*Article.objects.all()))
            states.append(everything())

        for state in states[-2::-1]:
            undo(admin_user, latest_undoable(admin_user).pk)
            assert everything() == state


class TestUndo:
    def test_undo_skips_articles_changed_since_and_reports_them(self, admin_client):
        mine, theirs = create_article(), create_article(title="Theirs")
        press(admin_client, "publish", mine, theirs)
        Article.objects.get(pk=theirs.pk).save()

        page = read(press_undo(admin_client, follow=True))

        assert "1 article was skipped because it changed after you opened the page. “ Theirs ”" in page
        assert list(Article.objects.published()) == [theirs]

    def test_undo_publishes_no_article_without_an_approval(self, admin_client, settings):
        unreviewed, written = factories.create_article(generated_by="Gemini"), factories.create_article()
        press(admin_client, "unpublish", unreviewed, written)
        settings.REQUIRE_REVIEW = True

        asked = admin_client.get(UNDO)
        told = press_undo(admin_client, follow=True)

        assert "this version is not approved" in read(asked)
        assert "1 article was not published because it is AI-written" in read(told)
        assert list(Article.objects.published()) == [written]

    def test_undo_is_confirmed_first(self, admin_client):
        press(admin_client, "publish", create_article(title="Tides"), create_article())

        page = read(admin_client.get(UNDO))

        assert "2 articles were published." in page
        assert "2 articles will get back their statuses, dates and flags (featured, trending)." in page
        assert "Tides" in page
        assert Article.objects.published().count() == 2

    @pytest.mark.parametrize(("hours", "words"), [(UNDOABLE_HOURS, "one hour"), (3, "3 hours")])
    def test_says_for_how_long_it_is_possible(self, admin_client, monkeypatch, hours, words):
        monkeypatch.setattr(undo_page, "UNDOABLE_HOURS", hours)

        pages = [admin_client.get(UNDO), admin_client.post(UNDO, {"number": "1"}, follow=True)]

        assert f"You can undo what you did to articles for {words}, latest first." in read(pages[0])
        assert f"You can undo only your latest action, within {words}." in read(pages[1])

    def test_is_over_after_an_hour(self, admin_client):
        press(admin_client, "publish", create_article())
        UndoableAction.objects.update(done_at=timezone.now() - UNDOABLE_HOURS * HOUR)

        press_undo(admin_client)

        assert Article.objects.published().exists()
        assert "Nothing to undo." in read(admin_client.get(UNDO))

    def test_is_of_the_latest_action_of_a_user_and_done_once(self, admin_client, client, django_user_model):
        for _ in range(2):
            press(admin_client, "publish", create_article())
        latest, first = UndoableAction.objects.order_by("-pk")
        log_in(client, "Editor", django_user_model)

        for who, number in [(client, latest.pk), (admin_client, first.pk), (admin_client, 999)]:
            page = who.post(UNDO, {"number": number}, follow=True)
            assert "You can undo only your latest action" in read(page)
            assert Article.objects.published().count() == 2
        assert "Nothing to undo." in read(client.get(UNDO))
        admin_client.post(UNDO, {"number": latest.pk})
        versions = list(Article.objects.values_list("pk", "lock_version"))
        admin_client.post(UNDO, {"number": latest.pk})

        assert Article.objects.published().count() == 1
        assert list(Article.objects.values_list("pk", "lock_version")) == versions

    def test_undo_reverts_publishing_from_the_edit_page_but_not_the_text(self, admin_client):
        article = create_article(title="Tides")
        form = shown_form(admin_client, page_of(article)) | {"title": "Ebb", "_publish": "1"}
        page = admin_client.post(page_of(article), form, follow=True)

        press_undo(admin_client)

        article.refresh_from_db()
        assert "“Ebb” was saved and published." in read(page)
        assert (article.title, article.status, article.published_at) == ("Ebb", "new", None)

    def test_comes_back_to_where_it_was_and_nowhere_else(self, admin_client):
        for address, leads_to in [
            (f"{LIST}?state=check", f"{LIST}?state=check"),
            ("https://evil.example/admin/", LIST),
            ("//evil.example/admin/", LIST),
            ("/articles/", LIST),
        ]:
            assert admin_client.post(UNDO, {"number": "1", "next": address}).url == leads_to

    def test_undo_is_offered_in_the_success_message(self, admin_client):
        press(admin_client, "publish", create_article())
        html = admin_client.get(LIST).content.decode()

        assert html.count('class="toast" role="status"') == 1
        assert form_data(html)["number"] == str(UndoableAction.objects.get().pk)
        assert "undo-form" not in press_undo(admin_client, follow=True).content.decode()

    @pytest.mark.both_databases
    def test_undo_keeps_a_newer_redirect_at_the_same_path(self, admin_client):
        article, old, new = create_article(), factories.create_article(), factories.create_article()
        Redirect.objects.create(path=article.get_absolute_url(), article=old)
        press(admin_client, "publish", article)
        Redirect.objects.create(path=article.get_absolute_url(), article=new)

        press_undo(admin_client)

        assert Redirect.objects.get().article == new

    def test_undo_restores_no_redirect_to_a_deleted_target(self, admin_client):
        article, old = create_article(), factories.create_article()
        Redirect.objects.create(path=article.get_absolute_url(), article=old)
        press(admin_client, "publish", article)
        old.delete()

        press_undo(admin_client)

        assert not Redirect.objects.exists()
        assert not Article.objects.published().exists()


class TestWhatIsKept:
    def test_is_forgotten_after_a_day(self, admin_client):
        press(admin_client, "publish", create_article())
        UndoableAction.objects.update(done_at=timezone.now() - dt.timedelta(days=1, seconds=1))

        press(admin_client, "publish", create_article())

        assert UndoableAction.objects.count() == 1

    @pytest.mark.both_databases
    def test_is_at_most_fifty_things_of_a_person(self, admin_client, admin_user, django_user_model):
        other = django_user_model.objects.create_user("other")
        for user in (admin_user, other):
            UndoableAction.objects.bulk_create(UndoableAction(user=user, sentence="x") for _ in range(60))

        press(admin_client, "publish", create_article())

        assert UndoableAction.objects.filter(user=admin_user).count() == 50
        assert UndoableAction.objects.filter(user=other).count() == 60


class TestWhoMay:
    def test_publish_and_undo(self, client, django_user_model, subtests):
        for role in ROLES:
            with subtests.test(role=role), rolled_back():
                user, article = log_in(client, role, django_user_model), create_article()
                before = model_to_dict(article)
                if user:  # as if they had been allowed to when they did it
                    apply_verb(Verb.PUBLISH, user, seen(article))
                    client.post(UNDO, {"number": UndoableAction.objects.get().pk})
                    article.refresh_from_db()
                    before["lock_version"] = article.lock_version
                undone = article.status == "new"

                forged = {
                    "action": "publish",
                    "confirmed": "yes",
                    "seen": f"{article.pk}.{article.lock_version}",
                }
                client.post(LIST, forged | {"_selected_action": article.pk})

                article.refresh_from_db()
                may = role in {"Editor", "superuser"}
                assert undone is (may or role == "visitor")
                assert (article.status == "published") is (role != "visitor")
                if not may and user:
                    assert article.lock_version == before["lock_version"]

    def test_undo_requires_the_permission_to_publish(self, client, django_user_model):
        user = log_in(client, "Editor", django_user_model)
        article = create_article()
        press(client, "publish", article)
        user.groups.clear()
        user.user_permissions.set(Permission.objects.filter(codename__in=["view_article", "change_article"]))

        answers = [client.get(UNDO).status_code, press_undo(client).status_code]

        assert answers == [403, 403]
        assert Article.objects.published().exists()

    def test_a_writer_is_offered_none_of_it(self, client, django_user_model):
        log_in(client, "Writer", django_user_model)
        article = create_article()

        pages = client.get(LIST).content.decode() + client.get(page_of(article)).content.decode()

        for offer in (UNDO, "admin-undo.js", 'value="publish"', reverse("admin:blog_article_schedule")):
            assert offer not in pages


class TestKeysOfOneLetter:
    @pytest.mark.parametrize(("chosen", "state"), [({}, "on"), ({"letter_keys": False}, "off")])
    def test_are_on_unless_the_page_is_told_otherwise(self, admin_client, monkeypatch, chosen, state):
        each_context = admin.site.each_context
        monkeypatch.setattr(admin.site, "each_context", lambda request: each_context(request) | chosen)

        press(admin_client, "publish", create_article())
        page = admin_client.get(LIST).content.decode()

        assert f'data-letter-keys="{state}"' in page
        assert ('<kbd aria-hidden="true">U</kbd>' in page) is (state == "on")
