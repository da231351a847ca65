"""The views of readers' pages, a module for each kind of page.

Nothing on a public page may depend on the visitor (cookie, CSRF token, request header): pages are cached for
everybody. Every list starts from Article.objects.published() and takes a fixed number of queries.
"""
