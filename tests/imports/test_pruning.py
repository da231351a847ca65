"""Of unchanged and skipped files, only the newest import of a source keeps entries."""

import pytest

from blog.imports import models
from blog.imports.undo import undo_import
from blog.models import Article, ImportEntry, ImportRun
from tests.support.import_files import run, write

pytestmark = pytest.mark.django_db


def outcomes(batch):
    return sorted(batch.entries.values_list("outcome", flat=True))


@pytest.fixture
def batches(folder):
    """Four imports: the second one changes a file, and the others find all as it was."""
    for name in ("tides.md", "ebb.md", "README.md"):
        write(folder, name, slug=name.removesuffix(".md"))
    for number in range(4):
        if number == 1:
            write(folder, "tides.md", slug="tides", body="Other words.")
        run(folder)
    return list(ImportRun.objects.order_by("pk"))


class TestPrune:
    @pytest.mark.both_databases
    def test_keeps_what_happened_and_all_of_the_newest_import(self, batches):
        assert [outcomes(batch) for batch in batches] == [
            ["created", "created"],
            ["updated"],
            [],
            ["skipped", "unchanged", "unchanged"],
        ]
        assert [(batch.unchanged, batch.skipped) for batch in batches] == [(0, 1), (1, 1), (2, 1), (2, 1)]

    def test_leaves_an_import_that_can_be_undone(self, batches):
        undo_import(batches[1])

        assert "Water" in Article.objects.get(slug="tides").body

    def test_leaves_other_sources_alone(self, batches, folder, tmp_path):
        other = tmp_path / "other"
        write(other)
        run(other)

        assert outcomes(batches[-1]) == ["skipped", "unchanged", "unchanged"]

    @pytest.mark.both_databases
    def test_does_not_delete_everything_at_once(self, folder, monkeypatch):
        for number in range(5):
            write(folder, f"{number}.md", slug=f"s{number}", body=f"Words {number}.")
        run(folder)
        run(folder)
        monkeypatch.setattr(models, "MOST_PRUNED", 3)

        run(folder)
        left = ImportEntry.objects.filter(outcome="unchanged").count()
        run(folder)

        assert (left, ImportEntry.objects.filter(outcome="unchanged").count()) == (2 + 5, 4 + 5)

    def test_a_dry_run_deletes_nothing(self, batches, folder):
        before = ImportEntry.objects.count()

        run(folder, dry_run=True)

        assert ImportEntry.objects.count() == before
