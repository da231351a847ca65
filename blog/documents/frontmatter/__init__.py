"""Parse files with front matter in five notations, and patch edits into their bytes."""
