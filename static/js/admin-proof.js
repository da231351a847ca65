// The proof of an article, which also works without this script. The script opens the answers to a mark, keeps typed
// letters from acting on the article, enables approval when the end has been on screen, and composes what readers will
// see. Elements are looked up when they are needed, because parts of the page may be replaced.
(() => {
  const one = (selector) => document.querySelector(selector);
  const isOn = document.body.classList.contains("letter-keys");
  const all = (selector) => [...document.querySelectorAll(selector)];
  const say = (words) => { setTimeout(() => { one("#said").textContent = words; }, 100); };
  const FIELDS = "input:not([type=checkbox], [type=radio], [type=submit], [type=button]), textarea, select, [contenteditable]";
  const BUSY = 5000; // milliseconds until keys act on this page again if the next page does not come
  const KEPT = "proof-keys";
  const AT_ONCE = "[data-at-once]"; // an answer that its key saves; a click opens its field
  const STRAY = 1000; // milliseconds after such a key, and after each letter that was meant for its field
  const HARMLESS = /^[ 1-4abjknu?]$/i;

  // The answers to the current mark. Each is a form; the button of an answer opens it and focuses its field.
  const openAnswer = () => one(".answer.open");
  const buttonOf = (answer) => one(`[data-answer="${answer.id}"]`);
  const close = () => {
    const answer = openAnswer();
    if (!answer) return;
    answer.classList.remove("open");
    buttonOf(answer)?.setAttribute("aria-pressed", "false");
  };
  const open = (button) => {
    close();
    const answer = document.getElementById(button.dataset.answer);
    button.setAttribute("aria-pressed", "true");
    answer.classList.add("open");
    const block = answer.matches(".rewrite") && one(".sheet mark.hot")?.closest(".prose > *");
    if (block) block.after(answer); // the sentence is rewritten in the text itself
    const target = answer.querySelector(".field input, textarea") ?? answer.querySelector(".acts button") ?? button;
    target.focus({ preventScroll: true });
    answer.scrollIntoView({ block: "nearest" });
  };

  // The sentence that is rewritten, with the changes.
  let timer = 0;
  const compare = async (typed) => {
    const was = typed.form.querySelector(".was");
    const token = typed.form.querySelector("[name=csrfmiddlewaretoken]").value;
    const body = new URLSearchParams({ text: typed.value, place: typed.dataset.place, csrfmiddlewaretoken: token });
    const answer = await fetch(typed.dataset.difference, { method: "POST", body }).catch(() => null);
    if (!answer?.ok) return;
    // HTML from our own server, with all text escaped.
    was.innerHTML = await answer.text();
    was.hidden = !was.querySelector("ins, del");
  };
  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-difference]")) return;
    clearTimeout(timer);
    timer = setTimeout(compare, 300, event.target);
  });

  // The question before publishing.
  const ask = () => one("#publish.open, #publish:target");
  const closeQuestion = () => {
    one("#publish").classList.remove("open");
    if (location.hash === "#publish") location.hash = "";
    one("[data-keys=p]")?.focus({ preventScroll: true });
  };

  // The form that approves the article.
  const form = () => one("#approve");
  const ticks = () => all("#approve [name=checked]");
  const readTick = () => one("#approve [name=checked][value=read]");
  let readAt = "";
  let isFormOpen = false;
  const storageKey = () => `proof-read/${form().dataset.page}`;
  const isInView = (element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return top < innerHeight && bottom > 0;
  };
  const sync = () => {
    const isTicked = (tick) => tick.checked || tick === readTick();
    one("#approve [name=shown]").value = ticks().filter(isTicked).map((tick) => tick.value).join(",");
    for (const tick of ticks()) {
      const said = one(`[data-said="${tick.value}"]`);
      const leftOut = one(`[data-left-out="${tick.value}"]`);
      if (said) said.hidden = !isTicked(tick);
      if (leftOut) leftOut.hidden = isTicked(tick);
    }
    const notes = one(".approve .not");
    if (notes) notes.hidden = !notes.querySelector("i:not([hidden])");
  };
  const showReading = () => {
    const button = one("#approve-button");
    if (!form() || !button) return;
    const told = readTick().closest("label").querySelector("small");
    told.textContent = readAt ? told.dataset.read.replace("%s", readAt) : told.dataset.unread;
    if (!readAt) return;
    const state = one("#why");
    for (const place of [one(".big-line"), state]) if (place?.dataset.read) place.textContent = place.dataset.read;
    state.classList.replace("reading", "ready");
    if (button.matches("[data-open]")) return;
    button.removeAttribute("aria-disabled");
    button.classList.add("default");
  };
  const hasBeenRead = () => {
    if (readAt) return;
    readAt = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
    sessionStorage.setItem(storageKey(), readAt);
    showReading();
  };
  const pressApprove = (event) => {
    const button = event.target.closest("#approve-button");
    if (readAt && !button.matches("[data-open]") && isFormOpen && isInView(form())) return; // sends the form
    event.preventDefault();
    if (button.matches("[data-open]")) one("#first-open").click();
    else if (!readAt) one(".finis").scrollIntoView({ block: "end" });
    else {
      isFormOpen = true;
      form().scrollIntoView({ block: form().offsetHeight < innerHeight / 2 ? "end" : "start" });
      ticks().find((tick) => !tick.checked)?.focus({ preventScroll: true });
    }
  };
  document.addEventListener("change", (event) => {
    if (!event.target.matches("#approve [name=checked]")) return;
    sync();
    for (const said of all("[data-said] > span")) said.classList.toggle("new", said.parentNode.dataset.said === event.target.value);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button, a");
    if (!button) return;
    if (button.matches("[data-answer]")) {
      // A key always opens the answer. A second click closes it.
      if (event.detail && button.getAttribute("aria-pressed") === "true") close();
      else open(button);
    } else if (button.matches("[data-closes]")) {
      const opener = buttonOf(openAnswer());
      close();
      opener.focus();
    } else if (button.id === "approve-button") pressApprove(event);
    else if (button.matches("[href='#publish']")) {
      event.preventDefault();
      one("#publish").classList.add("open");
      one("#publish .default").focus();
    } else if (button.matches("[data-closes-ask]")) {
      event.preventDefault();
      closeQuestion();
    } else if (button.closest(".ask")) one("#publish").classList.remove("open");
  });

  // Keys that are pressed while the next page loads are meant for it. If it shows another mark, they are kept for its
  // answers; otherwise they are ignored.
  let isLeaving = false;
  let kept = null;
  const stay = () => {
    isLeaving = false;
    kept = null;
    sessionStorage.removeItem(KEPT);
  };
  const leave = (isForMark) => {
    isLeaving = true;
    kept = isForMark ? [] : null;
    setTimeout(stay, BUSY);
  };
  const keep = (keys) => {
    kept = keys;
    sessionStorage.setItem(KEPT, JSON.stringify([location.pathname, ...keys]));
  };
  const typeKept = () => {
    const [page, ...keys] = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
    sessionStorage.removeItem(KEPT);
    if (page === location.pathname) type(keys);
  };
  const type = (keys) => {
    while (keys.length && !isLeaving) {
      const key = keys.shift();
      const field = openAnswer()?.querySelector(".field input, textarea");
      if (key === "Enter") return; // saves nothing that was not on screen
      if (field) field.setRangeText(key, field.selectionStart, field.selectionEnd, "end");
      else if (!buttonFor(key)?.matches(AT_ONCE)) (/^[nb]$/i.test(key) ? one(`[data-keys="${key.toLowerCase()}"]`) : buttonFor(key))?.click();
    }
    if (isLeaving) keep(keys); // for the mark after this one
    else openAnswer()?.querySelector("[data-difference]")?.dispatchEvent(new Event("input", { bubbles: true }));
  };
  addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || link.target) return;
    const isSamePage = link.pathname === location.pathname;
    if (isSamePage && link.search === location.search) return; // only to a place of this page
    leave(isSamePage && new URLSearchParams(link.search).has("mark"));
  });

  // Send a form once.
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (event.target.id === "approve") {
      if (!readAt) {
        event.preventDefault();
        one(".finis").scrollIntoView({ block: "end" });
        return;
      }
      readTick().checked = true;
      sync();
    }
    if (isLeaving) return event.preventDefault();
    leave(event.target.matches(".answer"));
  });
  addEventListener("pageshow", ({ persisted }) => { if (persisted) stay(); });

  // After the key of an answer that is saved at once, letters may be meant for its field: none of them acts.
  let savedByKey = null;
  let savedAt = -STRAY;
  let hasStray = false;
  const isStray = (event, isLetter) => {
    hasStray = isLetter && event.timeStamp - savedAt < STRAY && (hasStray || !HARMLESS.test(event.key));
    if (hasStray) savedAt = event.timeStamp;
    return hasStray;
  };

  // Before the keyboard shortcuts of all pages (admin-keys.js): keys of an answer, of the form and of the question.
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey) return;
    const answer = openAnswer();
    const isPlain = !event.ctrlKey && !event.metaKey;
    const isField = event.target.matches(FIELDS);
    const isLetter = isPlain && event.key.length === 1 && event.key !== " ";
    const stop = () => { event.preventDefault(); event.stopImmediatePropagation(); };
    if (isLeaving && isPlain && (event.key.length === 1 || event.key === "Enter")) {
      if (kept) keep([...kept, event.key]);
      return stop();
    }
    if (isStray(event, isPlain && event.key.length === 1 && !isField)) return stop();
    if (event.key === "Escape" && ask()) {
      stop();
      closeQuestion();
    } else if (event.key === "Escape" && answer) {
      stop();
      const opener = buttonOf(answer);
      close();
      opener.focus();
    } else if (event.key === "Enter" && !isPlain && answer?.contains(event.target)) {
      stop();
      answer.requestSubmit();
    } else if (isLetter && !isField && ask()) stop();
    else if (isLetter && !isField && event.target.closest("#approve") && /^[1-9]$/.test(event.key)) {
      stop();
      one(`#approve [data-tick="${event.key}"]`)?.click();
    } else if (isLetter && !isField && !answer && !event.repeat && isOn && buttonFor(event.key)?.matches(AT_ONCE)) {
      stop();
      savedByKey = document.getElementById(buttonFor(event.key).dataset.answer);
      savedByKey.requestSubmit();
    } else if (isLetter && !isField && answer && !buttonFor(event.key)) {
      event.stopImmediatePropagation();
      answer.querySelector(".field input, textarea")?.focus(); // which gets the letter
    }
  }, true);
  const buttonFor = (key) => one(`.four [data-keys="${CSS.escape(key)}"]`);

  // Place the numbers of one line next to each other. The fourth and later ones are only in the sidebar.
  const arrange = () => {
    const lines = new Map();
    for (const number of all(".sheet :is(a.no, a.who)")) {
      number.className = number.className.replace(/ ?place-\d/, "");
      const line = Math.round(number.getBoundingClientRect().top / 14);
      const before = lines.get(line) ?? lines.get(line - 1) ?? 0;
      lines.set(line, before + 1);
      if (before) number.classList.add(`place-${Math.min(before, 3)}`);
    }
  };
  document.fonts?.ready.then(arrange);
  addEventListener("resize", arrange);

  const start = () => {
    if (one(".marks-in .rewrite")) one(".sheet .rewrite")?.remove(); // of a list of marks that was replaced
    arrange();
    showReading();
    if (form()) sync();
  };
  if (form()) {
    readAt = sessionStorage.getItem(storageKey()) ?? "";
    const PASSED = { rootMargin: "1000000px 0px 0px" }; // the end counts if a jump has passed it
    const end = new IntersectionObserver((entries) => { if (entries.some((entry) => entry.isIntersecting)) hasBeenRead(); }, PASSED);
    end.observe(one(".finis"));
  }
  start();
  typeKept();
  // What was typed into an answer that was refused is typed again, or shown with the message if the mark is gone.
  const restore = (sent) => {
    const isText = (field) => field.matches("[type=text], textarea") && field.value !== field.defaultValue;
    const typed = [...sent.elements].filter(isText);
    const answer = document.getElementById(sent.id);
    const isSame = answer?.elements.key.value === sent.elements.key.value;
    for (const field of typed) {
      const again = isSame && answer.elements.namedItem(field.name);
      if (again) again.value = field.value;
      else one(".messagelist")?.append(Object.assign(document.createElement("li"), { textContent: field.value }));
    }
    if (isSame && typed.length) open(buttonOf(answer));
  };
  document.addEventListener("galley:refreshed", ({ detail: { form: sent, isRefused, keys } }) => {
    start();
    if (!keys) return; // changed by others
    if (sent && sent === savedByKey) savedAt = performance.now();
    one(".marks .now")?.scrollIntoView({ block: "nearest" });
    if (isRefused && sent?.matches(".answer")) restore(sent);
    type(keys);
  });

  // Show the current mark in the sidebar. After resolving, focus its first option or the approve button. Wait for the
  // load event, because the browser then moves to the fragment of the URL and takes the focus with it.
  one(".marks .now")?.scrollIntoView({ block: "nearest" });
  const address = new URLSearchParams(location.search);
  const focus = () => {
    if (location.hash === "#publish") one("#publish .default")?.focus();
    else if (location.hash === "#approve") (one("#approve .bad input") ?? ticks().find((tick) => !tick.checked))?.focus();
    else if (openAnswer()) open(buttonOf(openAnswer())); // by a key; the fragment has taken the focus
    else if (address.has("each") || address.has("source")) open(one("[data-answer=answer-source]"));
    else if (address.has("mark") || address.has("settled")) (one(".four button") ?? one("#approve-button"))?.focus({ preventScroll: true });
    else if (location.hash === "#title") one("#title").focus({ preventScroll: true });
  };
  if (document.readyState === "complete") focus();
  else addEventListener("load", () => setTimeout(focus));
  const toast = one(".toast");
  if (toast) say([...toast.querySelectorAll("p")].map((line) => line.textContent).join(" "));
})();
