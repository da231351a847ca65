// Replace parts of the page without loading it: when it is shown again, by what others, or another tab, did meanwhile; and
// after forms and links that lead back to this page. The parts have data-refresh and an id. Other scripts bind again on
// "galley:refreshed". Options of the script element: data-url: where to fetch the parts, if not from the page itself.
// data-sends, data-follows: selectors of the forms and links. data-focus: what has the focus after that, the first of
// these. data-offline, data-logged-out, data-failed: what to say if a form could not be sent.
(() => {
  const { url, sends, follows, focus, offline, loggedOut, failed } = document.currentScript.dataset;
  const AT_MOST_EVERY = 3000; // milliseconds
  const FIELDS = "input:not([type=hidden]), textarea, select";
  const all = (page) => [...page.querySelectorAll("[data-refresh]")].filter((part) => part.id);
  // The token is another one in every response.
  const htmlOf = (part) => part.outerHTML.replaceAll(/name="csrfmiddlewaretoken" value="[^"]*"/g, "");
  const shown = new Map(all(document).map((part) => [part.id, htmlOf(part)])); // before other scripts change them
  const parse = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");
  let fetchedAt = Date.now();
  let isSending = false;

  const isChanged = (field) => (field.matches("[type=checkbox], [type=radio]") ? field.checked !== field.defaultChecked : !field.matches("select") && field.value !== field.defaultValue);
  const isInUse = (part) => {
    const fields = [...part.querySelectorAll(FIELDS)];
    return Boolean(part.querySelector(".open")) || fields.some((field) => isChanged(field) || field === document.activeElement);
  };
  const replace = (part, fresh) => {
    const keys = part.contains(document.activeElement) && document.activeElement.dataset.keys;
    shown.set(fresh.id, htmlOf(fresh));
    part.replaceWith(document.adoptNode(fresh));
    if (keys) fresh.querySelector(`[data-keys="${CSS.escape(keys)}"]`)?.focus({ preventScroll: true });
  };
  const tell = (detail = {}) => document.dispatchEvent(new CustomEvent("galley:refreshed", { detail }));

  const refresh = async () => {
    if (document.hidden || isSending || Date.now() - fetchedAt < AT_MOST_EVERY) return;
    fetchedAt = Date.now();
    const answer = await fetch(url || location.href).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const page = await parse(answer);
    const differing = all(page).filter((fresh) => shown.has(fresh.id) && shown.get(fresh.id) !== htmlOf(fresh));
    const pairs = differing.map((fresh) => [document.getElementById(fresh.id), fresh]);
    if (!pairs.length || isSending || pairs.some(([part]) => isInUse(part))) return; // later
    for (const [part, fresh] of pairs) replace(part, fresh);
    tell();
  };
  document.addEventListener("visibilitychange", refresh);
  addEventListener("focus", refresh);

  if (!sends) return;
  const MESSAGES = ".toast, .messagelist";
  const BUSY = 5000; // milliseconds until keys act on this page again if the next page does not come
  let keys = []; // pressed while a form is sent or a link is followed
  const linesOf = (message) => [...message.querySelectorAll("p, li")].map((line) => line.textContent).join(" ");
  const say = (messages) => {
    document.querySelectorAll(MESSAGES).forEach((message) => message.remove());
    document.getElementById("content").before(...messages);
    const said = document.getElementById("said");
    if (said) said.textContent = messages.map(linesOf).join(" ");
  };
  // A form that is itself a part, such as that of an approval, keeps what was entered.
  const keepEntered = (part, fresh) => {
    if (!part.matches("form")) return;
    for (const field of [...part.querySelectorAll(FIELDS)].filter(isChanged)) {
      const value = field.matches("[type=checkbox], [type=radio]") ? `[value="${CSS.escape(field.value)}"]` : "";
      const same = fresh.querySelector(`[name="${CSS.escape(field.name)}"]${value}`);
      if (same) [same.value, same.checked] = [field.value, field.checked];
    }
  };
  const show = (page, address, form = null) => {
    for (const fresh of all(page)) {
      const part = document.getElementById(fresh.id);
      keepEntered(part, fresh);
      replace(part, fresh);
    }
    const messages = [...page.querySelectorAll(MESSAGES)].map((message) => document.adoptNode(message));
    const isRefused = messages.some((message) => message.querySelector(".error, .warning"));
    say(messages);
    history.replaceState(history.state, "", address);
    document.getElementById(`m${new URL(address).searchParams.get("mark")}`)?.scrollIntoView();
    document.querySelector(focus)?.focus({ preventScroll: true });
    isSending = false;
    tell({ form, isRefused, keys: isRefused ? [] : keys });
  };
  // Nothing is replaced: what was typed can be sent again.
  const stay = (why) => {
    const list = Object.assign(document.createElement("ul"), { className: "messagelist" });
    list.append(Object.assign(document.createElement("li"), { className: "error", textContent: why }));
    say([list]);
    isSending = false;
  };
  const leave = (address) => {
    location.assign(address);
    setTimeout(() => { isSending = false; }, BUSY);
  };
  const isHere = (answer) => answer.ok && new URL(answer.url).pathname === location.pathname;
  const ids = (where) => all(where).map((part) => part.id).join();
  const isLogin = (page) => page.querySelector("#login-form");
  // The tokens of this page end when the user logs in again in another window. Returns why there are no new ones, or "".
  const renewTokens = async () => {
    const answer = await fetch(url || location.href).catch(() => null);
    const page = answer?.ok && await parse(answer);
    if (!page) return failed;
    if (isLogin(page)) return loggedOut;
    const token = page.querySelector("[name=csrfmiddlewaretoken]");
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token.value;
    return "";
  };
  const send = async (form, button, isAgain = false) => {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form, button) }).catch(() => null);
    if (!answer) return stay(offline);
    if (answer.status === 403 && !isAgain) {
      const why = await renewTokens();
      return why ? stay(why) : send(form, button, true);
    }
    const page = await parse(answer);
    if (isLogin(page)) return stay(loggedOut);
    if (!answer.ok) return stay(failed);
    return isHere(answer) && ids(page) === ids(document) ? show(page, answer.url, form) : leave(answer.url);
  };
  const follow = async (address) => {
    const answer = await fetch(address).catch(() => null);
    const page = answer && isHere(answer) && await parse(answer);
    return page && ids(page) === ids(document) ? show(page, address) : leave(address);
  };
  const begin = (act, ...what) => {
    if (isSending) return;
    isSending = true;
    keys = [];
    act(...what);
  };
  // In the capture phase, and before other scripts: they would count the form as sent, and wait for the next page.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(sends)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    begin(send, event.target, event.submitter);
  }, true);
  document.addEventListener("click", (event) => {
    const link = follows && event.target.closest?.(follows);
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    begin(follow, link.href);
  });
  document.addEventListener("keydown", (event) => {
    if (!isSending || event.ctrlKey || event.metaKey || event.key.length > 1 && event.key !== "Enter") return;
    keys.push(event.key);
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
})();
