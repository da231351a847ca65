// An image that cannot be loaded: an empty frame in rows, a sentence with its host in the proof and on the edit page.
(() => {
  const { sentence } = document.currentScript.dataset;
  const sentences = new WeakMap(); // of images that another choice of the editor may load again

  const frame = (image) => {
    const empty = document.createElement("span");
    empty.className = "thumb none";
    image.replaceWith(empty);
  };
  const tell = (image) => {
    if (sentences.has(image)) sentences.get(image).remove();
    const said = document.createElement("p");
    said.className = "not-loaded";
    said.textContent = sentence.replace("%s", new URL(image.currentSrc || image.src, location.href).host);
    sentences.set(image, said);
    image.after(said);
    image.loading = "eager"; // a lazy image is not loaded while it is hidden
    image.hidden = true;
  };
  const fail = (image) => {
    if (image.matches(":is(td, li) .thumb")) frame(image);
    else if (image.matches(".sheet img, .rail img")) tell(image);
  };
  document.addEventListener("error", ({ target }) => { if (target instanceof HTMLImageElement) fail(target); }, true);
  document.addEventListener("load", ({ target }) => {
    if (!sentences.has(target)) return;
    sentences.get(target).remove();
    target.hidden = false;
  }, true);
  for (const image of document.images) if (image.complete && image.currentSrc && !image.naturalWidth) fail(image); // before this script ran
})();
