// The slug that the admin proposes for a title or a name. Django's own proposal leaves out marks, so of हिन्दी stays हनद.
(() => {
  const withoutMarks = window.URLify;
  window.URLify = (words, length, isUnicode) => {
    if (!isUnicode) return withoutMarks(words, length, isUnicode);
    const letters = words.normalize("NFC").toLowerCase().replace(/[^-_\p{L}\p{M}\p{N}\s]/gu, "");
    const slug = letters.trim().replace(/[-\s]+/g, "-");
    return [...slug].slice(0, length).join("").replace(/^-+|-+$/g, "");
  };
})();
