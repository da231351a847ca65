// Suggests titles, topics and authors while typing. The form works without this file; Enter searches unless a title is selected.
for (const field of document.querySelectorAll("[data-suggestions]")) {
  const list = document.createElement("ul");
  const status = document.createElement("span");
  let timer, waiting, chosen = -1;
  list.id = `${field.id}-suggestions`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.labels[0].textContent);
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  field.after(list, status);
  const set = (name, value) => field.setAttribute(name, value);
  set("role", "combobox");
  set("aria-autocomplete", "list");
  set("aria-controls", list.id);

  const choose = (number) => {
    chosen = number;
    [...list.children].forEach((option, place) => option.setAttribute("aria-selected", place === chosen));
    const option = list.children[chosen];
    option ? set("aria-activedescendant", option.id) : field.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  };
  const show = (found) => {
    list.replaceChildren(...found.map(({ title, url, kind = "", lang = "", dir = "" }, place) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${place}`;
      option.textContent = title;
      if (kind) option.dataset.kind = kind;
      if (lang) Object.assign(option, { lang, dir });
      option.dataset.url = url;
      option.setAttribute("role", "option");
      return option;
    }));
    list.hidden = !found.length;
    set("aria-expanded", String(!list.hidden));
    choose(-1);
  };
  const ask = async () => {
    waiting?.abort();
    waiting = new AbortController();
    const text = field.value.trim();
    if (text.length < 2) return show([]);
    try {
      const answer = await fetch(`${field.dataset.suggestions}?${new URLSearchParams({ q: text })}`, { signal: waiting.signal });
      const { suggestions } = await answer.json();
      if (document.activeElement !== field) return;
      show(suggestions);
      status.textContent = suggestions.length ? `${field.dataset.some} ${suggestions.length}` : field.dataset.none;
    } catch { /* superseded by further typing, or offline */ }
  };

  show([]);
  if (document.activeElement === field && field.value) ask(); // typed before this script loaded
  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 150); });
  field.addEventListener("blur", () => { clearTimeout(timer); waiting?.abort(); show([]); });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => { location.href = event.target.closest("li").dataset.url; });
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const number = list.children.length;
    if (list.hidden || event.isComposing) return;
    if (step) choose((chosen + step + 1 + number + 1) % (number + 1) - 1);
    else if (event.key === "Enter" && chosen >= 0) location.href = list.children[chosen].dataset.url;
    else if (event.key === "Escape") show([]);
    else return;
    event.preventDefault();
  });
}
