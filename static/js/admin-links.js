// Offer articles whose title contains the words after @ in the text. Enter or a click inserts a link to one of them.
(() => {
  const editor = document.querySelector(".pair textarea");
  const mirror = document.querySelector(".pair-mirror");
  const { url, label, one, many } = document.currentScript.dataset;
  if (!editor || !mirror) return;
  const BEFORE = /(?:^|[\s([{"'“‘„«—–])@([^\s@][^\n\t@]{1,59})$/u; // @ within a word, as in an e-mail address, does not count

  const list = Object.assign(document.createElement("ul"), { id: "links-found", className: "token-options links-found", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", label);
  const said = Object.assign(document.createElement("p"), { className: "visually-hidden" });
  said.setAttribute("role", "status");
  editor.closest(".pair").after(list, said);
  editor.setAttribute("aria-autocomplete", "list");
  editor.setAttribute("aria-haspopup", "listbox");
  editor.setAttribute("aria-controls", list.id);

  let articles = [];
  let current = -1;
  let start = -1; // of the @ that the list belongs to
  let end = -1; // of the words after it
  let dismissed = -1; // the @ whose list was closed by Escape
  let asked = 0;

  const mark = (index) => {
    current = index;
    [...list.children].forEach((option, place) => option.setAttribute("aria-selected", place === index));
    if (index < 0) editor.removeAttribute("aria-activedescendant");
    else editor.setAttribute("aria-activedescendant", list.children[index].id);
  };
  const close = () => {
    clearTimeout(waiting);
    asked += 1; // so that a late answer opens nothing
    list.hidden = true;
    said.textContent = "";
    mark(-1);
  };

  // Below the line of the @, or above it where there is no room.
  const place = () => {
    mirror.style.inlineSize = `${editor.clientWidth}px`;
    const sign = Object.assign(document.createElement("span"), { textContent: "@" });
    mirror.append(editor.value.slice(0, start), sign);
    const { left, top } = editor.getBoundingClientRect();
    const x = left + sign.offsetLeft;
    const y = top + sign.offsetTop - editor.scrollTop;
    const line = sign.offsetHeight;
    mirror.textContent = "";
    list.hidden = false;
    const foot = document.querySelector(".submit-row")?.offsetHeight ?? 0;
    const isLow = y + line + list.offsetHeight > innerHeight - foot && y > list.offsetHeight;
    list.style.insetBlockStart = `${isLow ? y - list.offsetHeight : y + line}px`;
    list.style.insetInlineStart = `${Math.max(8, Math.min(x, innerWidth - list.offsetWidth - 8))}px`;
  };

  const insert = ({ markdown }) => {
    editor.setSelectionRange(start, end);
    close();
    // Unlike setRangeText(), execCommand() keeps the undo history (Ctrl+Z).
    if (document.execCommand("insertText", false, markdown)) return;
    editor.setRangeText(markdown, start, end, "end");
    editor.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const show = (answer) => {
    articles = answer;
    list.replaceChildren(...articles.map((article, index) => {
      const option = Object.assign(document.createElement("li"), { id: `${list.id}-${index}` });
      option.setAttribute("role", "option");
      option.append(Object.assign(document.createElement("bdi"), { textContent: article.title }));
      if (article.state) option.append(" ", Object.assign(document.createElement("small"), { textContent: article.state }));
      option.addEventListener("mousedown", (event) => { event.preventDefault(); insert(article); });
      return option;
    }));
    place();
    mark(0);
    said.textContent = articles.length === 1 ? one : many.replace("%s", articles.length);
  };
  const search = async (words) => {
    asked += 1;
    const number = asked;
    let answer = [];
    try {
      const response = await fetch(`${url}&${new URLSearchParams({ q: words })}`);
      if (response.ok && !response.redirected) answer = (await response.json()).articles;
    } catch { /* without a connection, the text stays as it is typed */ }
    if (number !== asked || document.activeElement !== editor) return;
    if (answer.length) show(answer);
    else close();
  };

  const isInCode = (before) => {
    const line = before.slice(before.lastIndexOf("\n") + 1);
    return (before.match(/^ {0,3}(?:```|~~~)/gm) ?? []).length % 2 === 1 || (line.match(/`/g) ?? []).length % 2 === 1;
  };
  let waiting = 0;
  editor.addEventListener("input", () => {
    const before = editor.value.slice(0, editor.selectionStart);
    const words = editor.selectionStart === editor.selectionEnd && BEFORE.exec(before.slice(-100))?.[1];
    const from = words ? before.length - words.length - 1 : -1;
    if (from !== dismissed) dismissed = -1;
    if (!words || from === dismissed || isInCode(before)) {
      close();
      return;
    }
    start = from;
    end = before.length;
    clearTimeout(waiting);
    waiting = setTimeout(search, 150, words);
  });
  editor.addEventListener("blur", close);
  editor.addEventListener("scroll", close, { passive: true });
  document.addEventListener("selectionchange", () => {
    if (!list.hidden && editor.selectionEnd !== end) close();
  });
  // Before other handlers of the text, which use Escape and Tab.
  document.addEventListener("keydown", (event) => {
    if (list.hidden || event.target !== editor || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) mark((current + step + articles.length) % articles.length);
    else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) insert(articles[current]);
    else if (event.key === "Escape") {
      dismissed = start;
      close();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
})();
