"""Files: atomic writes, folders and archives, permissions, size limits and errors."""
