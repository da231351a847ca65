"""What holds for every page, whatever its kind: a new kind is a line in kinds.py."""

import pytest

from blog.reader.nameplate import name_classes
from tests.support.browser.audit import axe_faults
from tests.support.browser.kinds import PAGE_KINDS, READER_PAGE_KINDS, READERS_KINDS, each_of
from tests.support.browser.visits import is_in_view, too_wide

# A word on a line may reach into the line above or below by a part of its height: letters do not.
FIND = """(part) => {
    const isSeen = (element) => element.checkVisibility({checkOpacity: true, checkVisibilityCSS: true})
        && !element.closest(".visually-hidden, .skip, .anchor, dialog");
    const boxes = [];
    const add = (element, {left, top, right, bottom}) => {
        for (let around = element; around !== document.body; around = around.parentElement) {
            if (getComputedStyle(around).overflow === "visible") continue;
            const clip = around.getBoundingClientRect();
            [left, top] = [Math.max(left, clip.left), Math.max(top, clip.top)];
            [right, bottom] = [Math.min(right, clip.right), Math.min(bottom, clip.bottom)];
        }
        if (right - left > 2 && bottom - top > 2) boxes.push({element, left, top, right, bottom});
    };
    for (const element of document.querySelectorAll(`${part} *`)) {
        if (!isSeen(element)) continue;
        if (element.matches("button, input, select, a.icon")) {
            add(element, element.getBoundingClientRect());
            continue;
        }
        for (const node of element.childNodes) {
            if (node.nodeType !== Node.TEXT_NODE || !node.data.trim()) continue;
            const range = document.createRange();
            range.selectNodeContents(node);
            for (const box of range.getClientRects()) add(element, box);
        }
    }
    boxes.sort((a, b) => a.top - b.top);
    const found = [];
    boxes.forEach((box, index) => {
        for (const other of boxes.slice(index + 1)) {
            if (other.top >= box.bottom) break;
            if (box.element.contains(other.element) || other.element.contains(box.element)) continue;
            const width = Math.min(box.right, other.right) - Math.max(box.left, other.left);
            const height = Math.min(box.bottom, other.bottom) - other.top;
            if (width > 2 && height > Math.min(box.bottom - box.top, other.bottom - other.top) * .4)
                found.push([box, other].map(({element}) => element.outerHTML.slice(0, 80)).join(" on "));
        }
    });
    return [...new Set(found)].slice(0, 5);
}"""


def overlaps(page, part="body") -> list[str]:
    """Return the pairs of elements whose text or buttons overlap, as HTML; five at most.

    part: the selector of what is looked at.
    """
    return page.evaluate(FIND, part)


NAMES = (
    "Fen",
    "The Harbour Review",
    "Proceedings of the Upper Valley Natural History Society",
    "Hochwassernachrichtenblatt",
    "潮だまり観察日誌",
    "دفتر المدّ والجزر",
)
PHONE, DESK = {"width": 320, "height": 640}, {"width": 1280, "height": 800}
COME_LATE = "**/{galley,search}.*.js"
WAIT_UNTIL_DRAWN = """new Promise((done) => new PerformanceObserver((list) => {
    if (list.getEntriesByName("first-contentful-paint").length) done();
}).observe({type: "paint", buffered: true}))"""
MOVING = """document.getAnimations().filter(({effect}) => effect.target.checkVisibility())
    .map(({effect}) => effect.target.outerHTML.slice(0, 100))"""
LARGEST_SHIFT = 0.01
# Pages whose colours are checked at each width in both schemes. They have what all of them have for one width
# only; all others are checked narrow in the light scheme, and wide in the dark one.
IN_BOTH_SCHEMES = {"admin-home", "admin-articles", "admin-article-published", "admin-proof"} | {
    kind.name for kind in READER_PAGE_KINDS
}
# Pages of a template that another kind shows with more in it.
SHOWN_BY_OTHERS = {
    "admin-people-real",
    "admin-labels",
    "admin-log-of-an-article",
    "admin-articles-submitted",
    "admin-article-history-long",
    "admin-category-not-in-use",
    "admin-article-to-add",
    "admin-pages",
    "article",
    "archive-month",
    "category-of-few",
}


class TestEachPage:
    @each_of([kind for kind in PAGE_KINDS if kind.name not in SHOWN_BY_OTHERS])
    def test_is_open_quiet_narrow_and_steady(self, tabs, state_for, kind):
        """By axe-core narrow and wide, light and dark, and by what the browser notes while it loads.

        Those of each layout move nothing if less motion is preferred, and begin with a link to the text.
        """
        visit = tabs.lend(state_for(kind), viewport=PHONE).record_requests()
        try:
            faults = faults_of(visit, kind)
        finally:
            tabs.take_back()

        assert faults == []

    @pytest.mark.parametrize("path", ["/", "/archive/"])
    def test_has_room_for_any_name_of_the_site(self, visit, path):
        page = visit(path).page
        found = []
        for name in NAMES:
            page.evaluate(
                """([name, classes]) => {
                    const plate = document.querySelector(".mast .name");
                    plate.className = `name ${classes}`;
                    plate.querySelector(".name-text").textContent = name;
                }""",
                [name, name_classes(name)],
            )
            for width in (320, 390, 832, 1440):
                page.set_viewport_size({"width": width, "height": 640})
                found += [f"{name}, {width}: {pair}" for pair in overlaps(page, "body > header")]
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    found.append(f"{name} is wider than {width}")

        assert found == []


def faults_of(visit, kind) -> list[str]:
    is_for_readers = kind in READERS_KINDS
    found = []
    if kind in READER_PAGE_KINDS:  # all of readers' pages have a layout of these
        found += shifts(visit, kind, DESK, PHONE)
    else:
        visit.open(kind.path).load_pictures()
        found += noise(visit, kind)
        if is_for_readers and visit.noticed["shift"] > LARGEST_SHIFT:
            found += shifts(visit, kind, PHONE)
    found += too_wide(visit.page)
    if is_for_readers:
        found += [f"overlap: {pair}" for pair in overlaps(visit.page)]
    visit.page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    found += axe_faults(
        visit.page,
        PHONE,
        DESK,
        is_for_readers=is_for_readers,
        is_in_both_schemes=kind.name in IN_BOTH_SCHEMES,
    )
    if kind in READER_PAGE_KINDS:
        found += faults_of_motion(visit) + faults_of_first_stop(visit.page)
    return found + (too_wide(visit.page) if not is_for_readers else [])


def shifts(visit, kind, *sizes) -> list[str]:
    """Return what moves, or is noted, while the page loads and its scripts come late."""
    found = []
    for size in sizes:
        visit.page.set_viewport_size(size)
        shift = open_late(visit, kind)
        found += noise(visit, kind)
        for _ in range(2):  # once may be the machine's fault; a page that moves does so each time
            if shift > LARGEST_SHIFT:
                shift = open_late(visit, kind)
        if shift > LARGEST_SHIFT:
            found.append(f"moves while it loads, by {shift} ({size['width']} pixels wide)")
        visit.begin()
    return found


def open_late(visit, kind) -> float:
    """Open the page, uncached, its scripts coming after it is drawn; return by how much it moves."""
    page, held, is_drawn = visit.page, [], False
    page.route(COME_LATE, lambda route: route.continue_() if is_drawn else held.append(route))
    visit.response = page.goto(visit.site.url(kind.path), wait_until="commit")
    page.evaluate(WAIT_UNTIL_DRAWN)
    is_drawn = True
    for route in held:
        route.continue_()
    page.wait_for_load_state("load")
    visit.scroll_through()
    shift = visit.noticed["shift"]
    page.unroute_all()
    assert held
    return shift


def faults_of_motion(visit) -> list[str]:
    """Return what moves although less motion is preferred, as it is after axe_faults()."""
    found = [f"moves: {element}" for element in visit.page.evaluate(MOVING)]
    return found + ([] if visit.style("html", "scrollBehavior") == "auto" else ["scrolls smoothly"])


def faults_of_first_stop(page) -> list[str]:
    """Return what is wrong with the first stop of the keyboard, a link that leads to the text."""
    page.keyboard.press("Tab")
    first = page.evaluate_handle("document.activeElement").as_element()
    was_in_view, target = is_in_view(first), first.get_attribute("href")
    page.keyboard.press("Enter")
    tag = page.evaluate("selector => document.querySelector(selector)?.tagName", target or "none")
    if was_in_view and tag == "MAIN" and page.url.endswith(target):
        return []
    return [f"the first stop leads to {target}, {tag}; it is {'' if was_in_view else 'not '}seen"]


def noise(visit, kind) -> list[str]:
    """Return what is on the console, against the policy, from elsewhere but images, and an odd status."""
    # The browser notes the status of a page that is meant to have it, and a field that a script focused
    # first.
    known = (f"status of {kind.status}", "Autofocus processing was blocked")
    found = [words for words in visit.messages if not any(part in words for part in known)]
    found += [f"against the policy: {words}" for words in visit.noticed["violations"]]
    found += [f"from elsewhere: {address}" for address in visit.foreign_requests()]
    if visit.response.status != kind.status:
        found.append(f"status {visit.response.status}")
    visit.begin()
    return found
