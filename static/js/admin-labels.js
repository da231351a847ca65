// Names autocomplete fields for screen readers: select2 names them only by their value, which may be empty.
(() => {
  const labelOf = (select) => select.getAttribute("aria-label") || select.labels[0]?.textContent.replace(/:\s*$/, "");

  const nameBoxes = () => {
    for (const select of document.querySelectorAll("select.admin-autocomplete")) {
      const box = select.parentElement.querySelector(".select2-selection");
      const label = labelOf(select);
      if (!box || box.id || !label) continue;
      box.id = `${select.id}-box`;
      box.setAttribute("aria-label", label);
      box.setAttribute("aria-labelledby", `${box.id} ${box.getAttribute("aria-labelledby")}`);
      const value = box.firstElementChild; // has the role of a text box, but is none
      value.removeAttribute("role");
      value.removeAttribute("aria-readonly");
    }
  };

  // The icon of a filter has an aria-label but no role, and needs one.
  const nameSigns = () => {
    for (const sign of document.querySelectorAll(".search-label-icon")) sign.setAttribute("role", "img");
  };

  // After the initialisation of select2, which jQuery defers.
  addEventListener("load", () => setTimeout(() => { nameBoxes(); nameSigns(); }));
  document.addEventListener("formset:added", () => setTimeout(nameBoxes));
})();
