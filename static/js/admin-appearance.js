// Appearance: the preview follows the form. Without this script, the Preview button does it.
(() => {
  const form = document.getElementById("look");
  const live = document.querySelector("[data-preview]");
  if (!form || !live) return;
  const show = () => {
    const values = new FormData(form);
    for (const name of ["csrfmiddlewaretoken", "upload"]) values.delete(name);
    if (values.has("remove_logo")) values.set("logo", "");
    for (const frame of live.querySelectorAll("iframe")) {
      values.set("scheme", frame.dataset.scheme);
      frame.contentWindow.location.replace(`${live.dataset.preview}?${new URLSearchParams(values)}`);
    }
  };
  let waiting;
  form.addEventListener("input", (event) => {
    if (event.target.name === "own") form.querySelector("[name=tone][value=own]").checked = true;
    if (event.target.type === "file") return;
    clearTimeout(waiting);
    waiting = setTimeout(show, 250);
  });
  for (const radio of live.querySelectorAll("[name=shown]")) radio.addEventListener("input", show);
  // Only the server can read a new logo.
  form.upload?.addEventListener("change", () => form.requestSubmit(form.querySelector("[name=preview]")));
})();
