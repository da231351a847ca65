"""Search and replace in many articles."""
