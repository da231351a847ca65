"""What a client may send: nothing of it ends in a 5xx, tells a secret, leads elsewhere, or sets a cookie."""

import itertools
import re
from datetime import UTC, datetime
from urllib.parse import quote_from_bytes

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from blog.models import Redirect
from blog.reader import sharing
from blog.reader.views import home
from tests.support.cases import read_lists
from tests.support.durations import IS_LONG, REQUESTS_OF_BYTES
from tests.support.factories import create_article, create_author, create_category

pytestmark = pytest.mark.django_db

LOGIN = reverse("admin:login")
PASSWORD = "correct horse"  # noqa: S105 -- of a user that lives for one test
EVIL = "evil.example"
ODD_PATHS = [
    *read_lists("support/odd_addresses.json", "paths"),
    *(f"/pictures/{'a' * 40}.png/{width}.avif" for width in (0, "9" * 5000, "٤٠٠")),
    "/media/images/aa/" + "a" * 40 + ".png%00.html",
    "/articles/" + "a" * 8000 + "/",
    "/" + "a/" * 3000,
    "/admin/blog/article/" + "9" * 400 + "/change/",
]
ODD_QUERIES = [*read_lists("support/odd_addresses.json", "queries"), "a" * 8192, "&".join(["a=1"] * 1500)]
GUARDS = {
    "Content-Security-Policy",
    "Cross-Origin-Opener-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
}


@pytest.fixture
def client():
    """A client that is answered like any other: with a page, whatever happens in a view."""
    return Client(raise_request_exception=False)


@pytest.fixture
def editor(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("editor", password=PASSWORD))
    return client


@pytest.fixture
def kinds(settings, tmp_path):
    """An address for each kind of answer that readers get, by status."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    (settings.STATIC_ROOT / "x.css").write_text("p {}")
    image = default_storage.save("images/aa/" + "a" * 40 + ".png", ContentFile(b"picture"))
    category, author = create_category("Tides"), create_author("Ida Aas")
    article = create_article(categories=[category], authors=[author])
    Redirect.objects.create(path="/old/", article=article)
    Redirect.objects.create(path="/gone/", is_gone=True)
    pages = [
        *(
            "/",
            "/categories/",
            "/archive/",
            "/archive/2025/",
            "/archive/2025/01/",
            "/authors/",
            "/robots.txt",
            "/health/",
            "/health/ready/",
        ),
        *(category.get_absolute_url(), author.get_absolute_url(), article.get_absolute_url()),
        *("/feeds/rss.xml", "/feeds/atom.xml", "/feeds/feed.json", "/sitemap.xml", "/sitemap-articles.xml"),
        f"{category.get_absolute_url()}feeds/rss.xml",
        *(article.get_markdown_url(), f"/media/{image}", "/static/x.css"),
        *("/favicon.ico", "/site.webmanifest", "/speculation-rules.json"),
        sharing.article_image(article).address.removeprefix("https://blog.example"),
        *("/search/", "/search/?q=words&from=2025", "/search/?q=nothing", "/search/suggestions/?q=article"),
    ]
    lost = ["/nothing/", "/articles/nothing/", "/media/nothing", "/static/nothing", "/pictures/nothing"]
    return {200: pages, 301: ["/old/", "/archive"], 404: lost, 410: ["/gone/"]}


def lasting(response) -> dict[str, str]:
    """Return the headers that do not tell the time."""
    return {name: value for name, value in response.items() if name != "Expires"}


def answers(client, kinds, method="get", **extra):
    """Return the answer of each address with its body, each checked to be of its kind."""
    found = {}
    for status, paths in kinds.items():
        for path in paths:
            response = getattr(client, method)(path, **extra)
            body = b"".join(response) if response.streaming else response.content
            assert response.status_code == status, path
            found[path] = response, body
    return found


def inline_parts(page) -> list[str]:
    """Return the parts of a page that stand inline or belong to a session. JSON-LD is not run."""
    own = page.replace('<script src="', "").replace('<script type="module" src="', "")
    own = own.replace('<script type="application/ld+json"', "")
    return [part for part in ("csrf", " style=", "<style", " onclick", "<script") if part in own]


class TestEveryAnswer:
    CLAIMS = {
        "x-forwarded-host": EVIL,
        "x-forwarded-server": EVIL,
        "x-forwarded-port": "444",
        "forwarded": f"host={EVIL};proto=https",
        "x-original-url": f"/{EVIL}",
        "x-forwarded-proto": "https",
        "x-forwarded-scheme": "https",
        "x-forwarded-prefix": f"/{EVIL}",
        "origin": f"https://{EVIL}",
        "referer": f"https://{EVIL}/",
        "x-rewrite-url": f"/{EVIL}",
        "x-http-method-override": "DELETE",
        "x-script-name": f"/{EVIL}",
        "accept-language": "de",
        "cookie": f"sessionid={'x' * 32}; csrftoken={'x' * 32}",
        "host": "other.example",
    }

    def test_guards_its_readers_and_is_the_same_for_all(self, client, kinds, settings):
        """Cookies, claims of the request and its method change nothing."""
        settings.ALLOWED_HOSTS = ["testserver", "other.example"]
        plain, heads = answers(client, kinds), answers(client, kinds, "head")
        claimed = answers(client, kinds, headers=self.CLAIMS)

        for path, (response, body) in plain.items():
            assert GUARDS - set(response.headers) == set(), path
            assert inline_parts(body.decode(errors="replace")) == [], path
            assert (lasting(heads[path][0]), heads[path][1]) == (lasting(response), b""), path
            assert (lasting(claimed[path][0]), claimed[path][1]) == (lasting(response), body), path
            assert "Access-Control-Allow-Origin" not in claimed[path][0], path
            assert [*response.cookies, *claimed[path][0].cookies] == [], path
            assert "cookie" not in response.get("Vary", "").lower(), path

    def test_guards_them_when_a_view_fails_and_when_the_host_is_unknown(self, client, monkeypatch):
        monkeypatch.setattr(home, "FrontPage", None)

        failed, refused = client.get("/"), client.get("/", headers={"host": EVIL})

        assert (failed.status_code, refused.status_code) == (500, 400)
        assert GUARDS - set(failed.headers) == set()
        assert GUARDS - set(refused.headers) == set()

    def test_is_not_sent_again_to_who_has_it(self, client, kinds):
        for path in ("/", "/feeds/rss.xml", "/sitemap.xml"):
            etag = client.get(path)["ETag"]

            for method in (client.get, client.head):
                assert method(path, headers={"if-none-match": etag}).status_code == 304, path

    def test_is_refused_to_other_methods(self, client, kinds):
        # Static files are of the server for files, which knows no view: 405 or 404 there.
        pages = [path for path in kinds[200] if not path.startswith("/static/")]
        for method in ("post", "put", "patch", "delete", "trace", "options"):
            for path in pages:
                response = getattr(client, method)(path)

                assert response.status_code == 405, (method, path)
                assert set(response["Allow"].split(", ")) == {"GET", "HEAD"}, (method, path)


class TestHost:
    def test_an_unknown_one_is_400(self, client):
        hosts = [EVIL, f"{EVIL}:80", f"testserver@{EVIL}", f"testserver.{EVIL}", "testserver:x"]
        for host in (*hosts, "", " ", "[::1", "a\tb", "*"):
            response = client.get("/", headers={"host": host})

            assert response.status_code == 400, host
            assert EVIL not in response.content.decode(), host

    def test_an_unknown_one_is_no_news_for_the_admins(self, client, settings, mailoutbox):
        settings.ADMINS = ["admin@blog.example"]

        client.get("/", headers={"host": EVIL})

        assert mailoutbox == []


class TestNothingThere:
    """The answer to an address without a page tells nothing of what there is or could be."""

    def test_hidden_and_never_existed_are_the_same(self, client):
        hidden = create_article(title="Hidden", slug="hidden", status="new")
        later = create_article(slug="later", published_at=datetime(9000, 1, 1, tzinfo=UTC))
        category, author = create_category("Secret"), create_author("Secret")
        for article in (hidden, later):
            article.category_links.create(category=category, position=0)
            article.author_links.create(author=author, position=0)
        pairs = [
            ("/articles/hidden/", "/articles/nothing/"),
            ("/articles/later/", "/articles/nothing/"),
            ("/articles/hidden.md", "/articles/nothing.md"),
            ("/categories/secret/", "/categories/nothing/"),
            ("/categories/secret/feeds/rss.xml", "/categories/nothing/feeds/rss.xml"),
            ("/authors/secret/", "/authors/nothing/"),
            ("/articles/hidden/?preview=1&status=new", "/articles/nothing/"),
        ]

        for there, nowhere in pairs:
            for method in (client.get, client.head):
                found, lost = method(there), method(nowhere)

                assert found.status_code == lost.status_code == 404, there
                assert (found.content, found.headers) == (lost.content, lost.headers), there

    def test_other_pages_of_a_list_do_not_exist(self, client):
        category = create_category("Tides")
        create_article(categories=[category])
        numbers = ["0", "-1", "2", "999999999999999999999", "1e3", "01", "1.0", " 1", "%00", "%FF", "1;2"]
        numbers += ["last", "abc", "1.5", "%C2%B2", "%D9%A3", "1%0A", "x" * 8000, ""]
        asked = [(category.get_absolute_url(), number) for number in numbers]
        for path, number in [*asked, ("/archive/2025/", "2"), ("/archive/2025/", "x")]:
            assert client.get(path, QUERY_STRING=f"page={number}").status_code == 404, (path, number)

    def test_what_is_no_list_has_no_pages(self, client):
        article = create_article()
        paths = ["/", article.get_absolute_url(), article.get_markdown_url(), "/archive/", "/categories/"]
        paths += ["/feeds/rss.xml", "/sitemap.xml", "/robots.txt"]

        never = client.get("/nothing/")

        asked = [(path, "1") for path in paths] + [("/", number) for number in ("2", "", "x", "9" * 12)]
        for path, number in asked:
            answer = client.get(path, {"page": number, "utm_source": "x"})

            content = re.sub(rb'<section[^>]*"nearest".*?</section>', b"", answer.content, flags=re.DOTALL)
            assert (answer.status_code, content.split()) == (404, never.content.split()), (path, number)

    def test_a_failing_view_tells_nothing(self, client, monkeypatch):
        def fail(*arguments):
            raise RuntimeError("secret-detail")

        monkeypatch.setattr(home, "FrontPage", fail)

        response = client.get("/")

        assert response.status_code == 500
        page = response.content.decode()
        assert "Traceback" not in page
        assert "secret-detail" not in page
        assert "RuntimeError" not in page


class TestOddAddresses:
    """Lists with odd queries are also asked on PostgreSQL in tests/desk/test_lists.py."""

    @pytest.mark.both_databases
    def test_no_path_breaks_anything(self, client):
        for path in ODD_PATHS:
            assert client.get(path).status_code in {200, 301, 302, 400, 404}, ascii(path)

    def test_no_path_breaks_anything_for_an_editor(self, editor):
        for path in [path for path in ODD_PATHS if path.startswith("/admin/")]:
            assert editor.get(path).status_code in {200, 301, 302, 400, 404}, ascii(path)

    def test_no_query_breaks_anything(self, editor):
        """Each query is sent to the lists that read one, and to some other pages in turn, or to all."""
        category = create_category("Tides")
        article = create_article(categories=[category])
        models = ["category", "author", "image", "redirect", "importrun"]
        lists = [reverse(f"admin:blog_{name}_changelist") for name in models]
        pages = ["/", article.get_absolute_url(), "/feeds/rss.xml", "/archive/2025/", LOGIN]
        always = [
            category.get_absolute_url(),
            reverse("admin:blog_article_changelist"),
            "/admin/autocomplete/",
        ]
        others = [*lists, *pages, "/admin/jsi18n/"]
        in_turn = itertools.cycle(others)

        for query in ODD_QUERIES:
            some = others if IS_LONG else itertools.islice(in_turn, 2)
            for path in (*always, *some):
                assert editor.get(path, QUERY_STRING=query).status_code < 500, (path, query)

    @pytest.mark.both_databases
    @hypothesis_settings(
        suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=REQUESTS_OF_BYTES
    )
    @given(
        start=st.sampled_from(
            ["/", "/articles/", "/categories/", "/archive/", "/authors/", "/media/", "/feeds/", "/admin/"]
        ),
        rest=st.binary(max_size=40),
        query=st.binary(max_size=40),
    )
    def test_no_bytes_break_anything(self, client, start, rest, query):
        path, query_string = start + quote_from_bytes(rest), quote_from_bytes(query, safe="=&;%+")

        response = client.get(path, QUERY_STRING=query_string)

        assert response.status_code < 500
        assert not response.cookies or start == "/admin/"

    @pytest.mark.both_databases
    @pytest.mark.parametrize(
        "values",
        [
            {},
            {"username": "\0", "password": "\0"},
            {"username": "x" * 99_999, "password": "y"},
            {"next": "\0"},
        ],
        ids=["nothing", "nul", "long", "next"],
    )
    def test_no_log_in_breaks_anything(self, client, values):
        assert client.post(LOGIN, values).status_code in {200, 429}

    @pytest.mark.both_databases
    def test_no_body_breaks_the_log_in(self, client):
        for content_type in (
            "multipart/form-data; boundary=",
            "multipart/form-data",
            "application/json",
            "x",
        ):
            response = client.generic("POST", LOGIN, b"\xff\0" * 2000, content_type=content_type)

            assert response.status_code in {200, 400, 403}, content_type

    @pytest.mark.both_databases
    def test_an_article_of_the_first_year_leaves_the_archive_standing(self, client):
        create_article(published_at=datetime(1, 1, 2, tzinfo=UTC))

        assert client.get("/archive/").status_code == 200


class TestRedirects:
    TARGETS = (
        f"//{EVIL}",
        f"https://{EVIL}/",
        f"/\\{EVIL}",
        f"\\\\{EVIL}",
        f"///{EVIL}",
        f"https:{EVIL}",
        "javascript:alert(1)",
        f"\t//{EVIL}",
        f"//testserver@{EVIL}",
        f"https://testserver.{EVIL}",
        "data:text/html,x",
    )
    PATHS = (
        f"//{EVIL}",
        f"//{EVIL}/..",
        f"/\\{EVIL}",
        f"//{EVIL}/archive",
        f"/{EVIL}//archive",
        f"/%5C%5C{EVIL}/archive",
        f"//{EVIL}/%2e%2e/archive",
        f"/admin//{EVIL}",
        f"//{EVIL}/admin",
        "/archive%0d%0aLocation:%20https://evil.example",
    )

    def test_the_log_in_leads_nowhere_else(self, django_user_model):
        django_user_model.objects.create_superuser("editor", password=PASSWORD)

        for target in self.TARGETS:
            data = {"username": "editor", "password": PASSWORD, "next": target}
            response = Client().post(LOGIN, data)

            assert (response.status_code, response["Location"]) == (302, "/admin/"), target

    def test_a_missing_slash_leads_nowhere_else(self, client):
        for path in self.PATHS:
            response = client.generic("GET", path, PATH_INFO=path.replace("%5C", "\\"))

            location = response.headers.get("Location", "/")
            assert response.status_code in {302, 301, 404}, path
            assert re.match(r"/(?![/\\])", location), (path, location)

    def test_an_old_address_leads_to_this_site_alone(self, client):
        article = create_article(slug="new")
        Redirect.objects.create(path=f"//{EVIL}/", article=article)

        response = client.generic("GET", "/", PATH_INFO=f"//{EVIL}/")

        assert response.headers.get("Location", "/articles/new/") == "/articles/new/"


class TestAdmin:
    def test_is_never_kept(self, client, django_user_model):
        paths = ["/admin/", LOGIN, "/admin/blog/article/", "/admin/nothing/", "/admin/jsi18n/", "/admin/x"]
        anonymous = [(path, client.get(path)) for path in paths]
        client.force_login(django_user_model.objects.create_superuser("editor"))
        known = [(path, client.get(path)) for path in paths]

        for path, response in (*anonymous, *known):
            assert "no-store" in response.get("Cache-Control", ""), path
            assert GUARDS - set(response.headers) == set(), path

    def test_tells_nobody_unknown_what_there_is(self, client):
        article = create_article()

        for path in (
            f"/admin/blog/article/{article.pk}/change/",
            "/admin/blog/article/99999/change/",
            "/admin/x/",
        ):
            response = client.get(path)

            assert (response.status_code, response["Location"]) == (302, f"{LOGIN}?next={path}")

    def test_its_cookies_are_of_no_use_to_scripts_and_other_sites(self, client, django_user_model):
        django_user_model.objects.create_superuser("editor", password=PASSWORD)

        response = client.post(LOGIN, {"username": "editor", "password": PASSWORD})

        assert response.cookies["sessionid"]["httponly"]
        assert {cookie["samesite"] for cookie in response.cookies.values()} == {"Lax"}
