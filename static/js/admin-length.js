// Number of words and reading time while typing. Each preview of the text contains them, as the server counts them.
(() => {
  const shown = document.querySelector("[data-length]");
  const box = shown?.closest("form").querySelector(".markdownx");
  if (!box) return;
  box.addEventListener("markdownx.update", () => {
    const counted = box.querySelector(".markdownx-preview > template:last-child");
    if (counted) shown.textContent = counted.content.textContent.trim();
  });

  // The preview needs the title, because a heading that repeats it is not shown.
  const title = document.getElementById("id_title");
  const editor = box.querySelector("textarea");
  title?.addEventListener("change", () => {
    const address = new URL(editor.dataset.markdownxUrlsPath, location.href);
    address.searchParams.set("title", title.value);
    editor.dataset.markdownxUrlsPath = address.pathname + address.search;
    editor.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
