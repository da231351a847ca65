// Additions to the Markdown widget: leaving it by keyboard, and buttons.
(() => {
  const form = document.querySelector("#article_form, #page_form");
  if (!form) return;

  // On a phone, the findings are above the title.
  if (matchMedia("(max-width: 47.99rem)").matches) document.querySelector(".found")?.removeAttribute("open");

  for (const box of form.querySelectorAll(".markdownx")) {
    const editor = box.querySelector("textarea");

    // The widget uses Tab to indent. After Escape, Tab moves the focus.
    let leaving = false;
    box.addEventListener("keydown", (event) => {
      if (event.target !== editor) return;
      if (event.key === "Tab" && leaving) event.stopPropagation();
      if (event.key !== "Shift") leaving = event.key === "Escape";
    }, true);
  }

  // The buttons add Markdown around the selection or before its line. execCommand() keeps the undo history (Ctrl+Z).
  const type = (editor, text) => {
    editor.focus();
    if (document.execCommand("insertText", false, text)) return;
    editor.setRangeText(text, editor.selectionStart, editor.selectionEnd, "end");
    editor.dispatchEvent(new Event("input", { bubbles: true }));
  };
  for (const tools of form.querySelectorAll(".pair-tools")) {
    const editor = tools.closest(".pair").querySelector("textarea");
    tools.addEventListener("click", ({ target }) => {
      const { before, after = "", line } = target.dataset;
      if (!before) return;
      if (line !== undefined) {
        const start = editor.value.lastIndexOf("\n", editor.selectionStart - 1) + 1;
        editor.setSelectionRange(start, start);
        type(editor, before);
        return;
      }
      const { selectionStart: start, selectionEnd: end } = editor;
      type(editor, before + editor.value.slice(start, end) + after);
      editor.setSelectionRange(start + before.length, end + before.length);
    });
    tools.hidden = false;
  }
})();
