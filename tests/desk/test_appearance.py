"""The screen Appearance: form, preview, permissions, earlier looks, and the log."""

import re
from urllib.parse import urlencode

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from blog import page_cache
from blog.desk.appearance import LookForm
from blog.models import EarlierLook, Image, SiteIdentity
from blog.site.identity import site_identity
from blog.site.look import Look
from tests.support.factories import create_article
from tests.support.images import image_bytes

pytestmark = pytest.mark.django_db

PAGE, PREVIEW, STYLE = map(
    reverse, ("admin:appearance", "admin:appearance_preview", "admin:appearance_style")
)
FORM = {
    "manner": "workshop",
    "face": "bricolage",
    "text": "sans",
    "column": "centred",
    "tone": "#0b5f46",
    "own": "",
    "paper": "green",
    "theme": "dark",
}
LOOK = Look("#0b5f46", "green", "bricolage", "workshop", "dark", text="sans", column="centred")
PALE = {"tone": "own", "own": "#f2c230"}


def text(response) -> str:
    return response.content.decode()


def save(client, **values):
    return client.post(PAGE, FORM | values)


class TestForm:
    def test_saves_the_look_and_expires_cached_pages(
        self, client, admin_client, monkeypatch, django_capture_on_commit_callbacks
    ):
        told = []
        monkeypatch.setattr(page_cache, "invalidate", lambda: told.append(site_identity().look))

        with django_capture_on_commit_callbacks(execute=True):
            save(admin_client)

        assert site_identity().look == LOOK
        assert set(told) == {LOOK}
        assert 'data-theme="dark"' in text(client.get("/"))

    def test_shows_the_stored_look(self, admin_client):
        save(admin_client, **PALE | {"own": "#123456"})

        page = text(admin_client.get(PAGE))

        checked = re.findall(r'name="(\w+)" value="([^"]*)"[^>]* checked', page)
        assert {"tone": "own", "face": "bricolage", "theme": "dark"}.items() <= dict(checked).items()
        assert 'value="#123456"' in page
        assert "tone=own&amp;own=%23123456" in page

    def test_pale_colour_is_refused_and_a_readable_one_offered(self, admin_client):
        page = text(save(admin_client, **PALE))

        offer = re.search(r'name="use" value="(#[0-9a-f]{6})"', page)[1]
        assert "#f2c230 is too light for text: its contrast is 1." in page
        assert site_identity().look == Look()
        assert save(admin_client, tone="own", own=offer).status_code == 302
        assert site_identity().look.accent == offer

    def test_offered_colour_fills_the_form_without_saving(self, admin_client):
        page = text(save(admin_client, **PALE, use="#866902"))

        assert "is too light" not in page
        assert 'value="#866902"' in page
        assert site_identity().look == Look()

    @pytest.mark.parametrize(
        "values",
        [
            {"tone": "own", "own": "red;}*{}"},
            {"tone": "own", "own": ""},
            {"tone": "#0b5f46;}"},
            {"face": "comic"},
            {"text": "slab"},
            {"column": "two"},
            {"manner": "../../etc"},
            {"paper": "</style>"},
            {"theme": "x"},
        ],
    )
    def test_other_values_are_refused(self, admin_client, values):
        page = text(save(admin_client, **values))

        assert "errorlist" in page
        assert "</style>" not in page
        assert not SiteIdentity.objects.filter(accent__contains=";").exists()
        assert site_identity().look == Look()


class TestLogo:
    def upload(self, client, data, **values):
        return save(client, upload=SimpleUploadedFile("logo.svg", data), **values)

    def test_svg_is_drawn_without_its_script(self, client, admin_client):
        self.upload(
            admin_client,
            b'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90" onload="evil()">'
            b'<script>evil()</script><rect width="90" height="90" fill="#036"/></svg>',
        )

        logo = site_identity().logo

        assert logo.url.endswith(".png")
        assert f'<img src="{logo.url}" alt=""' in text(client.get("/archive/"))

    @pytest.mark.parametrize("data", [b"<svg xmlns='http://www.w3.org/2000/svg'>", b"<html>", b"\x89PNG"])
    def test_invalid_one_is_refused(self, admin_client, data):
        assert "errorlist" in text(self.upload(admin_client, data))
        assert site_identity().logo is None
        assert site_identity().look == Look()

    def test_is_not_added_to_the_images_by_validation(self, db):
        form = LookForm(FORM, {"upload": SimpleUploadedFile("logo.png", image_bytes())})

        assert form.is_valid()
        assert not Image.objects.exists()

    def test_uploaded_one_is_kept_from_preview_to_save(self, admin_client):
        page = text(self.upload(admin_client, image_bytes(), preview="1"))
        key = re.search(r'name="logo" value="(\d+)"', page)[1]

        assert site_identity().logo is None
        save(admin_client, logo=key)
        assert site_identity().logo
        save(admin_client, logo=key, remove_logo="on")
        assert site_identity().logo is None


class TestPreview:
    def test_shows_an_unsaved_look_in_a_frame(self, admin_client):
        create_article(title="Ebb")

        page = admin_client.get(PREVIEW, FORM | {"shown": "article"})

        style = re.search(r'href="(/admin/appearance/style\.css\?[^"]+)"', text(page))[1]
        assert "Ebb" in text(page)
        assert "<body inert>" in text(page)
        assert page["X-Frame-Options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in page["Content-Security-Policy"]
        assert "no-store" in page["Cache-Control"]
        assert "--accent:light-dark(#0b5f46" in text(admin_client.get(style.replace("&amp;", "&")))
        assert site_identity().look == Look()

    def test_button_shows_it_without_javascript(self, admin_client):
        page = text(save(admin_client, preview="1"))

        assert re.search(r'<iframe src="[^"]*manner=workshop&amp;face=bricolage', page)
        assert site_identity().look == Look()

    def test_ignores_hostile_parameters(self, admin_client):
        hostile = {"tone": "own", "own": "#00000}*{x", "face": "../base", "logo": "1 OR 1", "shown": "<b>"}

        assert admin_client.get(PREVIEW, hostile).status_code == 200
        assert "*{x" not in text(admin_client.get(f"{STYLE}?{urlencode(hostile)}"))

    def test_readers_pages_still_forbid_frames(self, client):
        page = client.get("/")

        assert page["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


class TestEarlierLooks:
    def test_replaced_look_is_kept_and_restored(self, admin_client, admin_user):
        save(admin_client)
        save(admin_client, manner="almanac", face="besley", paper="cream", tone="#8a4300", theme="auto")
        first = EarlierLook.objects.get(manner="workshop")

        admin_client.post(PAGE, {"restore": first.pk})

        assert site_identity().look == LOOK
        assert [look.manner for look in EarlierLook.objects.all()] == ["almanac", "workshop", "proof"]
        assert first.by_name == admin_user.get_username()

    def test_saving_the_same_look_stores_nothing(self, admin_client):
        save(admin_client)
        save(admin_client)

        assert EarlierLook.objects.count() == 1

    def test_changes_are_in_the_activity_log(self, admin_client):
        save(admin_client)
        admin_client.post(PAGE, {"restore": EarlierLook.objects.get().pk})

        notes = [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]

        assert "accent colour" in notes[0].lower()
        assert "earlier look" in notes[1]
        assert "earlier look" in text(admin_client.get(reverse("admin:activity")))

    def test_saving_the_site_identity_keeps_a_look_stored_meanwhile(self, admin_client):
        SiteIdentity.objects.create(name="Ebb")
        change = reverse("admin:blog_siteidentity_change", args=[1])
        row = admin_client.get(change).context["original"]
        save(admin_client)

        row.name = "Low"
        row.save()

        assert (site_identity().name, site_identity().look) == ("Low", LOOK)
