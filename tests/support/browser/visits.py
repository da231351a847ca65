"""A page in a browser, with a record of console messages and requests."""

from urllib.parse import urlsplit

# Runs before the page's own scripts.
WATCH = """
    window.noticed = {violations: [], shift: 0, themeBeforeBody: undefined};
    document.addEventListener("securitypolicyviolation", (event) =>
        noticed.violations.push(`${event.effectiveDirective}: ${event.blockedURI}`));
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
        if (!entry.hadRecentInput) noticed.shift += entry.value;
    })).observe({type: "layout-shift", buffered: true});
    new MutationObserver(() => {
        if (document.body) noticed.themeBeforeBody ??= document.documentElement.dataset.theme ?? "none";
    }).observe(document, {subtree: true, childList: true});
"""
LOAD_PICTURES = """async () => {
    for (const image of document.images) image.loading = "eager";
    await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
}"""
SCROLL_THROUGH = """async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    for (let top = 0; top < document.documentElement.scrollHeight; top += innerHeight) {
        scrollTo({top, behavior: "instant"});
        await frame();
        await frame();
    }
    const limit = performance.now() + 3000; // a lazy picture out of sight in a box of its own never comes
    while ([...document.images].some((image) => !image.complete) && performance.now() < limit) await frame();
}"""
VISIBLE = """selector => [...document.querySelectorAll(selector)].filter(
    (element) => element.checkVisibility({visibilityProperty: true, opacityProperty: true}))"""


# Scripts postpone work until after loading, or after a key, by at most 10 milliseconds.
SETTLE = "new Promise((done) => setTimeout(done, 20))"


class Visit:
    """An open page, with a record of its console messages, and of its requests if they are asked for."""

    def __init__(self, page, site):
        self.site = site
        self.messages, self.requests, self.recorded = [], [], None
        self.move_to(page)

    def move_to(self, page) -> None:
        self.page = page
        page.set_default_timeout(15_000)
        page.add_init_script(WATCH)
        page.on("console", lambda message: self.messages.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.messages.append(f"error: {error}"))

    def record_requests(self) -> "Visit":
        """Record requests from now on. Each of them costs time, so most tests do without."""
        self.recorded = self.page
        self.page.on("request", self._record)
        return self

    def stop_recording(self) -> None:
        if self.recorded:
            self.recorded.remove_listener("request", self._record)
            self.recorded = None

    def _record(self, request) -> None:
        self.requests.append(request)

    def begin(self) -> None:
        """Discard the record."""
        self.messages.clear()
        self.requests.clear()

    def open(self, path: str) -> "Visit":
        self.response = self.page.goto(self.site.url(path))
        return self

    def follow(self, selector: str) -> None:
        """Click on the first matching link, and wait for the page to load."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def scroll_through(self) -> None:
        """Scroll to the end in steps, so that lazy images are loaded."""
        self.page.evaluate(SCROLL_THROUGH)

    def load_pictures(self) -> None:
        """Load the lazy pictures too, without drawing each part of the page as scroll_through() does."""
        self.page.evaluate(LOAD_PICTURES)

    @property
    def noticed(self) -> dict:
        return self.page.evaluate("noticed")

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def foreign_requests(self) -> list[str]:
        """Return the URLs of requests to other hosts, except for images."""
        return [
            request.url
            for request in self.requests
            if not request.url.startswith((self.site.address + "/", "data:"))
            and request.resource_type != "image"
        ]

    def visible(self, selector: str) -> list:
        """Return the matching elements that are visible, anywhere on the page."""
        found = self.page.evaluate_handle(VISIBLE, selector).get_properties()
        return [element.as_element() for element in found.values()]

    def style(self, selector: str, name: str) -> str:
        return self.page.eval_on_selector(
            selector, "(element, name) => getComputedStyle(element)[name]", name
        )


def is_in_view(element) -> bool:
    return element.evaluate(
        """(element) => {
            const {top, bottom} = element.getBoundingClientRect();
            return bottom > 0 && top < innerHeight;
        }"""
    )


def settle(page) -> None:
    """Wait until the page is loaded and its scripts have done postponed work."""
    page.wait_for_load_state("load")
    page.evaluate(SETTLE)


def asked_on(page, leave) -> list[str]:
    """Return what the browser asked while something led away from the page."""
    asked = []

    def accept(dialog):
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", accept)
    with page.expect_navigation():
        leave()
    page.remove_listener("dialog", accept)
    return asked


def copies(page) -> list[str]:
    """Return the keys of what this browser keeps of forms that are not saved."""
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('galley-copy/'))")


TOO_WIDE = """() => {
    const {clientWidth: end, scrollWidth: all} = document.documentElement;
    const list = document.querySelector(".results");
    return [
        ...all > end ? [`the page has ${all} pixels of ${end}`] : [],
        ...end > 1000 && list?.scrollWidth > list?.clientWidth ? [`the list has ${list.scrollWidth}`] : [],
    ];
}"""


def too_wide(page) -> list[str]:
    """Return what is wider than the page; on a phone, a list may be scrolled."""
    return page.evaluate(TOO_WIDE)
