"""A file's bytes to a document and back: front matter in five notations, edits patched in."""
