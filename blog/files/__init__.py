"""Files: atomic writes, folders and archives, remote files, permissions, size limits and errors."""
