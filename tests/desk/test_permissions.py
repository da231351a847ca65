"""Permissions in the admin, by role: every URL, every action, and forged fields."""

import datetime as dt
import io
import tempfile
import uuid
from pathlib import Path

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from blog.articles.file_fields import article_fields, field_digests
from blog.articles.previews import preview_link
from blog.articles.provenance import WrittenBy
from blog.images.models import store_image
from blog.imports.held import hold_update
from blog.models import (
    Article,
    Image,
    ImportRun,
    Invitation,
    Job,
    Redirect,
    SiteIdentity,
    StagedImport,
    Submission,
)
from tests.support import factories
from tests.support.admin_addresses import address_of, admin_routes
from tests.support.admin_pages import (
    ADD,
    LIST,
    attach_source_file,
    create_article,
    page_of,
    shown_form,
    text_of,
)
from tests.support.changes import publish, record_version, trash, unpublish
from tests.support.durations import IS_LONG
from tests.support.images import image_bytes
from tests.support.import_files import run, write
from tests.support.permission_tables import (
    ACTIONS,
    ADDRESSES,
    ENDPOINTS,
    IMAGES,
    OF_EXTENSIONS,
    PROVENANCE,
)
from tests.support.roles import ROLES, log_in

pytestmark = pytest.mark.django_db


def table(text: str) -> dict[str, dict[str, str]]:
    """Return the rows of a table as {row: {role: response}}."""
    lines = [line for line in text.splitlines() if line.strip()][1:]
    cells = [[cell for cell in line.split("  ") if cell] for line in lines]
    return {name: dict(zip(ROLES, map(str.strip, answers), strict=True)) for name, *answers in cells}


def of_role(text: str, role: str) -> dict[str, str]:
    return {name: answers[role] for name, answers in table(text).items()}


def roles_to_ask(answers: dict[str, str]) -> list[str]:
    """Return the roles in a row of a table to try: the superuser only if it differs from an Editor there.

    Nearly all other tests of the admin act as a superuser.
    """
    may_as_much = answers["superuser"] == answers["Editor"]
    return [role for role in ROLES if IS_LONG or role != "superuser" or not may_as_much]


def assert_table(text: str, found: dict[str, dict[str, str]]) -> None:
    """Compare a table with {role: {row: response}}. Fail with a line per differing cell."""
    cells = table(text)
    faults = [
        f"{row}, {role}: {got}, not {cells[row][role]}"
        for role, answers in found.items()
        for row, got in answers.items()
        if got != cells[row][role]
    ]
    assert not faults, "\n".join(faults)


@pytest.fixture
def clients(django_user_model):
    """A client for each role."""
    clients = {role: Client() for role in ROLES}
    for role, client in clients.items():
        log_in(client, role, django_user_model)
    return clients


def answer(response) -> str:
    """Return the status, or "login" for a redirect to the log-in."""
    is_login = response.status_code == 302 and response.url.startswith(reverse("admin:login") + "?next=")
    return "login" if is_login else str(response.status_code)


def answer_and_undo(send) -> str:
    """Return the response to a request, and roll back its changes."""
    with transaction.atomic():
        response = send()
        transaction.set_rollback(True)
    return answer(response)


@pytest.fixture
def rows(django_user_model):
    """A row of each model, by the start of its URLs."""
    article, batch = create_article(), ImportRun.objects.create(source_name="posts", root="/posts")
    return {
        "blog/article": article,
        "blog/category": factories.create_category(),
        "blog/author": factories.create_author(),
        "blog/series": factories.create_series(),
        "blog/image": factories.create_image(),
        "blog/redirect": Redirect.objects.create(path="/old/", article=create_article()),
        "blog/siteidentity": SiteIdentity.objects.create(),
        "blog/page": factories.create_page(),
        "blog/importrun": batch,
        "blog/heldupdate": held_update(),
        "invitations/<int:key>": invitation(),
        "jobs/<int:key>": Job.objects.create(kind="import"),
        "import/progress": batch,
        "import/resume": batch,
        "auth/user": django_user_model.objects.create_user("somebody"),
        "auth/group": Group.objects.create(name="Others"),
    } | {name: row for module in OF_EXTENSIONS for name, row in module.rows().items()}


def invitation():
    writer = Group.objects.get(name="Writer")
    return Invitation.objects.create(email="ida@example.org", group=writer, sent_at=timezone.now())


def held_update():
    """Return a held update of a new published article."""
    article, data = factories.create_article(), b"---\ntitle: Held\n---\nOther words.\n"
    attach_source_file(article, "held.md", imported_fields=field_digests(article_fields(article)))
    where = {"source_name": "posts", "root": "/posts", "path": "held.md"}
    return hold_update(article, data=data, digest="d", **where)


def staged_import():
    """Return a staged import after its dry run, with one file."""
    staged = StagedImport.objects.create(size=9, manifest=[["a.zip", 9]], state=StagedImport.State.CHECKED)
    staged.files.create(position=0, path="a.md", outcome="created")
    return staged


@pytest.fixture
def published_rows(rows):
    image = factories.create_image()
    return rows | {
        "blog/article": factories.create_article(hero_image=image, primary_category=rows["blog/category"]),
        "blog/image": image,
    }


@pytest.fixture
def rows_in_state(rows, published_rows):
    """The rows by state, which the table names after a comma."""
    trashed = create_article()
    trash(trashed)
    submitted = create_article()
    Submission.objects.submit(submitted, None)
    return {
        "": rows,
        "published": published_rows,
        "trashed": rows | {"blog/article": trashed},
        "submitted": rows | {"blog/article": submitted},
        "staged": {"import": staged_import()},
    }


@pytest.fixture
def writer(client, django_user_model):
    return log_in(client, "Writer", django_user_model)


class TestUrls:
    def test_table_is_complete(self):
        assert {name.partition(",")[0] for name in table(ADDRESSES)} == set(admin_routes())

    @pytest.mark.usefixtures("unrendered", "users_read_once")
    def test_responses_match_the_table(self, clients, rows, rows_in_state, settings):
        settings.SENDS_MAIL = True
        rows["blog/category"] = factories.create_category()  # one that nothing hangs on, so that it can go
        routes, found = admin_routes(), {role: {} for role in ROLES}

        for row, answers in table(ADDRESSES).items():
            name, _, state = row.partition(", ")
            url = address_of(name, routes[name], rows_in_state[state])
            for role in roles_to_ask(answers):
                client = clients[role]
                cookies = client.cookies.copy()
                got = answer_and_undo(lambda: client.get(url))  # noqa: B023 -- called here
                posted = answer_and_undo(lambda: client.post(url, {"post": "yes", "_publish": "1"}))  # noqa: B023 -- called here
                found[role][row] = f"{got}/{posted}"
                client.cookies = cookies  # which logging out takes away

        assert_table(ADDRESSES, found)


class TestActions:
    def test_table_is_complete(self, django_user_model):
        request = RequestFactory().get("/")
        request.user = django_user_model(is_superuser=True, is_active=True)

        in_trash = RequestFactory().get("/", {"state": "trash"})
        in_trash.user = request.user

        found = {
            f"{model._meta.model_name} {action}"
            for model, model_admin in admin.site._registry.items()
            for action in {*model_admin.get_actions(request), *model_admin.get_actions(in_trash)}
        }

        assert set(table(ACTIONS)) == found

    @pytest.mark.usefixtures("unrendered", "users_read_once")
    def test_effects_match_the_table(self, clients, rows):
        done = {role: {} for role in ROLES}

        for row, answers in table(ACTIONS).items():
            name, action = row.split()
            target = next(row for key, row in rows.items() if key.endswith(f"/{name}"))
            if name == "article":
                target = article_that_can(action)
            for role in roles_to_ask(answers):
                done[role][row] = "yes" if self.changes(clients[role], action, target) else "no"

        assert_table(ACTIONS, done)

    def changes(self, client, action, target):
        url = reverse(f"admin:{target._meta.app_label}_{target._meta.model_name}_changelist")
        if isinstance(target, Article) and target.trashed_at:
            url += "?state=trash"
        data = {"action": action, "_selected_action": target.pk, "post": "yes", "confirmed": "yes"}
        data["seen"] = f"{target.pk}.{getattr(target, 'lock_version', 1)}"
        if action == "attribute":
            data |= {"provenance": "people", "reason": "Ida wrote it.", "shown": "people", "_attribute": "1"}
        if action == "merge":
            data["target"] = factories.create_category().pk
        stored = type(target).objects.filter(pk=target.pk)
        before = stored.values().first()
        with transaction.atomic():
            client.post(url, data)
            after = stored.values().first()
            transaction.set_rollback(True)
        return after != before

    def test_published_article_is_not_deleted_with_delete_article_only(self, client, writer):
        writer.user_permissions.add(Permission.objects.get(codename="delete_article"))
        new, published = create_article(), factories.create_article()
        data = {"action": "move_to_trash", "confirmed": "yes"}

        both = client.post(LIST, data | {"_selected_action": [new.pk, published.pk]})
        alone = client.post(page_of(published).replace("/change/", "/delete/"), {"post": "yes"})

        assert (both.status_code, alone.status_code) == (403, 403)
        assert not Article.objects.filter(trashed_at__isnull=False).exists()
        assert client.post(LIST, data | {"_selected_action": new.pk}).status_code == 302
        assert list(Article.objects.filter(trashed_at__isnull=False)) == [new]


def article_that_can(action):
    """Return an article that the action can change."""
    if action == "unpublish":
        return factories.create_article()
    if action in {"restore", "delete_selected"}:
        article = create_article()
        trash(article)
        return article
    return create_article(is_featured=action == "unfeature", is_trending=action == "untrend")


class TestEndpoints:
    def test_responses_match_the_table(self, clients):
        link = create_article()

        found = {role: self.answers(client, link) for role, client in clients.items()}

        assert_table(ENDPOINTS, found)

    def answers(self, client, link):
        responses = {
            "preview of a text": client.post(reverse("markdownx_markdownify"), {"content": "x"}),
            "upload of a picture": client.post(
                reverse("markdownx_upload"), {"image": io.BytesIO(image_bytes())}
            ),
            "preview link": client.get(preview_path(link)),
            "find a primary category": self.find(client, "article", "primary_category"),
            "find a hero image": self.find(client, "article", "hero_image"),
            "find an author": self.find(client, "articleauthor", "author"),
            "find a redirect's article": self.find(client, "redirect", "article"),
            "find an author's user": self.find(client, "author", "user"),
            "find a footer link's page": self.find(client, "footerlink", "page"),
        }

        return {name: answer(response) for name, response in responses.items()}

    def find(self, client, model, field):
        query = {"app_label": "blog", "model_name": model, "field_name": field, "term": ""}
        return client.get(reverse("admin:autocomplete"), query)


def preview_path(article):
    return preview_link(article).removeprefix("https://blog.example")


FORGED = {
    "_publish": "Publish",
    "status": "published",
    "published_at": "2020-01-01 10:00",
    "published_at_0": "2020-01-01",
    "published_at_1": "10:00",
    "is_featured": "on",
    "is_trending": "on",
    "preview_key": str(uuid.UUID(int=1)),
    "uid": str(uuid.UUID(int=2)),
    "body_html": "<script>a()</script>",
    "updated_at": "2020-01-01 10:00",
    "dated_at": "2020-01-01 10:00",
}
# Saving moves these for everybody, and the texts they are made of are the Writer's.
OWN = {
    "id",
    "title",
    "slug",
    "lock_version",
    "updated_at",
    "created_at",
    "content_digest",
    "preview_key",
    "uid",
}


def untouched(article):
    return {name: value for name, value in stored(article).items() if name not in OWN}


def stored(article):
    return Article.objects.filter(pk=article.pk).values().get()


class TestForgedFields:
    def test_writer_changes_only_content_of_new_articles(self, client, writer):
        article = create_article()
        before = stored(article)

        page = client.post(page_of(article), shown_form(client, page_of(article)) | {"title": "Ebb"} | FORGED)

        after = stored(article)
        changed = {name for name in before if after[name] != before[name]}
        assert page.status_code == 302
        assert changed == {"title", "lock_version", "updated_at", "content_digest", "words_digest"}
        assert after["updated_at"].year != 2020

    def test_writer_adds_only_new_articles(self, client, writer):
        plain = create_article(title="Ebb", slug="plain", body="", provenance="people")
        typed = {"title": "Ebb", "slug": "forged", "provenance": "people"}

        client.post(ADD, shown_form(client, ADD) | FORGED | typed)

        forged = Article.objects.get(slug="forged")
        assert untouched(forged) == untouched(plain)
        assert forged.preview_key.int > 1
        assert forged.uid.int > 2

    def test_writer_has_no_publish_button(self, client, writer):
        for url in (page_of(create_article()), ADD):
            html = client.get(url).content.decode()

            assert 'name="_publish"' not in html, url
            assert 'name="_unpublish"' not in html, url

    @pytest.mark.parametrize("days", [-1, 1], ids=["published", "scheduled"])
    def test_writer_cannot_change_published_articles(self, client, writer, admin_client, days):
        article = factories.create_article(published_at=timezone.now() + dt.timedelta(days=days))
        article.category_links.create(category=factories.create_category())
        before, links = stored(article), list(article.category_links.values())
        form = shown_form(admin_client, page_of(article)) | {"title": "Mine"}
        form |= {"category_links-0-DELETE": "on", "category_links-0-level": 3}

        for verb in ("_continue", "_publish", "_unpublish"):
            assert client.post(page_of(article), form | {verb: "1"}).status_code == 403, verb
            assert stored(article) == before, verb
            assert list(article.category_links.values()) == links, verb

    def test_article_published_during_an_edit_is_not_changed(self, client, writer):
        article = create_article(title="Tides")
        form = shown_form(client, page_of(article))
        publish(Article.objects.get(pk=article.pk))

        page = client.post(page_of(article), form | {"title": "Mine"})

        assert page.status_code == 403
        assert stored(article)["title"] == "Tides"

    def test_writer_changes_an_unpublished_article_except_its_date(self, client, writer):
        article = factories.create_article(title="Tides")
        unpublish(Article.objects.get(pk=article.pk))

        client.post(page_of(article), shown_form(client, page_of(article)) | {"title": "Ebb"} | FORGED)

        after = stored(article)
        assert (after["title"], after["status"]) == ("Ebb", "new")
        assert after["published_at"] == article.published_at

    def test_an_editor_changes_and_publishes(self, client, django_user_model):
        log_in(client, "Editor", django_user_model)
        article = create_article()

        client.post(page_of(article), shown_form(client, page_of(article)) | FORGED)

        article.refresh_from_db()
        assert article.is_published
        assert (article.published_at.year, article.is_featured, article.is_trending) == (2020, True, True)
        assert article.preview_key.int > 1

    def test_published_article_requires_a_date(self, client, django_user_model):
        log_in(client, "Editor", django_user_model)
        article = factories.create_article()
        form = shown_form(client, page_of(article)) | {"published_at_0": "", "published_at_1": ""}

        page = client.post(page_of(article), form)

        assert "A published article must have a date. Unpublish it first to remove the date." in text_of(page)
        assert stored(article)["published_at"] == article.published_at

    def test_publishing_requires_change_article(self, client, django_user_model):
        user = django_user_model.objects.create_user("odd", is_staff=True)
        user.user_permissions.set(
            Permission.objects.filter(codename__in=["publish_article", "view_article", "add_article"])
        )
        client.force_login(user)
        article = create_article()

        client.post(LIST, {"action": "publish", "_selected_action": article.pk})
        client.post(page_of(article), {"_publish": "1"})
        typed = {"title": "Ebb", "slug": "ebb", "provenance": "people", "_publish": "1"}
        client.post(ADD, shown_form(client, ADD) | typed)

        assert set(Article.objects.values_list("slug", "status")) == {(article.slug, "new"), ("ebb", "new")}


class TestProvenance:
    """The provenance of an article, on which its AI label depends."""

    def article(self, state):
        article = create_article(generated_by="Gemini")
        if state == "in an imported one":
            attach_source_file(article)
        elif state != "in a new article":
            publish(article)
        if state == "in one that is unpublished again":
            unpublish(article)
        return article

    def test_changes_match_the_table(self, clients, admin_client):
        forms = {
            "typing a new article": (ADD, shown_form(admin_client, ADD) | {"title": "Ebb", "slug": "ebb"})
        }
        for state in [name for name in table(PROVENANCE) if name not in forms]:
            url = page_of(self.article(state))
            forms[state] = (url, shown_form(admin_client, url))
        typed = {
            "generated_by": "Claude",
            "provenance": "machine",
            "machine": "Claude",
            "provenance_reason": "The file had it wrong.",
        }
        done = {role: {} for role in ROLES}

        for state, (url, form) in forms.items():
            for role in roles_to_ask(table(PROVENANCE)[state]):
                with transaction.atomic():
                    clients[role].post(url, form | typed)
                    stated = Article.objects.exclude(provenance="file").exists()
                    transaction.set_rollback(True)
                done[role][state] = "yes" if stated else "no"

        assert_table(PROVENANCE, done)

    def test_is_read_only_for_writers(self, client, writer):
        page = client.get(page_of(create_article(generated_by="Gemini"))).content.decode()

        assert "Gemini" in page
        assert 'name="provenance"' not in page
        assert 'name="machine"' not in page
        assert 'name="provenance_reason"' not in page

    def test_is_not_changed_when_a_writer_restores_a_version(self, client, writer):
        article = create_article(body="Written by people.", generated_by="Gemini", provenance="people")
        record_version(article)
        article.written_by = WrittenBy("machine", "Claude")
        article.body = "Written by a machine."
        article.save()
        record_version(article)

        client.post(reverse("admin:blog_article_restore_version", args=[article.pk]), {"version": 1})

        article.refresh_from_db()
        assert (article.body, str(article.written_by)) == ("Written by people.", "machine=Claude")

    def test_requires_change_provenance_besides_publish_article(self, client, django_user_model):
        user = log_in(client, "Editor", django_user_model)
        publisher = Permission.objects.exclude(codename="change_provenance")
        user.groups.clear()
        user.user_permissions.set(publisher.filter(content_type__app_label="blog"))
        article = create_article(generated_by="Gemini")
        typed = {"provenance": "people", "reason": "Ida.", "provenance_reason": "Ida.", "shown": "people"}
        typed |= {"seen": f"{article.pk}.{article.lock_version}", "_selected_action": article.pk}

        client.post(page_of(article), shown_form(client, page_of(article)) | typed)
        client.post(LIST, typed | {"action": "attribute", "_attribute": "1"})

        assert Article.objects.get().provenance == "file"


class TestCategoriesAndAuthorsOfAnArticle:
    def test_writer_changes_them_on_new_articles(self, client, writer):
        article, category, author = create_article(), factories.create_category(), factories.create_author()
        form = shown_form(client, page_of(article)) | {
            "category_links-TOTAL_FORMS": "1",
            "category_links-0-category": category.pk,
            "category_links-0-level": 1,
            "author_links-TOTAL_FORMS": "1",
            "author_links-0-author": author.pk,
        }

        client.post(page_of(article), form)

        assert (list(article.categories.all()), list(article.authors.all())) == ([category], [author])

    def test_viewer_cannot_change_them(self, client, django_user_model):
        article = create_article(categories=[factories.create_category("Sea")])
        user = django_user_model.objects.create_user("reader", is_staff=True)
        user.user_permissions.set(
            Permission.objects.filter(codename__in=["view_article", "change_articlecategory"])
        )
        client.force_login(user)

        page = client.get(page_of(article))
        client.post(page_of(article), {"category_links-0-DELETE": "on"})

        assert "Sea" in page.content.decode()
        assert article.category_links.count() == 1


class TestImagesAndAuthors:
    def test_writer_changes_images_of_new_articles(self, client, writer):
        image = factories.create_image()
        create_article(hero_image=image)

        client.post(page_of(image), shown_form(client, page_of(image)) | {"alt": "A tide table"})

        image.refresh_from_db()
        assert image.alt == "A tide table"

    def test_change_requires_permission_for_all_uses(self, clients, admin_client):
        done = {role: {} for role in ROLES}

        for shown_by, answers in table(IMAGES).items():
            image = shown_image(shown_by)
            form = shown_form(admin_client, page_of(image)) | {"alt": "Mine"}
            for role in roles_to_ask(answers):
                is_changed = self.changes(clients[role], image, form)
                done[role][shown_by] = "yes" if is_changed else "no"

        assert_table(IMAGES, done)

    def changes(self, client, image, form):
        file = io.BytesIO(image_bytes(colour=(1, 2, 3)))
        file.name = "other.png"
        with transaction.atomic():
            client.post(page_of(image), form | {"upload": file})
            after = Image.objects.get(pk=image.pk)
            transaction.set_rollback(True)
        return (after.alt, after.file.name) != (image.alt, image.file.name)

    def test_can_be_viewed_regardless_of_uses(self, client, writer):
        image = shown_image("a page")

        assert client.get(page_of(image)).status_code == 200

    def test_published_image_is_not_deleted_with_delete_image_only(self, client, writer):
        writer.user_permissions.add(Permission.objects.get(codename="delete_image"))
        unused, shown = shown_image("nothing"), shown_image("the site, as its logo")

        answers = [
            client.post(page_of(image).replace("/change/", "/delete/"), {"post": "yes"}).status_code
            for image in (unused, shown)
        ]

        assert answers == [302, 403]
        assert list(Image.objects.all()) == [shown]

    def test_linking_an_author_to_a_user_requires_view_user(self, client, writer):
        client.post(reverse("admin:blog_author_add"), {"name": "Mara", "slug": "mara", "user": writer.pk})

        assert not hasattr(writer, "author")


def shown_image(shown_by):
    """Return an image that is used as a row of the table says."""
    image = store_image(image_bytes(colour=(len(shown_by), 9, 9)))
    text = f"![A line.]({image.url})"
    later = timezone.now() + dt.timedelta(days=1)
    shows = {
        "nothing": lambda: None,
        "a new article, as hero": lambda: create_article(hero_image=image),
        "a new article, in its text": lambda: create_article(body=text),
        "a published article, as hero": lambda: factories.create_article(hero_image=image),
        "a published article, in its text": lambda: factories.create_article(body=text),
        "a published article, by a whole address": lambda: factories.create_article(
            body=f"![A line.](https://blog.example{image.url})"
        ),
        "a scheduled article, in its text": lambda: factories.create_article(body=text, published_at=later),
        "an imported article, in its text": lambda: imported(text),
        "a page": lambda: factories.create_page(body=text),
        "a page that is a draft": lambda: factories.create_page(body=text, is_published=False),
        "an author": lambda: factories.create_author(picture=image),
        "the site, as its logo": lambda: SiteIdentity.objects.create(logo=image),
    }
    shows[shown_by]()
    return image


def imported(text):
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), body=text)
        run(Path(folder), status="published")


class TestSideLinks:
    def test_writer_has_no_link_to_the_import(self, client, writer, admin_client):
        article = create_article()
        address = page_of(attach_source_file(article).batch)

        assert address not in client.get(page_of(article)).content.decode()
        assert address in admin_client.get(page_of(article)).content.decode()
