// Images pasted or dropped into the text are uploaded, one after another. A placeholder stands in for each of them.
(() => {
  for (const box of document.querySelectorAll(".markdownx")) {
    const editor = box.querySelector("textarea");
    const note = box.querySelector(".markdownx-note");
    const { form } = editor;
    let uploads = Promise.resolve();
    let waiting = 0; // images
    let held = false; // a submission waits for the images
    let refusals = [];

    const say = (words, isFault = false) => {
      note.textContent = words;
      note.classList.toggle("is-told", !isFault);
      if (isFault) note.scrollIntoView({ block: "center" }); // above the sticky row of buttons
    };
    // execCommand() keeps the undo history (Ctrl+Z), but needs the focus.
    const type = (words) => {
      if (document.activeElement === editor && document.execCommand("insertText", false, words)) return;
      editor.setRangeText(words, editor.selectionStart, editor.selectionEnd, "end");
      editor.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const replace = (start, end, words) => {
      const moved = (place) => place + (place < end ? 0 : words.length - (end - start));
      const [from, to] = [editor.selectionStart, editor.selectionEnd].map(moved);
      const { scrollTop } = editor;
      editor.setSelectionRange(start, end);
      if (words || start < end) type(words);
      editor.setSelectionRange(from, to);
      editor.scrollTop = scrollTop;
    };

    const send = async (picture) => {
      if (picture.size > Number(note.dataset.largest)) throw new RangeError(note.dataset.tooLarge);
      const data = new FormData();
      data.append("image", picture);
      data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      const answer = await fetch(editor.dataset.markdownxUploadUrlsPath, { method: "POST", body: data });
      const stored = await answer.json();
      if (!stored.url) throw new RangeError([].concat(stored.image).join(" "));
      return stored;
    };
    const isOwn = (error) => error instanceof RangeError; // the others are those of the browser

    let isTouched = false;
    for (const kind of ["keydown", "pointerdown"]) editor.addEventListener(kind, () => { isTouched = true; });

    // Returns the place of the alt text. A deleted placeholder means that the image is no longer wanted.
    const put = async (picture, placeholder) => {
      const stored = await send(picture).catch((error) => {
        refusals.push(`${picture.name}: ${isOwn(error) ? error.message : note.dataset.failed}`);
      });
      const start = editor.value.indexOf(placeholder);
      if (start < 0) return null;
      const alt = (stored?.alt || "").replace(/[\[\]\\]/g, "\\$&").replace(/\s+/g, " ");
      replace(start, start + placeholder.length, stored ? `![${alt}](${stored.url})` : "");
      return stored ? [start + 2, start + 2 + alt.length] : null;
    };

    const take = (pictures) => {
      const placeholders = pictures.map(({ name }) => `[${note.dataset.uploading.replace("%s", () => name.replace(/[\[\]]/g, ""))}]`);
      if (!waiting) refusals = [];
      waiting += pictures.length;
      editor.focus();
      type(placeholders.join("\n\n"));
      isTouched = false;
      let first = null;
      pictures.forEach((picture, index) => {
        uploads = uploads.then(async () => {
          say(placeholders[index].slice(1, -1));
          const place = await put(picture, placeholders[index]);
          first ||= place;
          waiting -= 1;
        });
      });
      uploads = uploads.then(() => {
        if (waiting) return;
        say(refusals.join(" "), refusals.length > 0);
        if (!first || isTouched || document.activeElement !== editor) return;
        editor.setSelectionRange(...first);
        if (!refusals.length && first[0] === first[1]) say(note.dataset.describe);
      });
    };

    form.addEventListener("submit", (event) => {
      if (!waiting) return;
      event.preventDefault();
      event.stopImmediatePropagation(); // admin-unsaved.js must not count this as submitted
      if (held) return;
      held = true;
      uploads.then(() => {
        held = false;
        if (!refusals.length) setTimeout(() => form.requestSubmit(event.submitter));
      });
    }, true);

    // Word processors add an image of copied words: these are pasted as text.
    const hasWords = (transfer) => {
      const page = new DOMParser().parseFromString(transfer.getData("text/html"), "text/html");
      return page.body.textContent.trim() !== "";
    };
    const accept = (event, transfer) => {
      const files = [...(transfer?.files || [])];
      if (event.target !== editor || !files.length) return;
      event.stopPropagation(); // the widget would upload them, too
      if (event.type === "paste" && hasWords(transfer)) return;
      event.preventDefault();
      const caret = event.type === "drop" && document.caretPositionFromPoint?.(event.clientX, event.clientY);
      if (caret && caret.offsetNode === editor) editor.setSelectionRange(caret.offset, caret.offset);
      take(files);
    };
    box.addEventListener("paste", (event) => accept(event, event.clipboardData), true);
    box.addEventListener("drop", (event) => accept(event, event.dataTransfer), true);
  }
})();
