"""An optional antivirus: clamd asked over its socket, in its INSTREAM protocol (clamd(8)).

CLAMD_ADDRESS is "unix:/run/clamav/clamd.ctl" or "tcp:host:3310"; without it files are "non analysés" and say so.
With ANTIVIRUS_REQUIRED, a file that could not be scanned is refused.
"""

import socket
import struct

from django.conf import settings
from django.db import models

BLOCK_BYTES = 64 * 1024
SECONDS = 15


class ScanState(models.TextChoices):
    CLEAN = "clean", "Analysé"
    NOT_SCANNED = "none", "Non analysé"
    MADE_HERE = "made", "Produit par l’application"


class InfectedError(Exception):
    """The antivirus recognised something."""


class UnavailableError(Exception):
    """The antivirus is required and did not answer."""


def scan(content: bytes) -> ScanState:
    """Raises InfectedError, or UnavailableError when a scan is required and cannot be had."""
    try:
        answer = _ask(settings.CLAMD_ADDRESS, content) if settings.CLAMD_ADDRESS else ""
    except OSError:
        answer = ""
    if answer.endswith("FOUND"):
        raise InfectedError
    if answer.endswith("OK"):
        return ScanState.CLEAN
    if settings.ANTIVIRUS_REQUIRED:
        raise UnavailableError
    return ScanState.NOT_SCANNED


def _ask(address: str, content: bytes) -> str:
    with _connect(address) as connection:
        connection.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), BLOCK_BYTES):
            block = content[start : start + BLOCK_BYTES]
            connection.sendall(struct.pack("!I", len(block)) + block)
        connection.sendall(struct.pack("!I", 0))
        answer = b""
        while not answer.endswith(b"\0") and (more := connection.recv(1024)):
            answer += more
    return answer.rstrip(b"\0\n").decode(errors="replace")


def _connect(address: str) -> socket.socket:
    scheme, _, rest = address.partition(":")
    if scheme == "unix":
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(SECONDS)
        try:
            connection.connect(rest)
        except OSError:
            connection.close()
            raise
        return connection
    host, _, port = rest.removeprefix("//").rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)
