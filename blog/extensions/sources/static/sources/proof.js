// The answer “Source” of a proof: a pasted URL is opened while the editor looks. The server renders what is known of it,
// with the buttons, and is asked again until the page is opened, or left after 15 seconds. Without this script, the form
// has a button “Open”.
(() => {
  const TYPED = 300; // milliseconds after the last key
  const QUIET = 400; // in which nothing changes
  const AGAIN = 700;
  const SLOW = 5; // seconds
  let timer = 0;
  let asking = null;
  let asked = "";
  const form = () => document.querySelector("#answer-source[data-looks]");
  const field = () => form().querySelector("#field-source");
  const looked = () => form().querySelector("[data-looked]");
  const isUrl = (words) => /^\S+:\/\//.test(words.trim());
  const say = (words) => { document.querySelector("#said").textContent = words; };

  const stop = () => {
    clearTimeout(timer);
    asking?.abort();
    asking = null;
  };
  const hideReasons = () => {
    const part = looked();
    const isAsked = Boolean(part.querySelector(".reasons:not(.when-asked)"));
    const asks = part.classList.contains("asks") || isAsked;
    part.querySelectorAll(".when-asked").forEach((each) => { each.hidden = !asks; });
    const anyway = part.querySelector("[data-anyway]");
    if (!anyway) return;
    anyway.hidden = !asks;
    part.querySelector("[data-acts]").hidden = asks;
    part.querySelector("[data-hint]").hidden = asks;
  };
  const show = (html) => {
    // HTML from our own server, with all text escaped.
    looked().innerHTML = html;
    looked().classList.remove("asks");
    const look = looked().querySelector("[data-look]");
    const isRefused = look.dataset.look === "refused";
    field().toggleAttribute("aria-invalid", isRefused);
    if (isRefused) field().setAttribute("aria-describedby", "source-refused");
    else field().removeAttribute("aria-describedby");
    hideReasons();
    if (look.dataset.said && !isRefused) say(look.dataset.said);
    looked().querySelector(".acts:not([hidden], .without-script)")?.scrollIntoView({ block: "nearest" });
    return look.dataset.look;
  };
  const ask = async (more, signal) => {
    const body = new URLSearchParams({ note: field().value, key: form().elements.key.value, ...more });
    body.set("csrfmiddlewaretoken", form().elements.csrfmiddlewaretoken.value);
    const answer = await fetch(form().dataset.looks, { method: "POST", body, signal });
    return answer.ok ? answer.text() : null;
  };
  const wait = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });
  const open = async (more = {}) => {
    stop();
    const mine = new AbortController();
    asking = mine;
    asked = field().value;
    const began = Date.now();
    let isShown = false;
    try {
      for (let next = more; !mine.signal.aborted; next = {}) {
        const html = await ask(next, mine.signal);
        if (html === null || mine.signal.aborted) return;
        const isOpening = html.includes('data-look="opening"');
        if (!isOpening) return void show(html);
        if (!isShown && Date.now() - began < QUIET) await wait(QUIET - (Date.now() - began));
        if (mine.signal.aborted) return;
        if (!isShown) show(html);
        isShown = true;
        const seconds = Math.round((Date.now() - began) / 1000);
        const slow = looked().querySelector("[data-slow]");
        if (slow && seconds >= SLOW) slow.textContent = slow.dataset.slow.replace("%s", seconds);
        await wait(AGAIN);
      }
    } catch (error) {
      if (error.name !== "AbortError") looked().querySelector(".opening")?.remove();
    }
  };
  const changed = (delay) => {
    stop();
    if (field().value === asked) return;
    if (!isUrl(field().value) && !isUrl(asked) && asked && field().value) return; // words stay words
    timer = setTimeout(open, delay);
  };
  document.addEventListener("input", (event) => {
    if (event.target.id !== "field-source" || !form()) return;
    changed(event.inputType === "insertFromPaste" ? 0 : TYPED);
  });

  const askReasons = () => {
    looked().classList.add("asks");
    hideReasons();
    looked().querySelector("[name=reason]").focus();
  };
  const back = () => {
    looked().classList.remove("asks");
    hideReasons();
    field().focus();
  };
  const isReasonChosen = () => {
    const chosen = form().querySelector("[name=reason]:checked");
    const other = form().elements.other;
    const isGiven = chosen && (chosen.value !== "other" || other.value.trim());
    if (isGiven) return true;
    form().querySelector(".reasons .field-error").hidden = false;
    (chosen ? other : form().querySelector("[name=reason]")).focus();
    return false;
  };
  const rewrite = () => {
    const lacks = looked().querySelector(".lacks")?.textContent ?? "";
    document.querySelector("[data-answer=answer-rewritten]")?.click();
    const text = document.querySelector("#field-rewritten");
    const place = lacks ? text?.value.indexOf(lacks) ?? -1 : -1;
    if (place >= 0) text.setSelectionRange(place, place + lacks.length);
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("#answer-source button");
    if (!button) return;
    if (button.matches("[data-stops]")) {
      stop();
      looked().querySelector(".opening").remove();
      field().focus();
    } else if (button.dataset.does === "reasons") askReasons();
    else if (button.dataset.does === "back") back();
    else if (button.dataset.does === "rewrite") rewrite();
    else if (button.dataset.does === "close") {
      field().value = "";
      changed(0);
      field().focus();
    } else if (button.value === "check") {
      event.preventDefault();
      open({ again: 1 });
    } else if (button.value === "anyway" && !isReasonChosen()) event.preventDefault();
  });
  // Before the other scripts of the proof, which close the answer with Esc.
  window.addEventListener("keydown", (event) => {
    if (!form()?.matches(".open") || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const isInField = event.target.matches("#answer-source input");
    if (event.key === "Enter" && isInField) {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (isUrl(field().value) && field().value !== asked) return void open(); // not looked at yet
      [...looked().querySelectorAll("[data-enter]")].find((button) => button.offsetParent)?.click();
    } else if (event.key === "Escape" && looked().querySelector(".opening")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      looked().querySelector("[data-stops]").click();
    } else if (event.key === "Escape" && looked().classList.contains("asks")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      back();
    } else if (event.key === "2" && !event.target.matches("input[type=text]") && looked().querySelector("[data-does=rewrite]")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      rewrite();
    }
  }, true);

  const start = () => {
    stop();
    if (!form()) return;
    asked = field().value;
    if (looked().querySelector(".reasons .field-error:not([hidden])")) looked().classList.add("asks");
    hideReasons();
    if (asked && looked().querySelector("[data-look=left], [data-look=opening]") && new URLSearchParams(location.search).has("source")) open();
  };
  start();
  document.addEventListener("galley:refreshed", start);
})();
