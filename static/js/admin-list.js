// Lists of imports and held updates: the selection, and keyboard shortcuts for rows. Without it, links and checkboxes work.
(() => {
  const rows = [...document.querySelectorAll("[data-row]")];
  const box = (row) => row?.querySelector("input[type=checkbox]");

  // What is selected, and what accepting it ends.
  const boxes = rows.map(box).filter(Boolean);
  const all = document.getElementById("all-rows");
  const selected = document.getElementById("selected");
  const counted = (number, name) => selected.dataset[number === 1 ? `${name}One` : `${name}Many`]?.replace("{number}", number);
  const empty = selected?.textContent;
  const count = () => {
    const checked = boxes.filter((each) => each.checked);
    const ends = checked.filter((each) => "endsApproval" in each.dataset).length;
    const parts = [counted(checked.length, "files"), ends ? counted(ends, "ends") : ""];
    selected.textContent = checked.length ? parts.filter(Boolean).join(" ") : empty;
    if (all) all.checked = checked.length === boxes.length;
  };
  if (selected) {
    document.addEventListener("change", ({ target }) => {
      if (target === all) for (const each of boxes) each.checked = all.checked;
      count();
    });
    count(); // the browser may have kept the selection
  }

  if (!document.body.classList.contains("letter-keys")) return;
  const current = () => rows.findIndex((row) => row.classList.contains("now"));
  const go = (number) => {
    const row = rows[Math.min(Math.max(number, 0), rows.length - 1)];
    if (!row) return;
    rows.forEach((other) => other.classList.toggle("now", other === row));
    row.querySelector("a[href]").focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };
  const KEYS = {
    j: () => go(current() + 1),
    k: () => go(current() < 0 ? 0 : current() - 1),
    x: () => box(rows[current()])?.click(),
    Escape: () => rows.forEach((row) => { if (box(row)?.checked) box(row).click(); }),
  };

  // Captured, because the keys of a row win over those of all pages, such as C.
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest?.("input:not([type=checkbox]), textarea, select, dialog[open]")) return;
    const ofRow = rows[current()]?.querySelector(`[data-row-key="${CSS.escape(event.key)}"]`);
    const act = ofRow ? () => ofRow.click() : KEYS[event.key];
    if (!act) return;
    if (event.key !== "Escape") event.preventDefault();
    act();
  }, true);
})();
