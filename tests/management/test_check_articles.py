"""The second pass of an import and the command, as the operator sees them."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from blog.models import ArticleCheck, Finding, ImportRun
from blog.review.proofs import stale_articles
from tests.support.factories import create_article
from tests.support.proofs import QUOTED
from tests.support.seed_dialect import write_articles

pytestmark = pytest.mark.django_db


def run(command, *arguments, **options):
    call_command(command, *arguments, stdout=(out := StringIO()), stderr=StringIO(), **options)
    return out.getvalue()


class TestImport:
    def test_what_comes_in_is_looked_at_and_told_apart(self, tmp_path):
        write_articles(tmp_path, 6)

        said = run("import_articles", tmp_path).splitlines()

        assert said[0].startswith("6 created")
        assert said[-1].startswith("Checked 6 articles: ")
        assert ArticleCheck.objects.count() == 6
        assert "hero_described_by_title" in ImportRun.objects.get().shared_kinds
        assert not Finding.objects.own().filter(kind="hero_described_by_title").exists()

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
