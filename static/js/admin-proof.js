// The proof of an article, which also works without this script. The script selects options, enables approval when the
// end has been on screen, compares typed text, and keeps numbers in the margin apart.
(() => {
  const one = (selector) => document.querySelector(selector);
  const said = one("#said");
  const say = (words) => { setTimeout(() => { said.textContent = words; }, 100); };

  // The options of the current mark: the selected one sets the labels of the field and the button.
  const settle = one("#settle");
  const answers = settle ? [...settle.querySelectorAll(".four button")] : [];
  if (answers.length) {
    const field = settle.querySelector(".field");
    const keep = settle.querySelector("[data-keeps]");
    const outcome = Object.assign(document.createElement("input"), { type: "hidden", name: "outcome" });
    settle.prepend(outcome); // before the buttons: Django uses the last value, that of a pressed button
    const choose = (answer) => {
      outcome.value = answer.value;
      for (const other of answers) if (other.hasAttribute("aria-pressed")) other.setAttribute("aria-pressed", String(other === answer));
      const { field: label, placeholder, keep: words, hint } = answer.dataset;
      field.hidden = !label;
      field.querySelector("label").textContent = label;
      field.querySelector("input").placeholder = placeholder;
      keep.firstChild.textContent = `${words} `;
      settle.querySelector(".hint").textContent = hint;
    };
    for (const answer of answers) {
      if (!answer.hasAttribute("aria-pressed")) continue;
      answer.type = "button";
      answer.addEventListener("click", () => {
        choose(answer);
        (field.hidden || answer.dataset.placeholder && answer.dataset.keys === "4" ? keep : field.querySelector("input")).focus();
      });
    }
    choose(answers.find((answer) => answer.hasAttribute("aria-pressed")));
  }

  // The paragraph to rewrite, with the changes.
  const typed = one("#rewrite textarea");
  if (typed) {
    const was = one("#rewrite .was");
    const token = one("#rewrite [name=csrfmiddlewaretoken]").value;
    let timer = 0;
    const compare = async () => {
      const body = new URLSearchParams({ text: typed.value, place: typed.dataset.place, csrfmiddlewaretoken: token });
      const answer = await fetch(typed.dataset.difference, { method: "POST", body }).catch(() => null);
      if (!answer?.ok) return;
      // HTML from our own server, with all text escaped.
      was.innerHTML = await answer.text();
      was.hidden = !was.querySelector("ins, del");
    };
    typed.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(compare, 300); });
    typed.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) typed.form.requestSubmit();
      else if (event.key === "Escape") one("#rewrite [data-leaves]").click();
      else return;
      event.preventDefault();
    });
  }

  // Enable approval when the end of the article has been on screen.
  const approve = one("#approve-button");
  const end = one(".finis");
  if (approve && end) {
    const key = `proof-read/${approve.dataset.page}`;
    const state = one("#why");
    const open = () => {
      if (one("#approve input[name=read]").value) return;
      one("#approve input[name=read]").value = "1";
      sessionStorage.setItem(key, "1");
      for (const place of [one(".big-line"), state]) if (place?.dataset.read) place.textContent = place.dataset.read;
      state.classList.replace("reading", "ready");
      if (approve.dataset.open) return;
      approve.removeAttribute("aria-disabled");
      approve.classList.add("default");
    };
    approve.addEventListener("click", (event) => {
      if (approve.getAttribute("aria-disabled") !== "true") return;
      event.preventDefault();
      if (approve.dataset.open) location.assign(approve.dataset.open);
      else end.scrollIntoView({ block: "end" });
    });
    if (sessionStorage.getItem(key)) open();
    else new IntersectionObserver((entries) => { if (entries.some((entry) => entry.isIntersecting)) open(); }).observe(end);
  }

  // Place the numbers of one line next to each other. The fourth and later ones are only in the sidebar.
  const arrange = () => {
    const lines = new Map();
    for (const number of document.querySelectorAll(".sheet a.no")) {
      number.className = number.className.replace(/ ?place-\d/, "");
      const line = Math.round(number.getBoundingClientRect().top / 14);
      const before = lines.get(line) ?? lines.get(line - 1) ?? 0;
      lines.set(line, before + 1);
      if (before) number.classList.add(`place-${Math.min(before, 3)}`);
    }
  };
  arrange();
  document.fonts?.ready.then(arrange);
  addEventListener("resize", arrange);

  // On a phone the card of the current mark is above the toolbar.
  const foot = one(".foot");
  const measure = () => document.documentElement.style.setProperty("--phone-foot", `${foot.offsetHeight}px`);
  measure();
  addEventListener("resize", measure);

  // Show the current mark in the sidebar. After resolving, focus its first option or the approve button. Wait for the
  // load event, because the browser then moves to the fragment of the URL and takes the focus with it.
  one(".marks .now")?.scrollIntoView({ block: "nearest" });
  const address = new URLSearchParams(location.search);
  const focus = () => {
    if (typed) typed.focus();
    else if (address.has("mark") || address.has("settled")) (answers[0] ?? approve)?.focus({ preventScroll: true });
    else if (location.hash === "#title") one("#title").focus({ preventScroll: true });
  };
  if (document.readyState === "complete") focus();
  else addEventListener("load", () => setTimeout(focus));
  const toast = one(".toast");
  if (toast) say([...toast.querySelectorAll("p")].map((line) => line.textContent).join(" "));
})();
