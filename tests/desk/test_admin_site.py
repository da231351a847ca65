"""The top bar of the admin, and the dashboard."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from blog import extend
from blog.desk.dashboard import newest_imports, people_in_most_articles, shared_findings
from blog.desk.models import uses_letter_keys
from blog.documents.findings.kinds import FindingKind
from blog.models import (
    ArticleCheck,
    HeldUpdate,
    ImportEntry,
    ImportRun,
    Mention,
    Person,
    Preferences,
    SourceFile,
)
from blog.review.counts import update_mark_counts
from tests.support import factories
from tests.support.admin_pages import ADD, LIST, create_article, page_of, text_of
from tests.support.roles import log_in
from tests.support.rolling_back import rolled_back

pytestmark = pytest.mark.django_db

HOME = reverse("admin:index")
# Which places of the core the bar offers to whom.
PLACES = {
    "staff": ["Dashboard"],
    "Writer": ["Dashboard", "Articles", "New article"],
    "Editor": ["Dashboard", "Articles", "Imports", "People", "New article"],
    "superuser": ["Dashboard", "Articles", "Imports", "People", "New article"],
}


def places(page) -> list[tuple[str, str, str]]:
    """Return name, URL and aria-current of each link."""
    nav = re.search(r'<nav class="places".*?</nav>', page.content.decode(), re.S)[0]
    found = re.findall(
        r'<a href="([^"]*)"(?: aria-current="(\w+)")?[^>]*>([^<]*?)\s*(?:<b>\d+</b>)?</a>', nav
    )
    return [(name, url, current) for url, current, name in found]


def here(page) -> list[tuple[str, str]]:
    return [(name, current) for name, _, current in places(page) if current]


class TestBar:
    def test_links_match_permissions(self, client, django_user_model, subtests, monkeypatch):
        monkeypatch.setattr(extend, "desk_links", extend.Point())
        for role in PLACES:
            with subtests.test(role=role), rolled_back():
                log_in(client, role, django_user_model)

                shown = places(client.get(HOME))

                assert [name for name, _, _ in shown] == PLACES[role]
                if role != "superuser":  # who may see all pages
                    assert {client.get(url).status_code for _, url, _ in shown} == {200}

    def test_extensions_add_links_behind_articles_and_at_the_end(self, admin_client, monkeypatch):
        links = extend.Point()
        for name, place in (("Last", "bar"), ("Third", "after_articles")):
            links.add(extend.DeskLink(name, "admin:index", place=place))
        monkeypatch.setattr(extend, "desk_links", links)

        names = [name for name, _, _ in places(admin_client.get(HOME))]

        assert names == ["Dashboard", "Articles", "Third", "Imports", "People", "Last", "New article"]

    @pytest.mark.parametrize("role", PLACES)
    def test_search_requires_view_article(self, client, django_user_model, role):
        log_in(client, role, django_user_model)

        html = client.get(HOME).content.decode()

        assert ('id="seek"' in html) == ("Articles" in PLACES[role])

    def test_current_link_is_marked(self, admin_client):
        article = create_article()

        assert here(admin_client.get(HOME)) == [("Dashboard", "page")]
        assert here(admin_client.get(LIST)) == [("Articles", "page")]
        assert here(admin_client.get(page_of(article))) == [("Articles", "true")]
        assert here(admin_client.get(page_of(factories.create_category()))) == []

    def test_shows_numbers_of_articles_and_people(self, admin_client):
        factories.create_article(generated_by="Gemini", status="new")
        Mention.objects.create(
            person=Person.objects.create(key="ada quill", name="Dr. Ada Quill"),
            article=factories.create_article(generated_by="Gemini", status="new"),
            kind="person",
            key="k",
            start=0,
            end=4,
            name="Dr. Ada Quill",
            words="Says",
        )

        bar = re.search(r'<nav class="places".*?</nav>', admin_client.get(HOME).content.decode(), re.S)[0]

        assert ("Articles <b>2</b>" in bar, "People <b>1</b>" in bar) == (True, True)

    def test_replaces_breadcrumbs_and_sidebar(self, admin_client):
        for url in (HOME, LIST, ADD, reverse("admin:auth_user_changelist")):
            html = admin_client.get(url).content.decode()

            assert 'class="places"' in html
            assert "breadcrumbs" not in html
            assert "nav-sidebar" not in html

    def test_is_not_shown_to_visitors(self, client):
        html = client.get(reverse("admin:login")).content.decode()

        assert 'class="places"' not in html
        assert "theme-toggle" in html

    def test_is_not_shown_in_pop_ups(self, admin_client):
        html = admin_client.get(reverse("admin:blog_category_add"), {"_popup": "1"}).content.decode()

        assert 'class="places"' not in html
        assert 'id="keys"' not in html


class TestLetterKeys:
    def body_of(self, client):
        return re.search(r'<body class="([^"]*)"', client.get(HOME).content.decode())[1].split()

    def test_are_on_by_default(self, client, django_user_model):
        user = log_in(client, "Writer", django_user_model)
        before = uses_letter_keys(user), "letter-keys" in self.body_of(client)
        Preferences.objects.create(user=user, letter_keys=False)

        after = uses_letter_keys(user), "letter-keys" in self.body_of(client)

        assert (before, after) == ((True, True), (False, False))

    def test_are_stored_per_user(self, client, django_user_model):
        Preferences.objects.create(user=django_user_model.objects.create_user("other"), letter_keys=False)

        assert uses_letter_keys(log_in(client, "Editor", django_user_model))


class TestHome:
    @pytest.mark.parametrize("path", [HOME, "/admin/activity/"])
    def test_folds_the_list_of_models_on_every_page(self, path, admin_client):
        html = admin_client.get(path).content.decode()
        folded = re.search(r'<details class="menu more">.*?</details>', html, re.S)[0]

        assert "More" in folded
        assert reverse("admin:auth_user_changelist") in folded
        assert reverse("admin:blog_redirect_changelist") in folded

    def test_empty_dashboard_shows_notes(self, client, django_user_model):
        log_in(client, "staff", django_user_model)

        assert "permission to view or edit anything" in text_of(client.get(HOME))

    def test_dashboard_without_articles_shows_what_extensions_do(
        self, client, django_user_model, monkeypatch
    ):
        monkeypatch.setattr(extend, "desk_links", extend.Point())
        monkeypatch.setattr(extend, "slots", extend.Point())
        extend.desk_links.add(extend.DeskLink("Chat", "admin:activity"))
        extend.slots.add(extend.Slot("dashboard", "admin/_logo.html"))
        user = log_in(client, "staff", django_user_model)
        user.user_permissions.add(Permission.objects.get(codename="publish_article"))

        page = client.get(HOME)

        assert "permission to view or edit anything" not in text_of(page)
        assert '<li><a href="/admin/activity/">Chat</a></li>' in page.content.decode()
        assert "admin/_logo.html" in {template.name for template in page.templates}

    def test_models_are_listed_with_permission(self, client, django_user_model):
        user = log_in(client, "staff", django_user_model)
        user.user_permissions.add(Permission.objects.get(codename="view_redirect"))

        html = client.get(HOME).content.decode()

        assert reverse("admin:blog_redirect_changelist") in html
        assert reverse("admin:auth_user_changelist") not in html


class TestDecisions:
    """Decisions on the dashboard that apply to many articles."""

    def name(self, name, *articles):
        person = Person.objects.create(key=name.casefold(), name=name)
        for article in articles:
            values = {"kind": "person", "key": "k", "start": 0, "end": 4, "name": name, "words": "Says"}
            Mention.objects.create(person=person, article=article, **values)

    def share(self, batch, number, kind=FindingKind.NO_HERO, **values):
        if batch:
            batch.shared_kinds.append(kind)
            batch.save()
        for count in range(number):
            article = create_article(title=f"{kind} {count}")
            SourceFile.objects.create(article=article, batch=batch, path=f"{kind}-{article.pk}.md")
            article.findings.create(kind=kind, is_shared=True, **values)
            ArticleCheck.objects.create(article=article)
            update_mark_counts([article.pk])

    @pytest.mark.both_databases
    def test_on_people_are_of_those_in_most_articles(self, django_assert_num_queries):
        articles = [create_article(title=title) for title in ("A", "B", "C")]
        for name, number in (("Zoe", 2), ("Bo", 2), ("Ada", 3), ("Once", 1)):
            self.name(name, *articles[:number])

        with django_assert_num_queries(1):
            people = people_in_most_articles()

        assert [(person.name, person.articles) for person in people] == [("Ada", 3), ("Bo", 2)]

    def test_on_findings_are_of_those_in_most_articles(self, admin_client, django_assert_num_queries):
        batch = ImportRun.objects.create(source_name="harvest")
        self.share(batch, 2, FindingKind.EXCERPT_LABEL)
        self.share(batch, 3)
        self.share(batch, 4, is_settled=True)
        self.share(None, 4, FindingKind.TITLE_SHARED)

        with django_assert_num_queries(4):
            found = shared_findings()

        assert [(shared["number"], shared["kinds"], shared["run"]) for shared in found] == [(3, 2, batch)]
        page = text_of(admin_client.get(HOME))
        assert "articles of harvest : 2 shared findings" in page
        assert "Decide on 2" in page

    def test_on_findings_count_only_the_largest_imports(self, django_assert_num_queries):
        batches = [ImportRun.objects.create(source_name=name) for name in "abcdef"]
        for number, batch in enumerate(batches, 1):
            self.share(batch, number)

        with django_assert_num_queries(6):
            found = shared_findings()

        assert [shared["number"] for shared in found] == [6, 5, 4]

    def test_on_images_come_first_and_once(self, admin_client):
        batch = ImportRun.objects.create(source_name="harvest")
        self.share(batch, 2, FindingKind.PICTURE_UNDESCRIBED)
        self.share(batch, 1, FindingKind.HERO_UNDESCRIBED)
        self.share(batch, 4)

        found = [(shared["number"], shared["is_of_images"]) for shared in shared_findings()]

        assert found == [(3, True), (4, False)]
        assert f"scope=batch%3A{batch.pk}" in admin_client.get(HOME).content.decode()

    def test_skip_kinds_of_other_releases(self):
        self.share(ImportRun.objects.create(source_name="harvest"), 2, "no longer known")

        assert shared_findings() == []


class TestNewestImports:
    def brought(self, name, **articles):
        """Return an import with an article for each of these {title: fields}."""
        batch = ImportRun.objects.create(source_name=name, finished_at=timezone.now())
        for title, fields in articles.items():
            article = factories.create_article(title=title, **fields)
            ImportEntry.objects.create(batch=batch, article=article, file=f"{title}.md", outcome="created")
        return batch

    @pytest.mark.both_databases
    def test_show_the_states_of_their_articles(self, admin_client, admin_user):
        tomorrow = timezone.now() + timedelta(days=1)
        self.brought(
            "harvest",
            A={"status": "published"},
            B={"status": "published", "published_at": tomorrow},
            C={"status": "new"},
            D={"status": "new", "trashed_at": timezone.now()},
        )

        (row,) = newest_imports(admin_user)

        assert row.progress["number"] == {"published": 1, "scheduled": 1, "draft": 1, "trash": 1}
        assert [share["width"] for share in row.progress["shares"]] == [25, 25, 25, 25]
        assert "1 published 1 scheduled 1 other new article 1 in the trash" in " ".join(
            text_of(admin_client.get(HOME)).split()
        )

    def test_have_the_numbers_of_the_list(self, admin_client, admin_user):
        run = self.brought("harvest", A={"status": "published"}, B={"generated_by": "Gemini"}, C={})
        HeldUpdate.objects.create(article=run.entries.get(article__title="A").article, path="A.md")

        (row,) = newest_imports(admin_user)

        assert row.progress["number"]["held"] == 1
        for state, number in row.progress["number"].items():
            listed = admin_client.get(LIST, {"batch": run.pk, "state": state}).context["cl"].result_list
            assert len(listed) == number

    def test_omit_empty_and_undone_imports(self, admin_user):
        self.brought("empty")
        self.brought("undone", A={}).mark_undone(timezone.now())
        self.brought("first", B={})
        self.brought("second", C={})

        assert [row.run.source_name for row in newest_imports(admin_user)] == [
            "second",
            "first",
        ]

    def test_take_few_queries(self, admin_user, django_assert_max_num_queries):
        for name in ("one", "two", "three", "four"):
            self.brought(name, **{name: {}})

        with django_assert_max_num_queries(8):  # three of them by extensions
            assert len(newest_imports(admin_user)) == 3

    def test_are_shown_with_permission(self, client, django_user_model):
        self.brought("harvest", A={})
        log_in(client, "Writer", django_user_model)

        assert "harvest" not in text_of(client.get(HOME))
