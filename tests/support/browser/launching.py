"""Launching Debian's chromium with Playwright, without downloading Playwright's browsers."""

import shutil
import time

ALWAYS = [
    "--no-sandbox",  # tests may run as root, whom chromium's sandbox refuses; all pages are our own
    "--font-render-hinting=none",  # as on screens: without windows, letters else have whole pixels as widths
]


def find_chromium() -> str | None:
    """Return the path of chromium without windows, or else of the whole one, which takes twice the time."""
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")


def launch(playwright, *options):
    return playwright.chromium.launch(executable_path=find_chromium(), args=[*ALWAYS, *options])


def serve_other_hosts(context, site) -> None:
    """Answer all requests to other hosts with a small image, so that no test depends on the network."""
    size = 'width="900" height="500"'
    image = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><rect {size} fill="#789"/></svg>'
    context.route(
        lambda url: not url.startswith(site.address),
        lambda route: route.fulfill(body=image, content_type="image/svg+xml"),
    )


def come_late(route) -> None:
    time.sleep(0.25)
    route.continue_()


def log_in(page, site, user="") -> None:
    page.goto(site.url("/admin/login/?next=/admin/"))
    page.fill("[name=username]", user or site.editor)
    page.fill("[name=password]", site.password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(site.url("/admin/"))
