"""Text and values: a file's bytes into a document, its front matter into fields, its Markdown into HTML.

Nothing here knows Django, a database or a file system.
"""
