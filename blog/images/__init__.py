"""Pictures: their files, smaller widths, links from texts, share cards, and those of other sites."""
