// The keys of the desk. Whatever says data-keys, such as "/" or "g a", is focused if it is a field and pressed if it is
// not. They do nothing where somebody types, with Ctrl, Alt or Cmd, or for people who have switched them off.
(() => {
  const FIELDS = "input:not([type=checkbox], [type=radio], [type=submit], [type=button]), textarea, select, [contenteditable], .select2-container";
  const PATIENCE = 1500; // milliseconds between the two keys of a pair
  const isOn = document.body.classList.contains("letter-keys");
  const menu = document.querySelector("#user-tools .menu");
  let before = "";
  let beforeAt = 0;

  const targetOf = (keys) => document.querySelector(`[data-keys="${CSS.escape(keys)}"]`);
  const press = (target) => {
    if (target.matches(FIELDS)) {
      target.focus();
      target.select?.();
    } else {
      target.click();
    }
  };

  const closeMenu = (event) => {
    if (!menu?.open) return;
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
    const pair = event.timeStamp - beforeAt < PATIENCE ? `${before} ${key}` : "";
    const target = (pair && targetOf(pair)) || targetOf(key);
    before = target ? "" : key;
    beforeAt = event.timeStamp;
    if (!target) return;
    event.preventDefault();
    press(target);
  });

  for (const button of document.querySelectorAll("[data-opens]")) {
    button.addEventListener("click", () => {
      if (menu?.open) {
        menu.open = false;
        menu.querySelector("summary").focus(); // where the focus returns to: the button is hidden by then
      }
      document.getElementById(button.dataset.opens)?.showModal();
    });
  }
  // A menu closes when something else is pressed; the window of keys when its surroundings are.
  document.addEventListener("click", (event) => {
    if (menu?.open && !menu.contains(event.target)) menu.open = false;
    if (event.target.matches("dialog.window")) event.target.close();
  });

  // On a phone the places scroll: the present one is brought into view.
  const here = document.querySelector(".places [aria-current]");
  const places = document.querySelector(".places");
  if (here && places.scrollWidth > places.clientWidth) {
    places.scrollLeft = here.offsetLeft - (places.clientWidth - here.offsetWidth) / 2;
  }
})();
