"""The pages of imports: upload, preview, report, held files, undo."""
