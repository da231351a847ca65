// Tables in the text: pasted from a spreadsheet as Markdown.
(() => {
  const NUMBER = /^[(+\-−–]?\s?[$€£¥]?\s?\d{1,3}(?:[.,'’\s]?\d{3})*(?:[.,]\d+)?\s?(?:%|‰|[$€£¥]|[A-Z]{3})?\)?$/;
  const EMPTY = /^[-–—]?$/; // a dash stands for a missing number

  // Words of a spreadsheet are plain text: what Markdown would read as markup is escaped.
  const escaped = (words) => words.trim()
    .replace(/[\\`*|[\]<]|~(?=~)|(?<=~)~|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|&(?=#?\w+;)/gu, "\\$&")
    .replace(/\s*\n\s*/g, "<br>")
    .replace(/\s+/g, " ");
  const lineOf = (cells) => `| ${cells.join(" | ")} |`;

  const markdownOf = (rows) => {
    const width = Math.max(...rows.map((row) => row.length));
    const full = rows.map((row) => [...row, ...Array(width - row.length).fill("")]);
    const isNumeric = (column) => {
      const cells = full.slice(1).map((row) => row[column].trim());
      return cells.some((cell) => NUMBER.test(cell)) && cells.every((cell) => EMPTY.test(cell) || NUMBER.test(cell));
    };
    const rules = full[0].map((_, column) => (isNumeric(column) ? "---:" : "---"));
    const [head, ...body] = full.map((row) => lineOf(row.map(escaped)));
    return [head, lineOf(rules), ...body].join("\n");
  };
  // Without empty rows and columns at the end; null if that is less than two columns or rows.
  const trimmed = (rows) => {
    const isFull = (cell) => cell.trim() !== "";
    const height = rows.findLastIndex((row) => row.some(isFull)) + 1;
    const cut = rows.slice(0, height).map((row) => row.slice(0, row.findLastIndex(isFull) + 1));
    return height > 1 && cut.some((row) => row.length > 1) ? cut : null;
  };

  const wordsOf = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data.replace(/\s+/g, " ");
    if (node.nodeName === "BR") return "\n";
    if (/^(STYLE|SCRIPT|TABLE)$/.test(node.nodeName)) return "";
    const words = [...node.childNodes].map(wordsOf).join("");
    return /^(P|DIV|LI)$/.test(node.nodeName) ? `\n${words}\n` : words;
  };
  // The cells of a copied HTML table; null if other words were copied with it.
  const htmlRows = (html) => {
    const { body } = new DOMParser().parseFromString(html, "text/html");
    const table = body.querySelector("table");
    if (!table) return null;
    for (const node of body.querySelectorAll("style, script")) node.remove();
    if (body.textContent.replace(/\s+/g, "") !== table.textContent.replace(/\s+/g, "")) return null;
    const rows = [...table.rows].map(() => []);
    [...table.rows].forEach((row, top) => {
      let column = 0;
      for (const cell of row.cells) {
        while (rows[top][column] !== undefined) column += 1;
        const words = wordsOf(cell).trim();
        for (let down = 0; down < cell.rowSpan && rows[top + down]; down += 1) {
          for (let right = 0; right < cell.colSpan; right += 1) rows[top + down][column + right] = down || right ? "" : words;
        }
      }
    });
    return trimmed(rows.map((row) => Array.from(row, (cell) => cell ?? "")));
  };
  // The cells of lines with tabs; a cell with line breaks is quoted. Null for other text, such as indented code.
  const tabRows = (text) => {
    const rows = [[]];
    const cell = /(?:"((?:[^"]|"")*)"|([^\t\n]*))(\t|\n|$)/y;
    const words = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "");
    while (cell.lastIndex <= words.length) {
      const [, quoted, plain, end] = cell.exec(words);
      rows.at(-1).push(quoted?.replaceAll('""', '"') ?? plain);
      if (end === "\n") rows.push([]);
      if (end === "") break;
    }
    const isEven = rows.every((row) => row.length === rows[0].length);
    return isEven && rows.some(([first]) => first.trim()) ? trimmed(rows) : null;
  };

  const isInCode = (text, place) => {
    let fence = "";
    for (const line of text.slice(0, place).split("\n").slice(0, -1)) {
      const [, mark = "", rest = ""] = /^[\s>]*(`{3,}|~{3,})(.*)$/.exec(line) || [];
      if (!fence) fence = mark;
      else if (mark.startsWith(fence) && !rest.trim()) fence = "";
    }
    return fence !== "";
  };
  // execCommand() keeps the undo history (Ctrl+Z).
  const type = (editor, words) => {
    editor.focus();
    if (words ? document.execCommand("insertText", false, words) : document.execCommand("delete")) return;
    editor.setRangeText(words, editor.selectionStart, editor.selectionEnd, "end");
    editor.dispatchEvent(new Event("input", { bubbles: true }));
  };
  // A table is a paragraph of its own.
  const insert = (editor, table) => {
    const before = editor.value.slice(0, editor.selectionStart);
    const after = editor.value.slice(editor.selectionEnd);
    const breaks = (text, edge) => "\n".repeat(text ? 2 - edge.exec(text)[0].length : 0);
    type(editor, breaks(before, /\n{0,2}$/) + table + (after ? breaks(after, /^\n{0,2}/) : "\n"));
  };

  for (const box of document.querySelectorAll(".markdownx")) {
    const editor = box.querySelector("textarea");
    let isPlain = false; // Ctrl+Shift+V pastes text as it is
    box.addEventListener("keydown", (event) => { isPlain = event.shiftKey && event.key.toLowerCase() === "v"; }, true);
    box.addEventListener("paste", (event) => {
      if (event.target !== editor || isPlain || isInCode(editor.value, editor.selectionStart)) return;
      const html = event.clipboardData.getData("text/html");
      const rows = html ? htmlRows(html) : tabRows(event.clipboardData.getData("text/plain"));
      if (!rows) return;
      event.preventDefault();
      event.stopImmediatePropagation(); // spreadsheets also add an image of the cells
      insert(editor, markdownOf(rows));
    }, true);
  }
})();
