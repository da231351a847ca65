// The screen of people: an answer opens in the page, at once, so that a number and Enter carry it out without a page load between
// them. Without this script, and for answers that are not prepared, the links load the page with the answer.
(() => {
  const links = [...document.querySelectorAll(".decide [data-answer]")];
  const formOf = (link) => document.getElementById(link.dataset.answer);
  const isTyping = () => links.some((link) => !formOf(link).hidden && formOf(link).querySelector("[type=text]")?.value);

  const show = (opened) => {
    for (const link of links) {
      const isOpen = link === opened;
      formOf(link).hidden = !isOpen;
      link.setAttribute("aria-expanded", isOpen);
    }
    if (!opened) return;
    const form = formOf(opened);
    (form.querySelector("[data-first]") ?? form.querySelector("[data-cancel]")).focus({ preventScroll: true });
    form.scrollIntoView({ block: "nearest" });
  };

  for (const link of links) {
    const form = formOf(link);
    const close = () => {
      show(null);
      link.focus();
    };
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      show(link);
    });
    form.querySelector("[data-cancel]").addEventListener("click", (event) => {
      event.preventDefault();
      close();
    });
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing) return;
      event.stopPropagation();
      close();
    });
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault(); // Enter was pressed twice
      form.dataset.sent = "yes";
    });
  }
  window.addEventListener("pageshow", () => links.forEach((link) => { delete formOf(link).dataset.sent; }));

  // What is removed: passages that are ticked, or those that a source does not support.
  for (const choice of document.querySelectorAll("[data-removal]")) {
    const form = choice.closest("form");
    const removed = choice.dataset.removal === "checked" ? ":checked" : ":not(:checked)";
    form.addEventListener("change", () => {
      const ticks = [...form.querySelectorAll(`[data-passages]${removed}`)];
      const sum = (name) => ticks.reduce((total, tick) => total + Number(tick.dataset[name]), 0);
      const pattern = sum("passages") === 1 ? choice.dataset.one : choice.dataset.many;
      choice.textContent = pattern.replace("#", sum("passages")).replace("@", sum("words"));
    });
  }

  // Letters neither act from a tick or a choice of an open answer, nor lose a source that was typed.
  document.addEventListener("keydown", (event) => {
    if (event.key.length !== 1 || event.ctrlKey || event.altKey || event.metaKey) return;
    const isChoice = event.target.matches?.(".outcome input");
    const isNumber = links.some((link) => link.dataset.keys === event.key);
    if (isChoice || (isTyping() && !isNumber)) event.stopPropagation();
  }, true);
})();
