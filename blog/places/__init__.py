"""Folders and archives of files, read with the same care and by the same methods."""
