"""How an import handles and reports unusual files and images."""

import json
from collections import Counter

import pytest
from django.core.management import CommandError, call_command

from blog.documents.notices import NoticeKind
from blog.imports import batch
from blog.imports.report import ImportOptions, Outcome, report_line
from blog.imports.run import import_articles
from blog.models import Article, Author, Category, Image, ImportRun, SourceFile
from tests.support.images import image_bytes
from tests.support.import_files import outcomes, run, write
from tests.support.staging import zip_folder

pytestmark = pytest.mark.django_db


class TestCopies:
    def test_identical_file_is_skipped_and_names_the_first_unless_its_path_gives_another_slug(self, folder):
        write(folder, "a.md")
        write(folder, "copy of a.md")
        for name in ("one.md", "two.md"):
            write(folder, name, slug=None)

        reports = run(folder)

        assert outcomes(reports) == ["created", "skipped", "created", "created"]
        assert "a.md" in reports[1].warnings[0]


class TestBadFiles:
    def test_a_bad_file_is_named_with_its_line_and_stops_nothing(self, folder):
        write(folder, "a.md", slug="a")
        (folder / "b.md").write_text("---\ntitle: Fine\nexcerpt: Not: fine\n---\nText\n")
        write(folder, "c.md", slug="c")

        reports = run(folder)

        assert outcomes(reports) == ["created", "rejected", "created"]
        assert "line 3" in reports[1].message
        assert Article.objects.count() == 2

    def test_failed_write_leaves_no_partial_article(self, folder, monkeypatch):
        write(folder, "a.md", slug="a", category="Kept")
        write(folder, "b.md", slug="b", category="Lost", author="Nobody")
        write(folder, "c.md", slug="c", category="Lost")
        keep_old_addresses = batch.create_redirects

        def fail(wanted, record=None):
            keep_old_addresses(wanted := list(wanted), record)
            if any(article.slug == "b" for article, *_ in wanted):
                raise ValueError("the test says no")

        monkeypatch.setattr(batch, "create_redirects", fail)
        reports = run(folder)

        assert outcomes(reports) == ["created", "rejected", "created"]
        assert set(Article.objects.values_list("slug", flat=True)) == {"a", "c"}
        assert not Author.objects.exists()
        assert Category.objects.get(name="Lost").primary_of.get().slug == "c"

    def test_other_files_are_skipped(self, folder):
        for name in ("README.md", "LICENSE.md", "_index.md", ".hidden.md", "node_modules/x.md", ".git/y.md"):
            write(folder, name)

        assert set(outcomes(run(folder))) == {"skipped"}


class TestImages:
    def test_image_next_to_the_file_is_stored(self, folder):
        write(folder, image="cover.png", imageAlt="A cover", body="![A chart](img/chart.png)\n")
        (folder / "cover.png").write_bytes(image_bytes(size=(60, 40)))
        (folder / "img").mkdir()
        (folder / "img" / "chart.png").write_bytes(image_bytes(size=(30, 20)))

        (report,) = run(folder)

        article = Article.objects.get()
        assert report.warnings == []
        assert (article.hero_image.width, article.hero_image.height) == (60, 40)
        assert f'src="{article.body_images.get().url}"' in article.body_html
        assert 'width="30"' in article.body_html

    def test_a_site_root_address_is_found_below_the_static_root(self, folder, tmp_path):
        (tmp_path / "static" / "images").mkdir(parents=True)
        (tmp_path / "static" / "images" / "x.png").write_bytes(image_bytes())
        write(folder, image="/images/x.png")

        run(folder, static_root=tmp_path / "static")

        assert Article.objects.get().hero_image.file

    def test_without_a_static_root_it_is_dropped_with_a_remark_on_the_import(self, folder):
        write(folder, image="/images/x.png")

        report = import_articles([folder], ImportOptions())

        assert Article.objects.get().hero_image is None
        assert report.remarks == {NoticeKind.NO_STATIC_ROOT: {"/images/x.png": 1}}

    def test_missing_images_leave_their_alternative_text_and_are_one_warning(self, folder):
        write(folder, body="![A chart of tides](a.png)\n\n![B](b.png)\n\n![C](http://localhost/c.png)\n")

        (report,) = run(folder)

        html = Article.objects.get().body_html
        assert report.warnings[0] == "2 images not shown: there is no such file (a.png, b.png)."
        assert len(report.warnings) == 2
        assert "A chart of tides" in html
        assert "<img" not in html

    @pytest.mark.parametrize(
        "address",
        [
            "http://127.0.0.1/x.png",
            "http://localhost:8000/x.png",
            "http://2130706433/x.png",
            "https://user@example.com/x.png",
            "ftp://example.com/x.png",
            "javascript:alert(1)",
            "../x.png",
            'https://example.com/a"b.png',
        ],
    )
    def test_a_dangerous_address_is_dropped_with_a_warning(self, folder, address):
        write(folder, image=address)

        (report,) = run(folder)

        assert Article.objects.get().hero_image is None
        assert report.warnings


class TestDryRun:
    def test_it_reports_outcomes_and_changes_nothing(self, folder):
        (folder / "x.png").write_bytes(image_bytes())
        for number in range(45):
            write(folder, f"{number:03}.md", title=f"Number {number}", category="Sea", image="x.png")

        reports = run(folder, dry_run=True)

        assert set(outcomes(reports)) == {"created"}
        assert reports[44].slug == "tides-45"
        for model in (Article, Category, Image, ImportRun, SourceFile):
            assert not model.objects.exists()


class TestBatches:
    def test_number_of_files_can_be_limited(self, folder):
        for number in range(5):
            write(folder, f"{number}.md", slug=f"a{number}")

        reports = run(folder, limit=3)

        assert len(reports) == 3
        assert Article.objects.count() == 3


class TestCommand:
    def test_a_refused_file_is_exit_status_1(self, folder, capsys):
        (folder / "bad\nname.md").write_text("---\ntitle: [\n---\n")

        with pytest.raises(SystemExit) as error:
            call_command("import_articles", str(folder))

        assert error.value.code == 1
        assert "bad\\nname.md" in capsys.readouterr().err

    def test_a_missing_folder_is_exit_status_2(self, folder):
        with pytest.raises(CommandError) as error:
            call_command("import_articles", str(folder / "nowhere"))

        assert error.value.returncode == 2

    def test_report_has_one_object_per_line_and_file(self, folder, tmp_path):
        write(folder, "a.md", slug="a")
        (folder / "b.md").write_text("---\ntitle: [\n---\n")

        with pytest.raises(SystemExit):
            call_command("import_articles", str(folder), report=tmp_path / "report.jsonl", quiet=True)

        lines = [json.loads(line) for line in (tmp_path / "report.jsonl").read_text().splitlines()]
        assert [(line["file"], line["outcome"]) for line in lines] == [
            ("a.md", "created"),
            ("b.md", "rejected"),
        ]
        keys = {"file", "outcome", "message", "slug", "title", "seconds", "warnings", "notes"}
        assert [line.keys() for line in lines] == [keys, keys]

    @pytest.mark.parametrize("workers", [1, 2])
    def test_notes_of_the_rows_are_what_the_summary_counts(self, folder, workers):
        def notes_of(**options):
            rows = []
            options = ImportOptions(workers=workers, **options)
            report = import_articles([folder], options, on_file=lambda file: rows.append(report_line(file)))
            counted = {kind.name.lower(): details.total() for kind, details in report.remarks.items()}
            assert Counter(note["kind"] for row in rows for note in row["notes"]) == counted
            return {row["file"]: (row["outcome"], [note["kind"] for note in row["notes"]]) for row in rows}

        kinds = ["slug_changed", "no_static_root"]
        for number in range(12):
            write(folder, f"{number:02}.md", slug="../", title=f"A {number}", image="/images/a.png")
        others = {f"{number:02}.md": ("created", ["slug_taken", *kinds]) for number in range(1, 12)}

        assert notes_of(dry_run=True) == {"00.md": ("created", kinds)} | others
        assert notes_of() == {"00.md": ("created", kinds)} | others
        write(folder, "00.md", slug="../", title="B", image="/images/a.png")
        assert notes_of()["00.md"] == ("updated", kinds)

    def test_unknown_keys_are_listed_with_the_number_of_files(self, folder, capsys):
        write(folder, "a.md", slug="a", mood="calm", layout="post")
        write(folder, "b.md", slug="b", layout="post")

        call_command("import_articles", str(folder))
        first = capsys.readouterr().out
        call_command("import_articles", str(folder))

        assert "kept for export: layout (2), mood (1)." in first
        assert "kept with" not in capsys.readouterr().out  # unchanged files are not read again

    def test_remarks_are_one_line_and_the_gravest_warning_is_first(self, folder, capsys):
        write(folder, "a.md", slug=None, title="a" * 301)
        write(folder, "b.md", slug=None, body="It is {{ hour }}. The tide of {{ day }} falls. Words.\n")

        call_command("import_articles", str(folder))

        told = capsys.readouterr()
        assert "Slugs taken from file names: 2." in told.out
        assert [line.partition(":")[0] for line in told.err.splitlines()] == ["b.md", "a.md"]

    def test_choices_are_one_line_with_an_example(self, folder, capsys):
        write(folder, "a.md", slug="a b")
        write(folder, "b.md", slug="a-b", title=None, date=None)

        call_command("import_articles", str(folder), status="published")

        told = capsys.readouterr()
        assert "Slugs changed so that they are valid: 1, such as “a b” → “a-b”." in told.out
        assert "Slugs that got a number, because they were taken: 1, such as “a-b” → “a-b-2”." in told.out
        assert "Titles taken from file names: 1." in told.out
        assert "Not published, because the file has no usable date: 1." in told.out
        assert "warnings" not in told.out
        assert not told.err

    def test_reasons_for_staying_new_are_counted_with_the_option(self, folder, capsys):
        lost = "It is {{ hour }}. The tide of {{ day }} falls. Words.\n"
        for name in "ab":
            write(folder, f"{name}.md", slug=name, body=f"{lost}{name}\n")

        call_command("import_articles", str(folder), status="published")

        reason = "Not published: passages are missing from the text (--publish-damaged publishes it): 2."
        assert reason in capsys.readouterr().out.splitlines()

    def test_quiet_prints_nothing_on_success(self, folder, capsys):
        write(folder)

        call_command("import_articles", str(folder), quiet=True)

        assert capsys.readouterr() == ("", "")


class TestProvenance:
    """A file that comes again changes no label that readers see, unless its import says so."""

    @pytest.mark.parametrize(
        ("first", "before", "now", "options", "outcome"),
        [
            ("published", "Gemini", None, {"on_conflict": "keep"}, Outcome.HELD),
            ("published", "Gemini", "Claude", {"on_conflict": "file"}, Outcome.HELD),
            ("published", None, "Gemini", {}, Outcome.HELD),
            ("published", "Gemini", None, {"status": "as-file"}, Outcome.UPDATED),
            ("published", "Gemini", None, {"status": "published"}, Outcome.UPDATED),
            ("published", "Gemini", "Gemini", {"status": "as-file"}, Outcome.UPDATED),
            ("new", "Gemini", "Claude", {}, Outcome.UPDATED),
        ],
    )
    def test_of_a_published_article_changes_in_a_publishing_import_only(
        self, folder, first, before, now, options, outcome
    ):
        write(folder, generatedBy=before)
        run(folder, status=first)
        write(folder, generatedBy=now, body="Other words.\n")

        [report] = run(folder, **options)

        article, is_taken = Article.objects.get(), outcome == Outcome.UPDATED
        assert (report.outcome, article.generated_by) == (outcome, (now if is_taken else before) or "")
        assert ("Other" in article.body) == is_taken
        is_told = before != now and first == "published"
        told = f"from “{before or ''}” to “{now or ''}”"
        assert (told in " ".join([report.message, *report.warnings])) == is_told


OTHERS = ("b.RST", "c.rst", "d.adoc", "sub/e.org")


def write_others(folder):
    for name in OTHERS:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Words.")
    (folder / "style.css").write_text("a {}")
    (folder / "folder.org").mkdir()


class TestOtherFormats:
    def test_are_named_in_the_output_and_the_report(self, folder, tmp_path, capsys):
        write(folder)
        write_others(folder)

        call_command("import_articles", str(folder), report=tmp_path / "report.jsonl")

        lines = [json.loads(line) for line in (tmp_path / "report.jsonl").read_text().splitlines()]
        assert {line["file"]: line["outcome"] for line in lines} == {
            "tides.md": "created",
            **dict.fromkeys(OTHERS, "skipped"),
        }
        assert "is neither Markdown nor HTML" in lines[0]["message"]
        said = capsys.readouterr().out
        assert "1 created, 4 skipped." in said
        assert "Neither Markdown nor HTML, so not imported: 4 (b.RST, c.rst, d.adoc, sub/e.org)." in said

    def test_are_named_of_an_archive_too(self, folder, tmp_path):
        write(folder)
        write_others(folder)
        archive = tmp_path / "posts.zip"
        zip_folder(folder, archive)

        reports = run(archive)

        assert sorted(report.file for report in reports if report.outcome == "skipped") == sorted(OTHERS)

    def test_of_many_the_first_ones_are_named(self, folder, capsys):
        write(folder)
        for number in range(30):
            (folder / f"{number:02}.org").write_text("Words.")

        call_command("import_articles", str(folder))

        assert "30 (00.org, 01.org, 02.org" in (said := capsys.readouterr().out)
        assert "09.org and 20 more)." in said

    def test_alone_are_exit_status_2(self, folder):
        write_others(folder)

        with pytest.raises(CommandError) as error:
            call_command("import_articles", str(folder))

        assert error.value.returncode == 2
        assert "to import. Neither Markdown nor HTML: " in str(error.value)
        assert not ImportRun.objects.exists()

    def test_an_empty_folder_is_exit_status_2(self, folder):
        with pytest.raises(CommandError, match="There are no Markdown or HTML files") as error:
            call_command("import_articles", str(folder))

        assert error.value.returncode == 2
