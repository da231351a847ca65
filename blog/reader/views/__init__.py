"""Views of public pages, one module per kind of page.

Public pages must not depend on the visitor (cookie, CSRF token, request header), because they are cached for
everybody. Every list starts from Article.objects.published() and takes a fixed number of queries.
"""
