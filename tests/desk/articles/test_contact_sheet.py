"""The screen of the contact sheet: who may decide, what is asked before, and what the proof shows of it."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from blog.desk.columns import short_day
from blog.models import Article
from blog.review.proofs import check_now
from tests.support.admin_pages import attach_source_file, text_of
from tests.support.approvals import approve
from tests.support.changes import publish
from tests.support.factories import create_article, create_image
from tests.support.html_forms import form_data
from tests.support.images import image_bytes
from tests.support.injected_markup import HOSTILE, find_active_markup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("users_read_once")]

SHEET = reverse("admin:blog_article_describe", query={"scope": "all"})
DAY = timedelta(days=1)
PHOTO = "https://pictures.example/harbour.jpg"


@pytest.fixture
def articles(admin_user):
    """Three new AI-written articles with one image, of which the first is approved."""
    image = create_image(source=PHOTO)
    articles = [
        create_article(status="new", title=title, hero_alt="A ship.", hero_image=image, generated_by="Gemini")
        for title in ("Harbour", "Boats", "Quay")
    ]
    check_now([article.pk for article in articles])
    approve(admin_user, articles[0])
    return articles


def opened(client):
    return form_data(client.get(SHEET).content.decode())


def typed(form, text):
    return {name: text if name.startswith("alt-") else value for name, value in form.items()}


def save_one(client, form):
    return client.post(SHEET, form, headers={"Accept": "application/json"}).json()


def alts():
    return list(Article.objects.order_by("pk").values_list("hero_alt", flat=True))


class TestSaving:
    def test_field_is_saved_where_no_approval_ends(self, admin_client, articles):
        answer = save_one(admin_client, typed(opened(admin_client), "A quay."))

        assert alts() == ["A ship.", "A quay.", "A quay."]
        assert answer["left"] == 1

    def test_public_articles_are_asked_about_at_the_end(self, admin_client, articles):
        publish(Article.objects.filter(pk=articles[1].pk))
        form = typed(opened(admin_client), "A quay.")

        assert save_one(admin_client, form)["left"] == 2
        page = admin_client.post(SHEET, form)

        assert "1 public article without an approval changes immediately." in text_of(page)
        assert alts() == ["A ship.", "A ship.", "A quay."]

    def test_fields_are_saved_one_at_a_time(self, admin_client, articles):
        check_now(
            [create_article(status="new", body="![A buoy.](https://pictures.example/buoy.jpg) Words.").pk]
        )
        form = typed(opened(admin_client), "A quay.")
        seen = [row["seen"] for row in admin_client.get(SHEET).context["rows"]]

        answer = admin_client.post(SHEET, form | {"seen": seen}, headers={"Accept": "application/json"})

        assert (len(seen), answer.status_code) == (2, 409)
        assert alts() == ["A ship.", "A ship.", "A ship.", ""]

    def test_sheet_is_asked_about_once(self, admin_client, articles):
        page = admin_client.post(SHEET, typed(opened(admin_client), "A quay.") | {"fine": "1"})

        assert "These alt texts would end 1 approval" in text_of(page)
        assert alts() == ["A ship."] * 3

        done = admin_client.post(SHEET, form_data(page.content.decode()), follow=True)

        assert alts() == ["A ship.", "A quay.", "A quay."]
        assert "One image was looked at in 3 articles." in text_of(done)
        assert Article.objects.reviewed().count() == 1

    def test_unchanged_fields_change_nothing(self, admin_client, articles):
        page = admin_client.post(SHEET, opened(admin_client), follow=True)

        assert "There was nothing to save." in text_of(page)

    def test_image_that_changed_meanwhile_is_skipped(self, admin_client, articles):
        form = opened(admin_client)
        articles[2].hero_alt = "A crane."
        articles[2].save()
        check_now([articles[2].pk])

        page = admin_client.post(SHEET, typed(form, "A quay.") | {"fine": "1"}, follow=True)

        assert alts() == ["A ship.", "A ship.", "A crane."]
        assert "1 image was skipped, because it changed meanwhile" in text_of(page)

    def test_looking_needs_the_permission_to_resolve_marks(self, client, articles, django_user_model):
        user = django_user_model.objects.create_user("p", is_staff=True)
        names = ("view_article", "change_article", "publish_article")
        user.user_permissions.set(Permission.objects.filter(codename__in=names))
        client.force_login(user)

        assert 'name="fine"' not in client.get(SHEET).content.decode()
        assert client.post(SHEET, opened(client) | {"fine": "1"}).status_code == 403


class TestEmptyAltText:
    """Where the alt text is all that an article shows, since its image cannot be shown."""

    @pytest.fixture
    def form(self, admin_client):
        article = create_article(
            title="Ships", body="![A ship.](/missing.png)", published_at=timezone.now() + DAY
        )
        check_now([article.pk])
        form = opened(admin_client)
        (name,) = (name for name in form if name.startswith("alt-"))
        return form | {name: " ", name.replace("alt-", "decorative-"): "on"}

    def test_is_refused(self, admin_client, form):
        page = admin_client.post(SHEET, form, follow=True)

        assert "“Ships” would be empty. Unpublish it first." in text_of(page)
        assert Article.objects.get().body == "![A ship.](/missing.png)"

    def test_is_refused_in_a_field(self, admin_client, form):
        answer = admin_client.post(SHEET, form, headers={"Accept": "application/json"})

        assert (answer.status_code, "would be empty" in answer.json()["said"]) == (409, True)

    @pytest.mark.parametrize("alt", ["", " ", None])
    def test_is_saved_where_the_image_is_shown(self, admin_client, articles, alt):
        form = opened(admin_client)
        (name,) = (name for name in form if name.startswith("alt-"))
        form |= {name: alt, name.replace("alt-", "decorative-"): "on", "fine": "1", "how": "skip"}
        data = {name: value for name, value in form.items() if value is not None}

        assert admin_client.post(SHEET, data).status_code == 302
        assert alts() == ["A ship.", "", ""]
        assert admin_client.get(SHEET).status_code == 200


class TestReplacing:
    def test_says_what_ends_and_returns_to_the_image(
        self, admin_client, articles, django_capture_on_commit_callbacks
    ):
        publish(Article.objects.filter(pk=articles[1].pk))
        url, key = replace_link(admin_client)
        upload = SimpleUploadedFile("quay.png", image_bytes())

        asked = text_of(admin_client.get(url))
        with django_capture_on_commit_callbacks(execute=True):
            done = admin_client.post(url, {"upload": upload})

        image = articles[0].hero_image
        image.refresh_from_db()
        assert "3 articles show this image. 1 of them is public and changes immediately." in asked
        assert "1 approval will end." in asked
        assert done.url == f"{reverse('admin:blog_article_describe')}?scope=all&page=1#image-{key}"
        assert (image.upload_name, image.is_replaced) == ("quay.png", True)
        assert Article.objects.reviewed().count() == 0
        assert replace_link(admin_client) == (url, key)  # checked again, so it is still on the sheet

    def test_refuses_what_the_form_of_the_image_refuses(self, admin_client, articles):
        url, _key = replace_link(admin_client)

        missing = admin_client.post(url)
        page = admin_client.post(url, {"upload": SimpleUploadedFile("quay.png", b"GIF89a")})

        assert "This field is required." in text_of(missing)
        assert "errorlist" in page.content.decode()
        assert not articles[0].hero_image.is_replaced

    def test_needs_the_permission_to_change_what_shows_the_image(self, client, articles, django_user_model):
        publish(Article.objects.filter(pk=articles[1].pk))
        user = django_user_model.objects.create_user("p", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=("view_image", "change_image")))
        client.force_login(user)

        url = reverse("admin:blog_image_replace", args=[articles[0].hero_image_id])

        assert client.get(url).status_code == 403


def replace_link(client):
    page = client.get(SHEET).content.decode()
    (link,) = re.findall(r'href="([^"]+)" data-replace', page)
    return unescape(link), client.get(SHEET).context["rows"][0]["image"].key


def test_belongs_to_its_import(admin_client):
    run = attach_source_file(create_article(status="new", hero_image=create_image())).batch

    page = admin_client.get(reverse("admin:blog_article_describe", query={"scope": f"batch:{run.pk}"}))

    current = [link["name"] for link in page.context["nav_links"] if link["current"]]
    assert current == ["Imports"]
    assert f"Import of {short_day(run.started_at)}" in text_of(page)


def test_names_are_escaped(admin_client):
    image = create_image(source=f'https://pictures.example/"{HOSTILE}.jpg')
    articles = [create_article(title=HOSTILE, hero_alt=f"{HOSTILE}{n}", hero_image=image) for n in range(2)]
    check_now([article.pk for article in articles])

    page = admin_client.get(SHEET).content.decode()

    assert "evil-mark" in page
    assert find_active_markup(page) == []


class TestProof:
    def test_shows_the_decision_instead_of_marks(self, admin_client, admin_user):
        body = "Words.\n\n" + "\n\n".join(f"![](https://pictures.example/{n}.jpg)" for n in range(4))
        article = create_article(status="new", body=body)
        run = attach_source_file(article).batch
        proof = reverse("admin:blog_article_proof", args=[article.pk])
        before = admin_client.get(proof)
        seen = [row["seen"] for row in admin_client.get(SHEET).context["rows"]]

        admin_client.post(SHEET, {"scope": "all", "seen": seen, "fine": "1"})

        after = text_of(admin_client.get(proof))
        kinds = {entry.mark.kind for entry in before.context["entries"].numbered}
        assert not {kind for kind in kinds if kind.startswith(("picture", "hero"))}
        assert "4 images An image in the text has no alt text" in text_of(before)
        assert f"scope=batch%3A{run.pk}" in before.content.decode()
        assert "An image in the text has no alt text" not in after
        assert "4 images Looked at by admin" in after
