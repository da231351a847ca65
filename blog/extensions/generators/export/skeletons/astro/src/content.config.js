import { defineCollection } from "astro:content";
import { glob } from "astro/loaders";

const texts = (folder) =>
  defineCollection({ loader: glob({ pattern: "*.md", base: `./src/content/${folder}` }) });

export const collections = { articles: texts("articles"), pages: texts("pages") };
