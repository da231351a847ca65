// Report every half minute that this page is open; show who else has it open, or that the session has expired.
(() => {
  const note = document.querySelector(".others[data-address]");
  if (!note) return;
  const EVERY = 30000;
  const FIRST = 5000; // milliseconds: after the previous page has reported that it was left
  const { address, logIn, words, link } = note.dataset;
  const form = () => {
    const data = new FormData();
    data.append("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    return data;
  };
  const say = (sentences) => {
    const shown = [...note.children].map((line) => line.textContent);
    if (JSON.stringify(shown) === JSON.stringify(sentences)) return;
    note.replaceChildren(...sentences.map((sentence) => Object.assign(document.createElement("p"), { textContent: sentence })));
  };
  const sayLoggedOut = () => {
    if (note.querySelector("a")) return;
    const next = new URLSearchParams({ next: location.pathname + location.search });
    say([words]);
    note.append(Object.assign(document.createElement("a"), { className: "button", href: `${logIn}?${next}`, textContent: link }));
  };
  const ask = async () => {
    let answer;
    try { answer = await fetch(address, { method: "POST", body: form() }); } catch { return; } // no connection: later
    if (answer.redirected) sayLoggedOut();
    else if (answer.ok) say((await answer.json()).others);
  };
  setTimeout(ask, FIRST);
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
  addEventListener("pagehide", () => {
    const data = form();
    data.append("left", "1");
    navigator.sendBeacon(address, data);
  });
})();
