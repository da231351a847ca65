// The history of an article: one button, and one key, unfolds all that is unchanged, or folds it again.
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
