"""Bulk actions: publish, schedule, set provenance, rewrite, correct, undo."""
