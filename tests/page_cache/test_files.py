"""Pages as files, and nginx in front with the configuration that is shipped."""

import re
from urllib.parse import quote, unquote

import brotli
import pytest

from blog.page_cache import files
from tests.support.editor_process import running_driver
from tests.support.nginx import running_nginx_proxy
from tests.support.servers import Server, ask, forked_server

SET_UP = "create_article(title='Tides', slug='tides', body='Moonstruck. ' * 99)"
# Set by nginx itself, or by each in its own way.
OWN_HEADERS = {"server", "date", "connection", "etag", "transfer-encoding", "content-length", "accept-ranges"}


class TestFiles:
    @pytest.fixture(autouse=True)
    def folder(self, settings, tmp_path):
        settings.PAGES_DIR = tmp_path / "pages"
        settings.PAGES_DIR.mkdir()
        return settings.PAGES_DIR

    def test_a_page_is_found_where_nginx_looks_for_it(self, folder):
        files.begin_generation(3)
        files.write_page(3, "/articles/tides/", "00000001", {"": b"page", "gzip": b"gz", "br": b"br"})
        page = folder / "current" / "articles" / "tides" / "index.html"
        assert [page.with_name(f"index.html{end}").read_bytes() for end in ("", ".gz", ".br")] == [
            b"page",
            b"gz",
            b"br",
        ]
        assert page.stat().st_mode & 0o777 == 0o644

    @pytest.mark.parametrize("slug", ["हिन्दी", "a_b-c", "ข่าวสาร"])
    def test_a_page_is_a_file_in_every_script(self, folder, slug):
        files.begin_generation(1)
        files.write_page(1, f"/articles/{slug}/", "00000001", {"": b"page"})
        assert (folder / "current" / "articles" / slug / "index.html").read_bytes() == b"page"

    def test_a_new_generation_has_no_page_yet(self, folder):
        files.begin_generation(3)
        files.write_page(3, "/", "00000001", {"": b"page"})
        files.begin_generation(4)
        assert list((folder / "current").iterdir()) == []

    def test_what_was_made_before_a_change_is_not_seen_after_it(self, folder):
        files.begin_generation(3)
        files.begin_generation(4)
        files.write_page(3, "/", "00000001", {"": b"old"})
        files.remove_older(4)
        files.write_page(3, "/", "00000001", {"": b"old"})
        assert not (folder / "current" / "index.html").exists()
        assert not (folder / "3").exists()

    def test_an_odd_address_gets_no_file(self, folder):
        files.begin_generation(1)
        odd = ["/../x/", "/.hidden/", "/a//b/", "/a", "/a\0/", "/a\n/", "/a b/", f"/{'ä' * 200}/", "x/", ""]
        for path in odd:
            files.write_page(1, path, "00000001", {"": b"page"})

            assert [found for found in folder.rglob("*") if found.is_file()] == [], path

    def test_the_time_of_a_file_depends_on_the_page_alone(self, folder):
        files.begin_generation(1)
        times = set()
        for digest in ("00000001ff", "00000002ff", "00000001ee"):
            files.write_page(1, "/", digest, {"": b"same size"})
            times.add(int((folder / "1" / "index.html").stat().st_mtime))
        assert times == {1, 2}

    def test_a_folder_that_cannot_be_changed_serves_no_old_page(self, folder, monkeypatch):
        files.begin_generation(1)
        files.write_page(1, "/", "00000001", {"": b"page"})

        def full(*arguments, **options):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("pathlib.Path.symlink_to", full)
        files.begin_generation(2)
        assert not (folder / "current").exists()


@pytest.fixture(scope="module")
def nginx(new_site, tmp_path_factory):
    """A driver, Galley itself, nginx in front of it, and the folder of the files."""
    folder = tmp_path_factory.mktemp("site")
    pages = folder / "pages"
    with new_site(folder) as site:
        environment = site.environment | {"GALLEY_PAGES_DIR": str(pages), "WEB_CONCURRENCY": "1"}
        with running_driver(environment) as change, forked_server(environment, folder) as server:
            change(SET_UP)
            with running_nginx_proxy(server, pages, folder) as port:
                yield change, server, Server(None, ("127.0.0.1", port), None), pages


# Addresses that a file system, or nginx, may take for those of pages that have files.
OTHER_SPELLINGS = [
    *("//", "///", "/.//", "//articles/tides/", "/articles//tides/", "/articles/tides//", "/archive//"),
    *("/./", "/./archive/", "/archive/./", "/articles/./tides/", "/archive/../archive/", "/archive/.."),
    *("/%2e/", "/%2E/archive/", "/archive/%2e%2e/archive/", "/archive/.%2e/", "/archive/%2e/"),
    *("/%2F", "/archive%2F", "/archive%2f", "/articles%2Ftides/", "/articles%2F%2Ftides/", "/%2Farchive/"),
    *("/archive%5C", "/archive\\", "/archive;/", "/archive/;x/", "/archive/;x=1", "/;/archive/"),
    *("/archive./", "/archive../", "/archive/.", "/archive%20/", "/archive/%20", "/.archive/"),
    *("/Archive/", "/ARTICLES/TIDES/", "/articles/Tides/", "/articles/t\u0131des/", "/%61rchive/"),
    *("/archive%252F", "/archive/%C0%AF", "/archive/%E2%88%95", "/archive/?"),
    *("/archive/index.html", "/index.html", "/archive/index.html.gz", "/current/", "/archive", "/archive/#x"),
]
# nginx refuses these itself, before any configuration is asked: Galley has no page there either.
REFUSED_BY_NGINX = [
    *(
        "/../",
        "/../archive/",
        "/%2e%2e/",
        "/..%2farchive/",
        "/archive/%00/",
        "/archive/%zz/",
        "/archive%2",
        "/%",
    )
]


def visit(nginx, path, method="GET", **headers):
    _, server, front, _ = nginx
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    with front.connection() as connection:
        return ask(connection, path, method, headers, host=f"127.0.0.1:{server.port}")


def visit_galley(nginx, path):
    """Ask Galley itself, past nginx."""
    return visit((None, nginx[1], nginx[1], None), path)


def nginx_host(nginx):
    return f"127.0.0.1:{nginx[1].port}"


def is_file(nginx, path):
    return (nginx[3] / "current" / path.strip("/") / "index.html").exists()


class TestNginx:
    def test_a_file_has_the_headers_of_the_page(self, nginx):
        for path in ("/", "/articles/tides/", "/archive/", "/categories/"):
            first = visit(nginx, path, accept_encoding="br")
            assert is_file(nginx, path)

            second = visit(nginx, path, accept_encoding="br")

            assert second[0] == 200, path
            assert brotli.decompress(second[2]) == brotli.decompress(first[2]), path
            assert "last-modified" not in second[1], path
            kept = [
                {name: answer[1][name] for name in answer[1].keys() - OWN_HEADERS}
                for answer in (first, second)
            ]
            assert kept[1] == kept[0], path

    def test_each_coding_has_a_file(self, nginx):
        visit(nginx, "/articles/tides/")
        assert is_file(nginx, "/articles/tides/")
        for coding in ("", "gzip", "br"):
            answer = visit(nginx, "/articles/tides/", accept_encoding=coding)
            assert answer[1].get("content-encoding", "") == coding

    def test_what_the_client_has_is_not_sent_again(self, nginx):
        visit(nginx, "/archive/")
        assert is_file(nginx, "/archive/")
        tag = visit(nginx, "/archive/")[1]["etag"]
        assert visit(nginx, "/archive/", if_none_match=tag)[0] == 304
        later = "Wed, 25 Nov 2099 10:00:00 GMT"
        assert visit(nginx, "/archive/", if_modified_since=later)[0] == 200

    def test_a_change_is_in_the_next_answer(self, nginx):
        change = nginx[0]
        for words in ("Sunstruck", "Starstruck", "Moonstruck"):
            change(f"a = get('tides'); a.body = '{words}. ' * 99; a.save()")
            for _ in range(2):
                assert words in visit(nginx, "/articles/tides/")[2].decode()
            assert is_file(nginx, "/articles/tides/")

    def test_an_unpublished_page_is_gone_at_once(self, nginx):
        change = nginx[0]
        visit(nginx, "/articles/tides/")
        assert is_file(nginx, "/articles/tides/")
        change("unpublish(get('tides'))")
        assert visit(nginx, "/articles/tides/")[0] == 404
        assert "Tides" not in visit(nginx, "/")[2].decode()
        change("publish(get('tides'))")
        assert visit(nginx, "/articles/tides/")[0] == 200

    def test_only_plain_pages_are_files(self, nginx):
        for path in (
            "/nothing/",
            "/admin/login/",
            "/health/",
            "/search/?q=x",
            "/?page=1",
            "/articles/tides.md",
        ):
            visit(nginx, path)
        written = {str(path.relative_to(nginx[3])) for path in nginx[3].rglob("*") if path.is_file()}
        assert not [path for path in written if re.search("nothing|admin|health|search|tides.md", path)]

    def test_a_query_gets_its_own_page(self, nginx):
        visit(nginx, "/")
        assert visit(nginx, "/?page=7")[0] in {200, 404}
        assert visit(nginx, "/archive/?page=99")[0] == visit_galley(nginx, "/archive/?page=99")[0]

    def test_galley_gets_the_address_as_it_was_sent(self, nginx):
        for path in ("/articles/t%C3%AF/", "//archive/", "/search/?q=%zz%20", "/feeds/rss.xml"):
            through, straight = visit(nginx, path), visit_galley(nginx, path)
            assert (through[0], through[2]) == (straight[0], straight[2]), path

    def test_another_spelling_is_the_same_page_by_both_ways_or_none(self, nginx):
        pages = ("/", "/archive/", "/articles/tides/")
        for page in pages:
            visit(nginx, page)

        others = {}
        for spelling in OTHER_SPELLINGS:
            path = quote(spelling, safe="".join(map(chr, range(0x21, 0x7F))))
            through, straight = visit(nginx, path), visit_galley(nginx, path)
            said = [(answer[0], answer[1].get("location"), answer[2]) for answer in (through, straight)]
            if said[0] != said[1]:
                others[spelling] = [answer[:2] for answer in said]

        assert others == {}
        assert [page for page in pages if not is_file(nginx, page)] == []

    def test_what_cannot_be_an_address_is_a_page_by_neither_way(self, nginx):
        visit(nginx, "/archive/")

        for path in REFUSED_BY_NGINX:
            through, straight = visit(nginx, path), visit_galley(nginx, path)

            assert {through[0], straight[0]} <= {400, 404}, path

    def test_an_address_in_another_script_is_a_file_too(self, nginx):
        nginx[0]("create_category(name='\u00dcber Wasser', slug='\u00fcber-wasser')")
        nginx[0]("create_article(categories=[Category.objects.get(slug='\u00fcber-wasser')])")
        path = "/categories/%C3%BCber-wasser/"
        assert visit(nginx, path)[0] == 200
        file = nginx[3] / "current" / unquote(path).strip("/") / "index.html"
        file.write_text("from the file")

        found = [visit(nginx, spelling)[2] for spelling in (path, path.lower())]

        file.unlink()
        assert found == [b"from the file"] * 2

    def test_forms_go_through_to_galley(self, nginx):
        status, _, body = visit(nginx, "/admin/login/", "POST")
        assert status == 403
        assert b"CSRF" in body

    def test_uploads_of_nobody_are_refused_and_lie_on_no_disk(self, nginx):
        large = b"a" * 20 * 1024 * 1024
        with nginx[2].connection() as connection:
            status = ask(connection, "/admin/blog/image/add/", "POST", (), large, host=nginx_host(nginx))[0]
        assert status == 403
        assert visit(nginx, "/admin/blog/image/add/")[0] == 302  # to the log-in, by the same configuration
        assert [path for path in (nginx[3].parent / "body").rglob("*") if path.is_file()] == []

    def test_no_other_address_takes_a_megabyte(self, nginx):
        with nginx[2].connection() as connection:
            host = nginx_host(nginx)
            for path in ("/", "/admin/login/", "/articles/tides/"):
                assert ask(connection, path, "POST", (), b"a" * 1_100_000, host=host)[0] == 413
                connection.close()

    def test_no_page_takes_a_form(self, nginx):
        visit(nginx, "/")
        assert visit(nginx, "/", "POST")[0] == 405
