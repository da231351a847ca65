// The list of articles: keyboard shortcuts, and selecting the row last opened. Without it, links and checkboxes work.
(() => {
  const table = document.getElementById("result_list");
  const isOn = document.body.classList.contains("letter-keys");
  const place = `galley-list ${location.pathname}${location.search}`;
  const rows = table ? [...table.tBodies[0].rows] : [];
  const link = (row) => row.querySelector(".field-article a");
  const box = (row) => row.querySelector(".action-select");
  const current = () => rows.findIndex((row) => row.classList.contains("current"));
  let anchor = -1; // first row of a range selection

  const go = (number) => {
    const row = rows[Math.min(Math.max(number, 0), rows.length - 1)];
    if (!row) return;
    rows.forEach((other) => other.classList.toggle("current", other === row));
    link(row).focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };
  const check = (row, value) => {
    if (!box(row) || box(row).checked === value) return;
    box(row).click(); // so that Django's script updates its counter
  };
  const select = () => {
    const row = rows[current()];
    if (!row || !box(row)) return;
    check(row, !box(row).checked);
    anchor = current();
  };
  const selectRange = () => {
    const [first, last] = [anchor < 0 ? current() : anchor, current()].sort((a, b) => a - b);
    rows.slice(Math.max(first, 0), last + 1).forEach((row) => check(row, true));
  };
  // Select the first rows of the list. If they are on several pages, the number is sent, and the server selects them.
  const first = document.querySelector("input[name=select_first]");
  let isSelectingFirst = false;
  const selectFirst = () => {
    const number = Number(first.value);
    isSelectingFirst = true;
    rows.forEach((row, index) => check(row, index < number));
    isSelectingFirst = false;
    const counter = document.querySelector(".foot .action-counter");
    if (number > rows.length && counter) counter.textContent = first.dataset.selected.replace("%s", Math.min(number, first.max));
  };
  first?.addEventListener("input", selectFirst);
  first?.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); go(0); } });
  first?.form?.addEventListener("submit", () => { first.disabled = Number(first.value) <= rows.length; });
  document.addEventListener("change", (event) => {
    if (first && !isSelectingFirst && event.target.matches(".action-select, #action-toggle")) first.value = "";
  });
  const act = (name) => {
    if (!rows.some((row) => box(row)?.checked)) select();
    document.querySelector(`.foot [data-act="${name}"]`)?.click();
  };
  const clear = () => {
    rows.forEach((row) => check(row, false));
    document.querySelectorAll("details.chip[open]").forEach((chip) => { chip.open = false; });
  };
  const KEYS = {
    j: () => go(current() + 1),
    k: () => go(current() < 0 ? 0 : current() - 1),
    Enter: () => link(rows[Math.max(current(), 0)])?.click(),
    x: select,
    X: selectRange,
    e: () => { const row = rows[current()]; if (row) location.assign(link(row).dataset.edit); },
    p: () => act("publish"),
    s: () => act("schedule"),
    m: () => act("assign"),
    "#": () => act("move_to_trash"),
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest?.("input:not([type=checkbox]), textarea, select, dialog[open]")) return;
    if (event.key === "Escape") return clear();
    if (!isOn || !KEYS[event.key] || !rows.length) return;
    if (event.key === "Enter" && event.target !== document.body) return; // it presses what has the focus
    event.preventDefault();
    KEYS[event.key]();
  });

  // Select the row that was opened last, and scroll to it.
  table?.addEventListener("focusin", (event) => {
    const row = event.target.closest("tbody tr");
    if (row) rows.forEach((other) => other.classList.toggle("current", other === row));
  });
  addEventListener("pagehide", () => {
    const row = rows[current()];
    if (row) sessionStorage.setItem(place, row.querySelector(".action-select")?.value ?? link(row).href);
  });
  const kept = sessionStorage.getItem(place);
  const before = rows.findIndex((row) => (row.querySelector(".action-select")?.value ?? link(row).href) === kept);
  if (before >= 0) go(before);

  // Close a filter menu on a click outside it.
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.chip[open]").forEach((chip) => {
      if (!chip.contains(event.target)) chip.open = false;
    });
  });
})();
