"""A report for operators: the AI label and the reviewer of each published article."""
