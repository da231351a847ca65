// Full-screen writing: only the title, the text and a narrow bar. Ctrl+Shift+F or Cmd+Shift+F, Escape leaves.
// It continues after Save, at the same place in the text, unless the page has something else to say.
(() => {
  const editor = document.querySelector(".pd-edit .pair textarea");
  const enter = document.querySelector("[data-writing=enter]");
  const leave = document.querySelector("[data-writing=leave]");
  if (!editor || !enter || !leave) return;
  const KEY = "galley-writing";
  const page = document.documentElement;
  const isOn = () => page.classList.contains("is-writing");
  const shareOf = () => editor.scrollTop / Math.max(1, editor.scrollHeight - editor.clientHeight);
  const scrollToShare = (share) => { editor.scrollTop = share * (editor.scrollHeight - editor.clientHeight); };
  let pageScroll = 0;

  // The text keeps its cursor. It is scrolled to the same share, because its lines have another width.
  const change = (on) => {
    if (on === isOn()) return;
    const { activeElement: focused } = document;
    const share = shareOf();
    if (on) pageScroll = scrollY;
    page.classList.toggle("is-writing", on);
    leave.hidden = !on;
    if (!on) scrollTo(0, pageScroll);
    const isKept = focused === editor || focused?.closest(".field-title");
    (isKept ? focused : editor).focus({ preventScroll: true });
    scrollToShare(share);
  };

  enter.hidden = false;
  enter.addEventListener("click", () => change(true));
  leave.addEventListener("click", () => change(false));
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    const isKey = event.key.toLowerCase() === "f" && event.shiftKey && (event.ctrlKey || event.metaKey) && !event.altKey;
    if (isKey || (event.key === "Escape" && isOn())) {
      event.preventDefault();
      change(isKey ? !isOn() : false);
    }
  });

  editor.form.addEventListener("submit", ({ submitter }) => {
    if (!isOn() || submitter?.name !== "_continue") return;
    const place = { cursor: editor.selectionStart, share: shareOf() };
    try { sessionStorage.setItem(KEY, JSON.stringify(place)); } catch { /* then Save leaves the full screen */ }
  });
  const before = () => {
    try {
      const place = sessionStorage.getItem(KEY);
      sessionStorage.removeItem(KEY);
      return JSON.parse(place);
    } catch { return null; }
  };
  const place = before();
  if (place && !document.querySelector(".error-summary, .errornote, .messagelist li:not(.success)")) {
    change(true);
    document.querySelector(".submit-row .saved .extra").textContent = leave.dataset.saved;
    editor.setSelectionRange(place.cursor, place.cursor);
    scrollToShare(place.share);
  }
})();
