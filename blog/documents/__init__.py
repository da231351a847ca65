"""Text in, values out: documents, front matter, Markdown, findings and claims.

Nothing here imports Django, a database or the file system, so the sandbox can run all of it.

Parsing and rendering take linear time for any text. No regular expression may backtrack over what it has
matched, and input that slows down a library is limited before it gets there (limits.py lists the limits).
tests/documents/test_growth.py checks this with the patterns of tests/support/hostile_patterns.py: ten times
the text may take at most thirty times as long. Add the worst case of each new regular expression there.
"""
