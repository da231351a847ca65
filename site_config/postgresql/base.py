"""Django's PostgreSQL backend, which waits for a busy server, but not for one that is away."""

from time import monotonic

from django.db.backends.postgresql import base
from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping
from psycopg_pool import PoolTimeout

BUSY_SECONDS = 20
PING_SECONDS = 2
PLACE = ("host", "hostaddr", "port", "service", "dbname", "user")


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params):
        """Return a connection from the pool, which waits for the time in its settings.

        The pool cannot tell a server that is away from connections that are all in use. If requests waited
        as long for the former, 16 of them would occupy all threads.
        """
        until = monotonic() + BUSY_SECONDS
        while True:
            try:
                return super().get_new_connection(conn_params)
            except PoolTimeout:
                if monotonic() > until or not accepts_connections(conn_params):
                    raise


def accepts_connections(conn_params: dict) -> bool:
    place = {name: conn_params[name] for name in PLACE if name in conn_params}
    return PGconn.ping(make_conninfo(**place, connect_timeout=PING_SECONDS).encode()) == Ping.OK
