"""The activity log."""

import csv
import datetime as dt
import io

import pytest
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from blog.articles.actions.publication import STORED_IN_LOG, Verb, apply_verb
from blog.desk.activity_page import ACTS_ON_A_PAGE
from blog.desk.dashboard import describe_idle
from blog.desk.spreadsheets import escape_formula
from blog.models import ImportRun, Redirect, Submission
from tests.desk.test_permissions import of_role
from tests.support import factories
from tests.support.admin_pages import LIST, attach_source_file, create_article, page_of, press, text_of
from tests.support.changes import trash
from tests.support.injected_markup import HOSTILE
from tests.support.permission_tables import ACTIVITY
from tests.support.roles import ROLES, log_in
from tests.support.rolling_back import rolled_back

pytestmark = pytest.mark.django_db

LOG, FILE, HOME = reverse("admin:activity"), reverse("admin:activity_file"), reverse("admin:index")
NOON = dt.datetime(2026, 3, 14, 12, tzinfo=dt.UTC)


def note(user, row, flag=CHANGE, said="", at=None):
    """Add an entry to the admin's log."""
    entry = LogEntry.objects.log_actions(user.pk, [row], flag, said, single_object=True)
    if at:
        LogEntry.objects.filter(pk=entry.pk).update(action_time=at)
    return entry


def entries_on(page) -> list:
    return [entry for act in page.context["acts"] for entry in act.entries]


def shown(client, **query) -> list[tuple[str, str]]:
    return [(entry.kind, entry.name) for entry in entries_on(client.get(LOG, query))]


def rows_of_file(client, **query) -> list[list[str]]:
    text = b"".join(client.get(FILE, query).streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.fixture
def mara(django_user_model):
    return django_user_model.objects.create_user("mara", first_name="Mara", last_name="Lindqvist")


class TestList:
    def test_lists_user_actions_and_imports_newest_first(self, admin_client, mara):
        note(mara, create_article(title="Tides"), at=NOON)
        ImportRun.objects.create(
            source_name="posts", started_at=NOON + dt.timedelta(hours=1), created=3, rejected=2
        )
        note(mara, factories.create_category("Sea"), ADDITION, at=NOON + dt.timedelta(hours=2))

        page = admin_client.get(LOG)

        assert [entry.name for entry in entries_on(page)] == ["Sea", "posts", "Tides"]
        assert "3 created, 2 rejected" in text_of(page)
        assert "Mara Lindqvist" in text_of(page)

    def test_bulk_action_is_one_act_with_an_entry_per_article(self, admin_client):
        for title in ("Ebb", "Flow"):
            create_article(title=title)

        press(admin_client, "publish", *type(create_article()).objects.filter(title__in=["Ebb", "Flow"]))

        page = admin_client.get(LOG)
        assert len(page.context["acts"]) == 1
        assert sorted(shown(admin_client)) == [("published", "Ebb"), ("published", "Flow")]
        assert "2 articles" in text_of(page)

    def test_recognises_publishing_in_any_language(self, admin_client, mara, subtests):
        article = create_article(title="Tides")
        with translation.override("de"):
            apply_verb(Verb.PUBLISH, mara, {article.pk: article.lock_version})
        note(mara, article, ADDITION, said="Published.")

        for language in ("en", "de"):
            with subtests.test(language=language):
                query = {"headers": {"Accept-Language": language}}

                everything, published, changed = (
                    [entry.kind for entry in entries_on(admin_client.get(LOG, {"kind": kind}, **query))]
                    for kind in ("", "published", "changed")
                )

                assert (everything, published, changed) == (["added", "published"], ["published"], [])

    def test_article_history_describes_publishing_alike(self, admin_client, mara):
        article = create_article(title="Tides")
        press(admin_client, "publish", article)
        note(mara, article, said=STORED_IN_LOG[Verb.UNPUBLISH])

        page = text_of(admin_client.get(reverse("admin:blog_article_history", args=[article.pk])))

        assert "Mara Lindqvist Unpublished." in page
        assert "admin Published." in page

    def test_is_paginated_by_acts(self, admin_client, mara):
        articles = [create_article(title=title) for title in ("Ebb", "Flow")]
        for number in range(ACTS_ON_A_PAGE + 5):  # each with two entries
            for article in articles:
                note(mara, article, said=f"Number {number}.", at=NOON + number * dt.timedelta(hours=1))

        first = admin_client.get(LOG)
        second = admin_client.get(LOG, {"start": first.context["following"]})

        pages = [[act.note for act in page.context["acts"]] for page in (first, second)]
        assert [len(page) for page in pages] == [ACTS_ON_A_PAGE, 5]
        assert pages[0] + pages[1] == [f"Number {n}." for n in reversed(range(ACTS_ON_A_PAGE + 5))]
        assert second.context["following"] is None

    @pytest.mark.parametrize("number", ["-1", "x", "999", "9" * 30, ""])
    def test_invalid_start_shows_a_page(self, admin_client, number):
        assert admin_client.get(LOG, {"start": number}).status_code == 200

    def test_number_of_queries_is_constant(self, admin_client, mara):
        def queries(url):
            with CaptureQueriesContext(connection) as captured:
                response = admin_client.get(url)
                b"".join(response.streaming_content) if response.streaming else None
            return len(captured)

        for _ in range(2):
            note(mara, create_article())
            ImportRun.objects.create(source_name="posts")
        queries(LOG)
        few = [queries(url) for url in (LOG, FILE, HOME)]
        article = create_article()
        LogEntry.objects.bulk_create(
            LogEntry(
                user=mara,
                content_type=LogEntry.objects.first().content_type,
                object_id=article.pk,
                object_repr="Tides",
                action_flag=CHANGE,
                action_time=NOON,
            )
            for _ in range(400)
        )

        assert [queries(url) for url in (LOG, FILE, HOME)] == few

    def test_links_to_the_row_unless_deleted(self, admin_client, mara):
        article, gone = create_article(), factories.create_category("Gone")
        note(mara, article)
        note(mara, gone, DELETION)

        urls = {entry.kind: entry.url for entry in entries_on(admin_client.get(LOG))}

        assert urls == {"changed": page_of(article), "deleted": ""}

    def test_is_in_the_tools_of_an_article(self, admin_client):
        article = create_article()

        assert f"{LOG}?article={article.pk}" in admin_client.get(page_of(article)).content.decode()


class TestFilters:
    def test_by_person(self, admin_client, mara, django_user_model):
        other = django_user_model.objects.create_user("tove")
        note(mara, create_article(title="Ebb"))
        note(other, create_article(title="Flow"))
        ImportRun.objects.create(source_name="posts")

        assert shown(admin_client, person=mara.pk) == [("changed", "Ebb")]

    @pytest.mark.both_databases
    def test_by_kind(self, admin_client, mara):
        article, other = create_article(title="Tides"), create_article(title="Ebb")
        note(mara, article, ADDITION)
        note(mara, article, said="Other words.")
        press(admin_client, "publish", article)
        press(admin_client, "unpublish", article)
        for name, text in (("submit", ""), ("return", "The date.")):
            admin_client.post(reverse(f"admin:blog_article_{name}", args=[other.pk]), {"note": text})
        note(mara, article, DELETION)
        ImportRun.objects.create(source_name="posts")
        everything = shown(admin_client)

        found = {kind: shown(admin_client, kind=kind) for kind, _ in everything}

        assert found == {kind: [(kind, name)] for kind, name in everything}
        assert set(found) == {
            *("added", "changed", "published", "unpublished", "submitted", "returned", "deleted", "imported")
        }

    @pytest.mark.both_databases
    def test_by_article_includes_imports(self, admin_client, mara):
        article, other = create_article(title="Tides"), create_article(title="Ebb")
        created = attach_source_file(article).batch
        updated = ImportRun.objects.create(source_name="again")
        updated.entries.create(article=article, file="a.md", outcome="updated")
        ImportRun.objects.create(source_name="of others")
        note(mara, article)
        note(mara, other)
        note(mara, factories.create_category("Sea"))

        found = shown(admin_client, article=article.pk)

        assert sorted(found) == [
            ("changed", "Tides"),
            ("imported", "again"),
            ("imported", created.source_name),
        ]

    @pytest.mark.both_databases
    def test_by_part_of_a_title(self, admin_client, mara):
        for title in ("High Tides", "Ebb"):
            note(mara, create_article(title=title))
        note(mara, factories.create_category("Tides"))

        assert shown(admin_client, article="tide") == [("changed", "High Tides")]

    @pytest.mark.both_databases
    def test_by_days_in_the_site_time_zone_inclusive(self, admin_client, mara, settings):
        settings.TIME_ZONE = "Pacific/Auckland"
        timezone.get_default_timezone.cache_clear()
        article = create_article()
        for said, at in {
            "too early": dt.datetime(2026, 3, 13, 10, 59, tzinfo=dt.UTC),
            "first": dt.datetime(2026, 3, 13, 11, 0, tzinfo=dt.UTC),
            "last": dt.datetime(2026, 3, 15, 10, 59, tzinfo=dt.UTC),
            "too late": dt.datetime(2026, 3, 15, 11, 0, tzinfo=dt.UTC),
        }.items():
            note(mara, article, said=said, at=at)

        page = admin_client.get(LOG, {"since": "2026-03-14", "until": "2026-03-15"})
        timezone.get_default_timezone.cache_clear()

        assert [entry.note for entry in entries_on(page)] == ["last", "first"]

    def test_invalid_filters_are_errors(self, admin_client, mara, subtests):
        note(mara, create_article())
        for query, words in [
            ({"since": "31 Feb"}, "Enter a valid date."),
            ({"since": "0001-01-01"}, "greater than or equal to"),
            ({"until": "9999-12-31"}, "less than or equal to"),
            ({"since": "2026-03-15", "until": "2026-03-14"}, "before the start date"),
            ({"kind": "no such"}, "not one of the available choices"),
            ({"person": "9" * 40}, "not one of the available choices"),
            ({"article": "x" * 301}, "at most 300 characters"),
        ]:
            with subtests.test(query=query, words=words):
                page, file = admin_client.get(LOG, query), admin_client.get(FILE, query)

                assert words in text_of(page)
                assert entries_on(page) == []
                assert file.status_code == 302
                assert file.url.startswith(f"{LOG}?")

    def test_by_unknown_article_finds_nothing(self, admin_client, mara, subtests):
        note(mara, create_article(title="Tides"))
        for article in ["9" * 18, "9" * 19, "0", "²", HOSTILE]:
            with subtests.test(article=article):
                assert shown(admin_client, article=article) == []

    def test_are_kept_in_links_to_pages_and_csv(self, admin_client, mara):
        article = create_article()
        for number in range(ACTS_ON_A_PAGE + 1):
            note(mara, article, at=NOON + number * dt.timedelta(hours=1))

        html = admin_client.get(LOG, {"kind": "changed", "article": "a&b=1 <"}).content.decode()
        links = admin_client.get(LOG, {"kind": "changed"}).content.decode()

        assert "article=a%26b%3D1+%3C" in html or "Download CSV" not in html
        assert f"?kind=changed&amp;start={ACTS_ON_A_PAGE}" in links
        assert f"{FILE}?kind=changed" in links


class TestFile:
    def test_has_the_entries_of_the_page(self, admin_client, mara):
        note(mara, create_article(title="Tides"), said="Müller, “quoted”\nand so on", at=NOON)
        ImportRun.objects.create(source_name="posts", created=3)

        head, *rows = rows_of_file(admin_client, kind="changed")

        assert head == ["When", "Account", "User", "Action", "Kind", "Number", "Name", "Note"]
        assert len(rows) == 1
        assert rows[0][:2] == ["2026-03-14T12:00:00+00:00", "mara"]
        assert rows[0][6:] == ["Tides", "Müller, “quoted”\nand so on"]

    def test_has_a_byte_order_mark_for_excel(self, admin_client):
        response = admin_client.get(FILE)

        assert response["Content-Type"] == "text/csv; charset=utf-8"
        assert "attachment" in response["Content-Disposition"]
        assert b"".join(response.streaming_content).startswith(b"\xef\xbb\xbf")

    def test_is_streamed(self, admin_client, mara):
        article = create_article()
        for _ in range(3):
            note(mara, article)

        response = admin_client.get(FILE)

        assert response.streaming
        assert len(list(response.streaming_content)) == 2  # the head, the lines

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " =", "\r", "\uff1d"])
    def test_formulas_are_escaped(self, admin_client, mara, start):
        formula = f"{start}HYPERLINK(1)"
        mara.first_name = formula
        mara.save()
        note(mara, create_article(title=formula), said=f"{formula} said")

        [row] = rows_of_file(admin_client)[1:]

        assert escape_formula(formula) == f"'{formula}"
        assert not [
            cell
            for cell in row
            if cell.lstrip()[:1] in {"=", "+", "-", "@", "\uff1d"} or cell[:1] in "\t\r" != ""
        ]

    def test_other_cells_are_unchanged(self):
        assert [escape_formula(cell) for cell in ("Tides", "", "a=b", "2026")] == ["Tides", "", "a=b", "2026"]


class TestPermissions:
    @pytest.fixture
    def names(self, mara, django_user_model):
        """Add an entry for each row. Return the names of the rows, and the key of an imported one."""
        gone, trashed = create_article(title="Gone"), create_article(title="Trashed")
        imported = create_article(title="Imported")
        attach_source_file(imported)
        rows = {
            "a new article": create_article(title="New"),
            "a published article": factories.create_article(title="Public"),
            "an article in the trash": trashed,
            "an article that is gone": gone,
            "a category": factories.create_category("Sea"),
            "a redirect": Redirect.objects.create(path="/old/", is_gone=True),
            "a user": django_user_model.objects.create_user("somebody-else"),
        }
        for row in rows.values():
            note(mara, row)
        trash(trashed)
        gone.delete()
        names = {name: str(row) for name, row in rows.items()} | {"an import": "posts"}
        return names, imported.pk

    def seen(self, client, url, query):
        response = client.get(url, query)
        if response.status_code != 200:
            return None
        body = b"".join(response.streaming_content) if response.streaming else response.content
        return body.decode()

    def test_match_the_table_of_roles(self, client, django_user_model, names, subtests):
        names, imported = names
        for url in [LOG, FILE]:
            for role in ROLES:
                with subtests.test(role=role, url=url), rolled_back():
                    log_in(client, role, django_user_model)
                    everything = self.seen(client, url, {})
                    of_article = self.seen(client, url, {"article": imported})

                    found = {
                        row: "yes" if everything and self.line(url, name) in everything else "no"
                        for row, name in names.items()
                    }
                    found["an import, of its article"] = (
                        "yes" if of_article and self.line(url, "posts") in of_article else "no"
                    )

                    assert found == of_role(ACTIVITY, role)

    def line(self, url, name):
        return f"<bdi>{name}</bdi>" if url == LOG else f",{name},"

    def test_apply_to_filters_and_dashboard(self, client, django_user_model, mara):
        note(mara, factories.create_category("Harbour"))
        log_in(client, "Writer", django_user_model)

        html = client.get(HOME).content.decode() + client.get(LOG, {"person": mara.pk}).content.decode()

        assert "Harbour" not in html
        assert "Lindqvist" not in html  # nor whose doing it was


class TestHome:
    def test_shows_counts_of_open_work(self, admin_client):
        create_article()
        Submission.objects.submit(create_article(), None)
        factories.create_article(published_at=timezone.now() + dt.timedelta(days=2))
        factories.create_article(published_at=timezone.now() - dt.timedelta(days=2))
        factories.create_article()

        tally = admin_client.get(HOME).context["tally"]

        assert (tally["queue"]["draft"], tally["queue"]["scheduled"], tally["submitted"]) == (2, 1, 1)
        assert (tally["published_this_week"], tally["updates"], tally["conflicts"]) == (1, 0, 0)

    def test_names_what_does_not_wait_in_one_sentence(self):
        counts = {"updates": 0, "conflicts": 0, "scheduled": 0}

        assert describe_idle(counts) == "Nothing is held, in conflict or scheduled."
        assert describe_idle(counts | {"updates": 3}) == "Nothing is in conflict or scheduled."
        assert describe_idle({"updates": None, "conflicts": None, "scheduled": 1}) == ""

    def test_shows_no_count_of_zero(self, admin_client):
        Submission.objects.submit(create_article(), None)

        html = admin_client.get(HOME).content.decode()

        assert '<span class="n">1</span>' in html
        assert html.count('<span class="n">0</span>') == 1  # to review

    def test_counts_match_the_linked_lists(self, admin_client):
        Submission.objects.submit(create_article(), None)
        factories.create_article(published_at=timezone.now() + dt.timedelta(days=2))
        factories.create_article(generated_by="Gemini")
        tally = admin_client.get(HOME).context["tally"]

        for state, number in tally["queue"].items():
            assert len(admin_client.get(LIST, {"state": state}).context["cl"].result_list) == number
        assert (
            len(admin_client.get(LIST, {"submitted": "yes"}).context["cl"].result_list) == tally["submitted"]
        )

    def test_hides_articles_without_permission(self, client, django_user_model):
        log_in(client, "staff", django_user_model)

        page = client.get(HOME)

        assert (page.context["tally"], page.context["recent_acts"]) == (None, [])
