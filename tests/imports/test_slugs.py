"""A slug that many files want: each article gets its own, with the same number of queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog.models import Article, Category
from tests.support.factories import create_article
from tests.support.import_files import run, write

pytestmark = pytest.mark.django_db


def count_queries(folder):
    with CaptureQueriesContext(connection) as queries:
        run(folder)
    return len(queries)


class TestContestedSlugs:
    def test_cost_no_queries_for_each_file(self, folder):
        def count(names):
            for name in names:
                write(folder, f"{name}.md", title=name)
            return count_queries(folder)

        few, many = count("ab"), count("cdefghijklmnopqrst")

        assert many <= few
        numbered = {f"tides-{number}" for number in range(2, 21)}
        assert set(Article.objects.values_list("slug", flat=True)) == {"tides", *numbered}

    @pytest.mark.both_databases
    def test_cost_no_queries_for_each_name_of_a_category(self, folder):
        def count(slug, names):
            write(folder, f"{slug}.md", title=slug, slug=slug, categories=names)
            return count_queries(folder)

        write(folder, "other.md", title="Other")  # translations are looked for among several files
        few = count("few", ["Résumé", "Resume"])
        many = count("many", ["Resúme", "Rešume", "Reşume", "Rēsume", "Rĕsume", "Rėsume", "Rěsume", "Resumè"])

        assert many <= few
        numbered = {f"resume-{number}" for number in range(2, 11)}
        assert set(Category.objects.values_list("slug", flat=True)) == {"resume", *numbered}

    @pytest.mark.both_databases
    @pytest.mark.parametrize("dry_run", [True, False])
    def test_continue_their_numbers_across_batches(self, folder, dry_run):
        create_article(slug="tides-2")
        for number in range(130):
            write(folder, f"{number:03}.md", title=f"Number {number}")

        reports = run(folder, dry_run=dry_run)

        assert [report.slug for report in reports] == [
            "tides",
            *(f"tides-{number}" for number in range(3, 132)),
        ]

    @pytest.mark.both_databases
    def test_are_freed_when_their_article_changes_slug(self, folder):
        write(folder, "a.md", title="First")
        run(folder)

        write(folder, "a.md", title="First", slug="ebb")
        write(folder, "b.md", title="Second")
        run(folder)

        assert dict(Article.objects.values_list("title", "slug")) == {"First": "ebb", "Second": "tides"}
