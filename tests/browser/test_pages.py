"""What holds for every page, whatever its kind: a new kind is a line in kinds.py."""

from dataclasses import dataclass
from functools import cache

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from tests.support.browser.kinds import PAGE_KINDS, READERS_KINDS, each_of
from tests.support.browser.launching import serve_other_hosts
from tests.support.browser.visits import Visit

PHONE, DESK = {"width": 320, "height": 640}, {"width": 1280, "height": 800}
SIZES = {"phone": PHONE, "desk": DESK}
# A colour on its way from light to dark is not what anybody reads: transitions are ended first.
AUDIT = """async ([isOfColoursAlone, isForReaders]) => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    for (const animation of document.getAnimations())
        if (animation instanceof CSSTransition) animation.finish();
    const all = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const ofColours = ["color-contrast", "link-in-text-block"];
    const runOnly = isOfColoursAlone ? {type: "rule", values: ofColours} : {type: "tag", values: all};
    const rules = {"target-size": {enabled: isForReaders && !isOfColoursAlone}}; // it is off by default
    const {violations} = await axe.run({runOnly, rules, resultTypes: ["violations"], selectors: false});
    return violations.flatMap(({id, nodes}) => nodes.map(({html}) => `${id}: ${html.slice(0, 120)}`));
}"""


@dataclass(frozen=True)
class Seen:
    """What is noticed of a page, opened in a fresh profile, scrolled through, and judged by axe-core."""

    status: int
    said: list[str]
    violations: list[str]
    foreign_requests: list[str]
    width: int
    shift: float
    faults: dict[str, list[str]]  # by the colour scheme


def faults_of(page, is_for_readers) -> dict[str, list[str]]:
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    page.emulate_media(reduced_motion="reduce")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        # The two differ in their colours alone, and most of the time goes into the other rules.
        found[scheme] = page.evaluate(AUDIT, [scheme == "dark", is_for_readers])
    return found


@pytest.fixture(scope="module")
def seen(browser, site, editors_state, administrators_state):
    """Each page opened once, readers' pages once at each size: seen(kind)[name of the size]."""

    @cache
    def seen(kind):
        if kind in READERS_KINDS:
            return {name: seen_of(kind, name)[name] for name in SIZES}
        return seen_of(kind, *SIZES)

    def seen_of(kind, *names):
        options = {"viewport": SIZES[names[0]]}
        if kind.is_for_editors:
            options["storage_state"] = editors_state
        if kind.is_for_administrators:
            options["storage_state"] = administrators_state
        context = browser.new_context(**options)
        serve_other_hosts(context, site)
        visit, found = Visit(context.new_page(), site).open(kind.path), {}
        for name in names:
            visit.page.set_viewport_size(SIZES[name])
            found[name] = seen_on(visit, kind)
        context.close()
        return found

    return seen


def seen_on(visit, kind) -> Seen:
    visit.scroll_through()
    return Seen(
        visit.response.status,
        visit.messages,
        visit.noticed["violations"],
        visit.foreign_requests(),
        visit.page.evaluate("document.documentElement.scrollWidth"),
        visit.noticed["shift"],
        faults_of(visit.page, kind in READERS_KINDS),
    )


class TestEachPage:
    @each_of(PAGE_KINDS)
    def test_is_open_to_everybody(self, seen, kind):
        """By axe-core, narrow and wide, light and dark."""
        for size in SIZES:
            assert seen(kind)[size].faults == {"light": [], "dark": []}, size

    @each_of(PAGE_KINDS)
    def test_is_quiet(self, seen, kind):
        """Nothing on the console, nothing against the policy, nothing from elsewhere but images."""
        for size in SIZES:
            page = seen(kind)[size]

            assert page.status == kind.status
            # The browser itself notes the status of a page that is meant to have it.
            assert [words for words in page.said if f"status of {kind.status}" not in words] == []
            assert page.violations == []
            assert page.foreign_requests == []

    @each_of(PAGE_KINDS)
    def test_fits_the_narrowest_screen(self, seen, kind):
        assert seen(kind)["phone"].width <= PHONE["width"]

    @each_of(READERS_KINDS)
    @pytest.mark.parametrize("size", ["phone", "desk"])
    def test_stands_still_while_it_loads(self, seen, kind, size):
        shift = seen(kind)[size].shift
        if shift > 0.01:  # once may be the machine's fault; a page that moves does so each time
            shift = seen.__wrapped__(kind)[size].shift

        assert shift <= 0.01

    @each_of(READERS_KINDS)
    def test_stands_still_also_where_letters_and_scripts_come_late(self, visit_kind, kind):
        visit = visit_kind(kind, viewport=PHONE, delayed="**/{*.woff2,galley.*.js,search.*.js}")
        visit.page.evaluate("document.fonts.ready")
        visit.scroll_through()

        assert visit.noticed["shift"] <= 0.01
