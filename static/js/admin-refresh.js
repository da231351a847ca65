// Replace parts of the page without loading it: when it is shown again, by what others, or another tab, did meanwhile; and
// after forms that lead back to this page. The parts have data-refresh and an id. Other scripts bind again on
// "galley:refreshed". Options of the script element: data-url: where to fetch the parts, if not from the page itself.
// data-sends: selector of the forms to send. data-focus: what has the focus after that, the first of these.
(() => {
  const { url, sends, focus } = document.currentScript.dataset;
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
  const tell = () => document.dispatchEvent(new CustomEvent("galley:refreshed"));

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
  const show = (page, address) => {
    for (const fresh of all(page)) replace(document.getElementById(fresh.id), fresh);
    document.querySelectorAll(MESSAGES).forEach((message) => message.remove());
    const messages = [...page.querySelectorAll(MESSAGES)].map((message) => document.adoptNode(message));
    document.getElementById("content").before(...messages);
    history.replaceState(history.state, "", address);
    document.getElementById(`m${new URL(address).searchParams.get("mark")}`)?.scrollIntoView();
    tell();
    document.querySelector(focus)?.focus({ preventScroll: true });
    const said = document.getElementById("said");
    if (said) said.textContent = messages.map((message) => [...message.querySelectorAll("p, li")].map((line) => line.textContent).join(" ")).join(" ");
  };
  const send = async (form, button) => {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form, button) }).catch(() => null);
    if (!answer) return form.submit(); // offline: the browser says so
    const isHere = answer.ok && new URL(answer.url).pathname === location.pathname;
    const page = isHere && await parse(answer);
    const ids = (where) => all(where).map((part) => part.id).join();
    if (page && ids(page) === ids(document)) show(page, answer.url);
    else location.assign(answer.url);
  };
  // In the capture phase, and before other scripts: they would count the form as sent, and wait for the next page.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(sends)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (isSending) return;
    isSending = true;
    send(event.target, event.submitter).finally(() => { isSending = false; });
  }, true);
  document.addEventListener("keydown", (event) => {
    if (!isSending || event.ctrlKey || event.metaKey || event.key.length > 1 && event.key !== "Enter") return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
})();
