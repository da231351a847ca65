"""Duplicates are grouped until an editor accepts them."""

import pytest

from blog.articles.actions.undo import latest_undoable, undo
from blog.documents.findings.kinds import FindingKind
from blog.models import Article, Finding, MarkResolution
from blog.review.duplicates import accept_duplicates, find_duplicate_groups
from tests.support.factories import create_article
from tests.support.findings import add_finding

pytestmark = pytest.mark.django_db

OPENING, TITLE = FindingKind.OPENING_SHARED, FindingKind.TITLE_SHARED


def alike(*kinds, number=2, **prints):
    articles = [create_article(status="new") for _ in range(number)]
    for article in articles:
        for kind in kinds:
            add_finding(article, kind)
        for name, value in prints.items():
            setattr(article.proof, f"{name}_print", value)
        article.proof.save()
    return articles


def shown(groups):
    return [(group["kind"], group["articles"]) for group in groups["shown"]]


class TestGroups:
    @pytest.mark.both_databases
    def test_articles_with_equal_fingerprints_are_a_group(self):
        first, second = alike(OPENING, opening="a"), alike(OPENING, opening="b", number=3)

        groups = find_duplicate_groups(Article.objects.all())

        assert shown(groups) == [(OPENING, first), (OPENING, second)]
        assert (groups["number"], groups["articles"]) == (2, 5)

    def test_duplicate_outside_the_list_is_shown(self):
        here, elsewhere = alike(TITLE, title="a")

        groups = find_duplicate_groups(Article.objects.filter(pk=here.pk))

        assert shown(groups) == [(TITLE, [here, elsewhere])]

    @pytest.mark.both_databases
    def test_articles_alike_in_two_ways_are_listed_once(self):
        articles = alike(OPENING, TITLE, opening="a", title="b")

        assert shown(find_duplicate_groups(Article.objects.all())) == [(OPENING, articles)]

    def test_shared_findings_of_an_import_are_not_grouped(self):
        alike(OPENING, opening="a")
        Finding.objects.update(is_shared=True)

        assert not find_duplicate_groups(Article.objects.all())["shown"]


class TestStaying:
    def test_accepted_duplicates_are_no_longer_marks(self, admin_user):
        articles = alike(OPENING, opening="a")

        number = accept_duplicates(admin_user, OPENING, Article.objects.all())

        assert number == 2
        assert set(MarkResolution.objects.values_list("article", "outcome")) == {
            (article.pk, "no_claim") for article in articles
        }
        assert not find_duplicate_groups(Article.objects.all())["shown"]
        undo(admin_user, latest_undoable(admin_user).pk)
        assert len(find_duplicate_groups(Article.objects.all())["shown"]) == 1

    def test_other_findings_cannot_be_accepted(self, admin_user):
        add_finding(create_article(), FindingKind.PLACEHOLDER)

        assert accept_duplicates(admin_user, FindingKind.PLACEHOLDER, Article.objects.all()) == 0
