"""Names full of markup, opened on every page of the admin: they are shown, and do nothing.

The same visit looks for words that only developers understand.
"""

import re

import pytest
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import Group
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from blog.articles.previews import preview_link
from blog.desk.models import OPENED
from blog.images.models import store_image
from blog.imports.held import hold_update
from blog.models import (
    Assignment,
    FooterLink,
    Image,
    ImportRun,
    Job,
    MirrorFailure,
    NavigationCategory,
    Presence,
    Redirect,
    SiteIdentity,
    StagedFile,
    StagedImport,
    Submission,
    UndoableAction,
    Worker,
)
from tests.support import factories
from tests.support.admin_addresses import address_of, admin_routes
from tests.support.admin_pages import (
    LIST,
    attach_source_file,
    create_article,
    page_of,
    post_action,
    post_action_confirmed,
    press,
    shown_form,
    text_of,
)
from tests.support.changes import publish, record_version, trash
from tests.support.html_forms import form_data
from tests.support.images import image_bytes
from tests.support.injected_markup import HOSTILE, find_active_markup, shown_text
from tests.support.roles import log_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("users_read_once")]

SCRIPT_ADDRESS = "javascript:evil()//.jpg"
INSIDERS = re.compile(
    r"GALLEY_\w+|SITE_[A-Z]+|\bmanage\.py\b|\brelated (?:objects|items)\b|\bqueryset\b|\b404\b"
    r"|(?<!\S)--[a-z]"
)


@pytest.fixture
def rows(admin_user, django_user_model):
    """A row of each model, hostile in every field that files or editors can fill."""
    category = factories.create_category(HOSTILE, description=HOSTILE, slug="topic")
    series = factories.create_series(HOSTILE, description=HOSTILE, slug="series")
    author = factories.create_author(HOSTILE, bio=HOSTILE, url=SCRIPT_ADDRESS, slug="author")
    author.links.create(label=HOSTILE[:100], address=SCRIPT_ADDRESS)
    image = Image.objects.create(
        file=f"{HOSTILE}.png",
        source=SCRIPT_ADDRESS,
        credit_url=SCRIPT_ADDRESS,
        width=3,
        height=2,
        **dict.fromkeys(["alt", "caption", "credit_creator", "credit_source"], HOSTILE),
    )
    article = create_article(
        hero_image=image,
        primary_category=category,
        categories=[category],
        authors=[author],
        series=series,
        keywords=[HOSTILE, SCRIPT_ADDRESS],
        slug="hostile",
        language="",
        body=f"{HOSTILE}\n\n[a](javascript:evil()) <script>evil()</script>",
        **dict.fromkeys(["title", "excerpt", "meta_description", "share_quote", "machine"], HOSTILE),
        generated_by=HOSTILE,
        provenance="machine",
    )
    record_version(article, by=admin_user)
    article.title, article.excerpt, article.keywords = f"{HOSTILE} 2", "", []
    article.save()
    article.body_image_links.create(image=image, source=HOSTILE)
    record_version(article, by=admin_user, note=HOSTILE)
    source = attach_source_file(article, HOSTILE, original=HOSTILE.encode(), extra={HOSTILE: [HOSTILE]})
    ImportRun.objects.update(source_name=HOSTILE, root=HOSTILE)
    source.source_name = HOSTILE
    source.save()
    source.batch.entries.create(
        article=article,
        article_version=article.lock_version,
        file=HOSTILE,
        outcome="updated",
        warnings=[HOSTILE],
        notices=[["cut", HOSTILE]],
    )
    page = factories.create_page(
        slug="hostile", **dict.fromkeys(["title", "body", "meta_description"], HOSTILE)
    )
    FooterLink.objects.create(page=page, label=HOSTILE[:100])
    FooterLink.objects.create(label=HOSTILE[:100], address=SCRIPT_ADDRESS)
    NavigationCategory.objects.create(category=category)
    user = django_user_model.objects.create_user(HOSTILE, first_name=HOSTILE, email="a@b.example")
    Assignment.build(article, user, user).save()
    note = article.notes.create(by=user, text=HOSTILE, paragraph=HOSTILE, words=HOSTILE)
    article.notes.create(by=user, text=HOSTILE, answers=note)
    Presence.objects.touch(article, user, OPENED)
    Submission.objects.submit(article, user, HOSTILE)
    MirrorFailure.objects.note(f"https://pictures.example/{HOSTILE}", HOSTILE, is_passing=False)
    group = Group.objects.create(name=HOSTILE)
    Worker.objects.touch("here:1")  # without one, a page does not show what a job does
    Job.objects.create(kind=HOSTILE[:50], reason=HOSTILE, state=Job.State.FAILED, ended_at=timezone.now())
    rows = {
        "blog/article": article,
        "blog/category": category,
        "blog/author": author,
        "blog/series": series,
        "blog/image": image,
        "blog/redirect": Redirect.objects.create(path=f"/{HOSTILE}", article=article),
        "blog/siteidentity": SiteIdentity.objects.create(
            email="a@b.example",
            publisher_url=SCRIPT_ADDRESS,
            profiles=[SCRIPT_ADDRESS, HOSTILE],
            **dict.fromkeys(["name", "tagline", "description", "publisher"], HOSTILE),
        ),
        "blog/page": page,
        "blog/importrun": source.batch,
        "blog/heldupdate": hold_update(
            article,
            data=f"---\ntitle: '{HOSTILE.replace("'", "''")} too'\n---\n{HOSTILE} too\n".encode(),
            digest="d",
            **dict.fromkeys(["source_name", "root", "path"], HOSTILE),
        ),
        "jobs/<int:key>": Job.objects.create(
            kind=HOSTILE[:50], step=HOSTILE, state=Job.State.RUNNING, started_by=user
        ),
        "auth/user": user,
        "auth/group": group,
    }
    for row in rows.values():
        LogEntry.objects.log_actions(admin_user.pk, [row], ADDITION, HOSTILE)
    return rows | {"import": staged_import()}


def staged_import():
    """Return a staged import with hostile messages of its dry run, and deleted files."""
    staged = StagedImport.objects.create(
        name=HOSTILE[:255], source_name=HOSTILE[:255], size=9, manifest=[["a.zip", 9]], state="checked"
    )
    StagedFile.objects.create(
        staged_import=staged,
        position=0,
        path=HOSTILE,
        outcome="created",
        title=HOSTILE,
        notices=[["invalid", HOSTILE], ["cut", HOSTILE]],
    )
    return staged


def judged(response):
    """Return the active markup of a page. Fail if the page lacks the hostile names."""
    html = response.content.decode()
    assert response["Content-Type"].startswith("text/html")
    assert "unsafe" not in response["Content-Security-Policy"]
    assert "evil-mark" in html
    return find_active_markup(html)


class TestJudge:
    @pytest.mark.parametrize(
        "html",
        [
            HOSTILE,
            f"<p title='{HOSTILE}'>",
            "<a href=' javascript:evil()'>",
            "<img src=data:text/html,x>",
            "<script>evil()</script>",
            "<p OnClick=evil()>",
            "<p style=color:red>",
        ],
    )
    def test_finds_active_markup(self, html):
        assert find_active_markup(html)

    def test_accepts_our_markup(self):
        assert (
            find_active_markup(
                '<script src="/a.js"></script><script type="application/json">{}</script><a href="/b:c">'
            )
            == []
        )


class TestPages:
    # These show no row of ours.
    WITHOUT_NAMES = {
        *(
            "account",
            "activity_file",
            "appearance_style",
            "labels_file",
            "blog_importrun_report",
            "blog_importrun_table",
            "login",
            "logout",
            "stop_job",
            "password_change",
            "password_change_done",
            "jsi18n",
            "autocomplete",
        ),
        *("import_part", "import_picture"),
        *("view_on_site", "app_list", "(?P<url>.*)$", "blog_article_revoke_previews"),
        *("blog_article_restore_version", "blog_article_describe"),
        *("blog_article_bulk_fix", "blog_article_keep_duplicates"),
        *("blog_article_resolve", "blog_article_difference", "blog_article_approve"),
        *("blog_article_publish_from_proof", "blog_article_trash_from_proof"),
        *("blog_article_restore", "blog_redirect_import", "blog_article_undo", "blog_article_schedule"),
        *("blog_article_preview", "blog_article_presence", "blog_image_library"),
        *("blog_article_withdraw", "blog_article_rows", "import_progress"),
    }

    def test_escape_markup_and_avoid_developers_words(self, admin_client, rows):
        faults, with_names = {}, 0
        for name, route in admin_routes().items():
            page = admin_client.get(address_of(name, route, rows), follow=True)
            if page.status_code != 200 or not page["Content-Type"].startswith("text/html"):
                continue
            html = page.content.decode()
            faults[name] = [*find_active_markup(html), *INSIDERS.findall(text_of(page))]
            if "unsafe" in page["Content-Security-Policy"]:
                faults[name].append("an unsafe policy")
            if name not in self.WITHOUT_NAMES and not name.endswith("_add"):
                with_names += 1
                if "evil-mark" not in html:
                    faults[name].append("no hostile name on the page, so that nothing is tested")

        assert not any(faults.values()), "\n".join(
            f"{name}: {found}" for name, found in faults.items() if found
        )
        assert with_names > 40

    def test_trash_escapes_markup(self, admin_client, rows):
        article = rows["blog/article"]
        moving = judged(admin_client.get(reverse("admin:blog_article_delete", args=[article.pk])))
        trash(article)

        restoring = judged(admin_client.get(reverse("admin:blog_article_restore", args=[article.pk])))
        in_list = judged(admin_client.get(LIST, {"state": "trash"}))

        assert (moving, restoring, in_list) == ([], [], [])

    def test_filtered_lists_escape_markup(self, admin_client, rows):
        for query in ({"q": HOSTILE}, {"generated_by": HOSTILE}, {HOSTILE: "1"}):
            page = admin_client.get(LIST, query, follow=True)

            assert find_active_markup(page.content.decode()) == [], query

    def test_provenance_form_escapes_markup(self, admin_client, rows):
        form = form_data(post_action(admin_client, "attribute", rows["blog/article"]).content.decode())
        typed = {"provenance": "machine", "machine": f"{HOSTILE[:190]} 2", "reason": HOSTILE}

        asked = admin_client.post(LIST, form | typed)
        done = admin_client.post(LIST, form_data(asked.content.decode()) | {"_attribute": "1"}, follow=True)

        assert [judged(asked), judged(done)] == [[], []]
        assert rows["blog/article"].versions.filter(note__startswith="Provenance").exists()

    def test_name_is_shown_as_text(self, admin_client, rows):
        page = admin_client.get(LIST).content.decode()

        assert HOSTILE in shown_text(page)


class TestShownForm:
    """Other tests send what shown_form() returns, as a browser would send it."""

    # Fields of other forms on the pages, and those without JavaScript.
    OTHERS = re.compile(r"q|csrf.*|_named_.*|from_edit_page|reply-\d+|words|paragraph|text|to")

    def test_has_all_fields_of_the_page(self, admin_client, client, rows, django_user_model):
        log_in(client, "Writer", django_user_model)
        with_image = create_article(body=f"![A quay]({store_image(image_bytes()).url})")
        with_image.body_image_links.update(is_decorative=True)
        rows = [*(rows[f"blog/{name}"] for name in ("author", "article", "page")), with_image]
        visits = [*((admin_client, page_of(row)) for row in rows), (client, page_of(rows[0]))]

        for visitor, url in visits:
            shown, page = shown_form(visitor, url), form_data(visitor.get(url).content.decode())

            others = page.keys() - shown.keys()
            shown.pop("opened", None)  # signed with the time
            assert shown == {name: page.get(name) for name in shown}, url
            assert [name for name in others if not self.OTHERS.fullmatch(name)] == [], url


class TestMessages:
    def test_after_saving_are_escaped(self, admin_client, rows):
        article = rows["blog/article"]
        data = shown_form(admin_client, page_of(article))

        for button in ("_continue", "_save", "_publish"):
            with transaction.atomic():
                page = admin_client.post(page_of(article), data | {button: "1"}, follow=True)
                transaction.set_rollback(True)

            assert page.redirect_chain, button
            assert judged(page) == [], button

    def test_after_unpublishing_and_revoking_are_escaped(self, admin_client, rows):
        article = rows["blog/article"]
        revoke = reverse("admin:blog_article_revoke_previews", args=[article.pk])

        revoked = admin_client.post(revoke, follow=True)
        press(admin_client, "publish", article)
        data = shown_form(admin_client, page_of(article)) | {"_unpublish": "1"}
        unpublished = admin_client.post(page_of(article), data, follow=True)

        assert [judged(revoked), judged(unpublished)] == [[], []]

    def test_of_rejections_are_escaped(self, admin_client, rows):
        faults = {}
        for model in ("category", "author", "series", "redirect", "image", "article", "page", "siteidentity"):
            row = rows[f"blog/{model}"]
            data = shown_form(admin_client, page_of(row))
            names = [name for name in data if not name.startswith(("csrf", "_")) and "_FORMS" not in name]

            page = admin_client.post(page_of(row), data | dict.fromkeys(names, HOSTILE))

            assert page.status_code == 200, model
            faults[model] = judged(page)

        assert {model: found for model, found in faults.items() if found} == {}

    def test_of_deletion_are_escaped(self, admin_client, rows):
        faults = {}
        for model in ("category", "author", "series", "image", "redirect", "page"):
            row, url = rows[f"blog/{model}"], reverse(f"admin:blog_{model}_changelist")

            with transaction.atomic():
                asked = admin_client.post(url, {"action": "delete_selected", "_selected_action": row.pk})
                address = page_of(row).replace("/change/", "/delete/")
                done = admin_client.post(address, {"post": "yes"}, follow=True)
                transaction.set_rollback(True)

            faults[model] = judged(asked) + find_active_markup(done.content.decode())

        assert {model: found for model, found in faults.items() if found} == {}

    def test_popup_response_has_the_name_as_data(self, admin_client):
        data = {"name": HOSTILE, "slug": "topic", "_popup": "1"}

        page = admin_client.post(reverse("admin:blog_category_add"), data)

        assert page.templates[0].name == "admin/popup_response.html"
        assert judged(page) == []


class TestAutocomplete:
    def test_response_is_json(self, admin_client, rows):
        for model, field, target in (
            ("article", "primary_category", "blog/category"),
            ("article", "hero_image", "blog/image"),
            ("article", "series", "blog/series"),
            ("articleauthor", "author", "blog/author"),
            ("redirect", "article", "blog/article"),
            ("author", "user", "auth/user"),
        ):
            query = {"app_label": "blog", "model_name": model, "field_name": field, "term": ""}

            answer = admin_client.get(reverse("admin:autocomplete"), query)

            texts = [result["text"] for result in answer.json()["results"]]
            assert [text for text in texts if text != "admin"] == [str(rows[target])], field
            assert answer["Content-Type"] == "application/json"
            assert answer["X-Content-Type-Options"] == "nosniff"


class TestPublishing:
    def test_confirmation_escapes_markup(self, admin_client, rows):
        article = rows["blog/article"]
        asked = [post_action(admin_client, verb, article) for verb in ("publish", "schedule")]
        publish(article)
        asked.append(post_action(admin_client, "unpublish", article))

        assert [judged(page) for page in asked] == [[], [], []]

    def test_messages_and_undo_escape_markup(self, admin_client, rows):
        article = rows["blog/article"]
        published = post_action_confirmed(admin_client, "publish", article)
        asked = judged(admin_client.get(reverse("admin:blog_article_undo")))
        left = judged(post_action_confirmed(admin_client, "publish", article))
        form = shown_form(admin_client, page_of(article)) | {"_unpublish": "1"}
        admin_client.post(page_of(article), form)
        number = UndoableAction.objects.latest("pk").pk
        undone = judged(
            admin_client.post(reverse("admin:blog_article_undo"), {"number": number}, follow=True)
        )

        assert "1 article was published." in shown_text(published.content.decode())
        assert [asked, left, undone] == [[], [], []]


class TestPreviewPage:
    def test_escapes_markup(self, client, rows):
        page = client.get(preview_link(rows["blog/article"]).removeprefix("https://blog.example"))

        assert judged(page) == []

    def test_of_unsaved_text_escapes_markup(self, admin_client, rows):
        article = rows["blog/article"]
        url = reverse("admin:blog_article_preview", args=[article.pk])

        page = admin_client.post(url, shown_form(admin_client, page_of(article)))

        assert judged(page) == []
