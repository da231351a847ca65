"""The comparison of two changes of one text, and concurrent saves."""
