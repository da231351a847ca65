// The lists of sources. Keys move and act; “Replace everywhere” and “Ignore” open their form in the row, and “Check again”
// shows the new state in place. Without this script, these are pages and forms of their own.
(() => {
  const list = document.querySelector("#source-rows");
  const { offline, loggedOut, failed } = document.currentScript.dataset;
  const AGAIN = 800; // milliseconds
  const isOn = document.body.classList.contains("letter-keys");
  const parse = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");
  // The page stays as it is: what was typed can be sent again.
  const tell = (why) => {
    document.querySelectorAll(".messagelist").forEach((list) => list.remove());
    const list = Object.assign(document.createElement("ul"), { className: "messagelist" });
    const line = Object.assign(document.createElement("li"), { className: "error", textContent: why });
    line.setAttribute("role", "alert");
    list.append(line);
    document.getElementById("content").before(list);
  };
  const wait = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });
  const rows = () => [...(list?.querySelectorAll(":scope > [data-row]") ?? [])];
  const current = () => list?.querySelector(":scope > .now[data-row]");
  const openForm = () => document.querySelector("#open-form");

  const go = (step) => {
    const all = rows();
    const next = all[Math.min(Math.max(all.indexOf(current()) + step, 0), all.length - 1)];
    all.forEach((row) => row.classList.toggle("now", row === next));
    next?.querySelector(".src-url, a, button")?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "nearest" });
  };

  // The form of a row.
  const opened = new WeakMap(); // {form: the link that opened it}
  const close = () => {
    const form = openForm();
    if (!form) return false;
    const opener = opened.get(form);
    if (!opener) return false;
    form.remove();
    opener.focus();
    return true;
  };
  const put = (form, place) => {
    const fresh = document.adoptNode(form);
    place.replaceWith(fresh);
    return fresh;
  };
  const open = async (link) => {
    const answer = await fetch(link.href).catch(() => null);
    const form = answer?.ok && !answer.redirected && (await parse(answer)).querySelector("#open-form");
    if (!form) return location.assign(link.href);
    close();
    const fresh = document.adoptNode(form);
    link.closest("[data-row]").append(fresh);
    opened.set(fresh, link);
    fresh.querySelector("input:not([type=hidden])")?.focus();
    count();
  };
  const count = () => {
    const button = openForm()?.querySelector("[data-label]");
    if (!button) return;
    const boxes = [...openForm().querySelectorAll("[name=article]")];
    const ticked = boxes.filter((box) => box.checked).length;
    button.querySelector("span").textContent = button.dataset.label.replace("%(done)s", ticked).replace("%(skipped)s", boxes.length - ticked);
  };
  // The new URL is opened while the editor looks: the server renders the form again until it is.
  const look = async (act) => {
    for (let again = act; ; again = "open") {
      const form = openForm();
      const body = new FormData(form);
      body.set("act", again);
      const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
      if (!answer) tell(offline);
      if (!answer?.ok || openForm() !== form) return;
      const found = (await parse(answer)).querySelector("#open-form");
      if (!found) return;
      const link = opened.get(form);
      const fresh = put(found, form);
      if (link) opened.set(fresh, link);
      if (!fresh.matches("[data-awaits]")) return fresh.querySelector(".default, #new-url")?.focus();
      await wait(AGAIN);
    }
  };
  // A form that saves is sent by the browser, once the server has answered: until then, nothing is lost.
  const sent = new WeakSet();
  const save = async (form, button) => {
    const answer = await fetch(form.action).catch(() => null);
    if (!answer?.ok) return tell(answer ? failed : offline);
    if ((await parse(answer)).querySelector("#login-form")) return tell(loggedOut);
    sent.add(form);
    form.requestSubmit(button);
  };
  document.addEventListener("submit", (event) => {
    const { target: form, submitter: button } = event;
    if (form.id !== "open-form" || sent.has(form)) return;
    event.preventDefault();
    if (["open", "again"].includes(button?.value)) look(button.value);
    else save(form, button);
  });
  document.addEventListener("change", count);
  if (openForm()?.matches("[data-awaits]")) look("open");

  // Check again: the state turns into “Opening…” in place, and the row keeps its place.
  const check = async (button) => {
    const row = button.closest("[data-row]");
    button.disabled = true;
    const sent = await fetch(button.form.action, { method: "POST", body: new FormData(button.form) }).catch(() => null);
    if (!sent) tell(offline);
    while (sent) {
      const answer = await fetch(button.dataset.checks).catch(() => null);
      if (!answer?.ok) break;
      const state = (await parse(answer)).querySelector(".state-is");
      state.setAttribute("role", "status");
      row.querySelector(":scope > .state-is").replaceWith(document.adoptNode(state));
      if (answer.headers.get("X-Awaited") !== "yes") break;
      await wait(AGAIN);
    }
    button.disabled = false;
    button.focus({ preventScroll: true });
  };

  document.addEventListener("click", (event) => {
    const target = event.target.closest?.("a, button");
    if (!target || event.ctrlKey || event.metaKey) return;
    if (target.matches("[data-opens-form]")) {
      event.preventDefault();
      open(target);
    } else if (target.matches("[data-closes-form]") && close()) event.preventDefault();
    else if (target.matches("[data-checks]")) {
      event.preventDefault();
      check(target);
    }
  });
  // The settings.
  const settings = document.getElementById("source-settings");
  settings?.addEventListener("input", () => {
    const said = document.querySelector(".foot-bar .said");
    said.textContent = said.dataset.unsaved;
  });
  document.addEventListener("keydown", (event) => {
    const save = document.querySelector(".foot-bar [form=source-settings]");
    if (save && event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
      event.preventDefault();
      return save.click();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && close()) return event.preventDefault();
    if (!isOn || !list || event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select")) return;
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") {
      event.preventDefault();
      go(key === "j" ? 1 : -1);
    } else if (/^[123]$/.test(key)) current()?.querySelector(`[data-row-key="${key}"]`)?.click();
    else if (key === "enter" && event.target === document.body) current()?.querySelector(".src-url")?.click();
  });
})();
