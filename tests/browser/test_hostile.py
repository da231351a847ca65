"""The hostile files as pages in a real browser: nothing in them runs, loads, restyles or takes names."""

import shutil
import tomllib
from pathlib import Path

import pytest

from tests.support.browser.site import running_site
from tests.support.browser.visits import Visit
from tests.support.durations import FILES_OF_A_THREAT, THREATS_IN_A_BROWSER

HOSTILE = Path(__file__).resolve().parents[1] / "samples" / "hostile"
EXPECTED = tomllib.loads((HOSTILE / "outcomes.toml").read_text())
NO_SUCH_HOST = "net::ERR_NAME_NOT_RESOLVED"  # of an image that a text may show
PLAIN = "/articles/the-river-that-cannot-keep-straight/"
# What every article's page is, whatever its text says.
LOOK = """() => {
    const look = (selector, ...names) => {
        const element = document.querySelector(selector);
        return element && names.map((name) => getComputedStyle(element)[name]).join(" ");
    };
    const kinds = ["getElementById", "querySelector", "createElement", "cookie", "title", "head", "location"];
    return {
        body: look("body", "display", "visibility", "position", "backgroundColor", "fontFamily"),
        masthead: look("body > header", "display", "visibility", "position", "opacity"),
        title: look("h1", "display", "visibility", "color"),
        prose: look(".prose", "display", "visibility", "position", "zIndex", "color"),
        kinds: kinds.map((name) => `${name} ${typeof document[name]} ${document[name].constructor.name}`),
        names: [window.name, typeof window.alert, window.origin, String(window.opener)],
        forms: [...document.forms].map((form) => form.getAttribute("action")),
        scripts: [...document.scripts].map((script) => script.src.replace(/.*\\//, "") || script.type),
        frames: window.length,
    };
}"""


def some_files_of(threat) -> list[str]:
    """Return the names of files of a threat that become pages, taken evenly from all of them."""
    names = [
        name
        for name, expected in EXPECTED.items()
        if expected["outcome"] == "created" and expected["threat"] == threat
    ]
    return names[:: -(-len(names) // FILES_OF_A_THREAT) or 1]


@pytest.fixture(scope="module")
def hostile_site(untouched_site, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site") / "hostile"
    folder.mkdir()
    for threat in THREATS_IN_A_BROWSER:
        for name in some_files_of(threat):
            shutil.copy(HOSTILE / name, folder)
    with running_site(folder.parent, folder, like=untouched_site) as site:
        yield site


@pytest.fixture
def page(browser):
    """A page whose requests to other hosts nothing answers, unlike those of other tests."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


class TestHostilePages:
    def test_are_pages_like_any_other(self, hostile_site, page):
        visit, dialogs = Visit(page, hostile_site).record_requests(), []
        page.on("dialog", lambda dialog: dialogs.append(dialog.message) or dialog.dismiss())
        paths = [PLAIN, *(f"/articles/{slug}/" for slug in hostile_site.names["posts"])]

        seen = {path: found for path in paths if (found := seen_at(visit, path))}

        expected = seen[PLAIN]
        odd = {
            (path, name): value
            for path, found in seen.items()
            for name, value in found.items()
            if value not in (expected[name], None)
        }
        assert len(seen) > 12  # those without a date are not published
        assert odd == {}
        assert dialogs == []


def seen_at(visit, path):
    """Return what the page looks like and everything that it did; None if there is no such page."""
    visit.messages.clear()
    visit.requests.clear()
    if visit.open(path).response.status == 404:
        return None
    said = [words for words in visit.messages if NO_SUCH_HOST not in words]
    return visit.page.evaluate(LOOK) | {
        "said": [*said, *visit.noticed["violations"], *visit.foreign_requests()],
        "went": [] if visit.path == path else [visit.page.url],
    }
