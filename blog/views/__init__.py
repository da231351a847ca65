"""What readers see, a module for each kind of page.

Nothing on a public page depends on the visitor: no cookie, no token, no word of the request. Every list
begins at Article.objects.published() and costs a fixed number of queries.
"""
