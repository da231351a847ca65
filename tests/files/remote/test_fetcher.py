"""Fetching one remote image within limits, from a test server."""

import ssl
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from blog.files.remote.fetcher import AT_ONCE, MAX_TIMEOUTS, Fetcher, FetchError
from tests.support.picture_server import LOCALHOST, make_certificate, picture_server
from tests.support.servers import wait_until


def refusal(fetcher, address) -> str:
    with pytest.raises(FetchError) as error:
        fetcher.fetch(address)
    return str(error.value)


class TestFetching:
    def test_returns_the_bytes_from_the_server(self, server):
        server.put("/a.jpg?w=2", b"a picture")

        assert server.fetcher().fetch(server.address("/a.jpg?w=2")) == b"a picture"
        assert server.hosts == [f"pictures.example:{server.port}"]

    def test_takes_no_proxy_from_the_environment(self, server, monkeypatch):
        server.put("/a.jpg", b"a picture")
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:1")

        assert server.fetcher().fetch(server.address("/a.jpg")) == b"a picture"

    @pytest.mark.parametrize(("status", "is_passing"), [(404, False), (403, False), (429, True), (503, True)])
    def test_reports_the_status_of_the_server(self, server, status, is_passing):
        server.put("/a.jpg", status=status)

        with pytest.raises(FetchError, match=f"answers {status}") as error:
            server.fetcher().fetch(server.address("/a.jpg"))

        assert error.value.is_passing == is_passing

    def test_rejects_compressed_responses(self, server):
        server.put("/a.jpg", b"\x1f\x8b", Content_Encoding="gzip")

        assert "compressed" in refusal(server.fetcher(), server.address("/a.jpg"))

    def test_rejects_truncated_responses(self, server):
        server.put("/a.jpg", b"half", Content_Length=8)

        assert "ended too early" in refusal(server.fetcher(), server.address("/a.jpg"))

    def test_open_returns_where_the_answer_came_from(self, server):
        server.redirect("/old", to="/new?q=1")
        server.put("/new?q=1", b"gone", status=410)
        checked = []

        answer = server.fetcher().open(server.address("/old"), check=checked.append)

        assert (answer.status, answer.content, answer.address) == (410, b"", server.address("/new?q=1"))
        assert answer.redirects == ((302, server.address("/new?q=1")),)
        assert checked == [server.address("/old"), server.address("/new?q=1")]

    @pytest.mark.parametrize(
        "answer", [b"", b"\xff\xfe" * 50, b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200 + b"\r\n"]
    )
    def test_rejects_responses_that_are_not_http(self, server, answer, monkeypatch):
        monkeypatch.setattr(
            "http.server.BaseHTTPRequestHandler.handle", lambda self: self.request.sendall(answer)
        )

        assert "the request failed" in refusal(server.fetcher(), server.address("/a.jpg"))


class TestPublicPlaces:
    def test_this_machine_is_rejected(self, server):
        fetcher = Fetcher(resolve=lambda host, port: [LOCALHOST])

        assert "not public" in refusal(fetcher, "http://pictures.example/a.jpg")
        assert server.asked == []

    def test_request_goes_to_the_checked_ip_address(self, server):
        """The name server returns another IP address after the check."""
        answers = iter([[LOCALHOST], ["10.0.0.1"], ["10.0.0.1"]])
        server.put("/a.jpg", b"a picture")

        fetcher = server.fetcher(resolve=lambda host, port: next(answers))

        assert fetcher.fetch(server.address("/a.jpg")) == b"a picture"
        assert next(answers) == ["10.0.0.1"]
        assert next(answers, None) == ["10.0.0.1"]


class TestRedirects:
    def test_three_are_followed(self, server):
        for number in range(3):
            server.redirect(f"/{number}", f"/{number + 1}")
        server.put("/3", b"a picture")

        assert server.fetcher().fetch(server.address("/0")) == b"a picture"

    def test_four_are_not(self, server):
        for number in range(4):
            server.redirect(f"/{number}", f"/{number + 1}")

        assert refusal(server.fetcher(), server.address("/0")) == "more than 3 redirects."

    @pytest.mark.parametrize(
        "target",
        [
            *("http://127.0.0.1/a.jpg", "http://169.254.169.254/latest/meta-data/", "http://localhost/"),
            *(
                "file:///etc/passwd",
                "http://inner.example/",
                "https://[::1]/",
                "https://[half",
                "//10.0.0.1/",
            ),
        ],
    )
    def test_each_is_checked_as_the_first_address(self, server, target):
        server.redirect("/a.jpg", target)
        places = {"pictures.example": LOCALHOST, "inner.example": "192.168.0.7"}

        refusal(server.fetcher(resolve=lambda host, port: [places[host]]), server.address("/a.jpg"))

        assert server.asked == ["/a.jpg"]

    def test_their_time_counts_together(self, server):
        server.seconds = 0.3
        for number in range(3):
            server.redirect(f"/{number}", f"/{number + 1}")
        server.put("/3", b"a picture")

        assert "more than 0.5 seconds" in refusal(server.fetcher(seconds=0.5), server.address("/0"))


class TestPosting:
    def test_sends_the_body_and_its_type(self, server):
        server.put("/hub", status=204)
        server.fetcher().post(server.address("/hub"), b"hub.mode=publish", "text/x-form")

        assert server.posted == [("/hub", "text/x-form", b"hub.mode=publish")]

    @pytest.mark.parametrize("status", [302, 307, 404, 503])
    def test_answers_beyond_2xx_are_failures(self, server, status):
        server.put("/hub", status=status, Location="/other")

        with pytest.raises(FetchError, match=f"answers {status}"):
            server.fetcher().post(server.address("/hub"), b"", "text/plain")
        assert len(server.posted) == 1

    def test_answer_is_not_read(self, server):
        server.put("/hub", b"x" * 1000)
        server.slow_part = "body"
        server.fetcher().post(server.address("/hub"), b"", "text/plain")

        assert server.trickled < 100

    def test_timeout_ends_a_slow_server(self, server):
        server.slow_part = "head"

        with pytest.raises(FetchError, match=r"more than 0\.3 seconds"):
            server.fetcher(seconds=0.3).post(server.address("/hub"), b"", "text/plain")

    def test_this_machine_is_rejected(self, server):
        fetcher = Fetcher(resolve=lambda host, port: [LOCALHOST])

        with pytest.raises(FetchError, match="not public"):
            fetcher.post("https://hub.example/", b"", "text/plain")
        assert server.posted == []


class TestLimits:
    def test_size_is_counted_while_it_is_read(self, server):
        server.put("/a.jpg", b"x" * 3000, Transfer_Encoding="identity")  # and no length

        assert "larger than" in refusal(server.fetcher(megabytes=0.002), server.address("/a.jpg"))

    def test_timeout_ends_a_silent_server(self, server):
        server.seconds = 1

        assert "more than 0.3 seconds" in refusal(server.fetcher(seconds=0.3), server.address("/a.jpg"))

    @pytest.mark.parametrize("part", ["head", "body"])
    def test_timeout_ends_a_slow_server(self, server, part):
        """A timeout per read would not end this."""
        server.slow_part = part
        server.put("/a.jpg", b"a picture" * 10)

        assert "more than 0.3 seconds" in refusal(server.fetcher(seconds=0.3), server.address("/a.jpg"))
        assert server.trickled < 40  # of which it needs two seconds

    def test_two_concurrent_requests_per_host(self, server):
        server.seconds = 0.05
        server.put("/a.jpg", b"a picture")
        fetcher = server.fetcher()
        asking = [threading.Thread(target=fetcher.fetch, args=[server.address("/a.jpg")]) for _ in range(8)]

        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join()

        assert len(server.asked) == 8
        assert server.most_at_once == AT_ONCE


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("tls"), "pictures.example")


class TestCertificates:
    """The IP address is also pinned with https, and the certificate must match the host name."""

    @pytest.fixture
    def server(self, certificate):
        with picture_server(certificate) as server:
            server.put("/a.jpg", b"a picture")
            yield server

    def trusting(self, certificate):
        return ssl.create_default_context(cafile=certificate)

    def test_one_of_the_name_is_taken(self, server, certificate):
        fetcher = server.fetcher(tls=self.trusting(certificate))

        assert fetcher.fetch(server.address("/a.jpg")) == b"a picture"

    def test_timeout_ends_a_slow_tls_response(self, server, certificate):
        server.slow_part = "body"
        server.put("/a.jpg", b"a picture" * 10)
        fetcher = server.fetcher(tls=self.trusting(certificate), seconds=0.3)

        assert "more than 0.3 seconds" in refusal(fetcher, server.address("/a.jpg"))
        assert server.trickled < 40

    def test_one_of_another_name_is_not(self, server, certificate):
        fetcher = server.fetcher(tls=self.trusting(certificate))

        assert "certificate" in refusal(fetcher, server.address("/a.jpg", host="other.example"))
        assert server.asked == []

    def test_untrusted_certificate_is_rejected(self, server):
        assert "certificate" in refusal(server.fetcher(), server.address("/a.jpg"))


class TestSlowHosts:
    def test_are_given_up_after_three_timeouts(self, server):
        server.seconds = 1
        fetcher = server.fetcher(seconds=0.1)

        reasons = [refusal(fetcher, server.address(f"/{number}.jpg")) for number in range(6)]

        assert ["was not asked again" in reason for reason in reasons] == [False] * MAX_TIMEOUTS + [True] * 3

    def test_keep_no_other_host_from_being_asked(self, server):
        server.put("/a.jpg", b"a picture")
        fetcher = server.fetcher(seconds=2)
        server.seconds = 3
        for number in range(MAX_TIMEOUTS):
            refusal(fetcher, server.address(f"/{number}.jpg", host="slow.example"))
        server.seconds = 0

        assert fetcher.fetch(server.address("/a.jpg", host="fast.example")) == b"a picture"

    def test_that_answer_no_are_asked_again(self, server):
        fetcher = server.fetcher()
        reasons = [refusal(fetcher, server.address(f"/{number}.jpg")) for number in range(6)]

        assert ["404" in reason for reason in reasons] == [True] * 6


class TestStop:
    def test_ends_what_is_under_way(self, server):
        server.seconds = 60
        fetcher = server.fetcher(seconds=50)
        with ThreadPoolExecutor() as threads:
            asking = [threads.submit(refusal, fetcher, server.address("/a.jpg")) for _ in range(4)]
            wait_until(lambda: len(server.asked) == AT_ONCE)
            fetcher.stop()

            assert all(asked.result(timeout=20) for asked in asking)
        assert len(server.asked) == AT_ONCE
