"""Export articles as files."""
