"""The operator's own templates: they precede Galley's, and a failing one takes no page down."""

import os
from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import override_settings

from blog.management import checks
from blog.site import custom_templates
from site_config import variables
from tests.support.factories import create_article

FOOTER, ARTICLE = "blog/_footer.html", "blog/article_detail.html"


@pytest.fixture
def custom(settings, tmp_path):
    """Return custom(**templates), which writes templates and reads them as a new process does."""
    settings.CUSTOM_DIR, settings.DATA_DIR = tmp_path / "custom", tmp_path
    folder = settings.CUSTOM_DIR / "templates"
    folder.mkdir(parents=True)
    [engine] = settings.TEMPLATES
    loaders = [
        ("blog.site.custom_templates.Loader", folder),
        "django.template.loaders.filesystem.Loader",
        "django.template.loaders.app_directories.Loader",
    ]
    engine = engine | {"APP_DIRS": False, "OPTIONS": engine["OPTIONS"] | {"loaders": loaders}}
    overrides = []

    def write(templates):
        for name, text in templates.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        custom_templates._reported.clear()
        overrides.append(override_settings(TEMPLATES=[engine]))
        overrides[-1].enable()

    yield write
    for override in reversed(overrides):
        override.disable()


def listed(**options):
    output = StringIO()
    call_command("templates", stdout=output, **options)
    return output.getvalue()


@pytest.mark.django_db
class TestPages:
    def test_show_the_operators_template(self, custom, client):
        custom({FOOTER: "Printed in Leith."})

        assert "Printed in Leith." in client.get("/").text

    def test_may_extend_galleys_of_the_same_name(self, custom, client):
        custom({"base.html": '{% extends "base.html" %}{% block search %}No search.{% endblock %}'})

        page = client.get("/").text

        assert "No search." in page
        assert "colophon" in page

    @pytest.mark.parametrize(
        "templates",
        [
            {FOOTER: "{% nonsense %}"},
            {FOOTER: "{% include 'missing.html' %}"},
            {"base.html": "{% block main %}{% endblock %}{% url 'nowhere' %}"},
            {ARTICLE: "{% extends 'base.html' %}{% block main %}{% url 'nowhere' %}{% endblock %}"},
            {"base.html": '{% extends "base.html" %}{% block scripts %}{% url "nowhere" %}{% endblock %}'},
        ],
        ids=["syntax", "include", "base", "page", "block"],
    )
    def test_show_galleys_own_instead_of_one_that_fails(self, templates, custom, client, caplog):
        path = create_article(title="Tides", body="They come.").get_absolute_url()
        right = client.get(path).text
        custom(templates)

        assert client.get(path).text == right
        assert client.get(path).text == right
        assert [record.levelname for record in caplog.records] == ["ERROR"]
        assert next(iter(templates)) in caplog.text

    def test_the_style_sheet_is_loaded_last(self, settings, client):
        settings.HAS_SITE_STYLES = True

        head = client.get("/").text.partition("</head>")[0]

        assert 'rel="stylesheet"' not in head.partition("css/site.css")[2]
        assert "css/site.css" in head


@pytest.mark.django_db
class TestDashboard:
    def test_names_a_failing_template_until_it_is_saved(self, custom, client, admin_client, settings):
        custom({FOOTER: "{% nonsense %}"})
        client.get("/")

        assert f"<code>{FOOTER}</code>" in admin_client.get("/admin/").text
        file = settings.CUSTOM_DIR / "templates" / FOOTER
        os.utime(file, (file.stat().st_mtime + 10,) * 2)
        assert FOOTER not in admin_client.get("/admin/").text


class TestList:
    @pytest.fixture
    def galleys(self, tmp_path, monkeypatch):
        file = tmp_path / "galleys.html"
        file.write_text("one")
        monkeypatch.setattr(custom_templates, "_galleys", lambda name: file if name == FOOTER else None)
        return file

    def test_has_overrides_and_new_templates(self, custom, galleys):
        custom({FOOTER: "mine", "own.html": "mine"})

        assert listed() == f"{FOOTER}: overrides {galleys}\nown.html: new\n"

    def test_says_when_galley_has_changed_its_own(self, custom, galleys):
        custom({FOOTER: "mine"})
        custom_templates.note_overrides()
        galleys.write_text("two")

        assert listed() == listed() == f"{FOOTER}: overrides {galleys}, which has changed since\n"
        assert "changed" not in listed(accept=True)

    def test_a_template_that_was_saved_since_suits_galleys(self, custom, galleys):
        custom({FOOTER: "mine"})
        custom_templates.note_overrides()
        galleys.write_text("two")
        custom({FOOTER: "newer"})

        assert "changed" not in listed()

    def test_finds_the_file_of_galley(self, custom):
        custom({FOOTER: "mine"})

        [(_name, galley, _has_changed)] = custom_templates.overrides()

        assert galley.as_posix().endswith(f"/templates/{FOOTER}")

    def test_needs_the_folder(self, settings):
        assert settings.CUSTOM_DIR is None
        with pytest.raises(CommandError, match="GALLEY_CUSTOM_DIR"):
            call_command("templates")


class TestFolder:
    def test_must_exist(self, monkeypatch):
        monkeypatch.setenv("GALLEY_CUSTOM_DIR", "/nowhere")

        with pytest.raises(ImproperlyConfigured, match="/nowhere"):
            variables.existing_folder("GALLEY_CUSTOM_DIR")

    @pytest.mark.parametrize(("mode", "ids"), [(0o755, []), (0o775, ["galley.W011"])])
    def test_must_be_written_by_its_owner_only(self, settings, tmp_path, mode, ids):
        settings.CUSTOM_DIR = tmp_path
        tmp_path.chmod(mode)

        assert [message.id for message in checks.check_custom_dir(None)] == ids
