// The comparison: keyboard shortcuts, the number of decided differences, and a local draft of the decisions.
(() => {
  const form = document.querySelector("#decide");
  if (!form) return;
  const save = form.querySelector(".submit-row .default");
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    if (!save || event.defaultPrevented || event.isComposing) return;
    event.preventDefault();
    save.click();
  });
  const places = [...form.querySelectorAll("[data-place]")];
  if (!places.length) return;
  const hasLetters = document.body.classList.contains("letter-keys");
  const FIELDS = "input:not([type=radio]), textarea, select";
  const state = form.querySelector(".saved");
  const radio = (place, value) => place.querySelector(`input[value=${value}]`);
  const isOpen = (place) => !place.querySelector("input:checked");

  const show = () => {
    const open = places.filter(isOpen);
    const words = state.dataset.decided.replace("%1", places.length - open.length).replace("%2", places.length);
    const why = open.length ? state.dataset.open.replace("%s", open[0].dataset.label) : "";
    const line = state.querySelector("[role=status]");
    line.replaceChildren(words, " ", Object.assign(document.createElement("span"), { className: why ? "why" : "", textContent: why }));
    for (const button of form.querySelectorAll(".submit-row [name=_save], .submit-row .default")) button.classList.toggle("not-yet", open.length > 0);
  };

  // The current difference: the focused one, otherwise the last visited one, otherwise the first undecided one.
  let last = null;
  const inHand = () => document.activeElement.closest?.("[data-place]") ?? last ?? places.find(isOpen) ?? places[0];
  const goTo = (place) => {
    last = place;
    const target = place.querySelector("input:checked") ?? radio(place, "ours");
    target.focus({ preventScroll: true });
    place.scrollIntoView({ block: "center" });
  };
  const next = () => {
    const after = places.slice(places.indexOf(inHand()) + 1);
    const place = after.find(isOpen) ?? places.find(isOpen);
    if (place) goTo(place); else save?.focus();
  };
  const choose = (value) => {
    const place = inHand();
    const input = radio(place, value);
    if (!input) return;
    input.click();
    goTo(place);
    if (value === "other") place.querySelector(".own textarea, .own select").focus();
  };

  const keys = { 1: () => choose("ours"), 2: () => choose("theirs"), 3: () => choose("other"), n: next };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const key = event.key.toLowerCase();
    if (event.target.closest?.(FIELDS) || document.querySelector("dialog[open]")) return;
    const isBackwards = getComputedStyle(form).direction === "rtl";
    const sides = { arrowleft: isBackwards ? "theirs" : "ours", arrowright: isBackwards ? "ours" : "theirs" };
    const act = sides[key] ? () => choose(sides[key]) : hasLetters && keys[key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  form.addEventListener("focusin", ({ target }) => { last = target.closest("[data-place]") ?? last; });

  // "All mine" and the like select the choices here, to be reviewed. Without JavaScript the server does it.
  form.addEventListener("click", (event) => {
    const side = event.target.closest("[name=_all]")?.value;
    if (!side) return;
    event.preventDefault();
    for (const place of places) radio(place, side).checked = true;
    changed();
  });

  // Local drafts, in case the session has expired. admin-copies.js keeps those of the edit page. After a login, the
  // form has a different key, so drafts with earlier keys count as well.
  const token = form.elements._copy?.value;
  const folder = form.dataset.copy && /^[0-9a-f]{16}$/.test(token ?? "") ? `galley-copy/${form.dataset.copy}/` : "";
  const fields = () => places.flatMap((place) => [...place.querySelectorAll("[name]")]);
  let isTyped = false;
  const changed = () => {
    isTyped = true;
    show();
    if (!folder) return;
    const kept = fields().filter((field) => field.type !== "radio" || field.checked).map(({ name, value }) => [name, value]);
    try { localStorage.setItem(folder + token, JSON.stringify(kept)); } catch { /* no room: the page still has it */ }
  };
  const bringBack = () => {
    const kept = new Map();
    try {
      for (const key of Object.keys(localStorage).filter((one) => one.startsWith(folder))) {
        for (const [name, value] of JSON.parse(localStorage.getItem(key))) kept.set(name, value);
        localStorage.removeItem(key);
      }
    } catch { return; }
    const known = fields().filter((field) => kept.has(field.name));
    for (const field of known) {
      if (field.type === "radio") field.checked = field.value === kept.get(field.name);
      else field.value = kept.get(field.name);
    }
    if (known.length) changed();
  };
  if (folder && places.every(isOpen)) bringBack();
  form.addEventListener("input", changed);
  let isSent = false;
  form.addEventListener("submit", () => { isSent = true; });
  addEventListener("pageshow", (event) => { if (event.persisted) isSent = false; });
  addEventListener("beforeunload", (event) => { if (isTyped && !isSent) event.preventDefault(); });
  show();
})();
