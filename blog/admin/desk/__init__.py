"""The desk's own pages: bar and home, activity, account, history, held updates, imports and their undo."""
