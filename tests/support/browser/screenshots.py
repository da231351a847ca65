"""Program (bin/screenshots DIR) that takes screenshots: phone, desktop, dark mode and print."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.support.browser.kinds import PAGE_KINDS, READERS_KINDS
from tests.support.browser.launching import launch, log_in, serve_other_hosts
from tests.support.browser.site import running_site
from tests.support.browser.visits import Visit

LOOKS = {
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
    "phone-dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
    "desktop": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
    "desktop-dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
}

PAPER = {"of": "desktop", "viewport": {"width": 660, "height": 960}}  # A4 within its margins

BACK_TO_TOP = """async () => {
    const come = [...document.images].filter(({complete}) => complete);
    await Promise.all(come.map((image) => image.decode().catch(() => {})));
    scrollTo({top: 0, behavior: "instant"});
}"""


def main(target: Path, *parts: str) -> None:
    """Write <kind>-<look>.png for each kind whose name contains one of the parts, or for all kinds."""
    target.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        running_site(Path(folder)) as site,
    ):
        browser = launch(playwright)
        for look, options in LOOKS.items():
            reader = open_page(browser, site, options)
            editor = open_page(browser, site, options)
            log_in(editor.page, site)
            for kind in PAGE_KINDS:
                if not parts or any(part in kind.name for part in parts):
                    visit = editor if kind.is_for_editors else reader
                    visit.open(kind.path).scroll_through()
                    visit.page.evaluate(BACK_TO_TOP)
                    visit.page.screenshot(path=target / f"{kind.name}-{look}.png", full_page=True)
                    if look == PAPER["of"] and kind in READERS_KINDS:
                        render_print_view(visit.page, target / f"{kind.name}-paper.png")
        browser.close()


def render_print_view(page, path):
    size = page.viewport_size
    page.emulate_media(media="print")
    page.set_viewport_size(PAPER["viewport"])
    page.screenshot(path=path, full_page=True)
    page.emulate_media(media="screen")
    page.set_viewport_size(size)


def open_page(browser, site, options) -> Visit:
    page = browser.new_context(reduced_motion="reduce", **options).new_page()
    serve_other_hosts(page)
    return Visit(page, site)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
