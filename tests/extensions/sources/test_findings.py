"""What a dead source means for its articles."""

import pytest
from django.utils import timezone

from blog.articles.models import Article
from blog.extensions.sources.acts import end_ignoring, ignore
from blog.extensions.sources.jobs import read
from blog.extensions.sources.lists import dead_links
from blog.extensions.sources.models import Evidence, Source, UsedAnyway
from blog.extensions.sources.reports import report
from blog.review.approval import approve
from blog.review.marks import list_marks
from blog.review.models import Finding
from blog.review.proofs import check_articles
from tests.support import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
CLAIM = "In 1944, 85 % of households owned [a refrigerator](https://a.example/)."


def article(body=CLAIM, **values):
    made = factories.create_article(body=body, **values)
    check_articles([made.pk])
    read([made.pk])
    made.refresh_from_db()
    return made


def become(state, address="https://a.example/"):
    source = Source.objects.at(address)
    source.state, source.state_since = state, timezone.now()
    source.save()
    report(source)
    return source


def kinds(made):
    return list(
        Finding.objects.filter(article=made, kind__startswith="sources.").values_list("kind", flat=True)
    )


def test_a_dead_link_marks_its_words_in_each_article_and_ends_no_approval(admin_user):
    made = [article(), article()]
    approve(made[0], admin_user, seen_digest=made[0].words_digest)
    become("gone")

    for each in made:
        [mark] = [mark for mark in list_marks(each) if mark.kind == "sources.nowhere"]
        assert each.body[mark.start : mark.end] == "a refrigerator"
        assert not mark.is_blocking
    made[0].refresh_from_db()
    assert made[0].is_reviewed
    assert list(Article.objects.filter(proof__finding_kinds__contains="sources.nowhere", pk=made[0].pk))


def test_a_page_that_is_back_ends_the_finding():
    made = article()
    become("unreachable")
    become("ok")

    assert kinds(made) == []


def test_a_new_article_with_a_link_known_to_be_dead_has_the_finding():
    article()
    become("soft_404")

    assert kinds(article()) == ["sources.nowhere"]


def test_an_ignored_source_is_no_finding_until_it_is_checked_again(admin_user):
    made = article()
    source = become("gone")
    ignore(source, "It works for readers.", admin_user)
    assert kinds(made) == []
    end_ignoring(source)

    assert kinds(made) == ["sources.nowhere"]


class TestClaims:
    def compared(self, verdict, how="sentence"):
        made = article()
        Evidence.objects.update(verdict=verdict, how=how, compared_at=timezone.now())
        become("ok")
        return made

    @pytest.mark.parametrize(
        ("verdict", "how", "found"),
        [
            ("not_found", "sentence", ["sources.not_there"]),
            ("not_found", "answer", ["sources.not_there"]),
            ("not_found", "paragraph", []),
            ("partly", "sentence", []),
            ("found", "sentence", []),
            ("", "sentence", []),
        ],
    )
    def test_one_that_is_not_on_its_own_page_is_a_finding(self, verdict, how, found):
        assert set(kinds(self.compared(verdict, how))) == set(found)

    def test_one_that_an_editor_uses_anyway_is_none(self, admin_user):
        made = self.compared("not_found")
        for row in Evidence.objects.all():
            UsedAnyway.objects.create(
                article=made, key=row.key, source=row.source, reason="read", by=admin_user
            )
        become("ok")

        assert kinds(made) == []


def test_the_dashboard_names_a_site_with_many_dead_links():
    assert dead_links() is None
    links = " ".join(f"<https://many.example/{number}>" for number in range(11))
    article(f"{links} <https://other.example/> <https://fine.example/>", status="published")
    article("<https://other.example/>", status="new")
    Source.objects.exclude(host="fine.example").update(state="gone")

    found = dead_links()

    assert (found.links, found.articles, found.published) == (12, 2, 1)
    assert (found.site, found.site_links) == ("many.example", 11)
    assert dead_links(Article.objects.filter(status="new")).links == 1
