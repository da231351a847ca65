"""Import files as articles. Importing a folder again is safe: same files, same articles.

An import may be killed at any moment. It leaves only complete articles, and the next run imports the rest.
"""
