"""Texts and controls of a page that lie on top of each other."""

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
