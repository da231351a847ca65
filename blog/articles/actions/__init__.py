"""Actions of editors on articles: publish, schedule, set provenance, rewrite, correct, undo."""
