// The screen Git: copy buttons, and the progress of a pull.
(() => {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      const field = button.previousElementSibling;
      field.select();
      await navigator.clipboard.writeText(field.value);
      button.textContent = `✓ ${button.textContent.replace("✓ ", "")}`;
    });
  }
  const EVERY = 2000; // milliseconds
  const refresh = async () => {
    const part = document.querySelector("#state[data-refresh]");
    if (!part) return;
    const answer = document.hidden ? null : await fetch(location.pathname).catch(() => null);
    if (answer?.ok && !answer.redirected) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("state");
      const status = part.querySelector("[role=status]");
      const now = fresh.querySelector("[role=status]");
      // While it goes on, only the sentence changes, so that the button keeps the focus.
      if (status && now) status.textContent = now.textContent;
      else part.replaceWith(document.adoptNode(fresh));
    }
    setTimeout(refresh, EVERY);
  };
  setTimeout(refresh, EVERY);
})();
