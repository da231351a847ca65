"""Entries of the activity log that belong together, and the undo of recent ones on the dashboard."""

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from blog.articles.actions.publication import Verb, apply_verb
from blog.desk.activity import ActivityEntry, group
from blog.models import Article, ImportRun
from tests.support.admin_pages import create_article, text_of

NOON = dt.datetime(2026, 3, 14, 12, tzinfo=dt.UTC)
MARA, JONAH = User(pk=1, username="mara"), User(pk=2, username="jonah")
MINUTE = dt.timedelta(minutes=1)


def entry(name, before=0 * MINUTE, person=MARA, kind="changed", note="", **values):
    """Return an entry that was added this long before NOON."""
    values = {"model": "Article", "number": name, "url": "", "is_article": True} | values
    return ActivityEntry(at=NOON - before, person=person, kind=kind, name=name, note=note, **values)


def joined(*entries, most=50):
    acts, _number = group(entries, most)
    return ["".join(entry.name for entry in act.entries) for act in acts]


class TestGroup:
    def test_joins_equal_actions_within_half_an_hour(self):
        titles = {"A": 0, "B": 12, "C": 30, "D": 31}
        entries = [entry(name, minutes * MINUTE, kind="published") for name, minutes in titles.items()]

        assert joined(*entries) == ["ABC", "D"]

    def test_joins_notes_that_differ_by_the_title_only(self):
        entries = [entry(name, note=f"“{name}” was approved.", before=5 * MINUTE) for name in "AB"]

        assert joined(*entries, entry("C", 6 * MINUTE, note="Featured.")) == ["AB", "C"]

    def test_joins_a_bulk_action_whose_notes_differ(self):
        second = dt.timedelta(seconds=1)
        entries = [entry(name, number * second, note=f"For {number}.") for number, name in enumerate("ABCD")]

        assert joined(*entries, entry("E", 10 * second, note="For 9.")) == ["ABCD", "E"]

    def test_joins_saves_of_one_article_with_the_same_sentence(self):
        entries = [
            *(entry("A", note="Text."), entry("A", 9 * MINUTE, note="Text.")),
            *(entry("A", 10 * MINUTE, note="Mark 1 was fixed."), entry("B", 11 * MINUTE)),
        ]

        assert joined(*entries) == ["AA", "A", "B"]

    def test_separates_persons_and_kinds_even_where_they_alternate(self):
        entries = [
            *(entry("A", 1 * MINUTE), entry("B", 2 * MINUTE, JONAH), entry("C", 3 * MINUTE)),
            *(entry("D", 4 * MINUTE, kind="published"), entry("E", 5 * MINUTE, JONAH)),
        ]

        assert joined(*entries) == ["AC", "BE", "D"]

    def test_leaves_other_rows_and_imports_alone(self):
        entries = [
            entry(name, is_article=False, kind=kind) for name in "AB" for kind in ("added", "imported")
        ]

        assert joined(*entries) == ["A", "A", "B", "B"]

    def test_ends_with_the_last_entry_of_the_last_act(self):
        entries = [entry("A"), entry("B", 1 * MINUTE, JONAH), entry("C", 2 * MINUTE), entry("D", 90 * MINUTE)]

        acts, number = group(entries, 2)

        assert (len(acts), number) == (2, 3)

    def test_counts_articles_times_and_minutes(self):
        (several,), _number = group([entry("A"), entry("B", 22 * MINUTE)], 5)
        (one,), _number = group([entry("A"), entry("A", 1 * MINUTE)], 5)

        assert (several.articles, several.times, several.minutes) == ("2 articles", "", "in 22 minutes")
        assert (one.articles, one.times) == ("", "2 times")


@pytest.mark.django_db
class TestRecentActivity:
    @pytest.fixture
    def featured(self, admin_user):
        keys = [create_article(title=title).pk for title in ("Ebb", "Flow")]
        versions = dict(Article.objects.filter(pk__in=keys).values_list("pk", "lock_version"))
        apply_verb(Verb.FEATURE, admin_user, versions)
        return Article.objects.filter(pk__in=keys, is_featured=True)

    def recent(self, client):
        return client.get(reverse("admin:index")).context["recent_acts"]

    def test_undo_stands_beside_the_latest_action(self, admin_client, featured):
        (recent,) = self.recent(admin_client)

        admin_client.post(recent["undo_url"], {"number": recent["number"]})

        assert not featured.exists()

    def test_actions_of_others_have_no_undo(self, admin_client, featured, django_user_model):
        mara = django_user_model.objects.create_user("mara")
        apply_verb(Verb.TREND, mara, {create_article().pk: 1})

        undo = {str(recent["act"].first.person): recent["undo_url"] for recent in self.recent(admin_client)}

        assert undo == {"mara": "", "admin": reverse("admin:blog_article_undo")}

    def test_import_is_undone_on_its_own_page(self, admin_client):
        run, undone = (ImportRun.objects.create(source_name=name) for name in ("posts", "undone"))
        undone.mark_undone(timezone.now())

        found = {
            recent["act"].first.name: (recent["undo_url"], recent["number"])
            for recent in self.recent(admin_client)
        }

        url = reverse("admin:blog_importrun_undo", args=[run.pk])
        assert found == {"posts": (url, 0), "undone": ("", 0)}
        assert "Undo…" in text_of(admin_client.get(reverse("admin:index")))
