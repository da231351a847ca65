"""What many articles have in common is said once, and mended in all of them at once.

A list of articles is named by its scope: batch:NUMBER for what an import brought, else the query string of
the list of articles.
"""
