// Categories and authors as tokens with a search. The tokens change the rows of the table, which are submitted.
// A row with a new name creates its category or author when the article is saved.
(() => {
  const words = document.getElementById("token-words")?.dataset;
  const $ = window.django?.jQuery;
  if (!words || !$) return;
  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const button = (text, label, act) => {
    const made = make("button", { type: "button", textContent: text });
    made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  };
  const folded = (name) => name.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}\p{M}+#]+/gu, ""); // like fold_name()
  const tell = (field) => { field.dispatchEvent(new Event("input", { bubbles: true })); $(field).trigger("change"); };

  const dress = (group) => {
    const pattern = group.querySelector(".empty-form select.admin-autocomplete");
    const addRow = group.querySelector(".add-row a");
    if (!pattern || !addRow || group.querySelector(".errorlist")) return; // errors are shown in the rows of the table
    const rows = () => [...group.querySelectorAll("tr.form-row:not(.empty-form)")];
    const { new: prefix } = pattern.dataset; // only if this user may create rows
    const choiceOf = (row) => row.querySelector("select.admin-autocomplete");

    const list = make("ul", { className: "token-list" });
    list.setAttribute("aria-label", group.querySelector(".inline-heading").textContent.trim());
    const input = make("input", { type: "text", autocomplete: "off", placeholder: addRow.textContent.trim() });
    const options = make("ul", { id: `${group.id}-found`, className: "token-options", hidden: true });
    options.setAttribute("role", "listbox");
    options.setAttribute("aria-label", addRow.textContent.trim());
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": options.id, "aria-label": addRow.textContent.trim() })) input.setAttribute(name, value);
    const said = make("p", { className: "visually-hidden" });
    said.setAttribute("role", "status");
    const asTable = make("button", { type: "button", className: "as-table", textContent: words.table });
    asTable.setAttribute("aria-pressed", "false");
    const tokens = make("div", { className: "tokens" }, list, make("div", { className: "token-add" }, input, options), said);
    group.querySelector(".wrapper").before(asTable, tokens);
    group.classList.add("has-tokens");
    asTable.addEventListener("click", () => {
      const isTable = group.classList.toggle("is-table");
      asTable.setAttribute("aria-pressed", isTable);
      show();
    });

    const token = (row) => {
      const choice = choiceOf(row);
      const name = choice?.selectedOptions[0]?.text;
      if (!choice?.value || !name) return null;
      const drop = row.querySelector(".delete input");
      const item = make("li", {}, make("bdi", { textContent: name }));
      if (prefix && choice.value.startsWith(prefix)) {
        item.className = "is-new";
        item.append(make("small", { textContent: words.new }));
      }
      const level = row.querySelector("select:not(.admin-autocomplete)");
      if (level) {
        const copy = make("select", {}, ...[...level.options].map((option) => new Option(option.text, option.value)));
        copy.value = level.value;
        copy.setAttribute("aria-label", words.level.replace("%s", name));
        copy.addEventListener("change", () => { level.value = copy.value; tell(level); });
        item.append(copy);
      }
      const isGone = drop?.checked;
      item.classList.toggle("is-gone", Boolean(isGone));
      item.append(isGone
        ? button("↺", words.back.replace("%s", name), () => { drop.checked = false; tell(drop); input.focus(); })
        : button("×", words.remove.replace("%s", name), () => {
          if (drop) { drop.checked = true; tell(drop); } else row.querySelector(".inline-deletelink").click();
          said.textContent = words.removed.replace("%s", name);
          input.focus();
        }));
      return item;
    };
    let shown = "";
    const show = () => {
      const state = JSON.stringify(rows().map((row) => [...row.querySelectorAll("select, .delete input")].map((field) => [field.value, field.checked])));
      if (state === shown) return;
      shown = state;
      list.replaceChildren(...rows().map(token).filter(Boolean));
    };

    const add = ({ id, text }) => {
      const kept = rows().find((row) => choiceOf(row)?.value === String(id) && row.querySelector(".delete input")?.checked);
      if (kept) {
        kept.querySelector(".delete input").checked = false;
        tell(kept.querySelector(".delete input"));
      } else {
        let row = rows().find((one) => choiceOf(one) && !choiceOf(one).value);
        if (!row) {
          addRow.click();
          row = rows().at(-1);
        }
        choiceOf(row).add(new Option(text, id, true, true));
        tell(choiceOf(row));
      }
      said.textContent = words.added.replace("%s", text);
      input.value = "";
      close();
      show();
    };

    // The search uses the autocomplete endpoint of the field in the rows.
    let current = -1;
    let asked = 0;
    const mark = (index) => {
      current = index;
      [...options.children].forEach((option, place) => option.setAttribute("aria-selected", place === index));
      const option = options.children[index];
      if (option?.id) input.setAttribute("aria-activedescendant", option.id); else input.removeAttribute("aria-activedescendant");
      option?.scrollIntoView({ block: "nearest" });
    };
    const close = () => {
      options.hidden = true;
      input.setAttribute("aria-expanded", "false");
      mark(-1);
    };
    const search = async () => {
      const { ajaxUrl, appLabel, modelName, fieldName } = { ...pattern.dataset, ajaxUrl: pattern.getAttribute("data-ajax--url") };
      asked += 1;
      const number = asked;
      const query = new URLSearchParams({ term: input.value.trim(), app_label: appLabel, model_name: modelName, field_name: fieldName });
      const taken = new Set(rows().filter((row) => !row.querySelector(".delete input")?.checked).map((row) => choiceOf(row)?.value));
      let found = [];
      try {
        found = (await (await fetch(`${ajaxUrl}?${query}`)).json()).results;
      } catch { /* nothing is found without a connection */ }
      if (number !== asked || document.activeElement !== input) return;
      const free = found.filter(({ id }) => !taken.has(String(id))).map((one) => ({ ...one, shown: make("bdi", { textContent: one.text }) }));
      const name = input.value.trim().replace(/\s+/g, " ");
      const names = [...found.map(({ text }) => text), ...rows().map((row) => choiceOf(row)?.selectedOptions[0]?.text ?? "")];
      if (prefix && name && !names.map(folded).includes(folded(name))) free.push({ id: prefix + name, text: name, shown: words.create.replace("%s", name) });
      options.replaceChildren(...free.map((one, index) => {
        const option = make("li", { id: `${options.id}-${index}` }, one.shown);
        option.setAttribute("role", "option");
        option.addEventListener("mousedown", (event) => { event.preventDefault(); add(one); });
        option.choose = () => add(one);
        return option;
      }));
      if (!free.length) said.textContent = words.none;
      options.hidden = !free.length;
      input.setAttribute("aria-expanded", String(free.length > 0));
      mark(free.length && input.value.trim() ? 0 : -1);
    };
    let waiting = 0;
    input.addEventListener("input", (event) => {
      event.stopPropagation(); // typing in the search does not change the article
      clearTimeout(waiting);
      waiting = setTimeout(search, 150);
    });
    input.addEventListener("focus", search);
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      const number = options.children.length;
      if (event.key === "Enter") {
        event.preventDefault();
        options.children[current]?.choose();
      } else if (event.key === "Escape") {
        close();
      } else if (/^Arrow(Down|Up)$/.test(event.key) && number) {
        event.preventDefault();
        if (options.hidden) search();
        mark((current + (event.key === "ArrowDown" ? 1 : -1) + number) % number);
      }
    });

    $(group).on("change input click", () => setTimeout(show));
    for (const kind of ["formset:added", "formset:removed", "galley:restored"]) document.addEventListener(kind, () => setTimeout(show));
    show();
  };

  const start = () => setTimeout(() => document.querySelectorAll(".rail .inline-group").forEach(dress));
  if (document.readyState === "complete") start(); else addEventListener("load", start);
})();
