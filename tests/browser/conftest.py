"""A browser and a site for the tests of this folder.

As long as Playwright is started, an event loop counts as running in this thread, and Django then refuses to
ask a database. So it lives for this package, not for the session as in pytest-playwright, and the site is a
process of its own. The browser is Debian's: Playwright's own are never fetched.
"""

import os
import shutil

import pytest
from django.conf import settings
from playwright.sync_api import sync_playwright

from tests.support.browser.launching import find_chromium, launch, state_of
from tests.support.browser.site import made_site, running_site
from tests.support.browser.tabs import Tabs


@pytest.fixture(scope="package")
def playwright():
    # A page looks the same whatever database its words come from, and all other tests run on both.
    if not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        pytest.skip("pages in a browser do not depend on the database: these tests run on SQLite only")
    if not find_chromium():
        reason = "Chromium is missing: apt-get install chromium-headless-shell"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def browser(playwright):
    browser = launch(playwright)
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def browser_context_args():
    return {}  # pytest-playwright's would have it as long as the session


@pytest.fixture(scope="package")
def untouched_site(playwright, migrated_data, tmp_path_factory):
    """A site that never runs: others start as copies of it."""
    folder = tmp_path_factory.mktemp("untouched")
    shutil.copytree(migrated_data, folder / "data")
    return made_site(folder, is_plain=True)


@pytest.fixture(scope="package")
def site(untouched_site, tmp_path_factory):
    with running_site(tmp_path_factory.mktemp("site"), like=untouched_site) as site:
        yield site


@pytest.fixture(scope="package")
def editors_state(playwright, site):
    """What a browser holds after an editor has logged in."""
    return state_of(playwright, site, site.editor)


@pytest.fixture(scope="package")
def administrators_state(playwright, site):
    return state_of(playwright, site, site.administrator)


@pytest.fixture(scope="package")
def tabs(browser, site):
    return Tabs(browser, site)


@pytest.fixture
def visit(tabs):
    """Open a page: visit(path, **what Playwright's new_context() takes).

    The tab may be one that tests before have used, unless it is_fresh. What is missing, a pattern of
    addresses, does not come at all.
    """

    def visit(path, missing=None, **options):
        visit = tabs.lend(**options)
        if missing:
            visit.page.route(missing, lambda route: route.abort())
        return visit.open(path)

    yield visit
    tabs.take_back()


@pytest.fixture
def state_for(request):
    """A function that gives what a browser holds that may open pages of this kind."""

    def state_for(kind):
        if kind.is_for_editors:
            return request.getfixturevalue("editors_state")
        if kind.is_for_administrators:
            return request.getfixturevalue("administrators_state")
        return None

    return state_for
