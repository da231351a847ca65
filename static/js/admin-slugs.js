// Proposes a slug for a title or name. Django's own proposal drops combining marks: हिन्दी becomes हनद.
(() => {
  const djangoUrlify = window.URLify;
  window.URLify = (words, length, isUnicode) => {
    if (!isUnicode) return djangoUrlify(words, length, isUnicode);
    const letters = words.normalize("NFC").toLowerCase().replace(/[^-_\p{L}\p{M}\p{N}\s]/gu, "");
    const slug = letters.trim().replace(/[-\s]+/g, "-");
    return [...slug].slice(0, length).join("").replace(/^-+|-+$/g, "");
  };
})();
