// Alt text of images in the body is part of the Markdown: a button moves the cursor to it.
(() => {
  const editor = document.querySelector(".pair textarea");
  if (!editor) return;

  // From the closing bracket back to the matching opening one; alt text may contain brackets.
  const startOf = (text, end) => {
    for (let place = end - 1, depth = 0; place > 0; place -= 1) {
      if (text[place] === "]") depth += 1;
      if (text[place] === "[" && depth-- === 0) return place + 1;
    }
    return -1;
  };
  const find = (text, source) => {
    const end = ["(", "(<"].map((open) => text.indexOf(`]${open}${source}`)).find((place) => place >= 0);
    const start = end === undefined ? -1 : startOf(text, end);
    if (start > 0 && text[start - 2] === "!") return [start, end];
    const place = text.indexOf(source);
    return place < 0 ? null : [place, place + source.length];
  };

  for (const button of document.querySelectorAll("[data-find-picture]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const found = find(editor.value, button.dataset.findPicture) || [0, 0];
      if (!editor.offsetParent) document.querySelector(".pair-views button")?.click();
      editor.focus();
      editor.setSelectionRange(found[0], found[0]);
      editor.scrollTop = (found[0] / editor.value.length) * editor.scrollHeight - editor.clientHeight / 2;
      editor.setSelectionRange(...found);
    });
  }
})();
