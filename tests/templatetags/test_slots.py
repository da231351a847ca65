"""{% slot %}: what extensions show at places of pages."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.test import override_settings

from blog import extend

TEMPLATES = {"greeting.html": "Hello {{ name }}, {{ title }}.", "broken.html": "{{ name|nope }}"}


@pytest.fixture
def fill(settings):
    """Return fill(place, template, …), which fills a slot for the test."""
    [engine] = settings.TEMPLATES
    loaders = [
        ("django.template.loaders.locmem.Loader", TEMPLATES),
        "django.template.loaders.filesystem.Loader",
        "django.template.loaders.app_directories.Loader",
    ]
    options = engine["OPTIONS"] | {"loaders": loaders}
    added = []

    def fill(place, template, *rest, **fields):
        added.append(extend.slots.add(extend.Slot(place, template, *rest, **fields)))

    with override_settings(TEMPLATES=[engine | {"APP_DIRS": False, "OPTIONS": options}]):
        yield fill
    for slot in added:
        extend.slots.remove(slot)


def rendered():
    template = Template('{% load slots %}{% slot "home_end" %}feeds{% endslot %}')
    return template.render(Context({"title": "Tides"}))


class TestSlot:
    def test_shows_its_content_if_nothing_fills_it(self):
        assert rendered() == "feeds"

    def test_shows_the_templates_with_the_context_of_the_page(self, fill):
        fill("home_end", "greeting.html", context=lambda page: {"name": page["title"].upper()})

        assert rendered() == "Hello TIDES, Tides."

    def test_shows_its_content_unless_one_is_shown(self, fill):
        fill("home_end", "greeting.html", lambda: False)

        assert rendered() == "feeds"

    def test_shows_nothing_if_the_context_is_none(self, fill):
        fill("home_end", "greeting.html", context=lambda page: None)

        assert rendered() == ""

    @pytest.mark.parametrize("template", ["broken.html", "missing.html"])
    def test_leaves_out_a_template_that_fails(self, fill, template, caplog):
        fill("home_end", template)
        fill("home_end", "greeting.html")

        assert rendered() == "Hello , Tides."
        assert template in caplog.text

    def test_an_unknown_place_is_refused(self):
        with pytest.raises(TemplateSyntaxError, match="cellar"):
            Template('{% load slots %}{% slot "cellar" %}{% endslot %}')
        with pytest.raises(ValueError, match="cellar"):
            extend.Slot("cellar", "greeting.html")


@pytest.mark.django_db
class TestPages:
    @pytest.mark.parametrize("place", ["head", "footer_follow"])
    def test_of_readers_have_them(self, fill, client, place):
        fill(place, "greeting.html", context=lambda page: {"name": place})

        assert f"Hello {place}" in client.get("/").text

    def test_of_the_desk_have_them(self, fill, admin_client):
        for place, path in (("dashboard", "/admin/"), ("articles", "/admin/blog/article/")):
            fill(place, "greeting.html", context=lambda page, place=place: {"name": place})

            assert f"Hello {place}" in admin_client.get(path).text


@pytest.mark.django_db
class TestDesk:
    @pytest.mark.parametrize("place", ["bar", "dashboard"])
    def test_links_are_for_users_with_the_permission(self, admin_client, client, django_user_model, place):
        link = extend.desk_links.add(
            extend.DeskLink("Own jobs", "admin:jobs", "blog.view_job", place, number=lambda user: 7)
        )
        client.force_login(django_user_model.objects.create_user("ada", is_staff=True))
        try:
            assert "Own jobs" in admin_client.get("/admin/").text
            assert "Own jobs" not in client.get("/admin/").text
        finally:
            extend.desk_links.remove(link)

    def test_first_steps_are_added(self, admin_client):
        step = extend.first_steps.add(
            extend.FirstStep("operator", "Choose a hub", "It tells readers.", "admin:index")
        )
        try:
            assert "Choose a hub" in admin_client.get("/admin/first-steps/").text
        finally:
            extend.first_steps.remove(step)


def test_ready_checks_are_reported(db, client):
    check = extend.ready_checks.add(("hub", lambda: {"ok": False}))
    try:
        response = client.get("/health/ready/")
    finally:
        extend.ready_checks.remove(check)

    assert response.json()["hub"] == {"ok": False}
    assert response.json()["ready"]
