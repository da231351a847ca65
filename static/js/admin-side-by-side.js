// Text and preview side by side, or only one of them. Side by side, both scroll to the same paragraph.
(() => {
  const LONGEST = 300000; // characters; positions of longer texts are not measured: they scroll in proportion
  const LETTERS = 24; // letters at the start of a paragraph, used to find it in the text
  const FAR = 6000; // letters between consecutive paragraphs; a match farther away is a different paragraph
  const BLOCKS = "p, li, h2, h3, h4, h5, h6, pre, tr, dt, dd, figcaption";

  // The letters and digits of a text, with their offsets: markup and quotes differ between text and preview.
  const lettersOf = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
  const read = (text) => {
    const places = [];
    let letters = "";
    for (const match of text.matchAll(/[\p{L}\p{N}]+/gu)) {
      const word = match[0].toLowerCase();
      for (let index = 0; index < word.length; index += 1) places.push(match.index + Math.min(index, match[0].length - 1));
      letters += word;
    }
    return { letters, places };
  };

  const between = (value, points, from, to) => {
    let next = points.findIndex((point) => point[from] > value);
    if (next < 1) next = next === 0 ? 1 : points.length - 1;
    const a = points[next - 1], b = points[next];
    const share = b[from] === a[from] ? 0 : (value - a[from]) / (b[from] - a[from]);
    return a[to] + share * (b[to] - a[to]);
  };

  for (const pair of document.querySelectorAll(".pair")) {
    const editor = pair.querySelector("textarea");
    const preview = pair.querySelector(".markdownx-preview");
    const mirror = pair.querySelector(".pair-mirror");
    if (!editor || !preview) continue;

    let blocks = []; // { offset in the text, element }
    let points = null; // { text, seen }: matching heights in both panes; null if they must be measured again
    let driver = editor;

    const find = () => {
      blocks = [];
      points = null;
      if (editor.value.length > LONGEST) return;
      const { letters, places } = read(editor.value);
      let from = 0;
      for (const element of preview.querySelectorAll(BLOCKS)) {
        const words = lettersOf(element.textContent.slice(0, 400)).slice(0, LETTERS);
        const found = words.length > 2 ? letters.indexOf(words, from) : -1;
        if (found < 0 || found - from > FAR) continue;
        blocks.push({ offset: places[found], element });
        from = found + 1;
      }
    };

    const measure = () => {
      mirror.style.inlineSize = `${editor.clientWidth}px`;
      mirror.textContent = "";
      let last = 0;
      const marks = blocks.map(({ offset }) => {
        const mark = document.createElement("span");
        mirror.append(editor.value.slice(last, offset), mark);
        last = offset;
        return mark;
      });
      const top = preview.getBoundingClientRect().top - preview.scrollTop;
      points = [{ text: 0, seen: 0 }];
      blocks.forEach(({ element }, index) => {
        const point = { text: marks[index].offsetTop, seen: element.getBoundingClientRect().top - top };
        const before = points[points.length - 1];
        if (point.text > before.text && point.seen > before.seen) points.push(point);
      });
      // Align both ends regardless of the measurements: the mirror may wrap lines slightly differently.
      const end = { text: editor.scrollHeight, seen: preview.scrollHeight };
      points = [...points.filter(({ text, seen }) => text < end.text && seen < end.seen), end];
      mirror.textContent = "";
    };

    // The aligned line moves from the top edge to the bottom edge, so that both panes reach their ends.
    const follow = () => {
      if (pair.dataset.view !== "both") return;
      const [from, to, a, b] = driver === editor ? [editor, preview, "text", "seen"] : [preview, editor, "seen", "text"];
      const room = from.scrollHeight - from.clientHeight;
      if (room <= 0) return;
      if (!points) measure();
      const share = Math.min(1, Math.max(0, from.scrollTop / room));
      if (share === 1) {
        to.scrollTop = to.scrollHeight;
        return;
      }
      const level = points.length > 1 ? between(from.scrollTop + share * from.clientHeight, points, a, b) : share * to.scrollHeight;
      to.scrollTop = level - share * to.clientHeight;
    };

    const showCursor = () => {
      preview.querySelector(".here")?.classList.remove("here");
      if (document.activeElement !== editor) return;
      const before = blocks.filter(({ offset }) => offset <= editor.selectionStart + 1);
      (before[before.length - 1] || blocks[0])?.element.classList.add("here");
    };

    let waiting = 0;
    const soon = (act) => { cancelAnimationFrame(waiting); waiting = requestAnimationFrame(act); };
    for (const pane of [editor, preview]) {
      for (const kind of ["pointerenter", "pointerdown", "wheel", "focus", "keydown", "touchstart"]) {
        pane.addEventListener(kind, () => { driver = pane; }, { passive: true });
      }
      pane.addEventListener("scroll", () => { if (driver === pane) soon(follow); }, { passive: true });
    }
    new MutationObserver(() => { find(); showCursor(); driver = document.activeElement === editor ? editor : driver; follow(); })
      .observe(preview, { childList: true });
    // A loaded image may differ in height from its placeholder.
    for (const kind of ["load", "error"]) preview.addEventListener(kind, () => { points = null; soon(follow); }, true);
    new ResizeObserver(() => { points = null; }).observe(editor);
    // Fonts that load late change the line breaks without a resize.
    document.fonts.ready.then(() => { points = null; soon(follow); });
    document.addEventListener("selectionchange", () => soon(showCursor));
    for (const kind of ["keyup", "click", "blur"]) editor.addEventListener(kind, showCursor);

    // The chosen view is stored in this browser, for all texts.
    const views = pair.querySelector(".pair-views");
    const choose = (view) => {
      pair.dataset.view = view;
      points = null;
      for (const button of views.children) button.setAttribute("aria-pressed", button.value === view);
    };
    const remembered = () => { try { return localStorage.getItem("galley-view"); } catch { return null; } };
    const remember = (view) => { try { localStorage.setItem("galley-view", view); } catch { /* shown all the same */ } };
    choose([...views.children].some(({ value }) => value === remembered()) ? remembered() : "both");
    views.addEventListener("click", ({ target }) => {
      if (!target.value) return;
      choose(target.value);
      remember(target.value);
    });
    // A link to the text shows it, even if only the preview was visible.
    const showTarget = () => {
      if (location.hash !== `#${editor.id}`) return;
      if (pair.dataset.view === "preview") choose("both");
      editor.focus();
    };
    addEventListener("hashchange", showTarget);
    views.hidden = false;
  }
})();
