"""A Git repository that follows the published articles.

Its working tree has the files that export_articles() writes for published(), except PEOPLE_FILE. Each run
compares the wanted files with the newest commit, so it does not matter what happened before: a stop, a kill,
a deleted folder or commits by somebody else.

    repository.py  the commands of Git
    contents.py    the wanted files, by their Git digests; only changed articles are exported
    commits.py     which changes become one commit, its author and message
    export.py      the run, and the comparison of the folder with the published articles
"""
