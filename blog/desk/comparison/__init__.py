"""The screen that compares two changes of an article or page, and the merge of concurrent saves."""
