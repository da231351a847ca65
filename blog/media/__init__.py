"""Images: storage, renditions (smaller widths) and share cards."""
