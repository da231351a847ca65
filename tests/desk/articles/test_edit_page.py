"""The edit page: everything besides its fields."""

import datetime as dt
import html
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import OperationalError, transaction
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from blog.articles.versions.history import version_contents
from blog.desk.articles.panels import findings
from blog.desk.models import LEFT, OPENED, SEEN
from blog.documents.findings.kinds import FindingKind
from blog.models import Article, Author, Category, Image, Presence
from tests.support.admin_pages import ADD, LIST, create_article, page_of, shown_form, text_of
from tests.support.approvals import approve
from tests.support.factories import create_image
from tests.support.injected_markup import HOSTILE, find_active_markup
from tests.support.rolling_back import rolled_back

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("users_read_once")]


def next_after(client, article, **query):
    """Press “Save and next” on an article opened from the list; return the URL of the redirect."""
    url = page_of(article) + ("?" + query["came_from"] if "came_from" in query else "")
    answer = client.post(url, shown_form(client, page_of(article)) | {"_next": "1"})
    assert answer.status_code == 302, answer.context["errors"]
    return answer.url


class TestApproval:
    def test_page_says_that_a_change_ends_the_approval_and_what_readers_see_then(
        self, admin_client, admin_user
    ):
        article = create_article(generated_by="Gemini", status="published")
        approve(admin_user, article)
        form = shown_form(admin_client, page_of(article))
        page = admin_client.get(page_of(article))

        unchanged = admin_client.post(page_of(article), form, follow=True)
        form = shown_form(admin_client, page_of(article))
        changed = admin_client.post(page_of(article), form | {"body": "Other words."}, follow=True)

        assert "saving a change ends this" in text_of(page)
        assert "ended the approval" not in text_of(unchanged)
        assert "Your change ended the approval. Readers now see the AI label. Review" in text_of(changed)


class TestSaveAndNext:
    @pytest.fixture
    def in_list(self, admin_client):
        """Three new articles and a published one, in the order of the list."""
        for title in ("Ebb", "Flood", "Neap"):
            create_article(title=title)
        create_article(title="Seen", status="published")
        return list(admin_client.get(LIST).context["cl"].result_list)

    def test_saves_and_opens_the_next_row(self, admin_client, in_list):
        data = shown_form(admin_client, page_of(in_list[0])) | {"excerpt": "Other words.", "_next": "1"}

        answer = admin_client.post(page_of(in_list[0]), data)

        assert answer.url == page_of(in_list[1])
        assert Article.objects.get(pk=in_list[0].pk).excerpt == "Other words."

    def test_keeps_filters_and_order(self, admin_client, in_list):
        filters = "_changelist_filters=state%3Ddraft%26order%3Dtitle"
        first, second = sorted((row for row in in_list if row.status == "new"), key=lambda row: row.title)[:2]

        after = next_after(admin_client, first, came_from=filters)

        assert after.startswith(f"{page_of(second)}?{filters}%26list%3D")

    def test_after_the_last_row_returns_to_the_list(self, admin_client, in_list):
        assert next_after(admin_client, in_list[-1]) == LIST

    def test_next_row_is_determined_before_the_save(self, admin_client, in_list):
        """A new title may move the row in the list, or remove it."""
        filters = "_changelist_filters=state%3Ddraft%26order%3Dtitle"
        first, second = (next(row for row in in_list if row.title == title) for title in ("Ebb", "Flood"))
        data = shown_form(admin_client, page_of(first)) | {"title": "Zenith", "_next": "1"}

        answer = admin_client.post(f"{page_of(first)}?{filters}", data)

        assert answer.url.startswith(f"{page_of(second)}?{filters}%26list%3D")

    def test_saves_with_an_invalid_list_query(self, admin_client, in_list, subtests):
        for filters in ["o%3Dx%26p%3D9", "no_such%3D1", "%25%00"]:
            with subtests.test(filters=filters), rolled_back():
                assert next_after(admin_client, in_list[0], came_from=f"_changelist_filters={filters}")

    def test_invalid_form_stays_on_the_page(self, admin_client, in_list):
        data = shown_form(admin_client, page_of(in_list[0])) | {"title": "", "_next": "1"}

        assert admin_client.post(page_of(in_list[0]), data).status_code == 200


class TestPreview:
    def look_at(self, client, article, **typed):
        data = shown_form(client, page_of(article)) | typed
        return client.post(reverse("admin:blog_article_preview", args=[article.pk]), data)

    def test_shows_typed_values_uncached(self, admin_client):
        article = create_article(title="Tides", body="Old words.")

        page = self.look_at(admin_client, article, title="Ebb", body="New\r\n**words**.")

        assert "Ebb" in text_of(page)
        assert "<strong>words</strong>" in page.content.decode()
        assert "This is your unsaved text" in text_of(page)
        assert "no-store" in page["Cache-Control"]
        article.refresh_from_db()
        assert (article.title, article.body, article.lock_version) == ("Tides", "Old words.", 1)


class TestPreviewOfANewArticle:
    def look_at(self, client, **typed):
        return client.post(reverse("admin:blog_article_preview_new"), shown_form(client, ADD) | typed)

    def test_shows_typed_values_and_stores_nothing(self, admin_client):
        ida, rivers = Author.objects.create(name="Ida Aas"), Category.objects.create(name="Rivers")
        image = create_image()
        rows = {
            "author_links-TOTAL_FORMS": "2",
            "author_links-0-author": ida.pk,
            "author_links-1-author": "new:Wren Oakshott",
            "category_links-TOTAL_FORMS": "3",
            "category_links-0-category": rivers.pk,
            "category_links-0-level": Category.Level.GENERAL.value,
            "category_links-1-category": "9" * 30,
            "category_links-2-category": "new:Bogs",
            "hero_image": image.pk,
        }

        page = self.look_at(
            admin_client, title="Ebb", body="# Ebb\n\nNew **words**.", provenance="machine", **rows
        )

        assert page.status_code == 200
        shown, html = text_of(page), page.content.decode()
        names = ["Ida Aas", "Rivers", "Wren Oakshott", "Bogs"]
        assert [words for words in ["This is your unsaved text", "Ebb", *names] if words not in shown] == []
        assert "<strong>words</strong>" in html
        assert image.url in html
        assert "no-store" in page["Cache-Control"]
        assert not Article.objects.exists()

    def test_is_possible_without_any_text(self, admin_client):
        assert self.look_at(admin_client).status_code == 200

    def test_is_a_button_of_the_form(self, admin_client):
        page = admin_client.get(ADD).content.decode()

        assert f'formaction="{reverse("admin:blog_article_preview_new")}"' in page


class TestFindings:
    def test_each_links_to_its_field(self, admin_client):
        page = admin_client.get(page_of(create_article())).content.decode()

        messages = findings(FindingKind)

        assert len(messages) == len(FindingKind)
        assert [one["anchor"] for one in messages if f'id="{one["anchor"]}"' not in page] == []

    def test_are_links_on_the_page(self, admin_client):
        article = create_article(share_quote="Nobody said this.")

        page = admin_client.get(page_of(article)).content.decode()

        assert '<a href="#id_share_quote">The share quote does not occur in the text.</a>' in page


class TestSnippet:
    def test_shows_title_url_and_truncated_description(self, admin_client):
        words = "A description. " * 20
        article = create_article(title="Tides", slug="tides", meta_description=words)

        page = admin_client.get(page_of(article))

        shown, cut = page.context["desk"]["snippet"]["shown"], page.context["desk"]["snippet"]["cut"]
        assert shown.endswith("…")
        assert len(shown) <= 160
        assert f"{shown[:-1]} {cut}".split() == words.split()
        assert "/articles/<b>tides</b>/" in page.content.decode()


class TestTitle:
    def test_stays_one_line(self, admin_client):
        article = create_article(title="Tides")
        data = shown_form(admin_client, page_of(article)) | {"title": "Ebb\r\n and flood"}

        admin_client.post(page_of(article), data)

        assert Article.objects.get().title == "Ebb and flood"


class TestLibrary:
    ADDRESS = reverse("admin:blog_image_library")

    def shown(self, client, **query):
        """Return the primary keys of the images that the library shows."""
        return [
            int(pk) for pk in re.findall(r'value="(\d+)"', client.get(self.ADDRESS, query).content.decode())
        ]

    def test_shows_the_newest_first(self, admin_client):
        images = [Image.objects.create(source=f"https://example.org/{name}.png") for name in "abc"]

        assert self.shown(admin_client) == [image.pk for image in reversed(images)]

    @pytest.mark.both_databases
    def test_searches_alt_text(self, admin_client):
        Image.objects.create(source="https://example.org/a.png", alt="A pond")
        wanted = Image.objects.create(source="https://example.org/b.png", alt="A <frozen> river")

        assert self.shown(admin_client, q="frozen river") == [wanted.pk]

    def test_skips_images_on_private_addresses(self, admin_client):
        Image.objects.create(source="http://10.0.0.1/a.png")

        assert self.shown(admin_client) == []

    def test_pages_to_older_images(self, admin_client):
        Image.objects.bulk_create(Image(source=f"https://example.org/{n}.png", alt="ä&b") for n in range(30))
        first = admin_client.get(self.ADDRESS, {"q": "ä&b"}).content.decode()

        further = html.unescape(re.search(r'library-more" href="([^"]+)"', first)[1])

        assert len(self.shown(admin_client, q="ä&b")) == 24
        assert admin_client.get(further).content.decode().count("data-url=") == 6

    def test_query_count_is_independent_of_image_count(self, admin_client, django_assert_max_num_queries):
        Image.objects.bulk_create(Image(source=f"https://example.org/{n}.png") for n in range(60))

        with django_assert_max_num_queries(9):
            page = admin_client.get(self.ADDRESS)

        assert page.content.count(b"data-url=") == 24

    def test_runs_nothing(self, admin_client):
        Image.objects.create(source="https://example.org/a.png", alt=HOSTILE)

        page = admin_client.get(self.ADDRESS).content.decode()

        assert "evil-mark" in page
        assert find_active_markup(page) == []


class TestCopies:
    """A cookie names the local draft to delete after a save."""

    NAME = "0123456789abcdef"

    def saved(self, client, article, **typed):
        answer = client.post(
            page_of(article), shown_form(client, page_of(article)) | {"_copy": self.NAME} | typed
        )
        return [name for name in answer.cookies if name.startswith("saved-")]

    def test_are_deleted_after_saving(self, admin_client):
        article = create_article()
        form = shown_form(admin_client, page_of(article)) | {"_copy": self.NAME}

        for button in ("_continue", "_next", "_publish", "_save"):
            with transaction.atomic():
                answer = admin_client.post(page_of(article), form | {button: "1"})
                transaction.set_rollback(True)

            cookie = answer.cookies[f"saved-{self.NAME}"]
            assert (cookie["path"], cookie["samesite"]) == ("/admin/", "Lax"), button
            admin_client.cookies.pop(f"saved-{self.NAME}")

    def test_are_deleted_after_adding(self, admin_client):
        data = shown_form(admin_client, ADD) | {"title": "Ebb", "slug": "ebb", "_copy": self.NAME}

        assert f"saved-{self.NAME}" in admin_client.post(ADD, data).cookies

    def test_are_kept_after_an_invalid_form(self, admin_client):
        assert self.saved(admin_client, create_article(), title="") == []

    def test_are_kept_after_a_conflict(self, admin_client):
        article = create_article()
        stale = shown_form(admin_client, page_of(article)) | {"title": "Mine", "_copy": self.NAME}
        article.save()

        assert not any(
            name.startswith("saved-") for name in admin_client.post(page_of(article), stale).cookies
        )

    def test_are_kept_if_the_article_was_deleted(self, admin_client):
        article = create_article()
        data = shown_form(admin_client, page_of(article)) | {"_copy": self.NAME}
        Article.objects.filter(pk=article.pk).delete()

        answer = admin_client.post(page_of(article), data)

        assert answer.status_code == 302
        assert not any(name.startswith("saved-") for name in answer.cookies)

    def test_invalid_names_are_ignored(self, admin_client):
        article = create_article()
        form = shown_form(admin_client, page_of(article))

        for token in ("", "x", "0123456789abcdef; path=/", "0123456789ABCDEF"):
            with transaction.atomic():
                answer = admin_client.post(page_of(article), form | {"_copy": token})
                transaction.set_rollback(True)

            assert answer.status_code == 302, token
            assert not [name for name in answer.cookies if name.startswith("saved-")], token


class TestOthers:
    @pytest.fixture
    def jonah(self, django_user_model):
        user = django_user_model.objects.create_superuser("jonah", first_name="Jonah", last_name="Reed")
        client = Client()
        client.force_login(user)
        return client

    @staticmethod
    def told(client, article):
        return client.get(page_of(article)).context["others"]

    @staticmethod
    def say(client, article, **data):
        return client.post(reverse("admin:blog_article_presence", args=[article.pk]), data)

    def test_are_named_with_the_time_from_when_the_page_opens(self, admin_client, jonah):
        article = create_article()
        jonah.get(page_of(article))

        [sentence] = self.told(admin_client, article)

        assert re.fullmatch(r"Jonah Reed has had this article open since \d\d:\d\d\.", sentence)
        assert sentence in admin_client.get(page_of(article)).content.decode()

    def test_exclude_the_user(self, jonah):
        article = create_article()
        jonah.get(page_of(article))

        assert self.told(jonah, article) == []

    def test_only_include_editors_of_this_article(self, admin_client, jonah):
        jonah.get(page_of(create_article()))

        assert self.told(admin_client, create_article()) == []

    def test_do_not_lock_the_article(self, admin_client, jonah):
        article = create_article()
        jonah.get(page_of(article))

        admin_client.post(page_of(article), shown_form(admin_client, page_of(article)) | {"title": "Mine"})

        assert Article.objects.get().title == "Mine"

    def test_are_reported_to_open_pages(self, admin_client, jonah):
        article = create_article()
        self.say(jonah, article)

        [sentence] = self.say(admin_client, article).json()["others"]

        assert sentence.startswith("Jonah Reed has")

    def test_expire_after_a_while(self, admin_client, admin_user, jonah, subtests):
        for sign, lasting in [("get", OPENED), ("say", SEEN), ("left", LEFT)]:
            with subtests.test(sign=sign, lasting=lasting), rolled_back():
                article = create_article()
                if sign == "get":
                    jonah.get(page_of(article))
                else:
                    self.say(jonah, article, **({"left": "1"} if sign == "left" else {}))
                there = Presence.objects.others(article, admin_user).count()
                Presence.objects.update(until=F("until") - lasting)

                assert there == 1
                assert self.told(admin_client, article) == []

    def test_time_is_that_of_the_first_opening(self, admin_client, jonah):
        article = create_article()
        jonah.get(page_of(article))
        first = timezone.now() - dt.timedelta(hours=2)
        Presence.objects.update(since=first)

        self.say(jonah, article, left="1")
        jonah.get(page_of(article))

        assert Presence.objects.get().since == first

    def test_time_restarts_after_a_break(self, jonah):
        article = create_article()
        jonah.get(page_of(article))
        then = timezone.now() - dt.timedelta(hours=2)
        Presence.objects.update(since=then, until=then)

        jonah.get(page_of(article))

        assert Presence.objects.get().since > then

    def test_old_rows_are_deleted(self, admin_client, jonah):
        gone, article = create_article(), create_article()
        jonah.get(page_of(gone))
        Presence.objects.update(until=timezone.now() - dt.timedelta(days=2))

        admin_client.get(page_of(article))

        assert [presence.article for presence in Presence.objects.all()] == [article]

    def test_page_opens_despite_database_errors(self, admin_client, monkeypatch):
        def refuse(*args):
            raise OperationalError("database is locked")

        monkeypatch.setattr("blog.desk.models.PresenceQuerySet.touch", refuse)

        assert admin_client.get(page_of(create_article())).status_code == 200

    def test_are_not_shown_to_readers(self, client, jonah):
        article = create_article(status="published")
        before = client.get(article.get_absolute_url()).content

        jonah.get(page_of(article))

        assert client.get(article.get_absolute_url()).content == before


class TestWithoutScript:
    """Without JavaScript, categories and authors are added by name, and images chosen from a list."""

    def test_typed_names_become_rows(self, admin_client):
        article = create_article()
        sea, moon = Category.objects.create(name="Sea"), Category.objects.create(name="Moon & Sun")
        author = Author.objects.create(name="Idris Vale")
        article.category_links.create(category=sea, level=1)
        named = {"_named_category_links": "\r\nmoon\0 & sun\r\n", "_named_author_links": "Idris Vale"}

        admin_client.post(page_of(article), shown_form(admin_client, page_of(article)) | named)

        assert [(link.category, link.level) for link in article.category_links.all()] == [
            (sea, 1),
            (moon, Category.Level.PLAIN),
        ]
        assert article.byline == [author]

    def test_named_category_is_merged_with_a_concurrent_save(self, admin_client):
        article, sea = create_article(), Category.objects.create(name="Sea")
        form = shown_form(admin_client, page_of(article))
        admin_client.post(page_of(article), form | {"title": "New"})

        page = admin_client.post(page_of(article), form | {"_named_category_links": "Sea"})

        assert page.status_code == 302
        assert (Article.objects.get().title, article.categories.get()) == ("New", sea)

    def test_unknown_names_are_reported(self, admin_client):
        article = create_article()
        data = shown_form(admin_client, page_of(article)) | {"_named_category_links": HOSTILE}

        page = admin_client.post(page_of(article), data | {"_continue": "1"}, follow=True)

        assert "it was not added" in text_of(page)
        assert find_active_markup(page.content.decode()) == []
        assert not article.category_links.exists()

    def test_duplicate_category_is_a_form_error(self, admin_client):
        article, sea = create_article(), Category.objects.create(name="Sea")
        article.category_links.create(category=sea)
        data = shown_form(admin_client, page_of(article)) | {"_named_category_links": "Sea"}

        page = admin_client.post(page_of(article), data)

        assert "The article already has this category at this level." in text_of(page)

    def test_forged_form_is_rejected(self, admin_client):
        article = create_article()
        Category.objects.create(name="Sea")
        form = shown_form(admin_client, page_of(article)) | {"_named_category_links": "Sea"}

        for number in ("", "x", "-1", "٣", "9" * 5000):
            with transaction.atomic():
                page = admin_client.post(page_of(article), form | {"category_links-TOTAL_FORMS": number})
                transaction.set_rollback(True)

            assert page.status_code in {200, 302}, number

    @pytest.mark.parametrize("key", ["x", "9" * 30, "9" * 5000])
    def test_forged_primary_keys_are_rejected(self, admin_client, key):
        assert admin_client.post(ADD, {"series": key}).status_code == 200
        url = reverse("admin:blog_article_change", args=[key])
        assert admin_client.post(url, {"_next": "1"}).status_code == 302

    def test_image_is_kept_unless_another_is_chosen(self, admin_client):
        first, second = (Image.objects.create(source=f"https://example.org/{name}.png") for name in "ab")
        article = create_article(hero_image=first)

        page = admin_client.get(page_of(article)).content.decode()
        admin_client.post(page_of(article), shown_form(admin_client, page_of(article)))

        assert Article.objects.get().hero_image == first
        assert f'<option value="{second.pk}">' in page


class TestNewNames:
    """A category or author that is created with the save of an article."""

    URL = ADD
    ROWS = {
        "author_links-TOTAL_FORMS": "1",
        "author_links-0-author": "new:ida-aas",
        "category_links-TOTAL_FORMS": "1",
        "category_links-0-category": "new: Mlops ",
        "category_links-0-level": "1",
    }

    def save(self, client, **typed):
        text = {"title": "Tides", "slug": "tides", "body": "Text."}
        return client.post(self.URL, shown_form(client, self.URL) | text | typed)

    def test_are_created_and_linked_with_the_spelling_of_an_import(self, admin_client):
        self.save(admin_client, **self.ROWS)

        article, category, author = Article.objects.get(), Category.objects.get(), Author.objects.get()
        assert (category.name, category.slug, author.name) == ("MLOps", "mlops", "Ida Aas")
        assert article.category_links.get().category == category
        assert article.category_links.get().level == Category.Level.GENERAL
        assert article.author_links.get().author == author
        assert LogEntry.objects.filter(object_id=category.pk, content_type__model="category").exists()
        contents = version_contents(article.versions.with_contents().get())
        assert contents["authors"] == [{"id": author.pk, "name": "Ida Aas"}]

    @pytest.mark.parametrize("name", ["a.i.", "Machines"], ids=["other spelling", "alias"])
    def test_with_a_known_name_select_its_row(self, admin_client, name):
        known = Category.objects.create(name="AI")
        known.aliases.create(name="Machines", folded_name="machines")

        self.save(admin_client, **self.ROWS | {"category_links-0-category": f"new:{name}"})

        assert Category.objects.get() == known
        assert known.article_links.exists()

    def test_create_one_category_at_two_levels(self, admin_client):
        second = {"category_links-TOTAL_FORMS": "2", "category_links-1-category": "new:MLOPS"}

        self.save(admin_client, **self.ROWS | second | {"category_links-1-level": "2"})

        assert Category.objects.get().article_links.count() == 2

    def test_are_kept_but_not_created_by_an_invalid_form(self, admin_client):
        second = {"category_links-TOTAL_FORMS": "2", "category_links-1-category": "new:MLOPS"}
        for refused in (
            {"title": ""},
            second | {"category_links-1-level": "1"},
            {"author_links-0-author": "new:"},
        ):
            page = self.save(admin_client, **self.ROWS | refused)

            assert page.status_code == 200
            assert '<option value="new: Mlops " selected' in page.content.decode()
            assert [model.objects.count() for model in (Category, Author, Article)] == [0, 0, 0]

    def test_require_the_permission(self, client, django_user_model):
        user = django_user_model.objects.create_user("mara", is_staff=True)
        user.user_permissions.set(
            Permission.objects.filter(
                codename__in=["add_article", "view_article", "view_author", "view_category"]
            )
        )
        client.force_login(user)
        shown = client.get(self.URL).content.decode()

        page = self.save(client, **self.ROWS)

        assert 'data-new="new:"' not in shown
        assert "_create_named" not in shown
        assert "You do not have permission to create “MLOps”." in text_of(page)
        assert [model.objects.count() for model in (Category, Article)] == [0, 0]

    def test_are_merged_with_a_save_in_between(self, admin_client):
        article = create_article(title="Tides", body="Text.")
        url = page_of(article)
        data = shown_form(admin_client, url) | self.ROWS
        admin_client.post(url, shown_form(admin_client, url) | {"excerpt": "Theirs."})

        admin_client.post(url, data)

        article.refresh_from_db()
        assert article.excerpt == "Theirs."
        assert [link.category.name for link in article.category_links.all()] == ["MLOps"]
        assert [link.author.name for link in article.author_links.all()] == ["Ida Aas"]

    def test_are_created_without_a_script_if_asked(self, admin_client):
        named = {"_named_category_links": "Rivers\nBogs", "_named_author_links": "Ida Aas"}
        self.save(admin_client, **named)
        without = Category.objects.exists()

        self.save(admin_client, **named | {"_create_named": "on", "slug": "other"})

        assert not without
        assert {row.name for row in Category.objects.all()} == {"Rivers", "Bogs"}
        assert Author.objects.get().article_links.exists()
