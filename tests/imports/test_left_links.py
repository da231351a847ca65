"""Links to pages of the old site that did not come are counted, so that a person can say where they lead."""

import csv
import io

import pytest
from django.core.management import call_command

from blog.imports.report import ImportOptions, StatusRule
from blog.imports.run import import_articles
from blog.site.redirects import Redirect

pytestmark = pytest.mark.django_db

TIDES = (
    "---\ntitle: Tides\ndate: 2024-05-06\nslug: tides\naliases: [/old-tides/]\n---\n"
    "See [it](/docs/start/#a), [it again](/docs/start/), [more](/docs/more.html), [moon](/moon/),\n"
    "[me](/old-tides/), [file](/a.zip), [other](https://example.org/docs/) and [part](#part).\n"
)
MOON = "---\ntitle: Moon\ndate: 2024-05-06\npermalink: /moon/\n---\nWords.\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "tides.md").write_text(TIDES)
    (tmp_path / "moon.md").write_text(MOON)
    return tmp_path


def test_names_that_two_files_have_are_left(folder):
    for path in ("a/neap.md", "a/spring.md", "b/spring.md"):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(MOON.replace("moon", path) + "See [it](/neap/) and [it](/spring/).")

    report = import_articles([folder], ImportOptions(dry_run=True))

    assert [path for path, _ in report.addresses[0].left if "docs" not in path] == ["/spring/"]


@pytest.mark.parametrize("is_dry", [True, False])
def test_they_are_counted_by_address(folder, is_dry):
    report = import_articles([folder], ImportOptions(dry_run=is_dry, status=StatusRule.PUBLISHED))

    assert report.addresses[0].left == [("/docs/start/", 2), ("/docs/more.html", 1)]


def test_an_address_with_a_redirect_leads_somewhere(folder):
    Redirect.objects.create(path="/docs/start", address="https://example.org/start/")

    report = import_articles([folder], ImportOptions())

    assert report.addresses[0].left == [("/docs/more.html", 1)]


def test_command_asks_and_writes_them_for_an_import_of_redirects(folder, tmp_path):
    file, out = tmp_path / "left.csv", io.StringIO()

    call_command("import_articles", folder, left_links=file, no_check=True, stdout=out)

    assert "No pattern of old addresses is known" in out.getvalue()
    assert (
        "3 links lead to 2 addresses of the old site that did not come: /docs/start/ (2)," in out.getvalue()
    )
    assert [*csv.reader(io.StringIO(file.read_text()))][1:] == [["/docs/start/", ""], ["/docs/more.html", ""]]
    file.write_text(file.read_text().replace("/docs/start/,", "/docs/start/,https://example.org/"))
    call_command("import_redirects", file, stdout=out)
    assert Redirect.objects.get(path__startswith="/docs/start").address == "https://example.org/"
