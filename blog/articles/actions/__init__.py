"""What editors do to many articles at once: publication, schedule, provenance, rewriting, undo."""
