// Keep the title on one line in its wrapping field, and update the search preview while typing.
(() => {
  const field = (name) => document.getElementById(`id_${name}`);
  const title = field("title");
  title?.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) event.preventDefault();
  });
  title?.addEventListener("input", () => {
    if (!/[\r\n]/.test(title.value)) return;
    const cursor = title.selectionStart;
    title.value = title.value.replace(/\r?\n/g, " ");
    title.setSelectionRange(cursor, cursor);
  });

  const snippet = document.querySelector(".snippet");
  if (!snippet) return;
  const part = (name) => snippet.querySelector(name);
  const atWord = (text, length) => {
    const characters = [...text.trim().replace(/\s+/g, " ")];
    if (characters.length <= length) return [characters.join(""), ""];
    const room = characters.slice(0, length - 1).join("");
    const kept = /\s/.test(characters[length - 1]) || !room.includes(" ") ? room : room.slice(0, room.lastIndexOf(" "));
    return [`${kept.replace(/[\s,;:–—-]+$/u, "")}…`, characters.join("").slice(kept.length).trim()];
  };
  const show = () => {
    const ending = ` – ${snippet.dataset.site}`;
    const limit = Math.max(Number(snippet.dataset.titleLength) - ending.length, 30);
    part(".snippet-title bdi").textContent = atWord(title.value, limit)[0] + ending;
    part(".snippet-address b").textContent = field("slug").value;
    const words = field("meta_description").value.trim() || field("excerpt").value.trim() || snippet.dataset.summary;
    const [shown, cut] = atWord(words, Number(snippet.dataset.length));
    part(".snippet-words span").textContent = shown;
    part(".snippet-words del").textContent = cut;
  };
  for (const name of ["title", "slug", "meta_description", "excerpt"]) field(name)?.addEventListener("input", show);
})();
