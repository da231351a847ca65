// Leaving a form with unsaved changes asks first, whatever they are: what would be sent is compared with what was shown.
(() => {
  const form = document.querySelector(".change-form #content-main form[id$='_form']");
  if (!form || !form.querySelector(".submit-row [name=_save], .submit-row [name=_continue]")) return;

  // What the boxes of chosen rows hold is selected on saving only; a row that is to be added has no number yet.
  const isSent = (field) => field.name && !field.disabled && !/^(submit|button|reset)$/.test(field.type);
  const isChosenBox = (field) => field.matches(".selector-chosen select");
  const valueOf = (field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked;
    if (field.type === "select-multiple") {
      return [...(isChosenBox(field) ? field.options : field.selectedOptions)].map((option) => option.value).sort();
    }
    return field.value;
  };
  const content = () => JSON.stringify([...form.elements]
    .filter((field) => isSent(field) && !field.matches(".selector-available select, .selector-filter input"))
    .map((field) => [field.name, valueOf(field)]));

  // A form that came back with errors holds unsaved text from the start.
  let unsaved = document.querySelector(".error-summary, .errornote") !== null;
  let shown = null;
  let sent = null;
  form.addEventListener("input", (event) => { if (shown === null && event.isTrusted) unsaved = true; });
  // Other scripts put their fields in order when all is loaded.
  const start = () => setTimeout(() => { shown = content(); });
  if (document.readyState === "complete") start(); else addEventListener("load", start);

  form.addEventListener("submit", () => { sent = content(); });
  for (const link of document.querySelectorAll("a[data-leave]")) {
    link.addEventListener("click", () => { sent = content(); });
  }
  addEventListener("beforeunload", (event) => {
    const now = content();
    if (now !== sent && (unsaved || (shown !== null && now !== shown))) event.preventDefault();
  });
})();
