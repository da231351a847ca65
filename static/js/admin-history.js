// The history of an article: a button and a key expand or collapse all unchanged text.
(() => {
  const button = document.querySelector("[data-unfolds]");
  const folds = [...document.querySelectorAll(".words .fold")];
  if (!button || !folds.length) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const isFolded = folds.some((fold) => !fold.open);
    for (const fold of folds) fold.open = isFolded;
  });
})();
