// A form that came back begins with what is wrong with it: there the keyboard starts, and there reading aloud does.
document.querySelector(".error-summary")?.focus();

// A field with a search of its own is hidden behind that: what leads to the field leads there.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  const box = field?.matches("select.admin-autocomplete") && field.parentElement.querySelector(".select2-selection");
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.scrollIntoView({ block: "center" });
});
