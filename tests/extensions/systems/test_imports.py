"""Exports of publishing systems are imported like folders: once, again, and when they have changed."""

import gzip
import json

import pytest
from django.test import Client

from blog.exports.articles import export_articles
from blog.imports.by_products import delete_created_rows
from blog.imports.report import ImportFailedError, StatusRule
from blog.imports.uploads.reception import AnnouncedFile, create_upload, receive, unpack
from blog.models import Article, Author, ImportRun, LinkedFile, Page, SourceFile, StagedImport
from tests.extensions.systems.exports import SAMPLES, packed, sample
from tests.support.images import image_bytes
from tests.support.import_files import run
from tests.support.staging import run_dry_run_job, run_import_job, stage

pytestmark = pytest.mark.django_db

WORDPRESS = SAMPLES / "wordpress.xml"
GAUGE = "wp-content/uploads/2024/05/gauge.png"


def written(reports):
    return {report.file: str(report.outcome) for report in reports if report.file.startswith("posts/")}


def test_an_export_is_imported_once_and_updates_by_id(tmp_path):
    first = run(WORDPRESS)
    assert set(written(first).values()) == {"created"}
    assert not Article.objects.exclude(status="new").exists()

    assert set(written(run(WORDPRESS)).values()) == {"unchanged"}

    later = tmp_path / "harbournotes.WordPress.2026-05-01.xml.gz"
    text = WORDPRESS.read_text().replace("[Fog signals]", "[Signals in fog]")
    text = text.replace("[fog-signals]", "[signals-in-fog]")
    later.write_bytes(gzip.compress(text.encode()))
    reports = run(later)

    assert sorted(written(reports).values()) == ["unchanged", "unchanged", "unchanged", "updated"]
    article = SourceFile.objects.get(path="posts/fog-signals-102.md").article
    assert (article.title, article.slug) == ("Signals in fog", "signals-in-fog")
    assert ImportRun.objects.latest("pk").file_name == later.name


@pytest.mark.parametrize(
    ("name", "articles", "pages"),
    [("ghost.json", 4, 1), ("medium", 2, 0), ("substack", 3, 1), ("notion", 3, 0)],
)
def test_every_system_comes_in_once_and_leaves_the_same(name, articles, pages, tmp_path):
    path = SAMPLES / name if name.endswith(".json") else sample(name, tmp_path)

    assert list(written(run(path)).values()) == ["created"] * articles
    assert set(written(run(path)).values()) == {"unchanged"}
    assert Page.objects.count() == pages

    export_articles(tmp_path / "export")
    for source_file in SourceFile.objects.all():
        assert (tmp_path / "export" / source_file.path).read_bytes() == source_file.original


@pytest.mark.parametrize(("name", "articles"), [("medium", 2), ("substack", 3)])
def test_an_unpacked_export_is_the_same_source(name, articles, tmp_path):
    assert list(written(run(SAMPLES / name)).values()) == ["created"] * articles
    assert set(written(run(sample(name, tmp_path))).values()) == {"unchanged"}


def test_pictures_next_to_a_page_of_notion_are_stored(tmp_path):
    run(sample("notion", tmp_path))

    assert Article.objects.get(slug="drying-nets").body_image_links.get().image.file


def test_authors_get_the_pictures_in_the_archive(tmp_path):
    picture = "content/images/2025/03/mia.png"
    files = {"ghost.json": (SAMPLES / "ghost.json").read_text(), picture: image_bytes("PNG")}
    run(packed(tmp_path / "ghost.zip", files))

    author = Author.objects.get(name="Mia Sund")
    assert (author.picture.source, author.bio) == (f"/{picture}", "Keeps the timetable.")
    assert Author.objects.get(name="Ole Vik").picture is None


def test_old_addresses_and_links_between_articles_lead_to_articles():
    run(WORDPRESS, status=StatusRule.AS_FILE)
    client = Client()

    posts = ("/2024/05/reading-a-tide-table/", "/2024/05/tide-tables-explained", "/2023/11/fog-signals.html")
    for old in (*posts, "/author/ida/", "/category/pilotage/", "/tag/tide-tables/", "/feed/"):
        assert client.get(old).status_code == 301, old
    page = client.get("/2024/05/reading-a-tide-table/", follow=True).content.decode()
    assert 'href="/articles/fog-signals/"' in page
    assert {article.slug for article in Article.objects.published()} == {
        "fog-signals",
        "reading-a-tide-table",
    }


def test_pictures_in_the_archive_are_stored(tmp_path):
    files = {"export/harbour.xml": WORDPRESS.read_text(), f"export/{GAUGE}": image_bytes("PNG")}
    run(packed(tmp_path / "export.zip", files))

    article = Article.objects.get(slug="reading-a-tide-table")
    assert {link.source for link in article.body_image_links.all()} == {f"/{GAUGE}"}


def test_pages_are_created_unpublished_and_never_changed(tmp_path):
    run(WORDPRESS)
    page = Page.objects.get()
    assert (page.slug, page.is_published) == ("the-harbour-office", False)
    assert Client().get("/contact/the-harbour-office/").status_code in (301, 404)

    Page.objects.update(title="Ours")
    reports = {report.file: report.message for report in run(WORDPRESS)}
    assert "exists: it stays as it is" in reports["pages/the-harbour-office-110.md"]
    assert Page.objects.get().title == "Ours"

    delete_created_rows(page.created_by_import)
    assert not Page.objects.exists()


def test_files_to_which_posts_and_pages_link_come_along(tmp_path, client):
    link = '<a href="https://harbour.example.org/wp-content/uploads/2024/05/plan.pdf">Plan</a></p>'
    files = {
        "harbour.xml": WORDPRESS.read_text().replace("</p>", link),
        "wp-content/uploads/2024/05/plan.pdf": "%PDF",
    }

    run(packed(tmp_path / "export.zip", files))

    [file] = set(LinkedFile.objects.values_list("file", flat=True))
    assert LinkedFile.objects.filter(article__slug="reading-a-tide-table", file=file).exists()
    Page.objects.update(is_published=True)
    assert f'href="/media/{file}"' in client.get("/the-harbour-office/").content.decode()
    assert b"".join(client.get(f"/media/{file}")) == b"%PDF"


def test_what_is_left_out_is_an_entry_of_the_report():
    reports = {report.file: report for report in run(WORDPRESS)}

    assert reports["comments"].message == "not imported: 2."
    assert reports["forms"].message == "not imported: 1 (the first in posts/fog-signals-102.md)."


def test_text_that_cannot_be_read_is_rejected_alone(tmp_path):
    html = "<div class='kg-card'>" + "<b></i>" * 900
    export = json.loads((SAMPLES / "ghost.json").read_text())
    export["db"][0]["data"]["posts"].append({"id": "9", "slug": "bad", "html": html})
    (tmp_path / "ghost.json").write_text(json.dumps(export))

    reports = run(tmp_path / "ghost.json")

    assert sorted(written(reports).values()) == ["created"] * 4 + ["rejected"]
    [report] = [report for report in reports if report.outcome == "rejected"]
    assert report.file == "posts/bad-9.md"
    assert "nested more than 200 deep: remove needless tags" in report.message


def test_an_export_is_uploaded_in_the_browser(tmp_path):
    data = packed(tmp_path / "x.zip", {"harbour.xml": WORDPRESS.read_text()}).read_bytes()
    staged = stage(data=data, name="2026-05.zip")

    run_dry_run_job(staged)
    assert staged.source_name == "harbour.example.org"
    assert run_import_job(staged).state == "done"

    assert Article.objects.count() == 4
    assert ImportRun.objects.get().file_name == "2026-05.zip"


@pytest.mark.parametrize(("name", "articles"), [("medium", 2), ("substack", 3)])
def test_an_unpacked_export_is_uploaded_in_the_browser(name, articles):
    files = [path for path in sorted((SAMPLES / name).rglob("*")) if path.is_file()]
    announced = [AnnouncedFile(str(path.relative_to(SAMPLES / name)), path.stat().st_size) for path in files]
    staged = create_upload(announced, source_name=name)
    receive(staged, 0, [path.read_bytes() for path in files])
    unpack(staged)

    run_dry_run_job(staged)
    assert sorted(path.name for path in staged.folder.iterdir()) == [
        "converted.json",
        "converted.zip",
        "files",
    ]
    assert run_import_job(staged).state == "done"

    assert Article.objects.count() == articles
    assert set(written(run(SAMPLES / name)).values()) == {"unchanged"}


def test_data_in_an_uploaded_folder_is_no_export():
    manifest = [["data.json", 2], ["tides.md", 60]]
    values = {"state": "received", "source_name": "posts", "name": "2 files", "size": 62}
    staged = StagedImport.objects.create(manifest=manifest, **values)
    (staged.folder / "files").mkdir(parents=True)
    (staged.folder / "files/data.json").write_text("{}")
    (staged.folder / "files/tides.md").write_text("---\ntitle: Tides\n---\n\nSee [the data](data.json).\n")

    run_dry_run_job(staged)
    assert run_import_job(staged).state == "done"

    assert LinkedFile.objects.get().article.title == "Tides"


def test_a_file_that_is_no_export_says_so(tmp_path):
    (tmp_path / "feed.xml").write_text("<rss><channel><title>Feed</title></channel></rss>")

    with pytest.raises(ImportFailedError, match="not an export of WordPress, Ghost"):
        run(tmp_path / "feed.xml")


def test_an_upload_that_cannot_be_read_names_no_path_of_the_server(tmp_path):
    data = packed(tmp_path / "x.zip", {"a.xml": WORDPRESS.read_text()[:9000]}).read_bytes()
    staged = stage(data=data, name="harbour.zip")

    job = run_dry_run_job(staged)

    assert staged.state == StagedImport.State.FAILED
    assert "harbour.zip: the file ends in line" in job.reason
    assert str(staged.folder) not in job.reason
