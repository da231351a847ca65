"""The page cache by itself: what it keeps, for whom, and for how long. Django is played by a few lines."""

import asyncio
import gzip
import itertools
import time
from concurrent.futures import ThreadPoolExecutor

import brotli
import pytest

from blog.page_cache.cache import RENDERED_AT_ONCE, PageCache
from blog.page_cache.generation import Generation
from blog.page_cache.keys import CachedSite, known_query
from blog.page_cache.responses import Store, preferred_coding

HOST = b"blog.example"
PUBLIC = {"cache-control": "public, max-age=0"}
PAGE = b"<p>Water comes and goes.</p>" * 40


class Django:
    """Plays Django: counts what it is asked, and answers a page with a number."""

    def __init__(self, status=200, headers=None, body=None):
        self.asked = []
        self.status, self.body = status, body
        self.headers = {"content-type": "text/html; charset=utf-8"} | (PUBLIC if headers is None else headers)
        self.pause = None

    async def __call__(self, scope, receive, send):
        self.asked.append(scope)
        body = self.body or PAGE + b"%d" % len(self.asked)
        if self.pause:
            await self.pause.wait()
        headers = [(name.encode(), value.encode()) for name, value in self.headers.items()]
        headers.append((b"content-length", b"%d" % len(body)))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": body[:10], "more_body": True})
        await send({"type": "http.response.body", "body": body[10:]})


class Visitor:
    """Sends requests to the page cache as an ASGI server does."""

    def __init__(self, cache):
        self.cache = cache

    async def ask(self, path="/", query=b"", method="GET", scheme="https", **headers):
        headers = {"host": HOST.decode()} | headers
        scope = {
            "type": "http",
            "method": method,
            "scheme": scheme,
            "path": path,
            "query_string": query,
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
        }
        messages = []

        async def send(message):
            messages.append(message)

        await self.cache(scope, None, send)
        body = b"".join(message.get("body", b"") for message in messages[1:])
        return messages[0]["status"], dict(messages[0]["headers"]), body


def visit(django, journey, tmp_path, capacity=1_000_000, next_due=lambda: None):
    """Run a journey, a coroutine function of a Visitor and the generation, and return what it returns."""

    async def run():
        with ThreadPoolExecutor(2) as executor:
            cache = PageCache(
                django,
                site=CachedSite("https", HOST.decode(), "sessionid"),
                generation=Generation(tmp_path / "generation"),
                next_due=next_due,
                executor=executor,
                capacity=capacity,
            )
            return await journey(Visitor(cache), cache.generation)

    return asyncio.run(run())


def numbers_asked(django, tmp_path, *requests, **options):
    """Return how often Django was asked while these requests were answered, each sent twice."""

    async def journey(visitor, generation):
        for request in requests:
            await visitor.ask(**request)
            await visitor.ask(**request)
        return len(django.asked)

    return visit(django, journey, tmp_path, **options)


class TestWhatIsKept:
    def test_a_public_page_is_made_once(self, tmp_path):
        assert numbers_asked(Django(), tmp_path, {"path": "/"}, {"path": "/archive/"}) == 2

    def test_a_kept_page_is_found_without_waiting(self, tmp_path):
        headers = {b"host": HOST}
        scope = {
            "method": "GET",
            "scheme": "https",
            "path": "/",
            "query_string": b"",
            "headers": headers.items(),
        }

        async def journey(visitor, generation):
            before = visitor.cache.find(scope, headers)
            _status, _headers, body = await visitor.ask()
            return before, visitor.cache.find(scope, headers).body == body

        assert visit(Django(), journey, tmp_path) == (None, True)

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"cache-control": "private, public"},
            {"cache-control": "public, no-store"},
            {"cache-control": "public, no-cache"},
            PUBLIC | {"set-cookie": "a=b"},
            PUBLIC | {"vary": "Cookie"},
            PUBLIC | {"vary": "Accept-Encoding, Accept-Language"},
            PUBLIC | {"vary": "*"},
        ],
        ids=str,
    )
    def test_what_is_for_one_visitor_is_not_kept(self, headers, tmp_path):
        assert numbers_asked(Django(headers=headers), tmp_path, {"path": "/"}) == 2

    def test_few_pages_are_made_at_the_same_time(self, tmp_path):
        django = Django()

        async def journey(visitor, generation):
            django.pause = asyncio.Event()
            visits = [asyncio.create_task(visitor.ask(f"/{number}/")) for number in range(9)]
            await asyncio.sleep(0.1)
            asked = len(django.asked)
            django.pause.set()
            answers = await asyncio.gather(*visits)
            return asked, [status for status, *_ in answers]

        assert visit(django, journey, tmp_path) == (RENDERED_AT_ONCE, [200] * 9)

    def test_the_id_of_a_request_is_given_to_django_and_not_kept(self, tmp_path):
        django = Django(headers=PUBLIC | {"x-request-id": "0123456789"})

        async def journey(visitor, generation):
            return [await visitor.ask("/", x_request_id="0123456789") for _ in range(2)]

        for _status, headers, _body in visit(django, journey, tmp_path):
            assert b"x-request-id" not in headers
        [asked] = django.asked
        assert (b"x-request-id", b"0123456789") in asked["headers"]

    @pytest.mark.parametrize("status", [301, 304, 400, 403, 404, 410, 500, 503])
    def test_only_whole_pages_are_kept(self, status, tmp_path):
        assert numbers_asked(Django(status), tmp_path, {"path": "/"}) == 2

    @pytest.mark.parametrize("path", ["/admin/", "/preview/x/", "/media/a.jpg", "/health/", "/search/"])
    def test_some_addresses_are_never_kept(self, path, tmp_path):
        assert numbers_asked(Django(), tmp_path, {"path": path}) == 2

    def test_a_static_file_is_kept_only_if_it_never_changes(self, tmp_path):
        assert numbers_asked(Django(), tmp_path, {"path": "/static/site.css"}) == 2

    def test_a_static_file_outlives_every_change(self, tmp_path):
        django = Django(headers={"cache-control": "public, immutable"}, body=PAGE)

        async def journey(visitor, generation):
            await visitor.ask("/static/site.123.css")
            asked = len(django.asked)
            generation.bump()
            await visitor.ask("/static/site.123.css")
            return asked, len(django.asked)

        before, after = visit(django, journey, tmp_path)
        assert before == after

    def test_a_page_that_is_too_large_is_not_kept(self, tmp_path):
        django = Django(body=b"x" * 5_000_000)

        # With a store that would take it: the limit of a page does not depend on it.
        assert numbers_asked(django, tmp_path, {"path": "/"}, capacity=100_000_000) == 2

    def test_memory_has_a_bound_and_what_was_not_asked_for_longest_makes_room(self, tmp_path):
        django = Django(body=bytes(range(256)) * 100, headers=PUBLIC | {"content-type": "image/png"})

        async def journey(visitor, generation):
            for number in range(40):
                await visitor.ask("/first/")
                await visitor.ask(f"/{number}/")
            store = visitor.cache.store
            await visitor.ask("/first/")
            return len(django.asked), store.size, len(store.responses)

        asked, size, kept = visit(django, journey, tmp_path, capacity=300_000)
        assert asked == 41  # the one that was asked for all the time, once
        assert size <= 300_000
        assert 5 < kept < 40

    def test_one_page_takes_no_more_than_a_part_of_the_memory(self):
        store = Store(capacity=1_000)
        store.put("a", type("Answer", (), {"size": 900})())
        assert store.size == 0


class TestWhoIsAnswered:
    @pytest.mark.parametrize(
        "request_",
        [
            {"cookie": "sessionid=abc"},
            {"cookie": "theme=dark; sessionid=abc"},
            {"authorization": "Basic eDp4"},
            {"host": "other.example"},
            {"host": "blog.example:8080"},
            {"host": "blog.example.evil.example"},
            {"scheme": "http"},
            {"method": "POST"},
            {"method": "OPTIONS"},
            {"method": "TRACE"},
            {"content_length": "5"},
            {"transfer_encoding": "chunked"},
            {"expect": "100-continue"},
        ],
        ids=str,
    )
    def test_any_other_request_goes_to_django_as_it_is(self, request_, tmp_path):
        django = Django()

        async def journey(visitor, generation):
            await visitor.ask()
            await visitor.ask(**request_)
            return django.asked[1:]

        [scope] = visit(django, journey, tmp_path)
        assert scope["method"] == request_.get("method", "GET")

    @pytest.mark.parametrize("host", ["blog.example", "BLOG.Example", "blog.example:443"])
    def test_the_sites_own_name_is_known_in_each_spelling(self, host, tmp_path):
        assert numbers_asked(Django(), tmp_path, {"host": host}) == 1

    def test_a_cookie_that_is_no_session_makes_nobody_an_editor(self, tmp_path):
        assert numbers_asked(Django(), tmp_path, {"cookie": "consent=1; csrftoken=x"}) == 1

    def test_django_learns_nothing_of_the_visitor(self, tmp_path):
        """So nothing that a visitor sends can get into the page that the next one is given."""
        django = Django()
        headers = {
            "cookie": "consent=<script>",
            "accept_language": "de",
            "user_agent": "evil",
            "referer": "https://evil.example/",
            "x_forwarded_host": "evil.example",
            "x_forwarded_for": "1.2.3.4",
            "x_original_url": "/admin/",
            "x_http_method_override": "POST",
            "accept_encoding": "br",
            "range": "bytes=0-1",
            "if_none_match": '"x"',
        }

        async def journey(visitor, generation):
            await visitor.ask("/", b"utm_source=%3Cscript%3E", **headers)
            return django.asked

        [scope] = visit(django, journey, tmp_path)
        assert scope["headers"] == [(b"host", HOST)]
        assert scope["query_string"] == b""
        assert "client" not in scope

    @pytest.mark.parametrize(
        "query",
        [b"page=2&page=3", b"page=2;page=3", b"page=%FF", b"page=" + b"9" * 600, b"a=1&" * 30 + b"page=2"],
    )
    def test_a_query_that_could_be_read_in_two_ways_is_left_to_django(self, query, tmp_path):
        assert numbers_asked(Django(), tmp_path, {"query": query}) == 2

    def test_parameters_that_change_nothing_make_no_other_page(self, tmp_path):
        queries = [b"", b"utm_source=x", b"fbclid=%00", b"q=words", b"Page=2", b"page[]=2"]
        assert numbers_asked(Django(), tmp_path, *[{"query": query} for query in queries]) == 1

    @pytest.mark.parametrize("query", [b"page=2", b"utm=1&page=2", b"p%61ge=2"])
    def test_the_same_parameter_in_another_spelling_is_the_same_page(self, query):
        assert known_query(query) == "page=2"

    def test_a_question_mark_in_the_path_is_no_query(self, tmp_path):
        requests = {"path": "/a?page=2"}, {"path": "/a", "query": b"page=2"}
        assert numbers_asked(Django(), tmp_path, *requests) == 2


class TestAnswers:
    def coded(self, tmp_path, **headers):
        async def journey(visitor, generation):
            await visitor.ask()
            return await visitor.ask(**headers)

        return visit(Django(), journey, tmp_path)

    @pytest.mark.parametrize(
        ("coding", "decode"), [("", bytes), ("gzip", gzip.decompress), ("br", brotli.decompress)]
    )
    def test_each_coding_gives_the_same_page(self, coding, decode, tmp_path):
        status, headers, body = self.coded(tmp_path, accept_encoding=coding)
        assert status == 200
        assert headers.get(b"content-encoding", b"").decode() == coding
        assert decode(body) == PAGE + b"1"
        assert headers[b"content-length"] == b"%d" % len(body)
        assert headers[b"vary"] == b"Accept-Encoding"

    @pytest.mark.parametrize(
        ("accepted", "coding"),
        [
            (b"", ""),
            (b"gzip, deflate, br, zstd", "br"),
            (b"gzip", "gzip"),
            (b"GZIP", "gzip"),
            (b"br;q=0.5, gzip", "gzip"),
            (b"br;q=0, gzip;q=0", ""),
            (b"*", "br"),
            (b"*;q=0", ""),
            (b"identity, *;q=0.5", ""),
            (b"br;q=nonsense", ""),
            (b"br;q=2", ""),
            (b"brotli", ""),
            (b";;,,=\xff", ""),
        ],
    )
    def test_the_coding_is_the_one_the_client_likes_best(self, accepted, coding):
        assert preferred_coding(accepted) == coding

    def test_two_codings_never_share_an_etag(self, tmp_path):
        tags = {self.coded(tmp_path, accept_encoding=coding)[1][b"etag"] for coding in ("", "gzip", "br")}
        assert len(tags) == 3

    def test_an_etag_depends_on_the_content_alone(self, tmp_path):
        first = self.coded(tmp_path)[1][b"etag"]
        (tmp_path / "generation").unlink()
        assert self.coded(tmp_path)[1][b"etag"] == first

    @pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*", '{} , "x"'])
    def test_what_the_client_has_is_not_sent_again(self, form, tmp_path):
        tag = self.coded(tmp_path)[1][b"etag"].decode()
        status, headers, body = self.coded(tmp_path, if_none_match=form.format(tag), accept_encoding="br")
        assert (status, body) == (304, b"")
        assert b"etag" in headers
        assert b"cache-control" in headers
        assert not {b"content-length", b"content-type", b"content-encoding"} & set(headers)

    @pytest.mark.parametrize("tag", ['"other"', "", "nonsense", '"', "W/"])
    def test_what_the_client_has_not_is_sent(self, tag, tmp_path):
        assert self.coded(tmp_path, if_none_match=tag)[0] == 200

    @pytest.mark.parametrize(
        ("since", "status"),
        [
            ("Wed, 25 Nov 2026 10:00:00 GMT", 304),
            # Younger than the page: a list can get an older newest date when an article is taken back.
            ("Wed, 25 Nov 2026 11:00:00 GMT", 200),
            ("never", 200),
        ],
    )
    def test_a_date_counts_only_if_it_is_the_pages_own(self, since, status, tmp_path):
        django = Django(headers=PUBLIC | {"last-modified": "Wed, 25 Nov 2026 10:00:00 GMT"})

        async def journey(visitor, generation):
            await visitor.ask()
            return await visitor.ask(if_modified_since=since)

        assert visit(django, journey, tmp_path)[0] == status

    def test_head_is_get_without_the_body(self, tmp_path):
        _, headers, body = self.coded(tmp_path, accept_encoding="gzip")
        answer = self.coded(tmp_path, accept_encoding="gzip", method="HEAD")
        assert answer == (200, headers, b"")
        assert len(body) > 0

    def test_an_image_is_not_compressed(self, tmp_path):
        django = Django(headers=PUBLIC | {"content-type": "image/png"})

        async def journey(visitor, generation):
            return await visitor.ask(accept_encoding="br, gzip")

        assert b"content-encoding" not in visit(django, journey, tmp_path)[1]


class TestHowLongAPageIsKept:
    def test_the_next_answer_after_a_change_is_new(self, tmp_path):
        async def journey(visitor, generation):
            first = await visitor.ask()
            generation.bump()
            return first, await visitor.ask(), await visitor.ask()

        first, second, third = visit(Django(), journey, tmp_path)
        assert first[2] != second[2] == third[2]

    def test_a_page_made_while_something_changed_is_not_kept(self, tmp_path):
        django = Django()

        async def journey(visitor, generation):
            django.pause = asyncio.Event()
            early = asyncio.create_task(visitor.ask())
            await until(lambda: django.asked)
            generation.bump()
            # Who asks after the change does not even get what was begun before it.
            late = asyncio.create_task(visitor.ask())
            await until(lambda: len(django.asked) == 2)
            django.pause.set()
            return (await early)[2], (await late)[2], (await visitor.ask())[2]

        early, late, last = visit(django, journey, tmp_path)
        assert (early, late, last) == (PAGE + b"1", PAGE + b"2", PAGE + b"2")

    def test_a_page_is_made_again_when_something_scheduled_is_due(self, tmp_path):
        due = time.time() + 0.3
        moments = iter([due, None])

        async def journey(visitor, generation):
            before = [(await visitor.ask())[2], (await visitor.ask())[2]]
            await asyncio.sleep(due - time.time() + 0.01)
            return before, [(await visitor.ask())[2] for _ in range(3)]

        before, after = visit(Django(), journey, tmp_path, next_due=lambda: next(moments))
        assert before[0] == before[1]
        assert before[0] not in after
        assert after[1] == after[2]

    def test_what_is_old_does_not_stay_in_memory(self, tmp_path):
        async def journey(visitor, generation):
            await visitor.ask("/a/")
            generation.bump()
            visitor.cache.swept_at -= 1_000
            await visitor.ask("/b/")
            return list(visitor.cache.store.responses)

        assert visit(Django(), journey, tmp_path) == [("/b/", "")]


class TestManyAtOnce:
    def test_a_page_that_many_ask_for_is_made_once(self, tmp_path):
        django = Django()

        async def journey(visitor, generation):
            django.pause = asyncio.Event()
            visits = [asyncio.create_task(visitor.ask()) for _ in range(50)]
            await until(lambda: django.asked)
            django.pause.set()
            return await asyncio.gather(*visits)

        answers = visit(django, journey, tmp_path)
        assert len(django.asked) == 1
        assert {body for _, _, body in answers} == {PAGE + b"1"}

    def test_who_leaves_takes_the_page_from_nobody(self, tmp_path):
        django = Django()

        async def journey(visitor, generation):
            django.pause = asyncio.Event()
            first, second = (asyncio.create_task(visitor.ask()) for _ in range(2))
            await until(lambda: django.asked)
            first.cancel()
            await asyncio.sleep(0)
            django.pause.set()
            return (await second)[0]

        assert visit(django, journey, tmp_path) == 200
        assert len(django.asked) == 1

    def test_a_fault_is_not_kept(self, tmp_path):
        class Faulty(Django):
            async def __call__(self, scope, receive, send):
                if not self.asked:
                    self.asked.append(scope)
                    raise RuntimeError
                await super().__call__(scope, receive, send)

        async def journey(visitor, generation):
            with pytest.raises(RuntimeError):
                await visitor.ask()
            return (await visitor.ask())[0]

        assert visit(Faulty(), journey, tmp_path) == 200

    def test_a_missing_page_is_looked_for_once_at_a_time(self, tmp_path):
        django = Django(404)

        async def journey(visitor, generation):
            django.pause = asyncio.Event()
            visits = [asyncio.create_task(visitor.ask("/nothing/")) for _ in range(10)]
            await until(lambda: django.asked)
            django.pause.set()
            return await asyncio.gather(*visits)

        answers = visit(django, journey, tmp_path)
        assert {status for status, _, _ in answers} == {404}
        assert len(django.asked) == 1


async def until(condition):
    for _ in itertools.takewhile(lambda _: not condition(), range(1_000)):
        await asyncio.sleep(0.001)
    assert condition()
