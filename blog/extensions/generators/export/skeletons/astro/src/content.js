import { getCollection } from "astro:content";

const isPublished = ({ data }) => !data.draft;

export const articles = (await getCollection("articles", isPublished)).sort(
  (one, other) => new Date(other.data.date) - new Date(one.data.date),
);
export const pages = await getCollection("pages", isPublished);
export const day = (date) => (date ? new Date(date).toISOString().slice(0, 10) : "");
