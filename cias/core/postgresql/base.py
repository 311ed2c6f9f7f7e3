"""A restart of the server takes a second or two: whoever needs a connection meanwhile waits instead of failing."""

import socket
import struct
import time
from typing import Any

import psycopg
from django.db.backends.postgresql import base

# How long a connection is asked for before saying that there is none (seconds); below the web server's limit.
PATIENCE = 10.0
PAUSE = 0.1
# How long the server has to say whether it takes connections (seconds); nothing else of the process waits for it.
ASKING = 0.3
# A first message for nobody's account (protocol 3.0, "Message Formats", StartupMessage): a server that starts or stops
# refuses it before it looks further.
HELLO = struct.pack("!II", 8 + len(b"user\0cias\0\0"), 3 << 16) + b"user\0cias\0\0"
# It starts or stops (SQLSTATE cannot_connect_now).
STARTING = "57P03"
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
                refuses = not passing(error)
                if (refuses and refused) or time.monotonic() > deadline:
                    raise
                refused = refuses
            time.sleep(PAUSE)


def passing(error: psycopg.OperationalError) -> bool:
    """Whether a server that starts, stops or is away refused, rather than one that says no.

    While it connects, psycopg has the words of the server, in the server's language, and no SQLSTATE: the server is
    asked for it.
    """
    if error.sqlstate:
        return not error.sqlstate.startswith(FINAL)
    return _refusal(error.pgconn) in (None, STARTING)


def _refusal(tried: Any) -> str | None:
    """The SQLSTATE with which the server `tried` refuses an empty first message, "" when it takes it; None: no answer.

    The first exchange of the protocol, on a socket of our own: what libpq has for it (PQping) may hold every thread of
    the process for two seconds.
    """
    if tried is None:  # not even begun
        return None
    host, port = (tried.hostaddr or tried.host).decode(), int(tried.port or 5432)
    try:
        with _socket(host, port) as server:
            server.sendall(HELLO)
            return _sqlstate(server.recv(4096))
    except OSError:  # nobody there, or no answer in time
        return None


def _socket(host: str, port: int) -> socket.socket:
    if not host.startswith("/"):
        return socket.create_connection((host, port), timeout=ASKING)
    server = socket.socket(socket.AF_UNIX)
    server.settimeout(ASKING)
    try:
        server.connect(f"{host}/.s.PGSQL.{port}")
    except OSError:
        server.close()
        raise
    return server


def _sqlstate(answer: bytes) -> str | None:
    """Field C of an ErrorResponse; "" for any other answer (it asks for a password); None for no answer at all."""
    if not answer:
        return None
    if answer[:1] != b"E":
        return ""
    codes = [field[1:] for field in answer[5:].split(b"\0") if field.startswith(b"C")]
    return codes[0].decode("ascii", "replace") if codes else ""
