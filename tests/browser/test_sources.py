"""Sources in a real browser: typed in a proof, opened while the editor looks, and replaced in the list."""

import json
import subprocess
from contextlib import closing

import pytest

from tests.support import forking
from tests.support.browser.audit import axe_faults
from tests.support.browser.site import environment_of
from tests.support.browser.visits import settle, too_wide
from tests.support.picture_server import picture_server

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
SHIP, LAKE = "Ice by Ship", "The Lake in Spring"
FRIDGES = "https://museum.example.org/fridges"
FIELD, OPENING, FOUND = "#field-source", ".opening", "#answer-source .evidence.found"
FILL = "from tests.support.browser.sourced import main\nmain()"
OPEN = """
from django.core.management import call_command
from blog.documents.addresses import check_page_address
from blog.extensions.sources import opening
from blog.files.remote.fetcher import Fetcher, Rules
rules = Rules(http=True, check=check_page_address, test_hosts=frozenset({{("127.0.0.1", {port})}}))
opening.site_fetcher = lambda: Fetcher(rules, limits=opening.LIMITS, resolve=lambda host, port: ["127.0.0.1"])
call_command("open_sources", quiet=True)
"""
LEAVE = """
from datetime import timedelta
from django.utils import timezone
from blog.extensions.sources.models import Source
Source.objects.filter(host="{host}").update(asked_at=timezone.now() - timedelta(seconds=16))
"""
PAGE = (
    "<html><head><title>A list of ships</title></head><body><main><p>In 1846 some 52 ships sailed with ice, "
    "says the list of the harbour, which is kept since then.</p></main></body></html>"
)


@pytest.fixture(scope="module")
def run(site):
    """Run a script in a process of the site. Return what it says."""

    def run(script):
        folder = site.database.parent.parent
        command = ["shell", "--no-imports", "--command", script]
        process = forking.fork(environment_of(site, folder), command, stdout=subprocess.PIPE, text=True)
        with closing(process):
            said, _ = process.communicate()
        assert process.returncode == 0
        return said

    return run


@pytest.fixture(scope="module")
def keys(run):
    return json.loads(run(FILL))


@pytest.fixture
def proof(visit, editors_state, keys):
    """Open a proof at a mark, whose answer “Source” is open."""

    def proof(mark, title=SHIP, **options):
        address = f"/admin/blog/article/{keys[title]}/proof/?mark={mark}"
        page = visit(address, storage_state=editors_state, **options).page
        if options.get("java_script_enabled", True):
            settle(page)
            page.keyboard.press("1")
            page.wait_for_selector(FIELD)
        return page

    return proof


@pytest.fixture
def server():
    with picture_server() as server:
        server.put("/robots.txt", status=404)
        yield server


class TestProof:
    def test_a_typed_address_is_opened_by_a_job_while_the_editor_looks(self, proof, run, server):
        server.put("/ships", PAGE.encode(), Content_Type="text/html")
        page = proof(5)

        page.fill(FIELD, server.address("/ships", host="found.example"))
        page.wait_for_selector(f"{OPENING}:has-text('found.example')")
        run(OPEN.format(port=server.port))
        page.wait_for_selector(FOUND)

        assert page.inner_text("#said") == "Opened. Found on this page."
        page.keyboard.press("Enter")
        page.wait_for_selector("#r5 .got:has-text('Source')", state="attached")

    def test_escape_stops_opening_and_then_closes(self, proof):
        page = proof(4, LAKE)
        page.fill(FIELD, "https://stopped.example/")
        page.wait_for_selector(OPENING)

        page.keyboard.press("Escape")
        page.wait_for_selector(OPENING, state="detached")
        is_open = page.is_visible(FIELD)
        page.keyboard.press("Escape")
        page.wait_for_selector(FIELD, state="hidden")

        assert is_open

    def test_a_page_is_left_after_fifteen_seconds(self, proof, run):
        page = proof(4, LAKE)
        page.fill(FIELD, "https://slow.example/")
        page.wait_for_selector(OPENING)
        run(LEAVE.format(host="slow.example"))
        page.wait_for_selector(OPENING, state="detached")

        assert "Save without waiting" in page.inner_text("#answer-source [data-enter]")

    def test_two_keys_confirm_a_sentence_by_its_link(self, proof):
        page = proof(1)
        page.wait_for_selector(FOUND)

        page.keyboard.press("Enter")
        page.wait_for_selector("#r1 .got:has-text('Source')", state="attached")

        assert page.input_value(FIELD) != FRIDGES  # that of the next mark

    def test_a_source_without_the_claim_needs_a_reason(self, proof):
        page = proof(2)
        page.wait_for_selector("#answer-source .evidence.absent")
        field = "document.activeElement.name"

        page.keyboard.press("Enter")
        page.wait_for_selector("#answer-source .reasons >> visible=true")
        first = page.evaluate(field)
        page.keyboard.press("Enter")
        page.wait_for_selector("#answer-source .reasons .field-error >> visible=true")
        refused = page.evaluate(field)
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        page.wait_for_selector("#r2 .got:has-text('Source')", state="attached")

        assert first == refused == "reason"

    def test_a_private_address_is_refused(self, proof):
        page = proof(4, LAKE)

        page.fill(FIELD, "http://localhost/")
        page.wait_for_selector("#source-refused")

        assert page.get_attribute(FIELD, "aria-describedby") == "source-refused"

    def test_without_a_script_a_button_opens_and_nothing_is_saved(self, proof):
        page = proof(4, java_script_enabled=False)
        page.fill(FIELD, FRIDGES)
        with page.expect_navigation():
            page.click("#answer-source [value=open]")

        assert page.input_value(FIELD) == FRIDGES
        assert page.is_visible("#answer-source .evidence")
        assert page.is_visible("#answer-source .reasons")
        assert not page.query_selector("#r4 .got")


class TestList:
    @pytest.fixture
    def page(self, visit, editors_state, keys):
        page = visit("/admin/sources/", storage_state=editors_state).page
        settle(page)
        return page

    def test_keys_move_and_open_the_form_of_a_row(self, page):
        page.keyboard.press("j")
        page.keyboard.press("1")
        page.wait_for_selector("#open-form")
        row = page.inner_text(".now:has(#open-form) .src-url")
        focused = page.evaluate("document.activeElement.id")
        page.keyboard.press("Escape")
        page.wait_for_selector("#open-form", state="detached")

        assert row.startswith("lakes.example.net")
        assert focused == "new-url"
        assert "Replace everywhere" in page.evaluate("document.activeElement.textContent")

    def test_the_button_says_in_how_many_articles_a_url_is_replaced(self, page):
        page.keyboard.press("1")
        page.fill("#new-url", FRIDGES)
        page.keyboard.press("Enter")
        page.wait_for_selector("#open-form .tick-list")
        first = page.inner_text("#open-form .default span")
        page.locator("#open-form [name=article]").first.uncheck()

        assert first == "Replace in 3, skip 0"
        assert page.inner_text("#open-form .default span") == "Replace in 2, skip 1"

    def test_nothing_is_lost_without_a_connection(self, page):
        page.keyboard.press("1")
        page.fill("#new-url", FRIDGES)
        page.route("**/replace/", lambda route: route.abort())
        page.keyboard.press("Enter")
        page.wait_for_selector(".messagelist .error:has-text('the server cannot be reached')")

        assert page.input_value("#new-url") == FRIDGES

    def test_a_form_that_saves_stays_without_a_connection(self, page):
        page.keyboard.press("3")
        page.locator("#open-form [value=gone]").check()
        page.route("**/ignore/", lambda route: route.abort())
        page.keyboard.press("Enter")
        page.wait_for_selector(".messagelist .error:has-text('the server cannot be reached')")

        assert page.is_checked("#open-form [value=gone]")

    def test_a_form_that_saves_is_sent(self, page):
        page.keyboard.press("3")
        page.locator("#open-form [value=gone]").check()
        page.keyboard.press("Enter")
        page.wait_for_selector(".toast, .messagelist")

        assert "The source is ignored." in page.inner_text("body")

    def test_a_row_says_in_place_that_its_page_is_opened(self, page):
        page.keyboard.press("2")
        page.wait_for_selector(".now > .state-is[role=status]")

        assert page.inner_text(".now > .state-is") == "Opening…"


def test_settings_are_saved_by_a_key(visit, administrators_state):
    page = visit("/admin/sources/settings/", storage_state=administrators_state).page
    said = page.inner_text(".foot-bar .said")
    page.select_option("#id_round_days", "90")
    changed = page.inner_text(".foot-bar .said")
    with page.expect_navigation():
        page.keyboard.press("Control+s")

    assert (said, changed) == ("No unsaved changes", "Unsaved changes")
    assert page.input_value("#id_round_days") == "90"


@pytest.mark.parametrize(
    "path",
    [
        "/admin/sources/",
        "/admin/sources/?state=ignored",
        "/admin/sources/moved/",
        "/admin/sources/article/{ship}/",
        "/admin/sources/article/{ship}/confirm/",
        "/admin/blog/article/{sea}/proof/?mark=1",
    ],
)
def test_screens_are_open_and_narrow(visit, editors_state, keys, path):
    values = {"ship": keys[SHIP], "sea": keys["The Field in Snow"]}
    visited = visit(path.format(**values), storage_state=editors_state)
    faults = axe_faults(visited.page, PHONE, DESK)
    visited.page.set_viewport_size(PHONE)

    assert faults + too_wide(visited.page) == []
