"""Run axe-core on a page, at several widths and in both colour schemes."""

from axe_playwright_python.base import AXE_SCRIPT

SCHEMES = ("light", "dark")
# Looks of words whose contrast has been found good, on whatever page.
GOOD_LOOKS = set()
# Checks the whole page on the first call, and then only elements that are new since earlier calls. Contrast
# takes most of the time, so only two elements of the same look are checked, of large and of other words: axe
# has a limit for words of 24 pixels or more, or 18.66 if bold, and one for all others. A look has the colours
# of an element and of what is behind it, down to the first opaque colour. Transitions are finished first,
# because nobody reads the colours in between.
JUDGE = """async ([isForReaders, goodLooks, part]) => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    for (const animation of document.getAnimations())
        if (animation instanceof CSSTransition) animation.finish();
    const judged = window.judged ??= {elements: new WeakSet(), looks: new Map(), widths: new Set()};
    const appeared = new Set(), unlike = [], good = new Set(goodLooks), looks = new Set();
    const walk = (element, behind, colourAround) => {
        if (!element.checkVisibility()) return;
        if (!judged.elements.has(element)) appeared.add(element);
        const style = getComputedStyle(element);
        const {color, backgroundColor, backgroundImage, opacity} = style;
        const isOpaque = backgroundColor.startsWith("rgb(");
        if (isOpaque && backgroundImage === "none" && opacity === "1" && !behind.includes("|")) behind = "";
        if (backgroundColor !== "rgba(0, 0, 0, 0)") behind += ` ${backgroundColor}`;
        if (backgroundImage !== "none") behind += ` ${backgroundImage}`;
        if (opacity !== "1") behind += ` |${opacity}`;
        const hasWords = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
        const size = parseFloat(style.fontSize), isBold = style.fontWeight >= 700;
        const isLarge = size >= (isBold ? 18.66 : 24);
        const link = element.closest("a") && [style.textDecorationLine, colourAround];
        const look = [behind, color, isLarge, link].join();
        const {width, height} = element.getBoundingClientRect();
        const isSeen = width > 1 && height > 1 && (hasWords || element.matches("input, select, textarea"));
        const alike = judged.looks.get(look) ?? new Set();
        if (isSeen && alike.size < 2 && !alike.has(element) && !good.has(look)) {
            judged.looks.set(look, alike.add(element));
            looks.add(look);
            unlike.push(element);
        }
        for (const child of element.children) walk(child, behind, link ? colourAround : color);
    };
    walk(document.querySelector(part), part, "");
    const isFirst = part === "body" && !judged.elements.has(document.body);
    const isOtherWidth = !judged.widths.has(innerWidth);
    for (const element of appeared) judged.elements.add(element);
    judged.widths.add(innerWidth);

    const ofColours = ["color-contrast", "link-in-text-block"], ofWidths = ["scrollable-region-focusable"];
    if (isForReaders) ofWidths.push("target-size");
    const all = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const rules = Object.fromEntries(ofColours.map((name) => [name, {enabled: false}]));
    rules["target-size"] = {enabled: isForReaders};
    const outermost = [...appeared].filter((element) => !appeared.has(element.parentElement));
    const found = [];
    const run = async (context, type, values, rules = {}) => {
        const options = {resultTypes: ["violations"], selectors: false, preload: false};
        const {violations} = await axe.run(context, {runOnly: {type, values}, rules, ...options});
        for (const {id, nodes} of violations)
            found.push(...nodes.map(({html}) => `${id}: ${html.slice(0, 120)}`));
        return violations;
    };
    if (outermost.length) await run(isFirst ? document : {include: outermost}, "tag", all, rules);
    if (isOtherWidth && !isFirst) await run({include: [part]}, "rule", ofWidths);
    const isGood = !unlike.length || !(await run({include: unlike}, "rule", ofColours)).length;
    return [found, isGood ? [...looks] : []];
}"""


def axe_faults(page, *sizes, part="body", is_for_readers=False, is_in_both_schemes=True) -> list[str]:
    """Return the violations at these sizes, or at the current size, each with its scheme and width.

    part: the selector of what is checked.
    is_in_both_schemes: False to check the sizes in different schemes in turn.
    """
    page.emulate_media(reduced_motion="reduce")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found, schemes = [], SCHEMES
    for size in sizes or [page.viewport_size]:
        page.set_viewport_size(size)
        for scheme in schemes if is_in_both_schemes else schemes[:1]:
            page.emulate_media(color_scheme=scheme)
            faults, good_looks = page.evaluate(JUDGE, [is_for_readers, [*GOOD_LOOKS], part])
            GOOD_LOOKS.update(good_looks)
            found += [f"{fault} ({scheme}, {size['width']} pixels wide)" for fault in faults]
        schemes = schemes[::-1]  # each change of colours takes time
    return found
