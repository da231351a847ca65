// An empty autocomplete field has no name for those who hear the page: select2 names it by its value alone.
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
      const value = box.firstElementChild; // a text box in name only
      value.removeAttribute("role");
      value.removeAttribute("aria-readonly");
    }
  };

  // The sign before the filter of a box of rows has a name and no role, which only pictures may.
  const nameSigns = () => {
    for (const sign of document.querySelectorAll(".search-label-icon")) sign.setAttribute("role", "img");
  };

  // After select2's own start, which jQuery puts off.
  addEventListener("load", () => setTimeout(() => { nameBoxes(); nameSigns(); }));
  document.addEventListener("formset:added", () => setTimeout(nameBoxes));
})();
