// Deletes local drafts (admin-copies.js) after a save, which a cookie reports, and when their user logs out.
(() => {
  const { user } = document.currentScript.dataset;
  let store;
  try { store = localStorage; } catch { return; }
  const forget = (isGone) => Object.keys(store).filter((key) => key.startsWith("galley-copy/") && isGone(key)).forEach((key) => store.removeItem(key));

  for (const [, token] of document.cookie.matchAll(/(?:^|; )saved-([0-9a-f]{16})=/g)) {
    forget((key) => key.endsWith(`/${token}`));
    document.cookie = `saved-${token}=; path=/admin/; max-age=0`;
  }
  document.addEventListener("submit", ({ target }) => {
    if (target.id === "logout-form") store.setItem("galley-leaving", user);
  });
  const leaving = store.getItem("galley-leaving");
  if (leaving && document.body.classList.contains("logged-out")) {
    forget((key) => key.startsWith(`galley-copy/${leaving}/`));
    store.removeItem("galley-leaving");
  }
})();
