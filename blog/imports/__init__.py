"""Files to articles. Importing a folder again is safe: same files, same articles.

An import may be killed at any moment. It leaves complete articles only, and running it again imports the
rest.
"""
