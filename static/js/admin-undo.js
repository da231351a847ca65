// A toast shows the last action for eight seconds, or while it has the pointer or the focus. U undoes the action, also later.
(() => {
  const { page, letterKeys } = document.currentScript.dataset;
  const hideLater = () => {
    const toast = document.querySelector(".toast");
    if (!toast) return;
    const isHeld = () => toast.matches(":hover, :focus-within");
    const hide = () => { if (!isHeld()) toast.hidden = true; };
    let timer = setTimeout(hide, 8000);
    for (const event of ["pointerleave", "focusout"]) {
      toast.addEventListener(event, () => { clearTimeout(timer); timer = setTimeout(hide, 8000); });
    }
  };
  hideLater();
  document.addEventListener("galley:refreshed", hideLater);

  if (letterKeys !== "on") return;
  const isField = (element) => element.closest("input, textarea, select, [contenteditable], [role=searchbox], [role=combobox]");
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "u" || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.repeat || event.isComposing || event.defaultPrevented || isField(event.target)) return;
    event.preventDefault();
    // Without a toast, on another page, show first what would be undone.
    const form = document.getElementById("undo-form");
    if (form) form.requestSubmit(); else location.assign(page);
  });
})();
