"""A restart of the server takes a second or two: whoever needs a connection meanwhile waits instead of failing."""

import time
from typing import Any

import psycopg
from django.db.backends.postgresql import base

# How long a connection is asked for before saying that there is none (seconds); below the web server's limit.
PATIENCE = 10.0
PAUSE = 0.1
# What a server says that starts, stops, or recovers after one of its processes was killed.
PASSING = ("starting up", "shutting down", "in recovery mode", "not yet accepting", "not accepting")
# The server refuses for good, whatever the time (SQLSTATE classes): password, database name, rights.
FINAL = ("28", "3D", "42")


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Raises psycopg.OperationalError when the server refuses, or is not back in time."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return super().get_new_connection(conn_params)
            except psycopg.OperationalError as error:
                if not passing(error) or time.monotonic() > deadline:
                    raise
            time.sleep(PAUSE)


def passing(error: psycopg.OperationalError) -> bool:
    """Whether a server that starts, stops or is away refused, rather than one that says no.

    While it connects, psycopg has the words of the server and no SQLSTATE.
    """
    if error.sqlstate:
        return not error.sqlstate.startswith(FINAL)
    said = str(error)
    return "FATAL" not in said or any(words in said for words in PASSING)
