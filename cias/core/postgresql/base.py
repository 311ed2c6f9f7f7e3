"""A restart of the server takes a second or two: whoever needs a connection meanwhile waits instead of failing."""

import time
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg import pq
from psycopg.conninfo import make_conninfo

# How long a connection is asked for before saying that there is none (seconds); below the web server's limit.
PATIENCE = 10.0
PAUSE = 0.1
# How long the server has to say whether it takes connections (seconds); libpq holds the whole process meanwhile.
ASKING = 2
# The server refuses for good, whatever the time (SQLSTATE classes): password, database name, rights.
FINAL = ("28", "3D", "42")


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Raises psycopg.OperationalError when the server refuses twice, or is not back in time.

        Twice: it may have come back between its refusal and the question whether it takes connections.
        """
        deadline, refused = time.monotonic() + PATIENCE, False
        while True:
            try:
                return super().get_new_connection(conn_params)
            except psycopg.OperationalError as error:
                refuses = not passing(error, conn_params)
                if (refuses and refused) or time.monotonic() > deadline:
                    raise
                refused = refuses
            time.sleep(PAUSE)


def passing(error: psycopg.OperationalError, conn_params: dict[str, Any]) -> bool:
    """Whether a server that starts, stops or is away refused, rather than one that says no.

    While it connects, psycopg has the words of the server, in the server's language, and no SQLSTATE: the server is
    asked what libpq can tell (PQping), which reads the code.
    """
    if error.sqlstate:
        return not error.sqlstate.startswith(FINAL)
    return _ping(conn_params) in (pq.Ping.REJECT, pq.Ping.NO_RESPONSE)


def _ping(conn_params: dict[str, Any]) -> pq.Ping:
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    asked = {name: value for name, value in conn_params.items() if name in known and value is not None}
    return pq.Ping(pq.PGconn.ping(make_conninfo(**{**asked, "connect_timeout": ASKING}).encode()))
