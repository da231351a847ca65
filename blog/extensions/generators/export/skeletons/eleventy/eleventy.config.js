// Texts are Markdown only: template syntax in them is shown, not run.
export default function (config) {
  config.addPassthroughCopy({ public: "/" });
  config.amendLibrary("md", (markdown) => markdown.set({ html: true }).enable("code"));
  config.addPreprocessor("drafts", "*", (data) => (data.draft ? false : undefined));
  config.addCollection("newest", (api) =>
    api.getFilteredByGlob("content/articles/*.md").sort((one, other) => other.date - one.date),
  );
  config.addCollection("texts", (api) => api.getFilteredByGlob("content/pages/*.md"));
  config.addCollection("topics", (api) =>
    api.getFilteredByGlob("content/lists/*/*.md").sort((one, other) => one.data.title.localeCompare(other.data.title)),
  );
  config.addFilter("day", (date) => new Date(date).toISOString().slice(0, 10));
  return {
    dir: { input: "content", output: "_site" },
    markdownTemplateEngine: false,
    htmlTemplateEngine: "njk",
  };
}
