// Enhancements only: every page is complete without this file.
const root = document.documentElement;
const all = (selector) => [...document.querySelectorAll(selector)];

function themeSwitch(group) {
  const buttons = [...group.querySelectorAll("button")];
  const mark = () => buttons.forEach((button) =>
    button.setAttribute("aria-pressed", String(button.value === root.dataset.theme)));
  group.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    root.dataset.theme = button.value;
    try { localStorage.setItem("theme", button.value); } catch { /* not remembered, still applied */ }
    mark();
  });
  group.hidden = false;
  mark();
}

function progressFallback(bar) {
  if (CSS.supports("animation-timeline: scroll()")) return;
  let queued = false;
  const draw = () => {
    queued = false;
    bar.style.setProperty("--read", Math.min(1, scrollY / (root.scrollHeight - innerHeight || 1)));
  };
  addEventListener("scroll", () => queued ||= requestAnimationFrame(draw), { passive: true });
  draw();
}

function followContents(links) {
  const byId = new Map(links.map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
  const headings = all(".prose h2[id]").filter((heading) => byId.has(heading.id));
  const watcher = new IntersectionObserver(() => {
    const current = headings.findLast((heading) => heading.getBoundingClientRect().top < innerHeight * 0.35);
    links.forEach((link) => link.removeAttribute("aria-current"));
    if (current) byId.get(current.id).setAttribute("aria-current", "true");
  }, { rootMargin: "0px 0px -65% 0px", threshold: [0, 1] });
  headings.forEach((heading) => watcher.observe(heading));
}

function shareButtons(card) {
  const status = card.querySelector("[role=status]");
  const quote = card.querySelector("blockquote")?.textContent.trim();
  const url = document.querySelector("link[rel=canonical]")?.href ?? location.href;
  const copy = card.querySelector("[data-copy]");
  const native = card.querySelector("[data-share]");
  if (copy && quote && navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(`“${quote}” ${url}`);
      status.textContent = copy.dataset.copy;
    });
  }
  if (native && navigator.share) {
    native.hidden = false;
    native.addEventListener("click", () => navigator.share({ title: document.title, text: quote, url }).catch(() => {}));
  }
}

all(".theme").forEach(themeSwitch);
all(".progress").forEach(progressFallback);
all(".share").forEach(shareButtons);
const contents = all(".contents.margin a");
if (contents.length) followContents(contents);
addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
  const target = document.querySelector("input[type=search]") ?? document.querySelector(".tools a");
  if (!target) return;
  event.preventDefault();
  target.select ? target.select() : target.click();
});
