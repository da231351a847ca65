// A note on what is selected: O on the proof, Ctrl+M or Cmd+M on the edit page. Without a selection, on the paragraph
// at the cursor, or in the middle of the screen. Ctrl+Enter sends. Without this script, the paragraph is chosen in the form.
(() => {
  const one = (selector) => document.querySelector(selector);
  const lettersOf = (text) => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
  const body = one("#id_body");

  // What was selected in the text of the proof, without numbers of marks, up to the end of its paragraph.
  const selectedInProof = () => {
    const selection = getSelection();
    if (selection.isCollapsed || !one("#prose")?.contains(selection.anchorNode)) return "";
    const words = document.createElement("div");
    words.append(selection.getRangeAt(0).cloneContents());
    words.querySelectorAll("a.no, a.who").forEach((link) => link.remove());
    const block = words.querySelector("p, li, h2, h3, h4, blockquote, td");
    return (block ?? words).textContent.trim();
  };
  const selectedInField = () => body.value.slice(body.selectionStart, body.selectionEnd).trim().split("\n\n")[0];
  const paragraphInProof = () => {
    const blocks = [...document.querySelectorAll("#prose > *")];
    const block = blocks.find((each) => each.getBoundingClientRect().bottom > innerHeight / 2);
    const words = block?.cloneNode(true);
    words?.querySelectorAll("a.no, a.who").forEach((link) => link.remove());
    return words?.textContent ?? "";
  };
  const paragraphInField = () => {
    const start = body.value.lastIndexOf("\n\n", body.selectionStart - 1);
    return body.value.slice(start + 1).trimStart();
  };

  const setWords = (words) => {
    const shown = one("#new-note .on");
    one("#new-note [name=words]").value = words;
    shown.hidden = !words;
    const about = one("#note-paragraph")?.closest(".field");
    if (about) about.hidden = Boolean(words);
    shown.querySelector("q").textContent = words;
  };
  const open = (words, paragraph) => {
    const select = one("#note-paragraph");
    one("#new-note").open = true;
    setWords(words);
    if (select) {
      const letters = lettersOf(paragraph.slice(0, 400));
      const isHere = (option) => option.value && letters.startsWith(lettersOf(option.text));
      select.value = words ? "" : ([...select.options].find(isHere)?.value ?? "");
    }
    one("#note-text").focus({ preventScroll: true });
    one("#new-note").scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest("a[href='#new-note']")) {
      event.preventDefault();
      open(selectedInProof(), paragraphInProof());
    } else if (event.target.matches("#new-note .on button")) setWords("");
  });
  document.addEventListener("keydown", (event) => {
    const isCommand = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (!isCommand || event.isComposing) return;
    if (event.key === "Enter" && event.target.matches(".notes-in textarea")) {
      event.preventDefault();
      const button = event.target.closest("details").querySelector("[name=add], [name=reply]");
      button.form.requestSubmit(button);
    } else if (event.key.toLowerCase() === "m" && body && event.target === body) {
      event.preventDefault();
      open(selectedInField(), paragraphInField());
    }
  });
})();
