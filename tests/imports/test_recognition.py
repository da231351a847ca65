"""Files of an earlier import under another source name, or one folder deeper or higher."""

import random
import shutil
import zipfile

import pytest
from django.core.management import CommandError, call_command

from blog.imports.recognition import find_same_files
from blog.imports.sources import find_source
from blog.models import Article, ImportRun, SourceFile, Version
from tests.support.import_files import outcomes, run, write

pytestmark = pytest.mark.django_db
FILES = 6


def text(number, changed_words=0, length=60):
    words = [f"word{number}x{position}" for position in range(length)]
    words[:changed_words] = [f"changed{position}" for position in range(changed_words)]
    return " ".join(words) + "\n"


def write_file(folder, number, name="", changed_words=0, **keys):
    name = name or f"{number}.md"
    keys = {"title": f"Article {number}", "slug": f"article-{number}"} | keys
    return write(folder, name, text(number, changed_words), **keys)


@pytest.fixture(scope="class")
def autumn(rows_of_class, tmp_path_factory):
    folder = tmp_path_factory.mktemp("year") / "autumn"
    for number in range(FILES):
        write_file(folder, number)
    run(folder)
    return folder


def recognised(path):
    same = find_same_files(find_source(path, ""), workers=1)
    return same and (same.source_name, len(same.twins), same.files)


def contents():
    """Return what an import may change of articles."""
    return set(Article.objects.values_list("pk", "slug", "title", "body"))


class TestRecognised:
    def test_another_name(self, autumn, tmp_path):
        other = shutil.copytree(autumn, tmp_path / "winter")

        assert recognised(other) == ("autumn", FILES, FILES)

    def test_one_folder_deeper_in_a_zip_of_the_same_name(self, autumn, tmp_path):
        path = tmp_path / "autumn.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for file in autumn.iterdir():
                archive.write(file, f"autumn/{file.name}")

        assert recognised(path) == ("autumn", FILES, FILES)

    def test_half_of_the_files_are_enough(self, autumn, tmp_path):
        other = tmp_path / "winter"
        for number in range(FILES // 2):
            write_file(other, number)
            write_file(other, number + 100)

        assert recognised(other) == ("autumn", FILES // 2, FILES)
        write_file(other, 200)
        assert recognised(other) is None

    @pytest.mark.parametrize("change", [{"name": "renamed-{}.md"}, {"slug": "other-{}"}])
    @pytest.mark.parametrize(("changed_words", "is_same"), [(10, True), (30, False)])
    def test_path_or_slug_with_most_of_the_text(self, autumn, tmp_path, change, changed_words, is_same):
        other = tmp_path / "winter"
        for number in range(FILES):
            write_file(
                other,
                number,
                changed_words=changed_words,
                **{name: value.format(number) for name, value in change.items()},
            )

        assert recognised(other) == (("autumn", FILES, FILES) if is_same else None)

    def test_text_alone_is_not_enough(self, autumn, tmp_path):
        other = tmp_path / "winter"
        for number in range(FILES):
            write_file(other, number, f"renamed-{number}.md", 1, slug=f"other-{number}")

        assert recognised(other) is None

    def test_each_earlier_source_is_counted_for_itself(self, autumn, tmp_path):
        other = shutil.copytree(autumn, tmp_path / "winter")
        for number in range(FILES // 2):
            write_file(other, number, title="Another title")
        run(other)

        assert recognised(shutil.copytree(autumn, tmp_path / "spring")) == ("autumn", FILES, FILES)

    def test_least_similar_twins_come_first(self, autumn, tmp_path):
        other = shutil.copytree(autumn, tmp_path / "winter")
        write_file(other, 3, changed_words=5)

        same = find_same_files(find_source(other, ""), workers=1)

        assert (same.twins[0].path, same.twins[0].known_path) == ("3.md", "3.md")
        assert 0.7 < same.twins[0].part < 1
        assert {twin.part for twin in same.twins[1:]} == {1.0}

    def test_files_of_the_source_itself_are_not_even_read(self, autumn, monkeypatch):
        monkeypatch.setattr("blog.imports.recognition.read_file", None)

        assert recognised(autumn) is None


class TestCommand:
    def test_names_the_source_and_imports_nothing(self, autumn, tmp_path):
        other = shutil.copytree(autumn, tmp_path / "winter")

        with pytest.raises(CommandError, match=r"6 of its 6 files .* add --source autumn\.") as refusal:
            call_command("import_articles", str(other), "--quiet")

        assert refusal.value.returncode == 2
        assert ImportRun.objects.count() == 1

    @pytest.mark.parametrize("name", ["autumn", "winter"])
    def test_an_explicit_source_is_never_asked_about(self, autumn, tmp_path, name):
        other = shutil.copytree(autumn, tmp_path / "winter")

        call_command("import_articles", str(other), "--quiet", "--no-check", "--source", name)

        assert ImportRun.objects.first().source_name == name


class TestNamedSource:
    def test_one_folder_deeper_is_unchanged_and_keeps_its_paths(self, autumn, tmp_path):
        shutil.copytree(autumn, tmp_path / "outer" / "autumn-2")
        write_file(tmp_path / "outer" / "autumn-2", 3, changed_words=5)
        write_file(tmp_path / "outer" / "autumn-2", 7)

        found = outcomes(run(tmp_path / "outer", source_name="autumn"))

        assert sorted(found) == ["created", "unchanged", *["unchanged"] * (FILES - 2), "updated"]
        assert set(SourceFile.objects.values_list("path", flat=True)) == {
            f"{number}.md" for number in (*range(FILES), 7)
        }

    def test_renamed_and_changed_files_update_their_articles(self, autumn, tmp_path):
        other = tmp_path / "winter"
        for number in range(FILES):
            write_file(other, number, f"renamed-{number}.md", changed_words=5)

        reports = run(other, source_name="autumn")

        assert outcomes(reports) == ["updated"] * FILES
        assert reports[0].message == "moved here from 0.md"
        assert Article.objects.count() == FILES
        assert outcomes(run(other, source_name="autumn")) == ["unchanged"] * FILES

    def test_another_text_with_the_same_slug_is_another_article(self, autumn, tmp_path):
        other = tmp_path / "winter"
        write_file(other, 1, "renamed.md", changed_words=50)

        assert outcomes(run(other, source_name="autumn")) == ["created"]


@pytest.mark.parametrize("seed", range(4))
def test_no_answer_loses_a_text(autumn, tmp_path, seed):
    """Whichever name is given, no article is doubled by Yes, and each overwritten text has a version."""
    chance = random.Random(seed)  # noqa: S311 -- the same files each time, not a secret
    other = tmp_path / "winter" / chance.choice(["", "deeper"])
    for number in chance.sample(range(FILES), 4):
        name = chance.choice(["", f"renamed-{number}.md"])
        write_file(other, number, name, changed_words=chance.choice([0, 5, 50]))
    before = contents()

    run(tmp_path / "winter", source_name="autumn")

    versions = Version.objects.values_list("article").distinct().count()
    assert versions == Article.objects.count()
    for key, _slug, _title, _body in before - contents():
        assert Version.objects.filter(article=key).count() == 2
    named_no = run(tmp_path / "winter", source_name="winter")
    assert {"updated", "conflict", "held"}.isdisjoint(outcomes(named_no))
