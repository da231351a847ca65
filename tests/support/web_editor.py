"""An editor at the admin of a real server, who fills in the forms of its pages and presses their buttons."""

import time
from collections import Counter
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin

from blog.files.errors import BUSY
from tests.support.html_forms import Form, read_forms

PASSWORD = "correct horse battery"  # noqa: S105 -- of users in tests
RETRY_SECONDS = 0.2


@dataclass
class Page:
    """The answer to a request, after redirects, and the address that it has at the end."""

    status: int
    address: str
    html: str
    was_redirected: bool = False

    def form(self, *, action: str = "", button: str = "", field: str = "") -> Form | None:
        """Return the first form with this end of its path, or with a button or field of this name."""
        for form in read_forms(self.html):
            path = form.action.partition("?")[0]
            names = [name for name, _value in form.buttons]
            if (
                path.endswith(action)
                and (not button or button in names)
                and (not field or field in form.data)
            ):
                return form
        return None


class WebEditor:
    """A logged-in user with a connection, cookies, and counts of the answers.

    An answer of 503 is checked to be the page of a busy database, and the request is repeated once.
    """

    def __init__(self, server, name, connection):
        self.name, self.connection, self.host = name, connection, f"127.0.0.1:{server.port}"
        self.cookies = SimpleCookie()
        self.answers = Counter()  # {status: number}
        self.seconds = []
        self.was_busy = 0
        page = self.get("/admin/login/")
        page = self.send(page, page.form(field="password"), username=name, password=PASSWORD)
        assert "sessionid" in self.cookies, page.html

    def get(self, address) -> Page:
        return self._request("GET", address)

    def send(self, page, form: Form, **values) -> Page:
        """Send a form of the page with these values instead of the shown ones, like a browser."""
        data = form.data | {name: value for name, value in values.items() if value is not None}
        return self._request("POST", urljoin(page.address, form.action or page.address), data)

    def _request(self, method, address, data=None):
        address = address.partition("#")[0]
        status, headers, html = self._ask(method, address, data)
        if status == 503:
            self.was_busy += 1
            assert BUSY in html, html
            assert headers["Retry-After"], headers
            time.sleep(RETRY_SECONDS)
            status, headers, html = self._ask(method, address, data)
            assert status != 503, f"{method} {address} was busy twice"
        if status in {301, 302}:
            page = self._request("GET", urljoin(address, headers["Location"]))
            page.was_redirected = True
            return page
        return Page(status, address, html)

    def _ask(self, method, address, data):
        cookies = "; ".join(f"{each.key}={each.coded_value}" for each in self.cookies.values())
        headers, body = {"Host": self.host, "Cookie": cookies}, None
        if data is not None:
            headers["Content-Type"], body = "application/x-www-form-urlencoded", urlencode(data, doseq=True)
        began = time.monotonic()
        self.connection.request(method, address, body, headers)
        response = self.connection.getresponse()
        html = response.read().decode()
        self.seconds.append(time.monotonic() - began)
        self.answers[response.status] += 1
        for cookie in response.headers.get_all("Set-Cookie", ()):
            self.cookies.load(cookie)
        return response.status, response.headers, html
