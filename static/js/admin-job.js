// Refreshes the jobs on the page every two seconds, announces their end, and may then open another page.
(() => {
  const INTERVAL = 2000; // milliseconds
  const PARTS = ".under-way[data-refresh]";
  const status = Object.assign(document.createElement("p"), { className: "visually-hidden", role: "status" });
  document.querySelector(PARTS)?.parentElement.append(status);

  const shape = (part) => [part.dataset.state, ...["form", ".big", "progress[value]"].map((name) => part.querySelectorAll(name).length)].join();
  // If only numbers have changed, update them in place, so that the button keeps the focus.
  const updateNumbers = (part, fresh) => {
    for (const name of [".big span", ".text"]) {
      const texts = fresh.querySelectorAll(name);
      part.querySelectorAll(name).forEach((shown, n) => { shown.textContent = texts[n].textContent; });
    }
    const bars = fresh.querySelectorAll("progress");
    part.querySelectorAll("progress[value]").forEach((bar, n) => Object.assign(bar, { max: bars[n].max, value: bars[n].value }));
  };
  const replace = (part, fresh) => {
    const hadFocus = part.contains(document.activeElement);
    part.replaceChildren(...fresh.childNodes);
    part.dataset.state = fresh.dataset.state;
    if (hadFocus) Object.assign(part, { tabIndex: -1 }).focus();
    if (fresh.dataset.refresh) return;
    delete part.dataset.refresh;
    status.textContent = part.querySelector(".text").textContent;
    if (part.dataset.then) location.assign(part.dataset.then);
  };
  const refresh = async (part) => {
    const back = new URLSearchParams({ back: location.pathname + location.search });
    let answer;
    try { answer = await fetch(`${part.dataset.refresh}?${back}`); } catch { return; } // offline: try again later
    if (!answer.ok || answer.redirected) return;
    const wasBegun = "begun" in part.dataset;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".under-way");
    if (part.dataset.then && !wasBegun && "begun" in fresh.dataset) return location.assign(part.dataset.then);
    (shape(part) === shape(fresh) ? updateNumbers : replace)(part, fresh);
  };
  const refreshAll = async () => {
    if (!document.hidden) await Promise.all([...document.querySelectorAll(PARTS)].map(refresh));
    if (document.querySelector(PARTS)) setTimeout(refreshAll, INTERVAL);
  };
  setTimeout(refreshAll, INTERVAL);
})();
