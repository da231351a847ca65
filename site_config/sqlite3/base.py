"""Django's SQLite backend, without its test for JSON support, which fails on a locked database."""

from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3.features import DatabaseFeatures as DjangosFeatures


class DatabaseFeatures(DjangosFeatures):
    """Assumes JSON support: blog/management/checks.py checks it without a database.

    Django's test runs in a transaction, which takes the write lock, and treats any error as missing support.
    While another process writes, each command would fail with "SQLite does not support JSONFields".
    """

    supports_json_field = can_introspect_json_field = has_json_object_function = True


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
