"""The second pass of an import and the command, as the operator sees them."""

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from blog.models import Article, ArticleCheck, Category, Finding, ImportRun
from blog.review.proofs import stale_articles
from blog.sandbox.process import Process
from tests.support.factories import create_article
from tests.support.proofs import QUOTED
from tests.support.seed_dialect import write_articles

pytestmark = pytest.mark.django_db


def run(command, *arguments, **options):
    call_command(command, *arguments, stdout=(out := StringIO()), stderr=StringIO(), **options)
    return out.getvalue()


def no_second_reading(keys, processes):
    assert not list(keys)
    return iter(())


class FailingChecks(Process):
    """A process in which finding claims in the reading of a file fails."""

    def answers(self, tasks, respond=None):
        if tasks[0].function == "read_and_examine":
            tasks = [replace(task, function="none such") for task in tasks]
        return super().answers(tasks, respond)


class TestImport:
    def test_what_comes_in_is_looked_at_and_told_apart(self, tmp_path):
        write_articles(tmp_path, 6)

        said = run("import_articles", tmp_path).splitlines()

        assert said[0].startswith("6 created")
        assert said[-1].startswith("Checked 6 articles: ")
        assert ArticleCheck.objects.count() == 6
        assert "hero_described_by_title" in ImportRun.objects.get().shared_kinds
        assert not Finding.objects.own().filter(kind="hero_described_by_title").exists()

    @pytest.mark.parametrize(("others", "is_shared"), [(3, True), (7, False)])
    def test_what_the_first_articles_share_may_not_be_shared_in_the_end(
        self, others, is_shared, tmp_path, monkeypatch
    ):
        monkeypatch.setattr("blog.imports.run.BATCH_SIZE", 5)
        monkeypatch.setattr("blog.imports.writer.CHECKED_AT_ONCE", 5)
        for number in range(5 + others):
            image = "" if number < 5 else f"image: https://example.org/{number}.jpg\n"
            (tmp_path / f"{number:02}.md").write_text(f"---\ntitle: Day {number}\n{image}---\nWords.\n")

        run("import_articles", tmp_path)

        assert Finding.objects.filter(kind="no_hero", is_shared=is_shared).count() == 5

    def test_a_new_article_is_checked_in_the_reading_of_its_file(self, tmp_path, monkeypatch):
        write_articles(tmp_path, 3)
        monkeypatch.setattr("blog.review.proofs.examine_many", no_second_reading)

        run("import_articles", tmp_path)

        assert not stale_articles().exists()

    def test_links_to_old_addresses_of_later_files_are_not_broken(self, tmp_path, monkeypatch):
        monkeypatch.setattr("blog.imports.run.BATCH_SIZE", 1)
        monkeypatch.setattr("blog.imports.writer.CHECKED_AT_ONCE", 1)
        (tmp_path / "a.md").write_text("# A\n\nSee [B](/old/b/) and [C](/old/c/).\n")
        (tmp_path / "b.md").write_text("---\ntitle: B\naliases: [/old/b/]\n---\nWords.\n")

        run("import_articles", tmp_path)

        broken = Finding.objects.filter(kind="link_broken").values_list("words", flat=True)
        assert list(broken) == ["/old/c"]

    def test_a_category_that_an_editor_renamed_is_seen(self, tmp_path):
        write_articles(tmp_path, 1)
        run("import_articles", tmp_path)
        [link] = Article.objects.get().category_links.all()[:1]
        Category.objects.filter(pk=link.category_id).update(name="Tides")
        Article.objects.all().delete()

        run("import_articles", tmp_path)

        assert not stale_articles().exists()

    def test_a_file_whose_check_fails_is_imported(self, tmp_path, monkeypatch):
        write_articles(tmp_path, 2)
        monkeypatch.setattr("blog.sandbox.workers.Process", FailingChecks)

        run("import_articles", tmp_path, no_check=False)

        assert Article.objects.count() == 2

    def test_a_second_import_of_the_same_looks_at_nothing(self, tmp_path):
        write_articles(tmp_path, 2)
        run("import_articles", tmp_path)

        assert "Checked" not in run("import_articles", tmp_path)

    @pytest.mark.parametrize("option", ["--no-check", "--dry-run"])
    def test_it_can_be_left_to_later(self, option, tmp_path):
        write_articles(tmp_path, 2)

        assert "Checked" not in run("import_articles", tmp_path, option)

        assert not ArticleCheck.objects.exists()


class TestCheckArticles:
    @pytest.mark.both_databases
    def test_it_looks_at_what_is_left(self):
        create_article(body=QUOTED)

        said = run("check_articles")

        assert said.startswith("Checked 1 article: 1 quotation or person to resolve, 0 other claims, ")
        assert "articles per second." in said
        assert run("check_articles").startswith("Checked 0 articles")
        assert run("check_articles", "--all").startswith("Checked 1 article:")
        assert not stale_articles().exists()

    def test_no_processes_cannot_look(self):
        with pytest.raises(CommandError, match="1 or more"):
            run("check_articles", workers=0)
