"""SQLite and PostgreSQL behave alike: what one refuses or orders in its own way never reaches either.

These tests run on the database that is configured; bin/test runs them on both.
"""

import importlib.util
import itertools
import json
from datetime import UTC, datetime
from time import monotonic
from unittest.mock import Mock

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import ConnectionHandler, OperationalError, models
from django.urls import reverse
from psycopg_pool import PoolTimeout
from psycopg_pool.base import AttemptWithBackoff

from blog.desk.categories import CategoryForm
from blog.desk.images.forms import ImageForm
from blog.desk.named_models import AuthorForm
from blog.desk.redirects import RedirectForm
from blog.imports.report import ImportOptions, Outcome
from blog.imports.run import import_articles
from blog.imports.sources import find_source, read_file
from blog.imports.workers import FileWorkers
from blog.imports.writer import ImportWriter
from blog.models import Article, Author, Category, Image, ImportEntry, Redirect, SourceFile
from site_config import variables
from site_config.postgresql import base as postgresql
from tests.support.admin_pages import LIST, page_of, shown_form
from tests.support.factories import create_article, create_author, create_category
from tests.support.programs import free_port

pytestmark = pytest.mark.django_db

DATE = "2026-03-01T10:00:00.000Z"


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "posts"
    path.mkdir()
    return path


def write(folder, name="tides.md", body="Water comes and goes.", **keys):
    """Write a file in which characters outside ASCII are escapes, as JSON has them."""
    keys = {"title": "Tides", "slug": "tides", "date": DATE} | keys
    lines = "".join(f"{key}: {json.dumps(value)}\n" for key, value in keys.items())
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\n{lines}---\n\n{body}\n")
    return path


def run(folder, **options):
    reports = []
    import_articles([folder], ImportOptions(**options), on_file=reports.append)
    return reports


def stored_texts():
    """Return each text of each row of ours, with the most characters that its column takes."""
    for model in (Article, Author, Category, Image, ImportEntry, Redirect, SourceFile):
        fields = [field for field in model._meta.concrete_fields if isinstance(field, TEXTS)]
        for row in model.objects.values_list(*(field.name for field in fields)):
            for field, value in zip(fields, row, strict=True):
                yield str(value), field.max_length


TEXTS = (models.CharField, models.TextField, models.JSONField)


class TestNul:
    PATHS = (
        *("/%00", "/articles/tides%00/", "/articles/tides%00.md", "/categories/%00/", "/authors/a%00/"),
        *("/media/%00", "/archive/2020%00/", "/categories/a%00/feeds/rss.xml", "/feeds/%00"),
        *("/admin/blog/article/%00/change/", "/admin/blog/article/1%00/change/", "/admin/r/1/%00/"),
    )
    QUERIES = (
        *("q=%00", "q=a%00b", "generated_by=%00", "category=%00", "state=%00", "o=%00", "p=%00"),
        *("published_at__year=%00", "%00=1", "_changelist_filters=q%3D%2500"),
    )

    @pytest.mark.both_databases
    def test_an_address_with_one_leads_nowhere(self, admin_client):
        statuses = {path: admin_client.get(path).status_code for path in self.PATHS}

        # The admin sends to its front page.
        assert {path: status for path, status in statuses.items() if status not in {302, 404}} == {}

    @pytest.mark.both_databases
    def test_a_query_with_one_is_no_error(self, admin_client):
        models = itertools.cycle(["article", "category", "importrun"])  # which differ most
        asked = [(LIST, query) for query in self.QUERIES]
        asked += [(reverse(f"admin:blog_{next(models)}_changelist"), query) for query in self.QUERIES]

        for address, query in asked:
            assert admin_client.get(f"{address}?{query}", follow=True).status_code == 200, (address, query)

    @pytest.mark.both_databases
    def test_a_search_for_names_with_one_finds_nothing(self, admin_client):
        create_category("Tides")
        query = "term=Ti%00des&app_label=blog&model_name=article&field_name=primary_category"

        response = admin_client.get(f"{reverse('admin:autocomplete')}?{query}")

        assert (response.status_code, response.json()["results"]) == (200, [])

    @pytest.mark.both_databases
    @pytest.mark.parametrize("cookie", ['sessionid="aaaaaaaaaaaa\\000"', "sessionid=aaaaaaaaaaaa\0"])
    def test_a_cookie_with_one_is_none(self, client, cookie):
        response = client.get(reverse("admin:index"), headers={"cookie": cookie})

        assert (response.status_code, response.url.partition("?")[0]) == (302, reverse("admin:login"))

    def test_a_log_in_with_one_fails_as_any_other(self, client):
        data = {"username": "editor\0", "password": "\0"}

        assert client.post(reverse("admin:login"), data).status_code == 200

    @pytest.mark.both_databases
    def test_no_field_of_an_article_takes_one(self, admin_client):
        article = create_article()
        names = ["title", "slug", "body", "excerpt", "keywords", "language", "machine"]
        data = shown_form(admin_client, page_of(article)) | dict.fromkeys(names, "en\0")

        response = admin_client.post(page_of(article), data)

        assert set(names) <= set(response.context["adminform"].form.errors)
        assert Article.objects.get() == article

    def test_no_form_takes_one(self):
        fields = {
            CategoryForm: ("name", "slug", "description"),
            AuthorForm: ("name", "slug", "bio", "url"),
            ImageForm: ("source", "alt", "caption", "credit_creator", "credit_url"),
            RedirectForm: ("path",),
        }
        for form, names in fields.items():
            for name in names:
                assert name in form({name: "a\0b"}).errors, (form, name)

    def test_an_old_address_takes_none_by_an_escape(self):
        assert "path" in RedirectForm({"path": "/old/%00/", "is_gone": "on"}).errors

    @pytest.mark.both_databases
    def test_a_file_with_escapes_of_one_is_imported_without_them(self, folder):
        keys = dict.fromkeys(
            ["title", "excerpt", "metaDescription", "category", "author", "generatedBy", "language", "mood"],
            "a\0b",
        )
        write(folder, **keys, keywords=["a\0"], categories=["c\0d"], extra={"k\0": ["\0"]}, imageAlt="\0")

        [report] = run(folder)

        assert (report.outcome, Article.objects.get().title) == (Outcome.CREATED, "ab")
        assert not [text for text, _ in stored_texts() if "\0" in text or "\\x00" in text]


@pytest.mark.both_databases
class TestHalfCharacters:
    def test_a_file_with_half_a_pair_is_refused_and_the_next_one_imported(self, folder):
        write(folder, "a.md", mood="\ud800")
        write(folder, "b.md")

        reports = run(folder)

        assert [report.outcome for report in reports] == [Outcome.REJECTED, Outcome.CREATED]

    def test_a_folder_whose_name_is_no_text_is_refused(self, tmp_path):
        folder = tmp_path / "posts\udcff"
        folder.mkdir()
        write(folder)

        with pytest.raises(Exception, match="not valid UTF-8"):
            run(folder)


@pytest.mark.both_databases
class TestNames:
    SPELLINGS = (
        "zebra",
        "Äther",
        "apple",
        "Banana",
        "çedilla",
        "Zeta",
        "éclair",
        "C++",
        "C",
        "日本",
        "_a",
        "1",
    )

    def test_they_stand_in_one_order(self, admin_client):
        for name in self.SPELLINGS:
            create_author(name)

        rows = admin_client.get(reverse("admin:blog_author_changelist")).context["cl"].result_list

        assert [row.folded_name for row in rows] == sorted(row.folded_name for row in rows)
        assert len(rows) == len(self.SPELLINGS)

    def test_categories_of_one_size_stand_in_one_order(self):
        create_article(categories=[create_category(name) for name in self.SPELLINGS])

        categories = Category.objects.most_used()

        assert [category.folded_name for category in categories] == sorted(
            category.folded_name for category in categories
        )
        assert len(categories) == len(self.SPELLINGS)

    def test_old_addresses_stand_in_one_order(self, admin_client):
        for name in self.SPELLINGS:
            Redirect.objects.create(path=f"/{name}/", is_gone=True)

        rows = admin_client.get(reverse("admin:blog_redirect_changelist")).context["cl"].result_list

        assert [row.path for row in rows] == sorted(f"/{name}/" for name in self.SPELLINGS)

    @pytest.mark.parametrize(
        ("one", "other"), [("École", "ÉCOLE"), ("Straße", "STRASSE"), ("ΣΊΣΥΦΟΣ", "σίσυφος"), ("ﬁsh", "FISH")]
    )
    def test_spellings_of_one_name_are_one_row(self, folder, one, other):
        write(folder, "a.md", slug="a", title="A", categories=[one])
        write(folder, "b.md", slug="b", title="B", categories=[other])

        run(folder)

        assert Category.objects.get().name == one
        assert "name" in CategoryForm({"name": other}).errors


class TestLengths:
    @pytest.mark.both_databases
    def test_what_is_too_long_is_cut_and_said(self, folder):
        long = "\ufdfa" * 400  # one character, which folds to 18
        keys = dict.fromkeys(["title", "slug", "category", "author", "generatedBy", "language"], long)
        credit = {"name": long, "source": long, "url": f"https://example.com/{'a' * 3000}"}
        write(folder, **keys, categories=[long], image="https://example.com/a.jpg", imageCredit=credit)

        [report] = run(folder)

        assert report.outcome == Outcome.CREATED, report.message
        assert not [text for text, limit in stored_texts() if limit and len(text) > limit]
        assert {"cut", "dropped"} <= {word.strip(".") for text in report.warnings for word in text.split()}
        assert sum("credit" in warning for warning in report.warnings) == 2

    @pytest.mark.both_databases
    def test_an_image_in_the_text_with_too_long_an_address_is_left_out(self, folder):
        write(folder, body=f"![Sea](a.png?{'x' * 3000})")
        (folder / "a.png").write_bytes(b"")

        [report] = run(folder)

        assert report.outcome == Outcome.CREATED
        assert [warning for warning in report.warnings if "longer than 2000 bytes" in warning]

    @pytest.mark.both_databases
    def test_a_cover_whose_address_no_index_holds_is_left_out(self, folder):
        write(folder, image=f"https://example.com/{'漢' * 1000}.jpg")

        [report] = run(folder)

        assert (report.outcome, Image.objects.count()) == (Outcome.CREATED, 0)
        assert [warning for warning in report.warnings if "address" in warning]

    @pytest.mark.both_databases
    def test_a_file_whose_path_no_index_holds_is_refused(self, folder):
        write(folder)
        deep = "/".join(["d" * 250] * 9)
        folder.joinpath(deep[: 250 * 4 + 3]).mkdir(parents=True)
        write(folder, f"{deep}/b.md", slug="b")

        reports = {report.file[-4:]: report for report in run(folder)}

        assert reports["b.md"].outcome == Outcome.REJECTED
        assert "2000 bytes" in reports["b.md"].message
        assert Article.objects.get().slug == "tides"

    @pytest.mark.parametrize(("form", "name"), [(RedirectForm, "path"), (ImageForm, "source")])
    def test_no_form_takes_an_address_that_no_index_holds(self, form, name):
        assert name in form({name: "/" + "漢" * 1000, "is_gone": "on"}).errors
        assert name not in form({name: "/" + "漢" * 600, "is_gone": "on"}).errors

    @pytest.mark.both_databases
    def test_an_article_with_the_longest_slug_leaves_its_old_address(self, client):
        article = create_article(slug="漢" * 255)
        before = article.get_absolute_url()
        article.slug = "字" * 255
        article.save()

        response = client.get(before)

        assert (response.status_code, response.url) == (301, article.get_absolute_url())

    @pytest.mark.both_databases
    def test_a_name_that_grows_when_it_is_folded_finds_its_row(self):
        category = create_category("\ufdfa" * 200)

        assert Category.objects.named("\ufdfa" * 200).get() == category


class TestDates:
    @pytest.mark.both_databases
    def test_a_date_at_the_end_of_time_is_none(self, folder):
        dates = ["0001-01-01", "0000-01-01", "1000-01-01", "9999-12-31", "9999-12-31T23:59:59-12:00"]
        for number, date in enumerate(dates):
            write(folder, f"{number}.md", date=date)

        reports = run(folder, status="published")

        assert [report.outcome for report in reports] == [Outcome.CREATED] * len(dates)
        assert {*Article.objects.values_list("dated_at", "status")} == {(None, "new")}
        assert all(any("date" in warning for warning in report.warnings) for report in reports)

    def test_the_form_takes_none_either(self, admin_client):
        article = create_article()
        form = shown_form(admin_client, page_of(article))
        for date in ("0999-12-31", "9999-12-31"):
            data = form | {"published_at_0": date, "published_at_1": "00:00"}

            response = admin_client.post(page_of(article), data)

            assert "published_at" in response.context["adminform"].form.errors, date
            assert "Give a year from 1001 to 9998." in response.content.decode(), date

    @pytest.mark.both_databases
    @pytest.mark.parametrize(("year", "zone"), [(1001, "America/Los_Angeles"), (9998, "Pacific/Kiritimati")])
    def test_the_first_and_the_last_year_are_shown(self, client, admin_client, settings, zone, year):
        settings.TIME_ZONE = zone
        article = create_article(published_at=datetime(1001, 1, 1, tzinfo=UTC))
        Article.objects.filter(pk=article.pk).update(dated_at=datetime(year, 12, 31, 23, tzinfo=UTC))

        assert client.get(article.get_absolute_url()).status_code == 200
        assert client.get(reverse("blog:archive")).status_code == 200
        assert admin_client.get(LIST).status_code == 200
        assert admin_client.get(page_of(article)).status_code == 200

    @pytest.mark.both_databases
    def test_a_filter_by_an_odd_date_is_no_error(self, admin_client):
        create_article()

        for query in (
            *("published_at__year=0", "published_at__year=99999", f"published_at__year={'9' * 40}"),
            "published_at__year=9998&published_at__month=12&published_at__day=31",
            "published_at__year=2026&published_at__month=2&published_at__day=30",
        ):
            assert admin_client.get(f"{LIST}?{query}", follow=True).status_code == 200, query


class TestValues:
    ODD = {
        "huge": 10**400,
        "fine": 1.5,
        "small": 1e-300,
        "nested": [[[[[{"a": [None, True]}]]]]],
        "empty": {"": ""},
        "signs": "\U0001f9ca é \u2028 \\u0000",
    }

    def test_other_keys_come_back_as_they_went_in(self, folder):
        write(folder, odd=self.ODD)
        run(folder)

        assert SourceFile.objects.get().extra == {"odd": self.ODD | {"huge": str(10**400)}}

    def test_a_large_value_is_stored_whole(self, folder):
        write(folder, odd=["x" * 50] * 1000)

        run(folder)

        assert SourceFile.objects.get().extra["odd"] == ["x" * 50] * 1000

    def test_other_keys_are_shown_in_one_order(self, admin_client, folder):
        write(folder, zebra="1", b="2", aardvark="3")
        run(folder)

        desk = admin_client.get(page_of(Article.objects.get())).context["desk"]

        assert [key for key, _ in desk["other_keys"]] == ["aardvark", "b", "zebra"]

    def test_a_number_that_no_column_holds_is_no_error(self, admin_client):
        create_article()
        for number in (2**63, 10**40, -1):
            opened = admin_client.get(f"/admin/blog/article/{number}/change/", follow=True)
            listed = admin_client.get(f"{LIST}?id__exact={number}&category={number}", follow=True)

            assert {opened.status_code, listed.status_code} <= {200, 404}, number

    @pytest.mark.parametrize("minutes", [2**40, 1e300, -5])
    def test_a_reading_time_that_no_column_holds_is_the_files_own_affair(self, folder, minutes):
        write(folder, readingTime=minutes)

        [report] = run(folder)

        assert (report.outcome, Article.objects.get().reading_time) == (Outcome.CREATED, 1)


@pytest.mark.both_databases
class TestTwoWriters:
    def test_a_file_that_another_import_has_just_written_is_unchanged(self, folder):
        write(folder)
        source = find_source(folder, "")
        with FileWorkers(1, UTC) as workers:
            [file] = workers.prepare([read_file(source, source.files[0])], lambda file: False)
        slow, quick = (ImportWriter(source, ImportOptions()) for _ in range(2))
        quick.write([file])

        [report] = slow.write([file])

        assert (report.outcome, Article.objects.count()) == (Outcome.UNCHANGED, 1)


class TestAddress:
    def database(self, monkeypatch, url):
        monkeypatch.setenv("DATABASE_URL", url)
        return variables.database("sqlite:////default.sqlite3")

    def test_a_server(self, monkeypatch):
        found = self.database(monkeypatch, "postgres://me:p%40ss@db.example:5433/blog?sslmode=require")

        named = {key: found[key] for key in ("ENGINE", "USER", "PASSWORD", "HOST", "PORT", "NAME")}
        assert named == {
            "ENGINE": "site_config.postgresql",
            "USER": "me",
            "PASSWORD": "p@ss",
            "HOST": "db.example",
            "PORT": 5433,
            "NAME": "blog",
        }
        assert found["OPTIONS"]["sslmode"] == "require"
        assert found["OPTIONS"]["pool"]

    @pytest.mark.parametrize("rest", ["", ":5433"])
    def test_a_sockets_folder_keeps_its_capitals(self, monkeypatch, rest):
        found = self.database(monkeypatch, f"postgres://%2Frun%2FmyPostgres{rest}/blog")

        assert (found["HOST"], found["NAME"]) == ("/run/myPostgres", "blog")

    def test_a_pooler_that_knows_no_prepared_statements_gets_none(self, monkeypatch):
        options = self.database(monkeypatch, "postgres://host/blog")["OPTIONS"]
        as_before = self.database(monkeypatch, "postgres://host/blog?prepared_statements=no")["OPTIONS"]

        assert not {"prepare_threshold", "server_side_binding"} & options.keys()
        assert as_before == options

    def test_a_server_that_is_back_is_noticed_within_seconds(self, monkeypatch):
        pool = self.database(monkeypatch, "postgres://host/blog")["OPTIONS"]["pool"]
        attempt, now, pauses = AttemptWithBackoff(timeout=pool["reconnect_timeout"]), 0.0, []
        while not attempt.time_to_give_up(now):
            attempt.update_delay(now)
            pauses.append(attempt.delay)
            now += attempt.delay

        assert max(pauses) < 5

    def test_a_server_that_is_away_is_not_waited_for(self, monkeypatch):
        found = self.database(monkeypatch, f"postgres://127.0.0.1:{free_port()}/blog")
        pool = found["OPTIONS"]["pool"]
        assert pool["timeout"] < 5
        pool["timeout"] = 0.05  # the test need not wait
        database = ConnectionHandler({"default": {}, "away": found})["away"]
        started = monotonic()
        try:
            with pytest.raises(OperationalError):
                database.ensure_connection()
        finally:
            database.close_pool()

        assert monotonic() - started < 5

    def test_a_busy_server_is_waited_for(self, monkeypatch):
        found = self.database(monkeypatch, "postgres://host/blog")
        database = ConnectionHandler({"default": {}, "busy": found})["busy"]
        monkeypatch.setattr(postgresql, "accepts_connections", lambda params: True)
        connect = Mock(side_effect=[PoolTimeout, PoolTimeout, "connection"])
        monkeypatch.setattr(postgresql.base.DatabaseWrapper, "get_new_connection", connect)

        assert database.get_new_connection({}) == "connection"

    def test_none_is_sqlite(self, monkeypatch):
        found = self.database(monkeypatch, "")

        assert (found["NAME"], found["OPTIONS"]["transaction_mode"]) == ("/default.sqlite3", "IMMEDIATE")

    @pytest.mark.parametrize(
        "url",
        [
            *(
                "nonsense",
                "postgres",
                "postgres://",
                "postgres://me:secret@host",
                "postgres://me:secret@host/",
            ),
            *("postgres://me:secret@host:port/blog", "mysql://me:secret@host/blog", "://secret@", "secret"),
        ],
    )
    def test_nonsense_names_the_variable_and_no_password(self, monkeypatch, url):
        with pytest.raises(ImproperlyConfigured, match=r"^DATABASE_URL: ") as error:
            self.database(monkeypatch, url)

        assert "secret" not in str(error.value)

    def test_without_psycopg_one_sentence_says_so(self, monkeypatch):
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

        with pytest.raises(ImproperlyConfigured, match=r"^DATABASE_URL: .* psycopg"):
            self.database(monkeypatch, "postgres://host/blog")
