// Focus the error summary, so that keyboard and screen reader start there.
document.querySelector(".error-summary")?.focus();

// An autocomplete field is hidden: links to it focus its select2 box instead.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  const box = field?.matches("select.admin-autocomplete") && field.parentElement.querySelector(".select2-selection");
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.scrollIntoView({ block: "center" });
});
