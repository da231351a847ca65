// Enhancements only: every page is complete without this file.
const root = document.documentElement;
const all = (selector) => [...document.querySelectorAll(selector)];

// From the system's theme to the other one, and back.
function themeSwitch(button) {
  const name = button.querySelector(".visually-hidden");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const mark = () => { name.textContent = button.dataset[root.dataset.theme] ?? button.dataset.auto; };
  button.addEventListener("click", () => {
    const other = dark.matches ? "light" : "dark";
    const theme = root.dataset.theme === other ? "auto" : other;
    setTheme(theme);
    try { localStorage.setItem("theme", theme); } catch { /* not stored, but applied */ }
    mark();
  });
  button.hidden = false;
  mark();
}

function progressFallback(bar) {
  const text = document.querySelector(".prose");
  if (CSS.supports("timeline-scope: --text") || !text) return;
  let queued = 0;
  const draw = () => {
    queued = 0;
    const { top, height } = text.getBoundingClientRect();
    bar.style.setProperty("--read", Math.min(1, Math.max(0, -top / Math.max(1, height - innerHeight))));
  };
  addEventListener("scroll", () => queued ||= requestAnimationFrame(draw), { passive: true });
  draw();
}

function followContents(links) {
  const byId = new Map(links.map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
  const headings = all(".prose :is(h2, h3)[id]").filter((heading) => byId.has(heading.id));
  const watcher = new IntersectionObserver(() => {
    const current = headings.findLast((heading) => heading.getBoundingClientRect().top < innerHeight * 0.35);
    links.forEach((link) => link.removeAttribute("aria-current"));
    if (current) byId.get(current.id).setAttribute("aria-current", "true");
  }, { rootMargin: "1000000px 0px -65%" }); // everything above the line counts as seen, so that jumps work, too
  headings.forEach((heading) => watcher.observe(heading));
}

// The result of a button, for screen readers.
const said = document.createElement("span");
said.className = "visually-hidden";
said.setAttribute("role", "status");

function copyButton(button, done, text) {
  const name = button.textContent;
  let ending;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try { await navigator.clipboard.writeText(text()); } catch { return; }
    button.style.minInlineSize = `${button.offsetWidth}px`;
    button.textContent = said.textContent = done;
    clearTimeout(ending);
    ending = setTimeout(() => {
      button.textContent = name;
      said.textContent = "";
    }, 2000);
  });
}

function codeButtons(prose) {
  prose.querySelectorAll(".code").forEach((block) => {
    const listing = block.querySelector("pre");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.lang = root.lang;
    button.textContent = prose.dataset.copy;
    button.setAttribute("aria-label", prose.dataset.copyLabel);
    block.querySelector(".code-head").append(button);
    copyButton(button, prose.dataset.done, () => {
      const code = listing.cloneNode(true);
      code.querySelectorAll(".gp").forEach((prompt) => prompt.remove());
      return code.textContent;
    });
  });
}

function shareButtons(card) {
  const said = card.querySelector("blockquote, .share-text");
  const quote = said?.textContent.trim();
  const url = document.querySelector("link[rel=canonical]")?.href ?? location.href;
  const texts = { quote: said?.matches("blockquote") ? `“${quote}” ${url}` : `${quote} ${url}`, link: url };
  if (navigator.clipboard) card.querySelectorAll("[data-copy]").forEach((button) =>
    copyButton(button, button.dataset.done, () => texts[button.dataset.copy]));
  const native = card.querySelector("[data-share]");
  if (native && navigator.share) {
    native.hidden = false;
    native.addEventListener("click", () => navigator.share({ title: document.querySelector("h1").textContent, text: quote, url }).catch(() => {}));
  }
}

// The link of a figure shows its image in a dialog.
function enlarge(link) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    import(link.closest(".prose").dataset.viewer).then(({ show }) => show(link), () => { location = link.href; });
  });
}

// Selected words get a button that copies a link to them.
function offerPassages(prose) {
  document.addEventListener("selectionchange", function begin() {
    if (getSelection().isCollapsed) return;
    document.removeEventListener("selectionchange", begin);
    import(prose.dataset.passages).then(({ offer }) => offer(prose, copyButton));
  });
}

// An image that fails to load leaves no gap: lists and articles look as if they had none. Its place closes only
// below the view, so that nothing moves that is being read.
function closePlace(picture) {
  const narrower = picture.closest("picture")?.querySelector("source");
  if (narrower) return narrower.remove(); // the browser then loads the original
  const figure = picture.closest("figure, .pic");
  const place = figure?.querySelectorAll("img").length === 1 ? figure : picture;
  new IntersectionObserver(([{ isIntersecting }], watcher) => {
    if (!isIntersecting) return;
    watcher.disconnect();
    removePlace(place);
  }, { rootMargin: `${-innerHeight - place.offsetHeight}px 0px 1000000px` }).observe(place); // all of it below the view
}

function removePlace(place) {
  const around = place.parentElement;
  place.closest(".has-pic")?.classList.remove("has-pic", "first");
  place.remove();
  if (around.matches("a, p, li, .pair") && !around.textContent.trim() && !around.querySelector("img")) around.remove();
}

document.addEventListener("error", ({ target }) => { if (target instanceof HTMLImageElement) closePlace(target); }, true);
all("img").filter((picture) => picture.complete && !picture.naturalWidth).forEach(closePlace); // failed before this script ran
all(".theme").forEach(themeSwitch);
all(".progress").forEach(progressFallback);
all(".share").forEach(shareButtons);
all(".prose[data-viewer] .enlarge").forEach(enlarge);
if (navigator.clipboard) {
  all(".prose[data-copy]").forEach(codeButtons);
  all(".prose[data-passages]").forEach(offerPassages);
}
document.body.append(said);
const contents = all(".contents.margin a");
if (contents.length) followContents(contents);

// The last style sheet must remain the last one.
function addStyles(address) {
  if (document.querySelector(`link[href="${address}"]`)) return;
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: address });
  all("link[rel=stylesheet]").at(-1).before(link);
}

// Use the field that is in the page already, so that keys typed at once are not lost.
const goToSearch = (event) => {
  const field = document.querySelector("input[type=search]");
  if (!field) return;
  event.preventDefault();
  const dialog = field.closest("dialog");
  if (dialog && !dialog.open) {
    dialog.showModal();
    dialog.dataset.styles.split(" ").forEach(addStyles);
    import(dialog.dataset.script);
  }
  field.select();
};
addEventListener("keydown", (event) => {
  const isSlash = event.key === "/" && !event.ctrlKey && !event.metaKey;
  const isCtrlK = event.key === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
  if (!(isSlash || isCtrlK) || event.altKey || event.defaultPrevented) return;
  const field = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (isCtrlK || !field || (field.type === "search" && !field.value)) goToSearch(event);
});
document.querySelector(".tools a")?.addEventListener("click", (event) => {
  if (!event.ctrlKey && !event.metaKey && !event.shiftKey) goToSearch(event);
});
document.querySelector("dialog.searching")?.addEventListener("click", (event) => {
  if (event.target === event.currentTarget || event.target.matches(".close")) event.currentTarget.close();
});
