"""Signals that tell code above the articles what has changed in them. keys: a list of their primary keys.

They are sent in the transaction of the change. What depends on articles connects to them in apps.py.
"""

from django.dispatch import Signal

words_changed = Signal()
flags_changed = Signal()
trashed = Signal()
