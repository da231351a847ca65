"""Convert front matter to the fields of an article and back. Only this package names front matter keys."""
