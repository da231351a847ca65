"""Files that mean harm, or are merely odd: each has one outcome, and nothing in it acts on any page.

tests/samples/hostile/outcomes.toml says what must become of each; files that git cannot hold are made here.
"""

import contextlib
import json
import os
import socket
import stat
import time
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import feedparser
import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse

from blog.imports.report import ImportOptions, StatusRule
from blog.imports.run import import_articles
from blog.models import Article
from blog.reader import feeds
from tests.support.changes import publish
from tests.support.durations import IS_LONG
from tests.support.html_tree import parse
from tests.support.page_checker import fragment_errors, page_errors, text_of_page

FOLDER = Path(__file__).parents[1] / "samples" / "hostile"
EXPECTED = tomllib.loads((FOLDER / "outcomes.toml").read_text())
IMPORTED = sorted(name for name, expected in EXPECTED.items() if expected["outcome"] == "created")
# An editor's page takes long: a few files of each threat are opened, and those of which it shows something.
BY_THREAT = {
    threat: [name for name in IMPORTED if EXPECTED[name]["threat"] == threat]
    for threat in {expected["threat"] for expected in EXPECTED.values()}
}
OPENED = sorted(
    {name for names in BY_THREAT.values() for name in names[: 4 if IS_LONG else 1]}
    | {name for name in IMPORTED if "editor" in EXPECTED[name]}
)
PROCESSOR_SECONDS = 60  # of the process that writes; each file's own are limited where it is read
FEEDS = ("rss.xml", "atom.xml", "feed.json")


@dataclass
class Site:
    """All that is said of the hostile files, and that readers and editors get to see of them."""

    seconds: float = 0  # of the processor, for the import
    reports: dict = field(default_factory=dict)  # the five below are told by the file's name
    articles: dict = field(default_factory=dict)
    pages: dict = field(default_factory=dict)
    sources: dict = field(default_factory=dict)
    admin_pages: dict = field(default_factory=dict)
    lists: dict = field(default_factory=dict)  # by address, for readers and editors
    feeds: dict = field(default_factory=dict)


@pytest.fixture(scope="module")
def site(empty_site):
    """Import all files, publish all that are in, fetch all pages, and leave no row behind."""
    found = Site()
    with empty_site(), mock.patch.multiple(feeds, NEWEST=1000, LARGEST_FEED=100_000_000):
        import_all(found)
        publish_all(found)
        fetch_all(found)
    return found


@pytest.fixture(scope="module")
def empty_site(django_db_setup, django_db_blocker, tmp_path_factory):
    """A context manager, in which there is a site whose rows are gone afterwards."""
    overrides = override_settings(
        MEDIA_ROOT=tmp_path_factory.mktemp("media"),
        STATIC_ROOT=None,
        STORAGES={
            "default": {"BACKEND": "blog.files.storage.FolderStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
    )

    @contextlib.contextmanager
    def empty_site():
        with django_db_blocker.unblock(), overrides, transaction.atomic():
            yield
            transaction.set_rollback(True)

    return empty_site


def import_all(site):
    started = time.process_time()
    import_articles(
        [FOLDER],
        ImportOptions(status=StatusRule.PUBLISHED),
        on_file=lambda report: site.reports.setdefault(report.file, report),
    )
    site.seconds = time.process_time() - started


def publish_all(site):
    site.articles = {
        article.source_file.path: article for article in Article.objects.select_related("source_file")
    }
    for article in site.articles.values():
        if article.status != Article.Status.PUBLISHED:
            publish(article)


def fetch_all(site):
    reader, editor = Client(raise_request_exception=False), Client(raise_request_exception=False)
    editor.force_login(User.objects.create_superuser("editor"))
    for name, article in site.articles.items():
        site.pages[name] = reader.get(article.get_absolute_url())
        if name in OPENED:
            site.sources[name] = reader.get(article.get_markdown_url())
            site.admin_pages[name] = editor.get(reverse("admin:blog_article_change", args=[article.pk]))
    for path in ("/", "/categories/", "/archive/", "/sitemap.xml", "/sitemap-articles.xml"):
        site.lists[path] = reader.get(path)
    admin_lists = [
        reverse(f"admin:blog_{name}_changelist") for name in ("article", "category", "author", "image")
    ]
    for path in admin_lists:
        site.lists[path] = editor.get(path, {"all": ""})
    site.feeds = {name: reader.get(f"/feeds/{name}") for name in FEEDS}


class TestJudge:
    ACTING = (
        "<script>x</script>",
        "<script src=//evil.example/x.js></script>",
        "<p onclick=x>y</p>",
        "<a href='&#1;java&#9;script:x'>y</a>",
        "<img src='data:image/svg+xml,x'>",
        "<p style=x>y</p>",
        "<style>x</style>",
        "<iframe></iframe>",
        "<svg></svg>",
        "<form action=//evil.example></form>",
        "<meta http-equiv=refresh>",
        "<p id=location>x</p>",
        "<p id=s-x>x</p><p id=s-x>y</p>",
        "<a name=x>y</a>",
        "<input>",
        "<h1>x</h1>",
        "<p>never closed",
        "x</div>",
        "<!-- x -->",
    )

    def test_sees_what_acts(self):
        assert [html for html in self.ACTING if not fragment_errors(html)] == []

    def test_passes_plain_text(self):
        assert fragment_errors("<h2 id='s-a'>A</h2><p><a href='/x'>b</a><br></p>") == []


class TestTable:
    def test_lists_every_file(self):
        assert sorted(EXPECTED) == sorted(path.name for path in FOLDER.glob("*.md"))


class TestImport:
    def test_has_the_outcome_in_the_table(self, site):
        others = {}
        for name, expected in EXPECTED.items():
            report = site.reports[name]
            said = [sentence for sentence in (report.message, *report.stored_warnings) if sentence]
            if "says" in expected:
                is_said = any(expected["says"] in sentence for sentence in said)
            else:
                is_said = said == []
            if report.outcome != expected["outcome"] or not is_said:
                others[name] = (report.outcome, said)

        assert others == {}

    def test_no_file_takes_long(self, site):
        slow = [name for name, report in site.reports.items() if "takes longer than" in report.message]

        assert slow == []
        assert site.seconds < PROCESSOR_SECONDS

    def test_no_message_contains_a_traceback(self, site):
        said = [text for report in site.reports.values() for text in (report.message, *report.warnings)]

        assert [text for text in said if "Traceback" in text or "cannot be imported" in text] == []


class TestPages:
    def test_nothing_acts_on_an_articles_page(self, site):
        assert sorted(site.pages) == IMPORTED
        assert faults_of_each(site.pages, self.faults_for_readers) == {}

    def faults_for_readers(self, name, page):
        faults = page_errors(page)
        if EXPECTED[name].get("shows", "") not in text_of_page(page):
            faults.append(f"does not show {EXPECTED[name]['shows']!r}")
        return [*faults, *(f"shows {word!r}" for word in EXPECTED[name].get("never", ()) if word in page)]

    def test_nothing_acts_on_an_editors_page(self, site):
        assert sorted(site.admin_pages) == OPENED
        assert faults_of_each(site.admin_pages, self.faults_for_editors) == {}

    def faults_for_editors(self, name, page):
        faults = page_errors(page)
        if "<script>alert" in page:
            faults.append("has the script")
        if EXPECTED[name].get("editor", "") not in page:
            faults.append(f"does not show {EXPECTED[name]['editor']!r}")
        return faults

    def test_direction_marks_only_affect_their_own_text(self, site):
        turning = {name: page for name, page in site.pages.items() if EXPECTED[name]["threat"] == 6}
        assert turning
        assert faults_of_each(turning, self.faults_of_turning) == {}

    def faults_of_turning(self, _name, page):
        html = page.partition("<article")[2].partition("</article>")[0]
        article = parse(f"<article{html}</article>")
        links = [link for link in article.one("div", "prose").all("a") if link["href"].startswith("http")]
        faults = [] if article.one("h1").tags() == ["bdi"] else ["the title is not isolated"]
        return [*faults, *(link for link in links if link["rel"] != "noopener nofollow ugc")]

    def test_nothing_acts_on_any_list(self, site):
        assert {path: response.status_code for path, response in site.lists.items()} == dict.fromkeys(
            site.lists, 200
        )
        pages = {
            path: response.content.decode() for path, response in site.lists.items() if ".xml" not in path
        }

        assert {path: faults for path, page in pages.items() if (faults := page_errors(page))} == {}

    def test_the_source_is_plain_text(self, site):
        kinds = {(response.status_code, response["Content-Type"]) for response in site.sources.values()}

        assert kinds == {(200, "text/markdown; charset=utf-8")}
        assert {response["X-Content-Type-Options"] for response in site.sources.values()} == {"nosniff"}


class TestFeeds:
    def test_are_well_formed_and_contain_every_article(self, site):
        for name in ("rss.xml", "atom.xml"):
            feed = feedparser.parse(
                site.feeds[name].content, sanitize_html=False, resolve_relative_uris=False
            )

            assert not feed.bozo, (name, feed.get("bozo_exception"))
            assert len(feed.entries) == len(IMPORTED)

    def test_nothing_acts_in_an_entry(self, site):
        items = json.loads(site.feeds["feed.json"].content)["items"]

        faults = {item["url"]: fragment_errors(item["content_html"]) for item in items}

        assert len(faults) == len(IMPORTED)
        assert {address: found for address, found in faults.items() if found} == {}


def faults_of_each(responses, faults_of) -> dict:
    """Return the faults of the pages that have some, by name; faults_of is called with name and page."""
    found = {
        name: [f"status {response.status_code}"]
        if response.status_code != 200
        else faults_of(name, response.content.decode())
        for name, response in responses.items()
    }
    return {name: faults for name, faults in found.items() if faults}


def make_special_files(folder):
    """Make what git cannot hold; return the part of its report that each entry must give."""
    (folder / "good.md").write_text("---\ntitle: Good\ndate: 2026-03-01\n---\n\nWords\n")
    os.mkfifo(folder / "pipe.md")
    devices = make_devices(folder)
    with socket.socket(socket.AF_UNIX) as unix_socket:
        unix_socket.bind(str(folder / "socket.md"))
    (folder / "folder.md").mkdir()
    (folder / "folder.md" / "inside.md").write_text("# Inside\n")
    (folder / "endless.md").symlink_to("/dev/zero")
    (folder / "linked.md").symlink_to(folder / "good.md")
    (folder / "dangling.md").symlink_to("/nowhere")
    (folder / "circle").symlink_to(folder)
    with (folder / "huge.md").open("wb") as file:
        file.truncate(1024**4)  # a hole of a terabyte takes no room
    for name in (
        "--status=published.md",
        "-rf.md",
        "line\nbreak.md",
        "\x1b[31mred.md",
        "$(id).md",
        "%s{0}.md",
        ";.md",
    ):
        (folder / name).write_text(f"# Named {name!r}\n")
    Path(os.fsdecode(os.fsencode(folder) + b"/not-utf-8-\xff.md")).write_text("# Odd name\n")
    deep = folder.joinpath(*["d"] * 200)
    deep.mkdir(parents=True)
    (deep / "deep.md").write_text("# Deep\n")
    return {
        "pipe.md": "not a regular file",
        "socket.md": "not a regular file",
        "endless.md": "links are not followed",
        "linked.md": "links are not followed",
        "dangling.md": "links are not followed",
        "huge.md": "larger than 2 MB",
        "not-utf-8-\udcff.md": "not valid UTF-8",
        **dict.fromkeys(devices, "not a regular file"),
    }


def make_devices(folder):
    """Make devices, and return the names of those that this user may make."""
    made = []
    for name, kind, number in (
        ("null.md", stat.S_IFCHR, (1, 3)),
        ("endless-device.md", stat.S_IFCHR, (1, 5)),
    ):
        with contextlib.suppress(PermissionError):
            os.mknod(folder / name, kind | 0o666, os.makedev(*number))
            made.append(name)
    return made


@pytest.mark.django_db
class TestSpecialFiles:
    def test_only_regular_files_are_read(self, folder):
        refused = make_special_files(folder)
        reports = {}

        import_articles(
            [folder], ImportOptions(), on_file=lambda report: reports.setdefault(report.file, report)
        )

        assert {name for name, report in reports.items() if report.outcome == "rejected"} == set(refused)
        assert {name: part for name, part in refused.items() if part not in reports[name].message} == {}
        assert reports["folder.md"].outcome == "skipped"
        assert {
            report.outcome for name, report in reports.items() if name not in {*refused, "folder.md"}
        } == {"created"}
        assert not any(name.startswith("circle") for name in reports)

    def test_names_are_escaped_in_the_terminal(self, folder, capsys):
        make_special_files(folder)

        with pytest.raises(SystemExit) as ending:
            call_command("import_articles", str(folder))

        shown = capsys.readouterr()
        assert ending.value.code == 1
        assert "\x1b" not in shown.out + shown.err
        assert not any(line.startswith("break.md") for line in shown.err.splitlines())

    def test_an_editor_sees_their_reports_escaped(self, folder, admin_client):
        make_special_files(folder)
        (folder / "<script>alert(1)<").mkdir()
        (folder / "<script>alert(1)<" / "script>.md").write_text("no front matter")
        import_articles([folder], ImportOptions())

        page = admin_client.get(reverse("admin:blog_importrun_changelist"), follow=True).content.decode()
        batch = Article.objects.first().source_file.batch
        entries = admin_client.get(reverse("admin:blog_importrun_change", args=[batch.pk])).content.decode()

        assert page_errors(page) == []
        assert page_errors(entries) == []
        assert "script&gt;.md" in entries

    @pytest.mark.parametrize("target", ["/etc/passwd", "/dev/zero", "../secret.png", "/"])
    def test_an_image_that_is_a_link_is_not_followed(self, folder, target):
        (folder.parent / "secret.png").write_bytes(b"secret")
        (folder / "x.png").symlink_to(target)
        (folder / "a.md").write_text("---\ntitle: A\n---\n\n![Alt words](x.png)\n")
        reports = []

        import_articles([folder], ImportOptions(), on_file=reports.append)

        assert any("image x.png not shown" in warning for warning in reports[0].warnings)
        assert "<img" not in Article.objects.get().body_html

    def test_an_image_that_is_a_pipe_does_not_hold_up_the_import(self, folder):
        os.mkfifo(folder / "x.png")
        (folder / "a.md").write_text("---\ntitle: A\nimage: x.png\n---\n\n![Alt words](x.png)\n")
        reports = []

        import_articles([folder], ImportOptions(), on_file=reports.append)

        assert reports[0].outcome == "created"
        assert any("there is no such file" in warning for warning in reports[0].warnings)
