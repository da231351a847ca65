// The contact sheet: save each field when the user leaves it, load further images while scrolling, and count those seen.
(() => {
  const form = document.getElementById("sheet");
  if (!form) return;
  const list = form.querySelector(".contact");
  const said = document.getElementById("said");
  const seenLine = document.getElementById("seen");
  const fine = document.getElementById("fine");
  const following = document.getElementById("following");
  const total = Number(fine?.dataset.total ?? list.children.length);
  const seen = new Set();
  const failed = new Set();
  // Send requests one after another: two may change the same article.
  let last = Promise.resolve();
  let isLoading = false;

  const itemOf = (element) => element.closest("[data-image]");
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const count = () => {
    const isComplete = seen.size >= total;
    seenLine.textContent = fill(seenLine.dataset[isComplete ? "all" : "seen"], { seen: seen.size, all: total });
    fine?.setAttribute("aria-disabled", String(!isComplete));
  };

  const tell = (item, sentence, isSaved) => {
    const state = item.querySelector(".state");
    state.textContent = sentence;
    state.className = `state ${isSaved ? "ok" : "stop"}`;
    if (isSaved) item.querySelector(".no").classList.add("done");
    said.textContent = sentence;
  };
  const valuesOf = (item) => {
    const key = item.dataset.image;
    const values = [...item.querySelectorAll("textarea, input:checked")].filter((field) => field.name.endsWith(`-${key}`));
    return values.filter((field) => field.value.trim() && !field.disabled).map((field) => [field.name, field.value]);
  };
  const save = async (item) => {
    const data = new FormData();
    for (const name of ["csrfmiddlewaretoken", "scope"]) data.append(name, form.elements[name].value);
    const shown = item.querySelector("[name=seen]");
    const values = valuesOf(item);
    data.append("seen", shown.value);
    for (const [name, value] of values) data.append(name, value);
    try {
      const answer = await fetch(location.href, { method: "POST", body: data, headers: { Accept: "application/json" } });
      const { said: sentence, seen: state, left } = await answer.json();
      tell(item, sentence, answer.ok);
      if (!answer.ok) return;
      shown.value = state;
      // The rest is asked about at the end, so its values are sent again.
      if (left) item.dataset.left = "";
      else delete item.dataset.changed;
    } catch {
      tell(item, form.dataset.failed, false);
    }
  };
  const saveLater = (item) => { last = last.then(() => save(item)); return last; };

  const mark = (item) => {
    for (const other of list.querySelectorAll(".now")) if (other !== item) other.classList.remove("now");
    item?.classList.add("now");
  };
  const showDecorative = (item, isDecorative) => {
    for (const field of item.querySelectorAll("textarea, input[type=radio]")) field.disabled = isDecorative;
  };
  const move = (item) => {
    const next = item.nextElementSibling;
    (next?.querySelector("input[type=radio], textarea:not(:disabled)") ?? next?.querySelector("input:not([type=hidden])") ?? fine)?.focus();
  };

  form.addEventListener("focusin", ({ target }) => mark(itemOf(target)));
  form.addEventListener("input", ({ target }) => {
    if (target.matches("textarea")) itemOf(target).dataset.changed = "";
  });
  form.addEventListener("change", ({ target }) => {
    const item = itemOf(target);
    if (!item) return;
    item.dataset.changed = "";
    if (target.type === "radio") for (const field of item.querySelectorAll("textarea")) field.value = "";
    if (target.matches("textarea") && target.value.trim()) {
      for (const radio of item.querySelectorAll("[type=radio]")) radio.checked = false;
    }
    if (target.type === "checkbox") {
      showDecorative(item, target.checked);
      if (!target.checked) { item.querySelector("textarea").focus(); return; }
    }
    if (target.matches("textarea") && !target.value.trim()) return;
    saveLater(item);
  });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.repeat) return;
    if (event.key === "Enter" && event.ctrlKey && fine) {
      event.preventDefault();
      document.activeElement?.blur?.(); // a changed field is saved first
      fine.click();
      return;
    }
    const item = itemOf(event.target) ?? list.querySelector(".now");
    if (!item) return;
    const key = event.key.toLowerCase();
    if (event.altKey && !event.ctrlKey && key === "d") {
      event.preventDefault();
      item.querySelector("[type=checkbox]")?.click();
    } else if (event.altKey && !event.ctrlKey && key === "r") {
      event.preventDefault();
      item.querySelector("[data-replace]")?.click();
    } else if (event.key === "Enter" && !event.shiftKey && !event.altKey && event.target.matches("textarea, [type=radio], [type=checkbox]")) {
      event.preventDefault();
      event.target.blur(); // fires "change" if it was changed
      move(item);
    }
  });

  // An image that does not load keeps its place, and is not counted as looked at.
  const fail = (item) => {
    failed.add(item.dataset.image);
    const [frame, none] = item.querySelectorAll(".frame");
    if (!none) return;
    frame.hidden = true;
    none.hidden = false;
  };
  const again = (item) => {
    const [frame, none] = item.querySelectorAll(".frame");
    failed.delete(item.dataset.image);
    none.hidden = true;
    frame.hidden = false;
    const image = frame.querySelector("img");
    image.loading = "eager";
    image.src = image.getAttribute("src");
  };
  list.addEventListener("error", ({ target }) => { if (target.matches?.("img")) fail(itemOf(target)); }, true);
  list.addEventListener("click", ({ target }) => { if (target.matches("[data-again]")) again(itemOf(target)); });

  const onScreen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.add(entry.target.dataset.image);
      onScreen.unobserve(entry.target);
    }
    count();
  }, { threshold: 0.5 });
  const watch = (item) => {
    onScreen.observe(item);
    const image = item.querySelector("img");
    if (image?.complete && !image.naturalWidth && image.loading !== "lazy") fail(item);
    const box = item.querySelector("[type=checkbox]");
    if (box?.checked) showDecorative(item, true);
  };

  const load = async () => {
    const next = document.querySelector(".pages a[rel=next]");
    if (!next || isLoading) return;
    isLoading = true;
    try {
      const page = new DOMParser().parseFromString(await (await fetch(next.href)).text(), "text/html");
      for (const item of page.querySelectorAll(".contact > li")) {
        if (!list.querySelector(`[data-image="${CSS.escape(item.dataset.image)}"]`)) list.append(document.adoptNode(item));
      }
      const pages = page.querySelector(".pages");
      if (pages) document.querySelector(".pages").replaceWith(document.adoptNode(pages));
      for (const item of list.children) if (!item.dataset.watched) { item.dataset.watched = ""; watch(item); }
      showNumber();
    } catch {
      // offline: the next scroll tries again
    }
    isLoading = false;
  };
  const showNumber = () => {
    if (!following) return;
    following.hidden = list.children.length >= total;
    following.dataset.pattern ??= following.textContent;
    following.textContent = fill(following.dataset.pattern, { shown: list.children.length, all: total });
  };
  for (const item of list.children) { item.dataset.watched = ""; watch(item); }
  if (following) {
    new IntersectionObserver((entries) => { if (entries.some((entry) => entry.isIntersecting)) load(); }, { rootMargin: "600px" }).observe(following);
    following.hidden = false;
  }
  showNumber();

  // Replacing an image leaves the sheet: it returns to the image, and what was seen stays seen.
  const PLACE = "contact-sheet";
  const query = new URLSearchParams(location.search);
  query.delete("page");
  list.addEventListener("click", ({ target }) => {
    const link = target.closest("[data-replace]");
    if (!link) return;
    const url = new URL(link.href);
    url.searchParams.delete("page"); // the sheet loads its pages from the first one on
    link.href = url;
    sessionStorage.setItem(PLACE, JSON.stringify([`${query}`, ...seen]));
  });
  const returnTo = async (id) => {
    const [shown, ...keys] = JSON.parse(sessionStorage.getItem(PLACE) ?? "[]");
    sessionStorage.removeItem(PLACE);
    if (shown === `${query}`) for (const key of keys) seen.add(key);
    for (let number = 0; !document.getElementById(id) && number < list.children.length;) {
      number = list.children.length;
      await load();
    }
    const item = document.getElementById(id);
    item?.querySelector("[data-replace]")?.focus({ preventScroll: true });
    item?.scrollIntoView({ block: "center" });
    count();
  };
  if (location.hash.startsWith("#image-")) returnTo(location.hash.slice(1));
  count();

  // Send what was seen, and only fields that are not saved yet.
  form.addEventListener("submit", (event) => {
    if (event.submitter === fine && fine.getAttribute("aria-disabled") === "true") {
      event.preventDefault();
      const unseen = [...list.children].find((item) => !seen.has(item.dataset.image));
      (unseen ?? list.lastElementChild).scrollIntoView({ block: "center" });
      return;
    }
    if (!("ready" in form.dataset)) {
      event.preventDefault();
      // Not within this event: the browser would ignore it.
      last.then(() => setTimeout(() => { form.dataset.ready = ""; form.requestSubmit(event.submitter); }));
      return;
    }
    for (const item of list.children) {
      const isSent = "changed" in item.dataset || "left" in item.dataset;
      for (const field of item.querySelectorAll("textarea, input:not([name=seen])")) field.disabled ||= !isSent;
    }
    for (const key of failed) {
      const field = Object.assign(document.createElement("input"), { type: "hidden", name: "failed", value: key });
      form.append(field);
    }
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
