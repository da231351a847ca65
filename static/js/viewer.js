// The dialog that shows the image of a figure.
export function show(link) {
  const viewer = document.createElement("dialog");
  const close = document.createElement("button");
  const picture = new Image();
  const caption = link.closest("figure").querySelector("figcaption");
  viewer.className = "viewer";
  close.textContent = link.closest(".prose").dataset.close;
  picture.src = link.href;
  picture.alt = viewer.ariaLabel = link.querySelector("img").alt;
  viewer.append(close, picture, ...(caption ? [caption.cloneNode(true)] : []));
  viewer.addEventListener("click", ({ target }) => target.closest("a") || viewer.close());
  viewer.addEventListener("close", () => viewer.remove());
  document.body.append(viewer);
  viewer.showModal();
}
