"""Pruning: old versions are deleted on request, and the others remain readable."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import QuerySet
from django.utils import timezone

from blog.articles.versions.history import version_contents
from blog.articles.versions.retention import prune_versions
from blog.models import Article, Version
from tests.support.changes import record_version
from tests.support.factories import create_article

pytestmark = pytest.mark.django_db


def create_versions(count, *, body="Some words to read.", step=timedelta(days=1)):
    """Create an article with this many versions, one per day, the newest from now."""
    article = create_article(title="Tides", body=body)
    for number in range(1, count + 1):
        article.excerpt = f"Excerpt {number}."
        article.save(update_fields=["excerpt"])
        record_version(article)
    now = timezone.now()
    for version in article.versions.all():
        made = now - step * (count - version.number)
        QuerySet.update(Version.objects.filter(pk=version.pk), created_at=made)  # what nobody else may do
    return article


def numbers(article):
    return sorted(article.versions.values_list("number", flat=True))


def pruned(**options):
    return [(article, numbers) for article, numbers, _size in prune_versions(**options)]


def said(*arguments):
    out = StringIO()
    call_command("prune_versions", *arguments, stdout=out)
    return out.getvalue()


class TestPruning:
    @pytest.mark.parametrize(
        ("options", "deleted"),
        [
            ({"keep_last": 3}, (2, 3, 4, 5)),
            ({"keep_days": 3}, (2, 3, 4, 5)),
            ({"keep_days": 1, "keep_last": 5}, (2, 3)),
        ],
    )
    def test_deletes_all_but_the_first_and_what_either_option_keeps(self, options, deleted):
        article, other = create_versions(8), create_versions(1)

        assert pruned(**options) == [(article, deleted)]
        assert numbers(article) == sorted({*range(1, 9)} - {*deleted})
        assert numbers(other) == [1]

    @pytest.mark.both_databases
    def test_keeps_first_newest_approved_and_imported_versions(self):
        article = create_versions(6)
        record_version(article, action=Version.Action.IMPORTED)
        record_version(article, note="Looked through.")
        record_version(article, note="Once more.")
        article.versions.get(number=3).approve()

        list(prune_versions(keep_last=0))

        assert numbers(article) == [1, 3, 7, 9]

    def test_remaining_versions_are_unchanged(self):
        article = create_versions(4)
        article.body = "\n\n".join(f"Another paragraph, number {number * 7919}." for number in range(200))
        article.save()
        middle = record_version(article)  # whole: it has hardly anything in common with the first
        for number in range(3):
            article.excerpt = f"Later {number}."
            article.save()
            record_version(article)
        before = {one.number: version_contents(one) for one in article.versions.with_contents()}
        assert middle.base is None
        assert article.versions.filter(base=middle).count() == 3

        list(prune_versions(keep_last=2))

        after = {one.number: version_contents(one) for one in article.versions.with_contents()}
        assert after == {number: before[number] for number in (1, 7, 8)}
        assert article.versions.get(number=8).base.number == 7

    def test_later_versions_are_deleted_once_the_second_is(self):
        article = create_versions(5)
        list(prune_versions(keep_last=1))
        assert record_version(article, note="Read.").number == 6

        assert pruned(keep_last=1) == [(article, (5,))]

    def test_missing_options_are_rejected(self):
        with pytest.raises(ValueError, match="keep_days"):
            list(prune_versions())


class TestCommand:
    def test_says_what_it_takes_out(self):
        article = create_versions(9)
        article.versions.get(number=4).approve()

        text = said("--keep-last", "2")

        assert text.startswith("Tides: 2-3, 5-7\n5 versions of 1 articles deleted (")
        assert numbers(article) == [1, 4, 8, 9]

    def test_dry_run_takes_out_nothing(self):
        article = create_versions(4)

        assert "2 versions of 1 articles would be deleted" in said("--keep-last", "1", "--dry-run")
        assert numbers(article) == [1, 2, 3, 4]

    @pytest.mark.parametrize("arguments", [[], ["--keep-last", "-1"], ["--keep-days", "-1"]])
    def test_command_rejects_missing_options(self, arguments):
        with pytest.raises(CommandError, match="keep"):
            call_command("prune_versions", *arguments)
        assert not Article.objects.exists()
