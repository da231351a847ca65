"""Files: written whole or not at all, found in folders and archives, their modes, limits and errors."""
