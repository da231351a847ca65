// Keeps local drafts of unsaved forms in this browser, in case of an expired session, a crash or a lost connection.
(() => {
  const note = document.querySelector("[data-copies]");
  const { form, fields, isUnsaved, isShown } = window.galleyForm || {};
  if (!note || !form) return;
  let store;
  try { store = localStorage; } catch { return; }

  const place = `galley-copy/${note.dataset.copies}/`;
  const extra = document.querySelector(".submit-row .saved .extra");
  const words = document.querySelector(".submit-row .saved").dataset;
  const wasRefused = document.querySelector(".error-summary") !== null;
  const newToken = () => [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  // A form with errors keeps using its draft.
  const mine = (wasRefused && sessionStorage.getItem(place)) || newToken();
  sessionStorage.setItem(place, mine);
  form.elements._copy.value = mine;

  const isKept = ({ name, type }) => !/^(csrfmiddlewaretoken|_.*|initial-.*|.*__prefix__.*)$/.test(name) && !/^(file|password)$/.test(type);
  const valueOf = (field) => {
    if (field.type === "checkbox") return { checked: field.checked };
    return field.tagName === "SELECT" ? { value: field.value, text: field.selectedOptions[0]?.text } : { value: field.value };
  };
  const kept = () => fields().filter(isKept).map((field) => [field.name, valueOf(field)]);
  const compared = (entries) => JSON.stringify(entries.filter(([name]) => !/^(version|opened)$/.test(name)).map(([name, { value, checked }]) => [name, value ?? checked]));

  const timeOf = (moment, options) => moment.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...options });
  const whenOf = (moment) => (moment.toDateString() === new Date().toDateString()
    ? timeOf(moment) : timeOf(moment, { day: "numeric", month: "short", year: "numeric" }));

  let last = null;
  const keep = () => {
    if (!isShown()) return;
    if (!isUnsaved()) {
      if (last !== null) store.removeItem(place + mine);
      last = null;
      extra.textContent = "";
      return;
    }
    const now = kept();
    const content = JSON.stringify(now);
    if (content === last) return;
    try {
      store.setItem(place + mine, JSON.stringify({ time: Date.now(), fields: now }));
      extra.classList.remove("full");
      extra.textContent = words.kept.replace("%s", timeOf(new Date()));
    } catch {
      extra.classList.add("full");
      extra.textContent = words.full;
    }
    last = content;
  };
  let waiting = 0;
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(keep, 300); });
  setInterval(keep, 2000); // changed rows, pop-ups and chosen images trigger no input event
  addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", keep);

  // Do not submit while offline: the browser would replace the page with its own error page.
  const offline = document.querySelector(".offline-note");
  form.addEventListener("submit", (event) => {
    keep();
    offline.textContent = "";
    if (navigator.onLine) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // admin-unsaved.js must not count this as submitted
    offline.append(document.getElementById("offline-words").content.cloneNode(true));
    offline.querySelector("button").addEventListener("click", () => form.requestSubmit(event.submitter));
    offline.scrollIntoView({ block: "center" });
  }, true);

  // Drafts of earlier visits, newest first.
  const older = () => Object.keys(store).filter((key) => key.startsWith(place) && key !== place + mine).flatMap((key) => {
    try {
      const copy = JSON.parse(store.getItem(key));
      return [{ key, time: copy.time, fields: copy.fields }];
    } catch {
      return [];
    }
  }).sort((a, b) => b.time - a.time);

  const element = (name) => [...form.querySelectorAll("[name]")].find((field) => field.name === name);
  const put = (name, { value, text, checked }) => {
    const field = element(name);
    if (!field || !isKept(field)) return;
    if (field.type === "checkbox") field.checked = checked;
    else if (field.tagName === "SELECT" && ![...field.options].some((option) => option.value === value)) field.add(new Option(text, value, true, true));
    else field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    window.django?.jQuery(field).trigger("change");
  };
  // Restore inline rows only if the stored rows are the same as when the draft was begun.
  const prefixOf = (name) => /^(.+?)-(?:\d+-.*|[A-Z]+_FORMS)$/.exec(name)?.[1];
  const isAsBefore = (prefix, values) => [...values].every(([name, { value }]) => {
    const isFixed = prefixOf(name) === prefix && (name.endsWith("-INITIAL_FORMS") || /-id$/.test(name));
    return !isFixed || !value || element(name)?.value === value;
  });
  const restore = (copy) => {
    const values = new Map(copy.fields);
    for (const [name, { value }] of values) {
      if (!name.endsWith("-TOTAL_FORMS")) continue;
      const prefix = prefixOf(name);
      if (!isAsBefore(prefix, values)) {
        for (const key of [...values.keys()]) if (prefixOf(key) === prefix) values.delete(key);
        continue;
      }
      const add = document.querySelector(`#${CSS.escape(prefix)}-group .add-row a`);
      while (add && Number(element(name).value) < Number(value)) {
        const before = element(name).value;
        add.click();
        if (element(name).value === before) break;
      }
    }
    for (const [name, value] of values) if (!name.endsWith("_FORMS")) put(name, value);
    document.dispatchEvent(new CustomEvent("galley:restored"));
    keep();
    if (last !== null && !extra.classList.contains("full")) store.removeItem(copy.key);
  };

  const offer = () => {
    const now = compared(kept());
    const [copy] = older().filter((draft) => {
      if (compared(draft.fields) !== now) return true;
      store.removeItem(draft.key); // same as the page
      return false;
    });
    note.hidden = !copy;
    if (!copy) return;
    note.querySelector("p").textContent = note.dataset.words.replace("%s", whenOf(new Date(copy.time)));
    note.onclick = ({ target }) => {
      if (target.value === "discard") store.removeItem(copy.key);
      else if (target.value === "restore") restore(copy);
      else return;
      note.hidden = true;
      if (target.value === "discard") offer();
      if (note.hidden) form.querySelector("#id_body, #id_title")?.focus();
    };
  };
  const start = () => setTimeout(() => { if (!wasRefused) offer(); }, 10);
  if (document.readyState === "complete") start(); else addEventListener("load", start);
})();
