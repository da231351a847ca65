"""Queries that PostgreSQL plans once a connection; by Django's own cursor it plans them each time."""

from django.db.backends.postgresql.base import ServerBindingCursor
from psycopg.types.numeric import Int8


class PlanningConnection:
    """A connection of Django's, but for its cursor. What goes through it must be the same text each time."""

    def __init__(self, connection):
        self._connection = connection

    def __getattr__(self, name):
        return getattr(self._connection, name)

    def cursor(self):
        connection = self._connection
        connection.ensure_connection()
        cursor = PlanningCursor(connection.connection)
        return (
            connection.make_debug_cursor(cursor)
            if connection.queries_logged
            else connection.make_cursor(cursor)
        )


class PlanningCursor(ServerBindingCursor):
    def execute(self, query, params=()):
        # A plan is for the types of the values, and the type of a number would depend on its size.
        values = [Int8(value) if type(value) is int else value for value in params]
        return super().execute(query, values, prepare=True)
