// Ask before leaving a form with unsaved changes: the current values are compared with those first shown.
(() => {
  const form = document.querySelector(".change-form #content-main form[id$='_form']");
  if (!form || !form.querySelector(".submit-row [name=_save], .submit-row [name=_continue]")) return;

  // Options in the boxes of chosen rows are selected only on saving, so all of them count.
  const isSent = (field) => field.name && !field.disabled && !/^(submit|button|reset)$/.test(field.type);
  const isChosenBox = (field) => field.matches(".selector-chosen select");
  const valueOf = (field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked;
    if (field.type === "select-multiple") {
      return [...(isChosenBox(field) ? field.options : field.selectedOptions)].map((option) => option.value).sort();
    }
    return field.value;
  };
  const fields = () => [...form.elements]
    .filter((field) => isSent(field) && field.name !== "_copy" && !field.matches(".selector-available select, .selector-filter input"));
  const content = () => JSON.stringify(fields().map((field) => [field.name, valueOf(field)]));

  // A form with errors has unsaved changes from the start.
  let unsaved = document.querySelector(".error-summary, .errornote") !== null;
  let shown = null;
  let sent = null;
  form.addEventListener("input", (event) => { if (shown === null && event.isTrusted) unsaved = true; });
  // Other scripts initialise their fields on load.
  const start = () => setTimeout(() => { shown = content(); });
  if (document.readyState === "complete") start(); else addEventListener("load", start);

  // A submission to another window, such as a preview, does not save.
  form.addEventListener("submit", (event) => { if (event.submitter?.formTarget !== "_blank") sent = content(); });
  addEventListener("pageshow", (event) => { if (event.persisted) sent = null; });
  for (const link of document.querySelectorAll("a[data-leave]")) {
    link.addEventListener("click", () => { sent = content(); });
  }
  addEventListener("beforeunload", (event) => {
    const now = content();
    if (now !== sent && (unsaved || (shown !== null && now !== shown))) event.preventDefault();
  });

  // Ctrl+S or Cmd+S saves and stays on the page. Ctrl+P opens the preview.
  const keys = { s: "_continue", p: "_preview" };
  document.addEventListener("keydown", (event) => {
    const button = form.elements[keys[event.key.toLowerCase()]];
    if (!button || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    button.click();
  });

  // Names of changed fields. The two inputs of a date count as one, and so do all rows of a table.
  const changed = () => {
    if (shown === null) return [];
    const before = new Map(JSON.parse(shown).map(([name, value]) => [name, JSON.stringify(value)]));
    const now = new Map(fields().map((field) => [field.name, JSON.stringify(valueOf(field))]));
    const names = [...new Set([...before.keys(), ...now.keys()])].filter((name) => before.get(name) !== now.get(name));
    return [...new Set(names.map((name) => name.replace(/-(\d+-.*|[A-Z]+_FORMS)$|_[01]$/, "")))];
  };

  const state = document.querySelector(".submit-row .saved");
  const announce = (text) => {
    const status = state.querySelector("[role=status]");
    if (status.textContent !== text) status.textContent = text;
  };
  const show = () => {
    const number = changed().length;
    const { one, many, refused } = state.dataset;
    if (number) announce(number === 1 ? one : many.replace("%s", number));
    else announce(unsaved && shown !== null ? refused : "");
  };
  if (state) setInterval(() => { if (!document.hidden) show(); }, 1000);

  window.galleyForm = { form, fields, changed, isUnsaved: () => unsaved || changed().length > 0, isShown: () => shown !== null };
})();
