// Keyboard shortcuts. An element with data-keys, such as "/" or "g a", is focused if it is a field and clicked otherwise.
// Shortcuts are ignored in fields, with Ctrl, Alt or Cmd, and for users who have turned them off.
(() => {
  const FIELDS = "input:not([type=checkbox], [type=radio], [type=submit], [type=button]), textarea, select, [contenteditable], .select2-container";
  const PAIR_TIMEOUT = 1500; // milliseconds between the two keys of a pair
  const isOn = document.body.classList.contains("letter-keys");
  const menus = [...document.querySelectorAll("#user-tools .menu")];
  let before = "";
  let beforeAt = 0;

  const targetOf = (keys) => document.querySelector(`[data-keys="${CSS.escape(keys)}"]`);
  const press = (target) => {
    if (target.matches(FIELDS)) {
      target.closest("details")?.setAttribute("open", "");
      target.focus();
      target.select?.();
    } else {
      target.click();
    }
  };

  const openMenu = () => menus.find((menu) => menu.open);
  const closeMenu = (event) => {
    const menu = openMenu();
    if (!menu) return;
    menu.open = false;
    if (event.target.closest?.(".menu")) menu.querySelector("summary").focus();
  };
  const clear = (event) => {
    closeMenu(event);
    if (event.target.id !== "seek") return;
    if (event.target.value) event.target.value = "";
    else event.target.blur();
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.repeat) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape") return clear(event);
    if (!isOn || event.key.length !== 1) return;
    if (event.target.closest?.(FIELDS) || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    const pair = event.timeStamp - beforeAt < PAIR_TIMEOUT ? `${before} ${key}` : "";
    const target = (pair && targetOf(pair)) || targetOf(key);
    before = target ? "" : key;
    beforeAt = event.timeStamp;
    if (!target) return;
    event.preventDefault();
    press(target);
  });

  for (const button of document.querySelectorAll("[data-opens]")) {
    button.addEventListener("click", () => {
      const menu = openMenu();
      if (menu) {
        menu.open = false;
        menu.querySelector("summary").focus(); // the dialog returns the focus there: the button will be hidden
      }
      document.getElementById(button.dataset.opens)?.showModal();
    });
  }
  // Close the menu and the dialog of shortcuts on a click outside.
  document.addEventListener("click", (event) => {
    for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
    if (event.target.matches("dialog.window")) event.target.close();
  });

  // On narrow screens the navigation and the tabs scroll: scroll the current link into view.
  for (const here of document.querySelectorAll(".places [aria-current], .tabs [aria-current]")) {
    const strip = here.closest(".places, .tabs");
    const offset = here.getBoundingClientRect().left - strip.getBoundingClientRect().left;
    strip.scrollLeft += offset - (strip.clientWidth - here.offsetWidth) / 2;
  }

  // There the toolbar lies over the end of the page, which keeps as much room for it.
  const toolbar = document.querySelector(".foot, .submit-row[role=toolbar], .looks .acts");
  if (toolbar) {
    new ResizeObserver(() => document.documentElement.style.setProperty("--phone-foot", `${toolbar.offsetHeight}px`)).observe(toolbar);
  }
})();
