"""Signals about changed articles, for rooms that `articles` cannot import. keys: a list of primary keys.

They are sent in the transaction of the change. Receivers are connected in apps.py.
"""

from django.dispatch import Signal

words_changed = Signal()
flags_changed = Signal()
trashed = Signal()

undone = Signal()  # of an action (UndoableAction) by a user, for the articles that are restored
