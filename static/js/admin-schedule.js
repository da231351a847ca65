// The button reads "Schedule" if the date is in the future, by the site's clock, not the browser's.
(() => {
  const button = document.querySelector("button[name=_publish][data-schedule]");
  const day = document.getElementById("id_published_at_0");
  const time = document.getElementById("id_published_at_1");
  if (!button || !day || !time) return;

  const opened = performance.now();
  const start = Date.parse(`${button.dataset.now}Z`);
  const parsedDay = () => {
    for (const format of window.get_format ? get_format("DATE_INPUT_FORMATS") : ["%Y-%m-%d"]) {
      const parts = format.match(/%[A-Za-z]|[^%]/g);
      if (parts.some((part) => part[0] === "%" && !["%d", "%m", "%Y", "%y"].includes(part))) continue;
      const pattern = parts.map((part) => part[0] !== "%" ? `\\${part}` : part === "%Y" ? "(\\d{4})" : "(\\d{1,2})").join("");
      const found = day.value.trim().match(new RegExp(`^${pattern}$`));
      if (!found) continue;
      const values = {};
      parts.filter((part) => part[0] === "%").forEach((part, index) => { values[part] = Number(found[index + 1]); });
      return Date.UTC(values["%Y"] ?? 2000 + values["%y"], values["%m"] - 1, values["%d"]);
    }
    return NaN;
  };
  const parsedTime = () => {
    const found = time.value.trim().match(/^(\d{1,2}):(\d{2})(?::(\d{2}))?/);
    return found ? ((Number(found[1]) * 60 + Number(found[2])) * 60 + Number(found[3] || 0)) * 1000 : 0;
  };
  let last = "";
  const follow = () => {
    const typed = `${day.value} ${time.value}`;
    if (typed === last) return;
    last = typed;
    const moment = parsedDay() + parsedTime();
    const isToCome = moment > start + performance.now() - opened;
    button.textContent = isToCome ? button.dataset.schedule : button.dataset.publish;
  };
  follow();
  day.form.addEventListener("input", follow);
  day.form.addEventListener("change", follow);
  // Today, Now and the calendar fill in the fields without firing events.
  document.addEventListener("click", () => setTimeout(follow));
})();
