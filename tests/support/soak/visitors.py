"""Readers and editors of a site whose server, database and cache are stopped at random."""

import random
import re
import time
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode, urljoin

from tests.support.web_editor import Page, WebEditor

IDLE_SECONDS = 8  # the server closes connections that are idle for longer than 15
ANSWER_SECONDS = 120
PATIENCE_SECONDS = 180  # for a page that may be requested again
LINK = re.compile(r'(?:href|src)="(/[^"#]*)"')
TITLE = re.compile(r"<h1[^>]*>(.*?)</h1>|<p>(.*?)</p>", re.S)
PATHS = (
    *("/", "/", "/search/?q=tides", "/search/?q=water+level", "/archive/", "/categories/", "/authors/"),
    *("/feeds/rss.xml", "/feeds/atom.xml", "/feeds/feed.json", "/sitemap.xml", "/robots.txt", "/health/"),
    *("/health/ready/", "/articles/nothing/", "/search/suggestions/?q=ti"),
)
MOST_LINKS = 400
PRIVATE = ("/admin/", "/follow/")  # not followed by readers


class InterruptedActError(Exception):
    """Raised when a request got no answer, or 503: whether its change is stored is unknown."""


class Visitor:
    """A connection to the site, opened again when it breaks. kind: for the record."""

    def __init__(self, record, port, kind):
        self.record, self.port, self.kind = record, port, kind
        self.host = f"127.0.0.1:{port}"
        record.visitors.append(self)
        self._connection = None
        self._connected = self._used = 0.0

    def ask(self, method, address, body=None, headers=None):
        """Return (status, headers, body). Raises InterruptedActError if the connection breaks."""
        began = time.monotonic()
        if self._connection is None or began - self._used > IDLE_SECONDS:
            self.close()
            self._connection = HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
            self._connected = began
        try:
            self._connection.request(method, address, body, {"Host": self.host} | (headers or {}))
            response = self._connection.getresponse()
            found = response.read()
        except (OSError, HTTPException) as error:
            self.close()
            self.record.count_broken(self.kind, method, address, self._connected, began, error)
            raise InterruptedActError from error
        self._used = time.monotonic()
        words = shown_words(found) if response.status >= 400 else ""
        self.record.count_answer(self.kind, method, address, response.status, self._connected, began, words)
        if response.getheader("Connection") == "close":
            self.close()
        return response.status, response.headers, found

    def close(self):
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def shown_words(body: bytes) -> str:
    """Return the first heading and paragraph of a page, or its beginning."""
    text = body.decode(errors="replace")
    found = " ".join("".join(match) for match in TITLE.findall(text)[:3]) or text[:80]
    return " ".join(re.sub("<[^>]*>", "", found).split())[:150]


class Reader(Visitor):
    """Reads public pages, feeds and images at random, and follows their links."""

    def __init__(self, record, port, number):
        super().__init__(record, port, "reader")
        self.chance = random.Random(number)  # noqa: S311 -- not for secrets
        self.links = []

    def work(self, until, pause):
        while time.monotonic() < until:
            time.sleep(pause * self.chance.uniform(0.5, 1.5))
            address = self.chance.choice(self.links if self.links and self.chance.random() < 0.6 else PATHS)
            try:
                status, headers, body = self.ask("GET", address, headers={"Accept-Encoding": "identity"})
            except InterruptedActError:
                continue
            if status == 200 and headers.get_content_type() == "text/html":
                self.collect(body.decode())

    def collect(self, html):
        """Keep some of the links of the page, in place of older ones."""
        links = {link.replace("&amp;", "&") for link in LINK.findall(html)}
        links = [link for link in links if not link.startswith((*PRIVATE, "//"))]
        self.links += self.chance.sample(links, min(10, len(links)))
        self.links = self.links[-MOST_LINKS:]


class SoakEditor(WebEditor):
    """A WebEditor that requests pages until they are answered, and sends each form only once."""

    def __init__(self, record, port, name):
        self.record = record
        self.visitor = Visitor(record, port, "editor")
        server = type("Server", (), {"port": port})
        while True:
            try:
                super().__init__(server, name, None)
                return
            except InterruptedActError:
                time.sleep(1)

    def _request(self, method, address, data=None) -> Page:
        address = address.partition("#")[0]
        if method == "POST":
            return self._followed(address, *self._ask(method, address, data))
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return self._followed(address, *self._ask(method, address, None))
            except InterruptedActError:
                if time.monotonic() > until:
                    self.record.fail(f"{address} was not answered for {PATIENCE_SECONDS} s")
                    raise
                time.sleep(1)

    def _followed(self, address, status, headers, html):
        if status not in {301, 302}:
            return Page(status, address, html)
        location = urljoin(address, headers["Location"])
        if location.startswith("/admin/login/") and "sessionid" in self.cookies:
            self.record.fail(f"{self.name} was logged out at {address}")
        page = self._request("GET", location)
        page.was_redirected = True
        return page

    def _ask(self, method, address, data):
        headers, body = {}, None
        if data is not None:
            headers["Content-Type"], body = "application/x-www-form-urlencoded", urlencode(data, doseq=True)
        return self._send(method, address, body, headers)

    def send_files(self, address, body, content_type) -> Page:
        """Send a form that is encoded already."""
        answer = self._send("POST", address, body, {"Content-Type": content_type})
        return self._followed(address, *answer)

    def _send(self, method, address, body, headers):
        cookies = "; ".join(f"{each.key}={each.coded_value}" for each in self.cookies.values())
        status, found, html = self.visitor.ask(method, address, body, {"Cookie": cookies} | headers)
        for cookie in found.get_all("Set-Cookie", ()):
            self.cookies.load(cookie)
        if status >= 500:
            raise InterruptedActError(f"{status}")
        return status, found, html.decode(errors="replace")
