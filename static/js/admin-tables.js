// Tables in the text: pasted from a spreadsheet as Markdown, and edited in a dialog.
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
  // Without empty rows and columns at the end. Null if fewer than two rows or columns are left, or if the first column
  // is empty, as in copied code.
  const trimmed = (rows) => {
    const isFull = (cell) => cell.trim() !== "";
    const height = rows.findLastIndex((row) => row.some(isFull)) + 1;
    const cut = rows.slice(0, height).map((row) => row.slice(0, row.findLastIndex(isFull) + 1));
    return height > 1 && cut.some((row) => row.length > 1) && cut.some(([first = ""]) => isFull(first)) ? cut : null;
  };

  const wordsOf = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data.replace(/\s+/g, " ");
    if (node.nodeName === "BR") return "\n";
    if (node.nodeType !== Node.ELEMENT_NODE) return "";
    const words = [...node.childNodes].map(wordsOf).join("");
    return /^(P|DIV|LI)$/.test(node.nodeName) ? `\n${words}\n` : words;
  };
  const LAYOUT = "table, ul, ol, pre, blockquote, h1, h2, h3, h4, h5, h6"; // not found in tables of data
  // The cells of a copied HTML table; null if other words were copied with it.
  const htmlRows = (html) => {
    const { body } = new DOMParser().parseFromString(html, "text/html");
    const table = body.querySelector("table");
    if (!table || table.querySelector(LAYOUT)) return null;
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
  // The cells of lines with tabs; a cell with line breaks is quoted. Null for other text.
  const tabRows = (text) => {
    if (!text.includes("\t")) return null;
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
    return isEven ? trimmed(rows) : null;
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

  const RULE = /^\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;
  const OTHER = /^(?:#{1,6}\s|`{3}|~{3}|[-*+]\s|\d+[.)]\s|(?:[-*_]\s*){3,}$)/; // blocks that end a table
  const PREFIX = /^[\s>]*/; // of a table in a list or quotation
  const RULES = { "": "---", left: ":---", center: ":---:", right: "---:" };

  const cellsOf = (line) => line.replace(PREFIX, "").trim().replace(/^\|/, "").replace(/(?<!\\)\|$/, "")
    .split(/(?<!\\)\|/).map((cell) => cell.trim());
  const sideOf = (rule) => (rule.endsWith(":") ? (rule.startsWith(":") ? "center" : "right") : rule.startsWith(":") ? "left" : "");
  // Cells are shown with plain pipes and line breaks.
  const shown = (cell) => cell.replace(/\\\|/g, "|").replace(/<br\s*\/?>/gi, "\n");
  const stored = (words) => words.trim().replace(/\|/g, "\\|").replace(/\s*\n\s*/g, "<br>");

  // The table around a place in a text: rows with their lines, alignment, start and end. Null if there is none.
  const tableAt = (text, place) => {
    if (isInCode(text, place)) return null;
    const lines = text.split("\n");
    const at = text.slice(0, place).split("\n").length - 1;
    const quotes = (line) => PREFIX.exec(line)[0].replace(/\s/g, "");
    const isPart = (line) => line?.replace(PREFIX, "") && quotes(line) === quotes(lines[at]);
    let top = at, end = at;
    while (isPart(lines[top - 1])) top -= 1;
    while (isPart(lines[end])) end += 1;
    for (let rule = top + 1; rule < end && rule <= at + 1; rule += 1) {
      const bare = lines[rule].replace(PREFIX, "");
      const sides = cellsOf(lines[rule]).map(sideOf);
      if (!bare.includes("|") || !RULE.test(bare) || cellsOf(lines[rule - 1]).length !== sides.length) continue;
      let last = rule + 1;
      while (last < end && !OTHER.test(lines[last].replace(PREFIX, ""))) last += 1;
      if (at >= last) continue;
      const rows = [lines[rule - 1], ...lines.slice(rule + 1, last)].map((line) => {
        const cells = sides.map((_, column) => shown(cellsOf(line)[column] ?? ""));
        return { line, cells, before: JSON.stringify(cells) };
      });
      const start = lines.slice(0, rule - 1).join("\n").length + (rule > 1 ? 1 : 0);
      const size = lines.slice(rule - 1, last).join("\n").length;
      return { rows, sides, rule: lines[rule], before: JSON.stringify(sides), start, end: start + size, prefix: PREFIX.exec(lines[rule])[0] };
    }
    return null;
  };
  // Lines whose cells are unchanged stay as they are.
  const textOf = ({ rows, sides, rule, before, prefix }) => {
    const lines = rows.map((row) => {
      return JSON.stringify(row.cells) === row.before ? row.line : prefix + lineOf(row.cells.map(stored));
    });
    lines.splice(1, 0, JSON.stringify(sides) === before ? rule : prefix + lineOf(sides.map((side) => RULES[side])));
    return lines.join("\n");
  };

  // The dialog: one field for each cell. Buttons act on the row or column of the cell that had the focus last.
  const dialog = document.getElementById("table");
  const grid = dialog?.querySelector("table");
  const side = dialog?.querySelector("select");
  const status = dialog?.querySelector("[role=status]");
  let table = null, editor = null, opened = "", here = [0, 0];

  const fieldAt = ([row, column]) => grid.rows[row].cells[column].firstChild;
  const markHere = () => {
    for (const cell of grid.querySelectorAll(".is-here")) cell.classList.remove("is-here");
    for (const row of grid.rows) row.cells[here[1]].classList.add("is-here");
    side.value = table.sides[here[1]];
    for (const [kind, number] of [["row", table.rows.length - 1], ["column", table.sides.length]]) {
      dialog.querySelector(`[value=remove-${kind}]`).disabled = number < 2 || (kind === "row" && !here[0]);
    }
  };
  const draw = () => {
    grid.replaceChildren(...table.rows.map((row, top) => {
      const line = document.createElement("tr");
      line.append(...row.cells.map((words, column) => {
        const cell = document.createElement(top ? "td" : "th");
        if (!top) cell.scope = "col";
        const field = document.createElement("textarea");
        const label = top ? dialog.dataset.cell.replace("%1", top) : dialog.dataset.heading;
        field.setAttribute("aria-label", label.replace("%2", column + 1));
        field.rows = 1;
        field.value = words;
        field.className = table.sides[column];
        field.addEventListener("input", () => { row.cells[column] = field.value; status.textContent = ""; });
        field.addEventListener("focus", () => { here = [top, column]; markHere(); });
        cell.append(field);
        return cell;
      }));
      return line;
    }));
    here = [Math.min(here[0], table.rows.length - 1), Math.min(here[1], table.sides.length - 1)];
    fieldAt(here).focus();
    markHere();
  };
  const emptyRow = (width) => ({ cells: Array(width).fill("") });
  const acts = {
    "add-row": () => { table.rows.splice(here[0] + 1, 0, emptyRow(table.sides.length)); here[0] += 1; },
    "add-column": () => {
      here[1] += 1;
      for (const row of table.rows) row.cells.splice(here[1], 0, "");
      table.sides.splice(here[1], 0, "");
    },
    "remove-row": () => { table.rows.splice(here[0], 1); },
    "remove-column": () => {
      for (const row of table.rows) row.cells.splice(here[1], 1);
      table.sides.splice(here[1], 1);
    },
  };
  const isChanged = () => JSON.stringify(table) !== opened;
  const finish = () => {
    dialog.close();
    editor.focus();
    if (!isChanged()) return;
    if (table.start === undefined) {
      insert(editor, textOf(table));
      return;
    }
    editor.setSelectionRange(table.start, table.end);
    type(editor, textOf(table));
  };
  const open = (field) => {
    editor = field;
    table = tableAt(editor.value, editor.selectionStart)
      || { rows: [emptyRow(2), emptyRow(2), emptyRow(2)], sides: ["", ""], prefix: "" };
    opened = JSON.stringify(table);
    here = [0, 0];
    status.textContent = "";
    dialog.showModal();
    draw();
  };

  dialog?.addEventListener("click", ({ target }) => {
    const { value } = target.closest("button") || {};
    if (value === "cancel") dialog.close();
    if (value === "done") finish();
    if (acts[value]) { acts[value](); draw(); }
  });
  side?.addEventListener("change", () => { table.sides[here[1]] = side.value; draw(); side.focus(); });
  dialog?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.target.nodeName !== "TEXTAREA") return;
    if (event.ctrlKey || event.metaKey) { event.preventDefault(); finish(); return; }
    if (event.shiftKey) return; // a line break in the cell
    event.preventDefault();
    if (here[0] === table.rows.length - 1) { acts["add-row"](); draw(); } else fieldAt([here[0] + 1, here[1]]).focus();
  });
  // Escape discards what was typed only when it is pressed again.
  dialog?.addEventListener("cancel", (event) => {
    if (!isChanged() || status.textContent) return;
    event.preventDefault();
    status.textContent = status.dataset.changed;
  });

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
    const button = dialog && box.querySelector("[data-table]");
    if (!button) continue;
    button.hidden = false;
    button.addEventListener("click", () => open(editor));
  }
})();
