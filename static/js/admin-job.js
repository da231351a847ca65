// How far each job of the page is, looked up every other second; its end is said, and may lead to another page.
(() => {
  const EVERY = 2000;
  const PARTS = ".under-way[data-refresh]";
  const said = Object.assign(document.createElement("p"), { className: "visually-hidden", role: "status" });
  document.querySelector(PARTS)?.parentElement.append(said);

  const shape = (part) => [part.dataset.state, ...["form", ".big", "progress[value]"].map((name) => Boolean(part.querySelector(name)))].join();
  // What only counts on is changed where it stands, so that the button keeps the focus.
  const countOn = (part, fresh) => {
    for (const name of [".big span", ".text"]) {
      const shown = part.querySelector(name);
      if (shown) shown.textContent = fresh.querySelector(name).textContent;
    }
    const bar = part.querySelector("progress[value]");
    if (bar) bar.value = fresh.querySelector("progress").value;
  };
  const replace = (part, fresh) => {
    const hadFocus = part.contains(document.activeElement);
    part.replaceChildren(...fresh.childNodes);
    part.dataset.state = fresh.dataset.state;
    if (hadFocus) Object.assign(part, { tabIndex: -1 }).focus();
    if (fresh.dataset.refresh) return;
    delete part.dataset.refresh;
    said.textContent = part.querySelector(".text").textContent;
    if (part.dataset.then) location.assign(part.dataset.then);
  };
  const look = async (part) => {
    const back = new URLSearchParams({ back: location.pathname + location.search });
    let answer;
    try { answer = await fetch(`${part.dataset.refresh}?${back}`); } catch { return; } // no connection: later
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".under-way");
    (shape(part) === shape(fresh) ? countOn : replace)(part, fresh);
  };
  const lookAgain = async () => {
    if (!document.hidden) await Promise.all([...document.querySelectorAll(PARTS)].map(look));
    if (document.querySelector(PARTS)) setTimeout(lookAgain, EVERY);
  };
  setTimeout(lookAgain, EVERY);
})();
