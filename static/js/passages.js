// A button at selected words that copies a link to them (a text fragment).
const LONGEST = 120; // characters; of longer passages, the link contains the first and the last words
const WORDS = 5;
const LETTER = /[\p{L}\p{M}\p{N}]/u;
const encoded = (words) => encodeURIComponent(words).replaceAll("-", "%2D"); // a hyphen separates parts

// The words of a selection by paragraph. Browsers find only whole words, so those at its ends are completed.
function paragraphs(selection) {
  const { startContainer, startOffset, endContainer, endOffset } = selection.getRangeAt(0);
  const text = selection.toString();
  const before = LETTER.test(text[0]) ? /[\p{L}\p{M}\p{N}]*$/u.exec(startContainer.data?.slice(0, startOffset) ?? "")[0] : "";
  const after = LETTER.test(text.at(-1)) ? /^[\p{L}\p{M}\p{N}]*/u.exec(endContainer.data?.slice(endOffset) ?? "")[0] : "";
  return (before + text + after).trim().split(/\s*\n\s*/).map((words) => words.split(/\s+/));
}

function address(selection) {
  const parts = paragraphs(selection);
  const whole = parts[0].join(" ");
  const passage = parts.length === 1 && whole.length <= LONGEST
    ? encoded(whole)
    : [parts[0].slice(0, WORDS), parts.at(-1).slice(-WORDS)].map((words) => encoded(words.join(" "))).join(",");
  return `${document.querySelector("link[rel=canonical]")?.href ?? location.href.split("#")[0]}#:~:text=${passage}`;
}

export function offer(prose, copyButton) {
  const button = document.createElement("button");
  let copied = "";
  let waiting;
  Object.assign(button, { type: "button", className: "button solid", lang: document.documentElement.lang, textContent: prose.dataset.passage });
  Object.assign(button.style, { position: "absolute", zIndex: 4 });
  copyButton(button, prose.dataset.done, () => copied);
  button.addEventListener("pointerdown", (event) => event.preventDefault()); // the words stay selected
  const place = () => {
    const selection = getSelection();
    const range = selection.rangeCount ? selection.getRangeAt(0) : null;
    if (!range || selection.toString().trim().length < 3 || !prose.contains(range.commonAncestorContainer)) return button.remove();
    copied = address(selection);
    document.body.append(button);
    const { right, bottom } = [...range.getClientRects()].at(-1);
    const room = document.documentElement.clientWidth - button.offsetWidth - 8;
    Object.assign(button.style, { left: `${Math.max(8, Math.min(right - button.offsetWidth, room)) + scrollX}px`, top: `${bottom + scrollY + 8}px` });
  };
  document.addEventListener("selectionchange", () => {
    clearTimeout(waiting);
    waiting = setTimeout(place, 200);
  });
  place();
}
