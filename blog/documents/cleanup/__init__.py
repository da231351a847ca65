"""Find leftovers of site and text generators for the import report, and remove them from the shown text."""
