// The calendar: move the article in hand by keyboard. The form's fields have its new day and time.
(() => {
  const form = document.getElementById("move");
  const items = [...document.querySelectorAll(".cal a.it")];
  const FIELDS = "input, select, textarea";

  // Arrow keys move the focus among the articles if none is in hand.
  const step = (event) => {
    const index = items.indexOf(document.activeElement);
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by || index < 0 || !items[index + by]) return;
    event.preventDefault();
    items[index + by].focus();
  };

  if (!form) {
    document.addEventListener("keydown", step);
    return;
  }

  const [day, time] = [form.elements.day, form.elements.at];
  const card = document.querySelector(".cal .held-now");
  const moves = form.querySelector(".moves");
  const before = { day: day.defaultValue, time: time.defaultValue };
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
  const words = (iso) => format.format(new Date(`${iso}T00:00Z`));
  let ghost = null;

  const cellOf = (iso) => document.querySelector(`.cal td[data-day="${CSS.escape(iso)}"]`);

  const show = () => {
    if (!day.value) return;
    const isMoved = day.value !== before.day || time.value !== before.time;
    const to = `${words(day.value)}, ${time.value}`;
    const others = [...(cellOf(day.value)?.querySelectorAll("a.it time") ?? [])].filter((other) => other.textContent === time.value && other.parentElement !== card);
    const text = form.dataset.moves.replace("{from}", `${words(before.day)}, ${before.time}`).replace("{to}", to);
    const there = others.length ? form.dataset.there.replace("{number}", others.length) : "";
    moves.textContent = isMoved ? `${text} ${there}` : "";
    place();
  };

  const place = () => {
    if (!card) return;
    const target = cellOf(day.value);
    card.hidden = !target;
    card.querySelector("time").textContent = time.value;
    if (!target || target.contains(card)) return;
    if (!ghost) {
      ghost = document.createElement("div");
      ghost.className = "it ghost";
      ghost.append(...[...card.cloneNode(true).childNodes]);
      card.before(ghost);
    }
    target.querySelector(".day").after(card);
    if (day.value === before.day) {
      ghost.replaceWith(card);
      ghost = null;
    }
    card.scrollIntoView({ block: "nearest" });
  };

  const shift = (days) => {
    const moment = new Date(`${day.value || before.day}T00:00Z`);
    moment.setUTCDate(moment.getUTCDate() + days);
    day.value = moment.toISOString().slice(0, 10);
    show();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") {
      document.getElementById("leave").click();
      return;
    }
    const target = event.target;
    if (target.matches?.(FIELDS)) return;
    const days = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
    if (days) {
      event.preventDefault();
      shift(document.dir === "rtl" && Math.abs(days) === 1 ? -days : days);
    } else if (event.key === "Enter" && (target === card || !target.matches?.("a, button, summary"))) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  form.addEventListener("input", show);
  card?.focus({ preventScroll: true });
  card?.scrollIntoView({ block: "center" });
  show();
})();
