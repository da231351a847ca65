// Screens that set something up: the button of the foot bar has a key, the bar names what is not saved yet, and
// Esc closes a question.
(() => {
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") document.querySelector(".ask-line a.quiet")?.click();
  });
  const button = document.querySelector(".foot-bar [aria-keyshortcuts]");
  if (!button) return;
  const key = button.getAttribute("aria-keyshortcuts").replace("Control+", "").toLowerCase();
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== key || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    button.click();
  });

  const said = document.querySelector(".foot-bar [data-unsaved]");
  if (!said) return;
  const isChoice = (field) => field.type === "checkbox" || field.type === "radio";
  const valueOf = (field) => (isChoice(field) ? field.checked : field.value);
  const fields = [...button.form.elements].filter((field) => field.name && field.labels?.length && field.type !== "submit");
  const before = new Map(fields.map((field) => [field, valueOf(field)]));
  const nameOf = ({ labels: [label] }) => (label.querySelector("span") ?? label).firstChild.textContent.trim();
  const atFirst = said.textContent;
  button.form.addEventListener("input", () => {
    const changed = fields.filter((field) => valueOf(field) !== before.get(field) && (field.type !== "radio" || field.checked));
    said.textContent = changed.length ? `${said.dataset.unsaved}: ${changed.map(nameOf).join(", ")}` : atFirst;
  });
})();
