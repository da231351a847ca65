// The question before a bulk fix that would end approvals: its numbers follow the ticks. Without it, the choices at the side work.
(() => {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) document.getElementById("cancel").click();
  });
  const form = document.getElementById("cost");
  if (!form) return;

  const ticks = [...form.querySelectorAll("[name=skip]")];
  const all = document.getElementById("all-out");
  const apply = document.getElementById("apply");
  const unlisted = Number(apply.dataset.unlisted);
  const fill = (id, form_, values) => {
    const element = document.getElementById(id);
    element.textContent = (element.dataset[form_] ?? element.dataset.many).replace(/\{(\w+)\}/g, (_, name) => values[name]);
  };
  const show = () => {
    const ticked = ticks.filter((tick) => tick.checked).length;
    const total = ticks.length + unlisted;
    const skipped = form.elements.how.value === "all" ? 0 : ticked + unlisted;
    const values = { ticked, total, skipped, ended: total - skipped, changed: Number(apply.dataset.articles) - skipped };
    const number = values.ended === 0 ? "none" : values.ended === 1 ? "one" : "many";
    fill("changed", values.changed === 1 ? "one" : "many", values);
    fill("ticked", "many", values);
    fill("apply", number, values);
    document.getElementById("ended").hidden = values.ended === 0;
    fill("ended", number, values);
    all.checked = ticked === ticks.length;
    all.indeterminate = ticked > 0 && ticked < ticks.length;
  };
  const choose = (how) => { form.elements.how.value = how; };

  form.addEventListener("change", ({ target }) => {
    if (target.name === "how" && target.value !== "choose") {
      ticks.forEach((tick) => { tick.checked = target.value === "skip"; });
    } else if (target === all) {
      // Public articles are included only one by one, or by choosing all.
      ticks.forEach((tick) => { tick.checked = all.checked || "public" in tick.dataset; });
      choose("choose");
    } else if (target.name === "skip") {
      choose("choose");
    }
    show();
  });
  window.addEventListener("pageshow", show);
})();
