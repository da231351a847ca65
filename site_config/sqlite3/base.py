"""Django's SQLite backend, without its test for JSON support, which fails on a locked database."""

from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3.features import DatabaseFeatures as DjangosFeatures


class DatabaseFeatures(DjangosFeatures):
    """JSON is known to be there: blog/management/checks.py looks, and needs no database for it.

    Django tries it in a transaction, which takes our write lock, and takes any error for a no: while somebody
    else writes, each command would end in "SQLite does not support JSONFields".
    """

    supports_json_field = can_introspect_json_field = has_json_object_function = True


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
