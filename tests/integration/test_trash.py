"""The trash: a deleted article is shown nowhere until somebody restores or permanently deletes it."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from blog import page_cache
from blog.articles.actions import trash as actions
from blog.articles.changes import changing
from blog.desk.articles import trash as desk_trash
from blog.desk.articles.proof import page as proof_page
from blog.exports.articles import export_articles
from blog.imports.report import ImportOptions
from blog.imports.run import import_articles
from blog.models import Article, Category, Redirect, SourceFile, Version
from tests.support import factories
from tests.support.admin_pages import (
    LIST,
    attach_source_file,
    create_article,
    page_of,
    post_action_confirmed,
    shown_form,
    text_of,
)
from tests.support.changes import publish, restore, trash
from tests.support.roles import log_in

pytestmark = pytest.mark.django_db

TRASH_LIST = LIST + "?state=trash"


def delete_page(article):
    return reverse("admin:blog_article_delete", args=[article.pk])


def restore_page(article):
    return reverse("admin:blog_article_restore", args=[article.pk])


def delete(client, article, **data):
    return client.post(delete_page(article), {"post": "yes", **data}, follow=True)


def act_in_trash(client, action, *articles, **data):
    selected = [article.pk for article in articles]
    return client.post(TRASH_LIST, {"action": action, "_selected_action": selected, **data}, follow=True)


def listed(client, url):
    return [row.pk for row in client.get(url).context["cl"].result_list]


class TestReaders:
    PLACES = (
        "/",
        "/archive/",
        "/categories/",
        "/categories/marsupials/",
        "/authors/ida-aas/",
        "/feeds/rss.xml",
        "/feeds/atom.xml",
        "/feeds/feed.json",
        "/categories/marsupials/feeds/rss.xml",
        "/sitemap.xml",
    )

    @pytest.fixture
    def category(self):
        return factories.create_category("Marsupials")

    @pytest.fixture
    def author(self):
        return factories.create_author("Ida Aas")

    @pytest.fixture
    def articles(self, category, author):
        fields = {"categories": {category: Category.Level.GENERAL}, "authors": [author], "is_featured": True}
        return [factories.create_article(title=title, **fields) for title in ("Quokka", "Wombat", "Numbat")]

    def places_with(self, client, word):
        bodies = {place: client.get(place) for place in self.PLACES}
        return {place for place, page in bodies.items() if word in page.content.decode().lower()}

    def test_find_it_in_no_list_feed_or_sitemap(self, client, articles):
        before = self.places_with(client, "quokka")

        trash(articles[0])

        assert before >= {"/", "/categories/marsupials/", "/authors/ida-aas/", "/feeds/rss.xml"}
        assert self.places_with(client, "quokka") == set()

    def test_find_it_beside_no_other_article(self, client, articles):
        address = articles[0].get_absolute_url()
        before = client.get(articles[1].get_absolute_url()).content.decode()

        trash(Article.objects.filter(pk=articles[0].pk))

        assert address in before
        assert address not in client.get(articles[1].get_absolute_url()).content.decode()

    @pytest.mark.both_databases
    def test_see_it_counted_nowhere(self, articles, category):
        trash(articles[0])

        assert [category.article_count for category in Category.objects.most_used()] == [2]

    def test_find_no_category_and_author_of_which_all_is_in_the_trash(self, client, articles):
        trash(Article.objects)

        for place in ("/categories/marsupials/", "/authors/ida-aas/", "/categories/marsupials/feeds/rss.xml"):
            assert client.get(place).status_code == 404, place

    def test_are_not_led_there_by_an_old_address_until_it_is_restored(self, client, articles):
        Redirect.objects.create(path="/old/", article=articles[0])

        trash(articles[0])
        during = client.get("/old/").status_code
        restore(articles[0])
        publish(articles[0])

        assert (during, client.get("/old/").status_code) == (404, 301)


class TestVerbs:
    def test_what_is_in_the_trash_is_not_published(self):
        article = factories.create_article()

        trash(article)

        assert (article.status, article.is_published) == ("new", False)
        for verb in (lambda: publish(article), lambda: Article.objects.update(status="published")):
            with pytest.raises(IntegrityError), transaction.atomic():
                verb()

    def test_one_that_is_there_stays_since_when_it_is(self):
        article = create_article()
        trash(article)
        since = article.trashed_at

        number = trash(Article.objects)
        article.refresh_from_db()
        trash(article)

        assert (number, article.trashed_at) == (0, since)

    @pytest.mark.both_databases
    def test_restoring_gives_back_all_but_the_publication(self):
        article = factories.create_article(slug="tides")
        published_at = article.published_at

        trash(Article.objects)
        number = restore(Article.objects)

        article.refresh_from_db()
        assert (number, article.trashed_at, article.status) == (1, None, "new")
        assert (article.slug, article.published_at) == ("tides", published_at)

    @pytest.mark.both_databases
    def test_its_slug_stays_its_own(self):
        trash(create_article(slug="tides"))

        with pytest.raises(IntegrityError):
            create_article(slug="tides")

    @pytest.mark.parametrize("verb", [trash, restore])
    def test_readers_pages_are_told_once(self, monkeypatch, django_capture_on_commit_callbacks, verb):
        factories.create_articles(3)
        factories.create_articles(3)
        trash(Article.objects.filter(pk__in=Article.objects.values("pk")[:3]))
        changes = []
        monkeypatch.setattr(page_cache, "invalidate", lambda: changes.append(1))

        with django_capture_on_commit_callbacks(execute=True):
            verb(Article.objects)

        assert changes == [1]


class TestMeanwhile:
    """Articles that others have changed since they were read."""

    def test_what_was_published_gets_a_version_in_the_trash(self, admin_user):
        article = create_article()
        read = Article.objects.get()
        with changing([article], action=Version.Action.PUBLISHED):
            publish(Article.objects)

        actions.trash(admin_user, [read])

        newest = Version.objects.newest_first().first()
        assert (newest.action, newest.note) == ("unpublished", "Moved to the trash.")

    @pytest.mark.parametrize("act", [actions.trash, actions.restore])
    def test_what_was_moved_is_not_moved_again(self, admin_user, act):
        article = create_article()
        read = Article.objects.get()
        trash(article)
        if act is actions.restore:
            restore(article)

        assert act(admin_user, [read]) == 0
        assert not LogEntry.objects.exists()


class TestGoneAddress:
    def test_is_marked_only_when_asked_for(self, client, admin_client):
        plain, gone = factories.create_article(), factories.create_article()

        delete(admin_client, plain)
        delete(admin_client, gone, gone="yes")

        assert client.get(plain.get_absolute_url()).status_code == 404
        assert client.get(gone.get_absolute_url()).status_code == 410
        assert client.get(gone.get_markdown_url()).status_code == 410

    def test_is_offered_only_where_readers_may_know_it(self, admin_client):
        public, never = factories.create_article(), create_article()

        offers = [
            "410 instead of 404" in text_of(admin_client.get(delete_page(article)))
            for article in (public, never)
        ]
        delete(admin_client, never, gone="yes")

        assert offers == [True, False]
        assert not Redirect.objects.exists()

    @pytest.mark.parametrize("select", [lambda article: article, lambda article: Article.objects])
    def test_is_the_articles_again_when_it_is_restored(self, client, admin_client, select):
        article = factories.create_article()
        delete(admin_client, article, gone="yes")
        article.refresh_from_db()

        restore(select(article))

        assert client.get(article.get_absolute_url()).status_code == 404
        assert not Redirect.objects.exists()

    def test_outlives_the_article(self, client, admin_client):
        article = factories.create_article()
        delete(admin_client, article, gone="yes")

        delete(admin_client, article)

        assert not Article.objects.exists()
        assert client.get(article.get_absolute_url()).status_code == 410


class TestAdmin:
    def test_deleting_asks_then_moves_to_the_trash_with_a_way_back(self, admin_client):
        article = create_article(title="Tides")

        asked = admin_client.get(delete_page(article))
        page = delete(admin_client, article)

        assert "will be moved to the trash" in text_of(asked)
        assert "“Tides” was moved to the trash." in text_of(page)
        assert 'id="undo-form"' in page.content.decode()
        assert (listed(admin_client, LIST), listed(admin_client, TRASH_LIST)) == ([], [article.pk])

    def test_several_are_moved_after_a_question(self, admin_client):
        articles = [create_article(title=f"Tide {number}") for number in range(3)]

        asked = post_action_confirmed(admin_client, "move_to_trash", *articles[:2])
        in_use = listed(admin_client, LIST)
        data = {"action": "move_to_trash", "_selected_action": [row.pk for row in articles[:2]]}
        page = admin_client.post(LIST, data | {"confirmed": "yes"}, follow=True)

        assert "Tide 1" in text_of(asked)
        assert len(in_use) == 3
        assert "2 articles were moved to the trash." in text_of(page)
        assert listed(admin_client, LIST) == [articles[2].pk]

    def test_the_way_back_changes_nothing_until_its_button_is_pressed(self, admin_client):
        article = create_article(title="Tides")
        trash(article)

        asked = admin_client.get(restore_page(article))
        still_there = listed(admin_client, TRASH_LIST)
        page = admin_client.post(restore_page(article), follow=True)

        assert "Restore “Tides”?" in text_of(asked)
        assert still_there == [article.pk]
        assert "was restored as new." in text_of(page)
        assert listed(admin_client, LIST) == [article.pk]

    def test_only_what_is_in_the_trash_is_deleted_for_good(self, admin_client):
        thrown, kept = create_article(), create_article()
        attach_source_file(thrown)
        trash(thrown)

        for client_acts in (post_action_confirmed, act_in_trash):
            client_acts(admin_client, "delete_selected", kept)
        admin_client.post(LIST, {"action": "delete_selected", "_selected_action": kept.pk, "post": "yes"})
        act_in_trash(admin_client, "delete_selected", thrown, kept, post="yes")

        assert list(Article.objects.all()) == [kept]
        assert not SourceFile.objects.exists()

    def test_nothing_else_is_done_in_the_trash(self, admin_client):
        article = create_article()
        trash(article)

        for action in ("publish", "feature", "move_to_trash"):
            act_in_trash(admin_client, action, article, confirmed="yes")
            post_action_confirmed(admin_client, action, article)

        article.refresh_from_db()
        assert (article.status, article.is_featured, article.lock_version) == ("new", False, 2)

    def test_its_page_can_be_read_and_not_changed(self, admin_client):
        article = create_article(title="Tides")
        data = shown_form(admin_client, page_of(article)) | {"_publish": "1"}
        trash(article)

        page = admin_client.get(page_of(article))
        response = admin_client.post(page_of(article), data)

        assert "Tides" in text_of(page)
        assert "In the trash" in text_of(page)
        assert restore_page(article) in page.content.decode()
        assert 'name="_save"' not in page.content.decode()
        assert response.status_code == 403

    def test_the_history_says_who_did_it(self, admin_client, admin_user):
        article = create_article()

        delete(admin_client, article)
        admin_client.post(restore_page(article))

        said = [(entry.user, entry.get_change_message()) for entry in LogEntry.objects.order_by("pk")]
        assert said == [(admin_user, "Moved to the trash."), (admin_user, "Restored from the trash.")]

    def test_restoring_what_is_not_there_is_a_404(self, admin_client):
        for address in (restore_page(create_article()), LIST + "x/restore/", LIST + "999/restore/"):
            assert admin_client.post(address).status_code == 404, address


class TestWhoMay:
    @pytest.mark.parametrize("address", ["delete", "trash_from_proof"])
    def test_a_writer_does_not_move_what_is_published_meanwhile(
        self, client, django_user_model, monkeypatch, address
    ):
        article = create_article()
        log_in(client, "Writer", django_user_model)
        for module in (desk_trash, proof_page):
            monkeypatch.setattr(module, "lock_rows", publish)

        answer = client.post(reverse(f"admin:blog_article_{address}", args=[article.pk]), {"post": "yes"})

        assert answer.status_code == 403
        assert not Article.objects.trashed().exists()


class TestFiles:
    @pytest.fixture
    def folder(self, tmp_path):
        path = tmp_path / "posts"
        path.mkdir()
        return path

    def run(self, folder):
        reports = []
        import_articles([folder], ImportOptions(), on_file=reports.append)
        return [(str(report.outcome), report.message) for report in reports]

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("tides.md", "# Tides\n\nIn and out.\n"),
            ("tides.md", "# Tides\n\nOut and in.\n"),
            ("2026/moved.md", "# Tides\n\nIn and out.\n"),
        ],
    )
    def test_of_an_article_in_the_trash_are_skipped_with_the_reason(self, folder, text, name):
        first = folder / "tides.md"
        first.write_text("# Tides\n\nIn and out.\n")
        self.run(folder)
        trash(Article.objects)
        first.unlink()
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)

        [(outcome, message)] = self.run(folder)

        assert outcome == "skipped"
        assert "in the trash" in message
        assert Article.objects.get().plain_text.strip() == "In and out."

    def test_of_a_restored_article_are_imported_again(self, folder):
        file = folder / "tides.md"
        file.write_text("# Tides\n\nIn and out.\n")
        self.run(folder)
        trash(Article.objects)
        file.write_text("# Tides\n\nOut and in.\n")
        self.run(folder)

        restore(Article.objects)

        assert [outcome for outcome, _ in self.run(folder)] == ["updated"]

    def test_of_an_article_deleted_for_good_make_a_new_one(self, folder):
        (folder / "tides.md").write_text("# Tides\n\nIn and out.\n")
        self.run(folder)
        Article.objects.all().delete()

        assert [outcome for outcome, _ in self.run(folder)] == ["created"]

    def test_are_not_exported_from_the_trash(self, tmp_path):
        kept = create_article(slug="kept", published_at=timezone.now())
        trash(create_article(slug="thrown"))

        report = export_articles(tmp_path / "out")

        assert report.articles == 1
        assert [path.stem for path in (tmp_path / "out").iterdir()] == [kept.slug]
