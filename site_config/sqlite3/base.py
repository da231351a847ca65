"""Django's SQLite backend, without its check for JSON support, which fails on a locked database."""

from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3.features import DatabaseFeatures as DjangosFeatures


class DatabaseFeatures(DjangosFeatures):
    """Features that include JSON support, which blog/management/checks.py checks without a database.

    Django's check runs in a transaction, which takes the write lock, and treats any error as missing support.
    While another process writes, every command would fail with "SQLite does not support JSONFields".
    """

    supports_json_field = can_introspect_json_field = has_json_object_function = True


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
