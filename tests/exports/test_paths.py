"""Paths of an export are unique, and importing it again results in the same articles."""

import shutil
import unicodedata
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blog.exports.articles import export_articles
from blog.exports.paths import ExportPath, ExportPaths
from blog.imports.report import StatusRule
from blog.models import Article, Image, ImportRun
from tests.support.cases import read_cases
from tests.support.durations import ROUND_TRIPS, SETS_OF_PATHS
from tests.support.factories import create_article
from tests.support.images import image_bytes
from tests.support.import_files import outcomes, run, write

CASES = read_cases("export_paths")


def folded(path):
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", path).casefold())


def tree(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def wholes(paths, keys):
    return [paths.of_article(key).whole for key in keys]


class TestArticles:
    def test_keep_their_paths(self):
        paths = ExportPaths([(1, "posts", "2026/a.md"), (2, "posts", "b.md")], [(3, "c")])

        assert wholes(paths, (1, 2, 3)) == ["2026/a.md", "b.md", "c.md"]
        assert paths.renamed == []

    def test_of_several_sources_are_kept_apart(self):
        paths = ExportPaths([(1, "posts", "a.md"), (2, "notes", "a.md")], [(3, "a")])

        assert wholes(paths, (1, 2, 3)) == ["posts/a.md", "notes/a.md", "a.md"]
        assert paths.renamed == []

    @pytest.mark.parametrize(("first", "second", "given"), CASES["second file"])
    def test_second_file_at_a_path_is_renamed_and_reported(self, first, second, given):
        paths = ExportPaths([(1, "posts", first), (2, "posts", second)], [])

        assert paths.of_article(2).whole == given
        assert f"posts: {second} is written as {given}." in paths.renamed

    def test_article_without_a_file_yields_to_an_imported_one(self):
        paths = ExportPaths([(9, "posts", "tides.md")], [(1, "tides"), (2, "tides-2")])

        assert wholes(paths, (9, 1, 2)) == ["tides.md", "tides-2.md", "tides-2-2.md"]

    @pytest.mark.parametrize(
        "slug", ["readme", "license", "_index", "draft-a", "2026-01-02-a", "con", "lpt1"]
    )
    def test_names_with_a_special_meaning_are_avoided(self, slug):
        paths = ExportPaths([], [(1, slug)])

        assert paths.of_article(1).whole == f"article-{slug}.md"

    @pytest.mark.parametrize("slug", ["a" * 255, "\u0939\u093f" * 127])
    def test_long_slug_is_cut_to_a_valid_file_name(self, slug):
        paths = ExportPaths([], [(1, slug), (2, slug + "x")])

        names = wholes(paths, (1, 2))
        assert len(set(names)) == 2
        assert all(len(name.encode()) <= 255 and name.endswith(".md") for name in names)

    def test_source_names_that_differ_in_case_get_separate_folders(self):
        paths = ExportPaths([(1, "Posts", "a.md"), (2, "posts", "b.md")], [])

        assert wholes(paths, (1, 2)) == ["Posts/a.md", "posts-2/b.md"]


class TestImages:
    def paths(self):
        return ExportPaths([(1, "posts", "tides.md"), (2, "posts", "sea/ebb.md")], [])

    @pytest.mark.parametrize(("address", "article", "given"), CASES["image"])
    def test_get_the_path_in_the_article(self, address, article, given):
        paths = self.paths()

        assert paths.of_image(address, ExportPath("", article), "images/aa/1.png") == given
        assert paths.renamed == []

    @pytest.mark.parametrize(("address", "given"), CASES["renamed image"])
    def test_never_overwrite_articles_or_leave_the_folder(self, address, given):
        paths = self.paths()

        path = paths.of_image(address, ExportPath("", "a.md"), "images/aa/1.png")

        assert path == given
        assert paths.renamed == [f"a.md: its image {address} is written as {given}."]

    def test_same_image_shares_a_path_and_others_do_not(self):
        paths = self.paths()

        given = [
            paths.of_image("/c.png", ExportPath("", article), name)
            for article, name in [("a.md", "1.png"), ("b.md", "1.png"), ("c.md", "2.png"), ("d.md", "2.png")]
        ]

        assert given == ["c.png", "c.png", "c-2.png", "c-2.png"]

    def test_of_several_sources_are_in_the_folder_of_each(self):
        paths = ExportPaths([(1, "a", "x.md"), (2, "b", "x.md")], [])

        given = [paths.of_image("/c.png", paths.of_article(key), f"{key}.png") for key in (1, 2)]

        assert given == ["a/c.png", "b/c.png"]
        assert paths.renamed == []


PARTS = st.sampled_from(
    [
        *("a", "A", "\u00e9", "e\u0301", "a.md", "A.MD", "a-2", ".", "..", ".git", "", "con", "\u00df", "ss"),
        *("fr", "x" * 300),
    ]
)
PATHS = st.lists(PARTS, min_size=1, max_size=4).map("/".join)
SLUGS = st.sampled_from(["a", "A", "a-2", "a-2-2", "readme", "con", "\u00e9", "fr", "draft-a", "x" * 255])


class TestAnything:
    @settings(max_examples=SETS_OF_PATHS)
    @given(
        imported=st.lists(st.tuples(PARTS, PATHS), unique=True, max_size=12),
        slugs=st.lists(SLUGS, unique=True, max_size=6),
        images=st.lists(st.tuples(PATHS, st.integers(0, 3)), max_size=8),
    )
    def test_no_two_files_collide_on_any_file_system(self, imported, slugs, images):
        rows = [(key, source, f"{path}.md") for key, (source, path) in enumerate(imported)]
        written = [(100 + key, slug) for key, slug in enumerate(slugs)]

        paths, again = ExportPaths(rows, written), ExportPaths(reversed(rows), reversed(written))
        articles = wholes(paths, [row[0] for row in (*rows, *written)])
        images = [
            (paths.of_image(address, ExportPath("", "p/x.md"), f"{number}.png"), number)
            for address, number in images
            if not address.startswith("//")  # it is of another site
        ]

        files = [folded(path) for path in articles] + list(
            {(folded(path), number) for path, number in images}
        )
        names = [file if isinstance(file, str) else file[0] for file in files]
        assert len(set(names)) == len(names)
        parents = {
            "/".join(name.split("/")[:depth]) for name in names for depth in range(1, name.count("/") + 1)
        }
        assert not parents & set(names)
        for path in (*articles, *(path for path, _ in images)):
            assert all(part and not part.startswith(".") for part in path.split("/"))
            assert all(len(part.encode()) <= 255 for part in path.split("/"))
        assert articles == wholes(again, [row[0] for row in (*rows, *written)])


@pytest.mark.django_db
class TestExport:
    def test_images_of_two_sources_with_one_path_are_two_files(self, tmp_path):
        colours = {"one": "red", "two": "blue"}
        for name, colour in colours.items():
            static = tmp_path / f"static-{name}"
            (static / "images").mkdir(parents=True)
            (static / "images" / "cover.png").write_bytes(image_bytes(colour=colour))
            write(tmp_path / name, slug=name, image="/images/cover.png")
            run(tmp_path / name, static_root=static)

        report = export_articles(tmp_path / "out")

        assert report.images == 2
        covers = [tree(tmp_path / "out")[f"{name}/images/cover.png"] for name in colours]
        assert covers[0] != covers[1]
        again = {}
        Article.objects.all().delete()
        for name in colours:
            (again[name],) = run(tmp_path / "out" / name)
        assert {name: report.warnings for name, report in again.items()} == {"one": [], "two": []}

    def test_missing_image_is_reported_with_exit_status_1(self, folder, tmp_path, capsys):
        write(folder, "tides.md", image="sea.png")
        (folder / "sea.png").write_bytes(image_bytes())
        run(folder)
        Path(Image.objects.get().file.path).unlink()

        with pytest.raises(CommandError, match="1 files could not be written") as error:
            call_command("export_articles", str(tmp_path / "out"))

        assert error.value.returncode == 1
        assert "tides.md: its image sea.png: No such file" in capsys.readouterr().err
        assert (tmp_path / "out" / "tides.md").exists()

    def test_unwritable_path_is_reported_and_others_are_written(self, folder, tmp_path):
        write(folder, "a/x.md", slug="x")
        write(folder, "b.md", slug="b")
        run(folder)
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "a").write_text("in the way")

        report = export_articles(tmp_path / "out", force=True)

        assert report.articles == 1
        assert report.problems[0].startswith("a/x.md: ")
        assert sorted(tree(tmp_path / "out")) == ["a", "b.md"]

    def test_full_disk_leaves_no_partial_file(self, folder, tmp_path, monkeypatch):
        write(folder)
        run(folder)
        monkeypatch.setattr("blog.files.atomic.os.replace", no_room)

        report = export_articles(tmp_path / "out")

        assert report.problems == ["tides.md: No space left on device."]
        assert tree(tmp_path / "out") == {}

    def test_renamed_file_contains_what_its_name_implied(self, folder, tmp_path):
        for name in (
            "2026-01-02-Tides.md",
            "2026-01-02-tides.md",
            "draft-x.md",
            "Draft-X.md",
            "a.fr.md",
            "A.fr.md",
        ):
            (folder / name).write_text(f"Words of {name}.\n")
        run(folder)
        before = told()

        report = export_articles(tmp_path / "out")

        assert len(report.renamed) == 3
        assert articles_of(tmp_path / "out") == before


def no_room(*args):
    raise OSError(28, "No space left on device")


def told():
    fields = (
        "title",
        "slug",
        "dated_at",
        "language",
        "body",
        "excerpt",
        "generated_by",
        "status",
        "keywords",
    )
    return sorted(list(map(str, row)) for row in Article.objects.values_list(*fields))


def articles_of(folder, **options):
    """Return the articles that an import of a folder into an empty database gives."""
    Article.objects.all().delete()
    assert set(outcomes(run(folder, **options))) <= {"created"}
    return told()


NAMES = st.text(
    st.sampled_from("aA.-_ é\u0301ßs2026fr%#?&'\"\\:*|<>()\u202e\u200d日本हि\N{WATER WAVE}"),
    min_size=1,
    max_size=12,
).filter(lambda name: not name.startswith(".") and name.strip(". "))
FOLDERS = st.lists(NAMES, max_size=2)


@pytest.mark.django_db
class TestRoundTrip:
    """Files with odd names, and typed articles: the same after export and import."""

    @settings(max_examples=ROUND_TRIPS, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        files=st.lists(
            st.tuples(FOLDERS, NAMES, st.sampled_from([".md", ".MD", ".markdown"])), min_size=1, max_size=6
        ),
        slugs=st.lists(
            st.sampled_from(["a", "tides", "readme", "fr", "draft-a", "2026-01-02-a", "con"]), unique=True
        ),
    )
    def test_gives_the_same_articles(self, tmp_path, files, slugs):
        folder, out = tmp_path / "posts", tmp_path / "out"
        for path in (folder, out):
            shutil.rmtree(path, ignore_errors=True)
        Article.objects.all().delete()
        ImportRun.objects.all().delete()
        folder.mkdir()
        for number, (parts, name, ending) in enumerate(files):
            path = folder.joinpath(*parts, name + ending)
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(f"Words of file {number}.\n")
            except OSError:
                continue  # a folder of that name is there
        run(folder, status=StatusRule.NEW)
        for slug in slugs:
            if not Article.objects.filter(slug=slug).exists():
                create_article(slug=slug, title=f"Typed {slug}", status="new", body=f"Words of {slug}.\n")
        before = told()

        report = export_articles(out, with_state=True)  # which tells the numbers behind slugs, too
        first = tree(out)
        export_articles(out, with_state=True, force=True)

        assert report.problems == []
        assert report.articles == len(before) == len({folded(path) for path in first})
        assert tree(out) == first
        assert articles_of(out) == before
