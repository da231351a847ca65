// The proof of an article. Everything on it works without this script: it chooses answers by key, opens approval when
// the end has been on screen, shows what typed words change, and keeps numbers in the margin apart.
(() => {
  const one = (selector) => document.querySelector(selector);
  const said = one("#said");
  const say = (words) => { setTimeout(() => { said.textContent = words; }, 100); };

  // The answers to the mark in hand: what is chosen names the field and the button.
  const settle = one("#settle");
  const answers = settle ? [...settle.querySelectorAll(".four button")] : [];
  if (answers.length) {
    const field = settle.querySelector(".field");
    const keep = settle.querySelector("[data-keeps]");
    const outcome = Object.assign(document.createElement("input"), { type: "hidden", name: "outcome" });
    settle.prepend(outcome); // before the buttons: of two values, the one that was pressed counts
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

  // The paragraph that is written anew, with what its words change.
  const typed = one("#rewrite textarea");
  if (typed) {
    const was = one("#rewrite .was");
    const token = one("#rewrite [name=csrfmiddlewaretoken]").value;
    let timer = 0;
    const compare = async () => {
      const body = new URLSearchParams({ text: typed.value, place: typed.dataset.place, csrfmiddlewaretoken: token });
      const answer = await fetch(typed.dataset.difference, { method: "POST", body }).catch(() => null);
      if (!answer?.ok) return;
      // The spans are our own, with every word escaped.
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

  // Approval opens when the end of the article has been on screen.
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

  // Numbers in one line stand beside each other; the fourth and further ones stand in the rail only.
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

  // On a phone the card of the mark in hand stands above the foot.
  const foot = one(".foot");
  const measure = () => document.documentElement.style.setProperty("--phone-foot", `${foot.offsetHeight}px`);
  measure();
  addEventListener("resize", measure);

  // The mark in hand, in the rail; after settling, its first answer or the button to approve has the focus. A browser
  // goes to the place in the address when all is loaded, and takes the focus along: so this waits for that.
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
