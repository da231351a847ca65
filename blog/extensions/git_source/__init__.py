"""A Git repository as a source: its files are imported after each push.

addresses.py    which URLs of repositories are allowed
credentials.py  the key, the token and the secrets of the webhook, in private files
clone.py        the copy of the repository on this machine
pull.py         the pull: an import of the files that changed between two commits
round_trip.py   what Galley wrote to the repository itself
jobs.py         when to pull
webhook.py      calls of the repository after a push
screen.py       the screen where it is set up
"""
