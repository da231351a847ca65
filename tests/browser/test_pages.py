"""What holds for every page, whatever its kind: a new kind is a line in kinds.py."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from tests.support.browser.kinds import PAGE_KINDS, READERS_KINDS, each_of

PHONE, DESK = {"width": 320, "height": 640}, {"width": 1280, "height": 800}
# A colour on its way from light to dark is not what anybody reads: transitions are ended first.
AUDIT = """async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    for (const animation of document.getAnimations())
        if (animation instanceof CSSTransition) animation.finish();
    const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const {violations} = await axe.run({runOnly: {type: "tag", values: rules}, resultTypes: ["violations"]});
    return violations.flatMap(({id, nodes}) => nodes.map(({html}) => `${id}: ${html.slice(0, 120)}`));
}"""


class TestEachPage:
    @each_of(PAGE_KINDS)
    def test_is_open_to_everybody(self, visit_kind, kind):
        """By axe-core, narrow and wide, light and dark."""
        page = visit_kind(kind, reduced_motion="reduce").page
        page.evaluate(AXE_SCRIPT)
        found = {}

        for size in (PHONE, DESK):
            for scheme in ("light", "dark"):
                page.set_viewport_size(size)
                page.emulate_media(color_scheme=scheme)
                found[size["width"], scheme] = page.evaluate(AUDIT)

        assert {where: faults for where, faults in found.items() if faults} == {}

    @each_of(PAGE_KINDS)
    def test_is_quiet(self, visit_kind, kind):
        """Nothing on the console, nothing against the policy, nothing from elsewhere but images."""
        visit = visit_kind(kind)
        visit.scroll_through()

        assert visit.response.status == kind.status
        # The browser itself notes the status of a page that is meant to have it.
        assert [words for words in visit.messages if f"status of {kind.status}" not in words] == []
        assert visit.noticed["violations"] == []
        assert visit.foreign_requests() == []

    @each_of(PAGE_KINDS)
    def test_fits_the_narrowest_screen(self, visit_kind, kind):
        visit = visit_kind(kind, viewport=PHONE)

        assert visit.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    @each_of(READERS_KINDS)
    @pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
    def test_stands_still_while_it_loads(self, visit_kind, kind, size):
        visit = visit_kind(kind, viewport=size)
        visit.scroll_through()

        assert visit.noticed["shift"] <= 0.01

    @each_of(READERS_KINDS)
    def test_stands_still_also_where_letters_and_scripts_come_late(self, visit_kind, kind):
        visit = visit_kind(kind, viewport=PHONE, delayed="**/{*.woff2,galley.*.js,search.*.js}")
        visit.page.evaluate("document.fonts.ready")
        visit.scroll_through()

        assert visit.noticed["shift"] <= 0.01
