"""Redirects as CSV, in the admin and for unpublished slugs."""

import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse
from django.utils import timezone

from blog import page_cache
from blog.base.queries import staged_rows
from blog.imports.redirects import create_redirects
from blog.models import Article, Redirect
from blog.site.live_pages import SLUG_PAGES, live_pages
from blog.site.redirect_lists import RedirectFileError, export_redirects, import_redirects
from tests.support.admin_pages import text_of
from tests.support.changes import publish, unpublish
from tests.support.factories import create_article, create_author, create_category, create_page
from tests.support.import_files import run, write
from tests.support.queries import count_queries
from tests.support.rolling_back import rolled_back

pytestmark = pytest.mark.django_db

IMPORT = reverse("admin:blog_redirect_import")
LIST = reverse("admin:blog_redirect_changelist")


@pytest.fixture
def sea():
    return create_category("Sea")


@pytest.fixture
def tides(sea):
    return create_article(slug="tides", categories=[sea], authors=[create_author("Ida Aas")])


def load(*lines, **options):
    return import_redirects("\n".join(lines).encode(), **options)


def stored():
    return {redirect.path: redirect.target for redirect in Redirect.objects.all()}


class TestLines:
    @pytest.mark.both_databases
    def test_lines_redirect_to_rows_or_answer_gone(self, client, tides, sea):
        report = load(
            "/old/,/articles/tides/", "/topic/,/categories/sea/", "/empty/,", "/word/,GONE", "/code/,410"
        )

        assert (report.created, report.problems) == (5, [])
        assert stored() == {"/old/": tides, "/topic/": sea, "/empty/": None, "/word/": None, "/code/": None}
        assert client.get("/old/")["Location"] == "/articles/tides/"
        assert client.get("/word/").status_code == 410

    def test_lines_are_read_in_various_dialects(self, tides, subtests):
        for data in [
            b"/old/,/articles/tides/",
            b"\xef\xbb\xbf/old/,/articles/tides/\r\n",
            b"old;new\r\n/old/;/articles/tides/\r\n",
            b"From URL,To URL\n\n \n/old/,/articles/tides/,,\n",
            b"/old/\t/articles/tides/\n",
            b'"/old/","/articles/tides/"\n',
            b" /old/ , /articles/tides/ \n",
            b"https://elsewhere.example/old/?a=b#c,/articles/tides/?utm=1#top\n",
            b"old/,http://Blog.example/articles/tides/\n",
            b"/%6Fld/,/articles/tides/\n",
        ]:
            with subtests.test(data=data), rolled_back():
                report = import_redirects(data)

                assert report.problems == []
                assert stored() == {"/old/": tides}

    def test_invalid_lines_are_reported_and_others_stored(self, tides, subtests):
        create_article(slug="hidden", status="new")
        create_category("Empty")

        for line, reason in [
            ("/old/", "two columns"),
            ("/old/,/articles/tides/,301", "two columns"),
            (",/articles/tides/", "old path is missing"),
            ("/old/,/articles/none/", "no public page or file at /articles/none/"),
            ("/old/,/articles/hidden/", "no public page or file"),
            ("/old/,/categories/empty/", "no public page or file"),
            ("/old/,/authors/idle/", "no public page or file"),
            ("/old/,/media/images/none.png", "no public page or file"),
            ("/old/,/media/../db.sqlite3", "no public page or file"),
            ("/old/,/old/", "back to itself"),
            ("/old/,/old.html", "back to itself"),
            ("/old/,//elsewhere.example/articles/tides/", "must begin with"),
            ("/old/,javascript:alert(1)", "must begin with"),
            ("/old/,https://user@elsewhere.example/", "contains a user name"),
            ("/old/,https://127.0.0.1/", "private"),
            ("/old/,/admin/", "cannot be added here"),
            ("/old/,http://[x/", "is not valid"),
            ("/articles/tides/,gone", "The page /articles/tides/ exists"),
            ("/articles/tides.md,gone", "exists"),
            ("/categories/sea/,gone", "exists"),
            ("/authors/ida-aas/,gone", "exists"),
            ("/,gone", "exists"),
            ("/admin/x/,gone", "A redirect cannot be added here"),
            ("/static/x,gone", "A redirect cannot be added here"),
            ("/a%00b/,gone", "an invalid character"),
            ("/a%0d%0ab/,gone", "an invalid character"),
            ("/" + "x" * 2000 + ",gone", "longer than 2000"),
        ]:
            with subtests.test(line=line, reason=reason), rolled_back():
                report = load("/one/,/articles/tides/", "", line, "/two/,/articles/tides/")

                [(number, said)] = report.problems
                assert number == 3
                assert reason in said
                assert set(stored()) == {"/one/", "/two/"}

    def test_repeated_paths_name_the_first_line(self, tides):
        report = load("/old/,/articles/tides/", "old/?x=1,gone")

        assert report.problems == [(2, "The path /old/ is already on line 1.")]
        assert stored() == {"/old/": tides}

    def test_line_numbers_are_those_of_an_editor(self, tides):
        report = load('"/a\n/",gone', "/b/,nowhere")

        assert [number for number, _reason in report.problems] == [1, 3]

    @pytest.mark.both_databases
    def test_existing_redirects_change_only_with_replace(self, tides, sea):
        load("/old/,/articles/tides/", "/same/,gone")

        first = load("/old/,/categories/sea/", "/same/,gone")
        before = stored()["/old/"]
        second = load("/old/,/categories/sea/", "/same/,gone", replace=True)

        assert (first.updated, first.unchanged, len(first.problems)) == (0, 1, 1)
        assert (second.updated, second.unchanged, second.problems) == (1, 1, [])
        assert (before, stored()["/old/"]) == (tides, sea)

    def test_are_only_checked_in_a_dry_run(self, tides):
        report = load("/old/,/articles/tides/", "/bad/,/none/", dry_run=True)

        assert (report.created, len(report.problems)) == (1, 1)
        assert stored() == {}

    def test_letters_that_scripts_need_are_kept(self, client, tides):
        load("/می\u200cشود/,/articles/tides/", "/d%C3%ADas/,/articles/tides/")

        assert set(stored()) == {"/می\u200cشود/", "/días/"}
        assert client.get("/días/").status_code == 301

    def test_cached_pages_are_expired_once(self, monkeypatch, django_capture_on_commit_callbacks, tides):
        changes = []
        monkeypatch.setattr(page_cache, "invalidate", lambda: changes.append(1))

        with django_capture_on_commit_callbacks(execute=True):
            load("/a/,gone", "/b/,/articles/tides/")

        assert changes == [1]

    def test_ten_times_as_many_do_not_cost_ten_times_the_queries(self, tides):
        def queries_for(name, number):
            return count_queries(load, *(f"/{name}/{n}/,/articles/tides/" for n in range(number)))

        assert queries_for("many", 500) == queries_for("few", 50)


@pytest.mark.both_databases
class TestWaiting:
    """On SQLite, others who write wait until the transaction of an import ends."""

    def statements(self, *lines, **options):
        """Return the SQL statements before and in the transaction."""
        with CaptureQueriesContext(connection) as queries:
            load(*lines, **options)
        sql = [query["sql"] for query in queries]
        begin = next((n for n, statement in enumerate(sql) if "SAVEPOINT" in statement), len(sql))
        end = next((n for n, statement in enumerate(sql) if "RELEASE" in statement), len(sql))
        return sql[:begin], sql[begin + 1 : end]

    def test_a_dry_run_only_reads_outside_of_a_transaction(self, tides):
        before, inside = self.statements("/b/,/articles/tides/", "/a/,/b/", "/c/,/none/", dry_run=True)

        assert {statement.partition(" ")[0] for statement in before} == {"SELECT"}
        assert inside == []

    def test_the_transaction_of_an_import_has_few_statements(self, tides):
        Redirect.objects.create(path="/older/", address="/0/")

        _before, inside = self.statements(*(f"/{n}/,/{n + 1}/" for n in range(600)), "/600/,/articles/tides/")

        kinds = [statement.partition(" ")[0] for statement in inside]
        assert kinds == ["SELECT", "INSERT", "INSERT"]  # the second of the chain from /older/
        assert '"article_id" = EXCLUDED' in inside[2]
        assert '"category_id" = EXCLUDED' not in inside[2]  # unchanged
        assert {*stored().values()} == {tides}

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize(
        "change",
        [
            lambda article: Redirect.objects.create(path="/a/", is_gone=True),
            lambda article: Redirect.objects.filter(path="/older/").update(address="/archive/"),
            lambda article: article.delete(),
        ],
        ids=["same path", "chain", "target"],
    )
    def test_nothing_is_imported_if_others_change_a_redirect_or_target_meanwhile(
        self, monkeypatch, tides, change
    ):
        Redirect.objects.create(path="/older/", address="/a/")

        def staged_and_changed(*args, **options):
            if not args[1][0].pk:  # once
                change(tides)
            return staged_rows(*args, **options)

        monkeypatch.setattr("blog.site.redirect_lists.staged_rows", staged_and_changed)

        with pytest.raises(RedirectFileError, match="at the same time"):
            load("/a/,/articles/tides/", "/b/,gone")

        assert not Redirect.objects.filter(path="/b/").exists()


class TestFiles:
    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (b"/a/,gone\n/\xfc/,gone\n", "Line 2 is not UTF-8"),
            ("/a/,gone".encode("utf-16"), "Line 1 is not UTF-8"),
            (b"/" + b"a" * 200_000 + b",gone", "Line 1"),
            (b"x" * (10 * 1024 * 1024 + 1), "larger than 10 MB"),
            (b"/a/,gone\n" + b"\n" * 50_000 + b"/b/,gone\n", "more than 50000 lines"),
        ],
    )
    def test_files_that_are_not_lists_are_rejected(self, data, reason):
        with pytest.raises(RedirectFileError, match=reason):
            import_redirects(data)

        assert stored() == {}

    @pytest.mark.parametrize("data", [b"", b"\n\n", b"old,new\n"])
    def test_without_lines_do_nothing(self, data):
        assert import_redirects(data).problems == []

    def test_exported_are_imported_again(self, tides, sea):
        load("/old/,/articles/tides/", '"/a,b/",/categories/sea/', "/ida/,/authors/ida-aas/", "/gone/,gone")
        load("/months/,/archive/", "/x/,https://elsewhere.example/")
        before = stored()

        text = export_redirects(Redirect.objects.all())
        Redirect.objects.all().delete()
        report = import_redirects(text.encode())

        assert report.problems == []
        assert stored() == before


class TestCommand:
    def run(self, file, *options):
        out, err = io.StringIO(), io.StringIO()
        status = 0
        try:
            call_command("import_redirects", file, *options, stdout=out, stderr=err)
        except CommandError as error:
            err.write(str(error))
            status = error.returncode
        except SystemExit as error:
            status = error.code
        return status, out.getvalue(), err.getvalue()

    def test_command_reports_the_outcomes_of_lines(self, tmp_path, tides):
        file = tmp_path / "a.csv"
        file.write_text("/old/,/articles/tides/\n/bad/,/none/\n")

        tried = self.run(file, "--dry-run")
        nothing = stored()
        status, out, err = self.run(file)

        assert (tried[0], nothing) == (1, {})
        assert tried[1].startswith("Dry run: 1 created")
        assert (status, out) == (1, "1 created, 0 updated, 0 unchanged, 1 refused.\n")
        assert err.startswith("line 2: There is no public page")

    def test_command_succeeds_with_a_valid_file(self, tmp_path, tides, sea):
        file = tmp_path / "a.csv"
        file.write_text("/old/,/articles/tides/\n")
        self.run(file)
        file.write_text("/old/,/categories/sea/\n")

        assert self.run(file, "--replace")[:2] == (0, "0 created, 1 updated, 0 unchanged, 0 refused.\n")

    def test_a_file_that_cannot_be_read_ends_in_2(self, tmp_path):
        latin = tmp_path / "latin.csv"
        latin.write_bytes(b"/\xfc/,gone")

        for file, reason in (
            (tmp_path / "none.csv", "No such file"),
            (latin, "UTF-8"),
            (tmp_path, "directory"),
        ):
            status, _out, err = self.run(file)
            assert status == 2
            assert reason in err


class TestUpload:
    def upload(self, client, data, **values):
        file = io.BytesIO(data)
        file.name = "list.csv"
        return client.post(IMPORT, {"file": file, **values})

    def test_stores_the_good_lines_and_names_the_bad(self, admin_client, tides):
        page = self.upload(admin_client, b"/old/,/articles/tides/\n/<b>/,/none/\n/a/\n")

        assert "1 created, 0 updated, 0 unchanged, 2 rejected." in text_of(page)
        problem = "Line 2: There is no public page or file at /none/."
        assert problem in text_of(page)
        assert stored() == {"/old/": tides}

    def test_checks_only_if_asked_to(self, admin_client, tides):
        page = self.upload(admin_client, b"/old/,/articles/tides/\n", dry_run="on")

        assert "Dry run, nothing changed. Would be: 1 created" in text_of(page)
        assert stored() == {}

    def test_a_bad_file_is_refused_in_words(self, admin_client):
        assert "Line 1 is not UTF-8" in text_of(self.upload(admin_client, b"\xff"))
        assert "This field is required" in text_of(admin_client.post(IMPORT))

    def test_html_in_a_line_is_escaped(self, admin_client):
        page = self.upload(admin_client, b"/a/,/<script>alert(1)</script>\n")

        assert "<script>alert" not in page.content.decode()

    def test_upload_is_offered_with_the_permission(self, client, admin_client, django_user_model):
        user = django_user_model.objects.create_user("viewer", is_staff=True)
        codenames = ["view_redirect", "add_redirect"]
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        client.force_login(user)

        assert IMPORT in admin_client.get(LIST).content.decode()
        assert IMPORT not in client.get(LIST).content.decode()
        assert client.get(IMPORT).status_code == 403
        assert self.upload(client, b"/a/,gone").status_code == 403
        assert stored() == {}

    def test_the_selected_are_exported(self, admin_client):
        load("/a/,gone", "/b/,gone")
        selected = Redirect.objects.get(path="/b/").pk

        response = admin_client.post(LIST, {"action": "export", "_selected_action": selected})

        assert response["Content-Disposition"] == 'attachment; filename="redirects.csv"'
        assert response.content.decode() == "old,new\r\n/b/,gone\r\n"


class TestForm:
    ADD = reverse("admin:blog_redirect_add")

    def test_an_address_stands_once(self, admin_client, tides):
        Redirect.objects.create(path="/old/", article=tides)

        page = admin_client.post(self.ADD, {"path": "https://a.example/old/?x", "is_gone": "on"})

        assert "already exists" in text_of(page)

    @pytest.mark.parametrize("path", ["/a\x07b/", "/admin/", "/static/a.css", "/categories/sea/"])
    def test_paths_that_cannot_be_redirected_are_rejected(self, admin_client, tides, path):
        page = admin_client.post(self.ADD, {"path": path, "is_gone": "on"})

        assert page.status_code == 200
        assert not Redirect.objects.exists()

    def test_no_two_redirects_lead_to_each_other(self, client, admin_client, tides):
        hidden = create_article(slug="hidden", status="new")
        admin_client.post(self.ADD, {"path": "/articles/hidden/", "article": tides.pk})
        unpublish(tides)
        admin_client.post(self.ADD, {"path": "/articles/tides/", "article": hidden.pk})

        assert Redirect.objects.count() == 2
        for path in ("/articles/hidden/", "/articles/tides/"):
            assert client.get(path).status_code == 404


class TestPageHere:
    """Whether a path is a public page: one rule for forms, CSV lists and imports."""

    @pytest.fixture
    def site(self, tides, sea):
        create_article(slug="hidden", status="new", categories=[create_category("Fog")])
        create_article(slug="later", published_at=timezone.now() + timedelta(days=1))
        create_page(slug="about")
        create_page(slug="plan", is_published=False)

    def test_is_what_readers_are_answered(self, client, admin_client, site, tides, subtests):
        other = create_article(slug="other")
        for path, is_here in [
            ("/", True),
            ("/archive/", True),
            ("/archive/2025/", True),
            ("/archive/2025/01/", True),
            ("/archive/1999/", False),
            ("/archive/2025/12/", False),
            ("/archive/9999/12/", False),
            ("/articles/tides/", True),
            ("/articles/tides", True),
            ("/articles/tides.md", True),
            ("/articles/hidden/", False),
            ("/articles/hidden.md", False),
            ("/articles/later/", False),
            ("/articles/never/", False),
            ("/categories/sea/", True),
            ("/categories/sea/feeds/rss.xml", True),
            ("/categories/fog/", False),
            ("/categories/fog/feeds/rss.xml", False),
            ("/authors/ida-aas/", True),
            ("/authors/nobody/", False),
            ("/about/", True),
            ("/about", True),
            ("/plan/", False),
            ("/no/such/place/", False),
        ]:
            with subtests.test(path=path, is_here=is_here), rolled_back():
                notices = []
                create_redirects([(other, (path,), notices)])
                from_file = [said for said in notices if said.text.startswith(f"old address {path} ")]
                Redirect.objects.all().delete()
                problems = load(f"{path},gone", dry_run=True).problems

                answered = client.get(path, follow=True).status_code == 200
                assert bool(live_pages([path])) == is_here == answered
                assert (bool(from_file), bool(problems)) == (is_here, is_here)

        for path, is_here in [("/articles/tides/", True), ("/articles/hidden/", False)]:
            form = admin_client.post(TestForm.ADD, {"path": path, "is_gone": "on"})
            assert (form.status_code == 200) is is_here

    def test_views_without_rows_are_public_pages(self):
        paths = ["/search/", "/feeds/rss.xml", "/sitemap.xml", "/sitemap-pages.xml", "/health/ready/"]
        paths += ["/robots.txt", "/icons-aabbcc/icon.svg"]

        assert list(live_pages(paths)) == paths

    def test_other_paths_are_not_compared_with_each_url_pattern(self, monkeypatch):
        resolved = []
        monkeypatch.setattr(
            "blog.site.live_pages.resolve", lambda path: resolved.append(path) or resolve(path)
        )

        live_pages(["/old/1/", "/old.html", "/2020/10/tides/", "/a/b/c", "/robots.txt"])

        assert resolved == ["/robots.txt"]

    @pytest.mark.both_databases
    def test_many_periods_and_languages_take_as_many_queries_as_one(self, site):
        def queries_for(paths):
            return count_queries(live_pages, paths)

        years = [f"/archive/{year}/" for year in range(1980, 2020)]
        months = [f"{year}{month:02}/" for year in years for month in range(1, 13)]
        languages = [f"/de-{number:04}/" for number in range(40)]

        assert queries_for([*years, *months, *languages]) == queries_for([years[0], months[0], languages[0]])


class TestTargets:
    """Redirects to lists, files and other sites, without chains."""

    def test_lists_files_and_other_sites_are_possible(self, client, tides):
        name = default_storage.save("images/a.png", ContentFile(b"x"))
        urls = ["/archive/", "/", "/feeds/rss.xml", "/articles/tides.md", "/search/?q=sea", f"/media/{name}"]
        urls += ["https://elsewhere.example/a?b#c"]

        report = load(*(f"/old/{number}/,{url}" for number, url in enumerate(urls)))

        assert report.problems == []
        assert [client.get(f"/old/{number}/")["Location"] for number in range(len(urls))] == urls

    def test_own_pages_are_stored_as_rows(self, tides, sea):
        load("/a/,/articles/tides", "/b/,https://blog.example/categories/sea/")

        assert stored() == {"/a/": tides, "/b/": sea}

    def test_chains_are_stored_as_their_end(self, client, tides):
        load("/b/,/articles/tides/", "/x/,https://elsewhere.example/")
        load("/a/,/b.html", "/d/,/e/", "/e/,/archive/", "/y/,/x")

        assert (stored()["/a/"], client.get("/d/")["Location"]) == (tides, "/archive/")
        assert client.get("/y/")["Location"] == "https://elsewhere.example/"

    def test_a_new_end_is_that_of_the_redirects_before_it(self, client, tides):
        Redirect.objects.create(path="/a/", address="/b/")

        load("/b/,/articles/tides/")

        assert client.get("/a/")["Location"] == "/articles/tides/"

    def test_a_redirect_of_the_list_is_not_shortened_to_another_of_its_ends(self, tides, sea):
        Redirect.objects.create(path="/a/", address="/b/")

        load("/a/,/categories/sea/", "/b/,/articles/tides/", replace=True)

        assert stored() == {"/a/": sea, "/b/": tides}

    def test_the_form_follows_them_too(self, admin_client, client, tides):
        load("/b/,/articles/tides/")

        admin_client.post(TestForm.ADD, {"path": "/a/", "address": "/b/"})
        admin_client.post(TestForm.ADD, {"path": "/list/", "address": "/archive/"})
        refused = admin_client.post(TestForm.ADD, {"path": "/c/", "address": "/c"})

        assert stored()["/a/"] == tides
        assert client.get("/list/")["Location"] == "/archive/"
        assert "back to itself" in text_of(refused)


class TestUnpublishedSlugs:
    """The slug of an unpublished row neither deletes nor changes redirects."""

    @pytest.fixture
    def hidden(self):
        """An article that was public, and that its Writer can change again."""
        article = create_article(slug="ebb")
        unpublish(article)
        return article

    @pytest.fixture
    def old(self, tides):
        Redirect.objects.create(path="/articles/old/", article=tides)
        return "/articles/old/"

    def rename(self, article, *slugs):
        for slug in slugs:
            article.slug = slug
            article.save()

    def test_unpublished_slug_keeps_a_redirect(self, client, hidden, old, tides):
        self.rename(hidden, "old")
        meanwhile = client.get(old).url
        self.rename(hidden, "ebb")

        assert (meanwhile, client.get(old).url) == ("/articles/tides/", "/articles/tides/")
        assert stored()[old] == tides

    def test_leave_what_an_editor_placed_at_the_hidden_articles_address(self, client, hidden, tides):
        Redirect.objects.create(path="/articles/ebb/", article=tides)

        self.rename(hidden, "flow")

        assert stored()["/articles/ebb/"] == tides

    def test_leave_it_when_it_is_marked_as_gone(self, hidden, old, tides):
        self.rename(hidden, "old")

        Redirect.objects.mark_gone([hidden])

        assert stored()[old] == tides

    def test_scheduled_slug_keeps_a_redirect(self, client, hidden, old):
        self.rename(hidden, "old")
        Article.objects.filter(pk=hidden.pk).update(published_at=timezone.now() + timedelta(days=1))

        publish(Article.objects.get(pk=hidden.pk))

        assert client.get(old).url == "/articles/tides/"

    def test_scheduled_article_is_found_without_its_slash_once_it_appears(self, client, tides):
        scheduled = create_article(slug="neap", published_at=timezone.now() + timedelta(days=1))
        Redirect.objects.create(path="/articles/neap", article=tides)
        before = client.get("/articles/neap").url
        Article.objects.filter(pk=scheduled.pk).update(published_at=timezone.now())

        assert (before, client.get("/articles/neap").url) == ("/articles/tides/", "/articles/neap/")

    @pytest.mark.parametrize(
        "publish",
        [
            lambda article: publish(article),
            lambda article: publish(Article.objects.filter(pk=article.pk)),
            lambda article: setattr(article, "status", "published") or article.save(),
        ],
        ids=["one", "many", "save"],
    )
    def test_end_it_when_they_are_published(self, client, hidden, old, publish):
        self.rename(hidden, "old")

        publish(Article.objects.get(pk=hidden.pk))

        assert client.get(old).status_code == 200
        assert old not in stored()

    def test_of_new_articles_end_it_when_they_are_imported_as_published(self, client, old, tmp_path):
        write(tmp_path, slug="old")

        run(tmp_path, status="published")

        assert client.get(old).status_code == 200
        assert old not in stored()

    def test_of_a_published_article_end_it_at_once(self, client, old):
        self.rename(create_article(), "old")

        assert client.get(old).status_code == 200
        assert old not in stored()

    def test_of_plain_pages_follow_the_same_rule(self, client, tides):
        Redirect.objects.create(path="/imprint/", article=tides)
        page = create_page(slug="about")
        page.is_published, page.slug = False, "imprint"
        page.save()
        meanwhile = client.get("/imprint/").url
        page.is_published = True
        page.save()

        assert (meanwhile, client.get("/imprint/").status_code) == ("/articles/tides/", 200)
        assert "/imprint/" not in stored()

    def test_unused_categories_follow_the_same_rule(self, client, sea):
        Redirect.objects.create(path="/categories/fog/", category=sea)
        empty = create_category("Mist")

        for slug in ("fog", "mist"):
            empty.slug = slug
            empty.save()

        assert stored()["/categories/fog/"] == sea


def test_all_targets_have_recognised_pages():
    assert set(SLUG_PAGES.values()) == set(Redirect.TARGETS)
