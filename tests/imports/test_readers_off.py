"""Without the extensions that read them, exports and configurations are named; texts come in as they are."""

import zipfile
from io import StringIO

import pytest
from django.core.management import call_command

from blog import extend
from blog.imports.report import ImportFailedError
from blog.models import Article, StagedFile
from tests.support.import_files import run, write
from tests.support.staging import run_dry_run_job, stage

pytestmark = pytest.mark.django_db

POST = '<article class="h-entry"><p>Water comes.</p></article>'


@pytest.fixture(autouse=True)
def _off(monkeypatch):
    monkeypatch.setattr(extend.systems, "_items", [])
    monkeypatch.setattr(extend.generators, "_items", [])


def archive(path, **files):
    with zipfile.ZipFile(path, "w") as written:
        for name, text in files.items():
            written.writestr(name, text)
    return path


def hints(reports):
    return [report.file for report in reports if "the extension “systems”" in report.message]


def test_a_file_that_may_be_an_export_is_refused(tmp_path):
    (tmp_path / "site.xml").write_text("<rss/>")

    with pytest.raises(ImportFailedError, match="“systems”, which GALLEY_EXTENSIONS leaves out"):
        run(tmp_path / "site.xml")


def test_an_archive_with_texts_of_an_export_comes_in_with_a_hint(tmp_path):
    path = archive(tmp_path / "medium.zip", **{"posts/2024-01-02_Tides-0123456789ab.html": POST})

    assert hints(run(path)) == ["medium.zip"]
    assert Article.objects.count() == 1


def test_an_archive_without_texts_has_a_hint(tmp_path):
    assert hints(run(archive(tmp_path / "ghost.zip", **{"ghost.json": "{}"}))) == ["ghost.zip"]


def test_other_archives_have_none(tmp_path):
    path = archive(tmp_path / "posts.zip", **{"tides.md": "# Tides\n\nThey come.\n", "package.json": "{}"})

    assert hints(run(path)) == []


def test_an_upload_has_the_hint(tmp_path):
    path = archive(tmp_path / "a.zip", **{"posts/2024-01-02_Tides-0123456789ab.html": POST})
    staged = stage(data=path.read_bytes(), name="medium.zip")

    run_dry_run_job(staged)

    assert "medium.zip" in StagedFile.objects.values_list("path", flat=True)


def test_an_import_says_that_configurations_are_not_read(tmp_path):
    write(tmp_path, "_posts/2020-01-02-tides.md")
    (tmp_path / "_config.yml").write_text("permalink: date\n")

    output = StringIO()
    call_command("import_articles", tmp_path, no_check=True, stdout=output)

    assert "Configurations of site generators are read by the extension “generators”" in output.getvalue()


def test_a_given_pattern_needs_no_generator(tmp_path):
    write(tmp_path, "tides.md")

    output = StringIO()
    call_command("import_articles", tmp_path, no_check=True, addresses="/old/:slug/", stdout=output)

    assert "/old/tides/" in output.getvalue()
    assert "extension" not in output.getvalue()
