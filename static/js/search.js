// Suggests titles, topics and authors while typing. The form works without this file; Enter searches unless a suggestion is selected.
for (const field of document.querySelectorAll("[data-suggestions]")) {
  const line = field.closest(".query");
  const dialog = field.closest("dialog");
  const box = document.createElement("div");
  const status = document.createElement("span");
  let timer, waiting, options = [], chosen = -1;
  box.className = "suggestions";
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  dialog ? line.after(box, status) : line.append(box, status);
  const set = (name, value) => field.setAttribute(name, value);
  set("role", "combobox");
  set("aria-autocomplete", "list");

  const choose = (number) => {
    chosen = number;
    options.forEach((option, place) => option.setAttribute("aria-selected", place === chosen));
    const option = options[chosen];
    option ? set("aria-activedescendant", option.id) : field.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  };
  const show = (html) => {
    box.innerHTML = html;
    options = [...box.querySelectorAll("[role=option]")];
    options.forEach((option, place) => { option.id = `suggestion-${place}`; });
    const list = box.querySelector("[role=listbox]");
    list ? set("aria-controls", list.id) : field.removeAttribute("aria-controls");
    status.textContent = list?.dataset.said ?? "";
    box.hidden = !(dialog ? list : options.length);
    set("aria-expanded", String(!box.hidden));
    choose(-1);
  };
  const ask = async () => {
    waiting?.abort();
    waiting = new AbortController();
    const text = field.value.trim();
    const isShort = text.length < 2;
    if (isShort && !dialog) return show("");
    const query = isShort ? "" : `?${new URLSearchParams({ q: text })}`;
    try {
      const answer = await fetch(field.dataset.suggestions + query, { signal: waiting.signal });
      const html = answer.ok ? await answer.text() : "";
      if (document.activeElement === field || dialog) show(html);
    } catch { /* superseded by further typing, or offline */ }
  };

  show("");
  if (dialog || (document.activeElement === field && field.value)) ask(); // the dialog suggests before anything is typed
  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 150); });
  if (!dialog) field.addEventListener("blur", () => { clearTimeout(timer); waiting?.abort(); show(""); });
  box.addEventListener("pointerdown", (event) => event.preventDefault());
  box.addEventListener("click", ({ target }) => {
    const option = target.closest("[role=option]");
    if (option) location.href = option.dataset.url;
  });
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const number = options.length;
    if (box.hidden || event.isComposing) return;
    if (step) choose((chosen + step + 1 + number + 1) % (number + 1) - 1);
    else if (event.key === "Enter" && chosen >= 0) location.href = options[chosen].dataset.url;
    else if (event.key === "Escape") dialog ? dialog.close() : show("");
    else return;
    event.preventDefault();
  });
}
