"""Stops the embedded servers, and watches over them: the last user gone, even by `kill -9`, they stop.

Also run as a script (the guardian: `python stop.py LOCAL_DIR`), with the standard library only, so that it
starts at once and weighs little.
"""

import fcntl
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

STOP_TIMEOUT = 60.0


def server_pid(pid_file: Path, directory: Path) -> int | None:
    """The process named in `pid_file`, if it is the server of `directory` (both servers make it their cwd).

    A number alone proves nothing: after a reboot or a kill, it may belong to any other program.
    """
    try:
        pid = int(pid_file.read_text(encoding="utf-8").split()[0])
        os.kill(pid, 0)
    except (OSError, ValueError, IndexError):
        return None
    if Path("/proc/self/cwd").exists():
        try:
            return pid if Path(f"/proc/{pid}/cwd").resolve(strict=True) == directory.resolve() else None
        except OSError:
            return None
    return pid


def postgres_pid(data: Path) -> int | None:
    return server_pid(data / "postmaster.pid", data)


def valkey_pid(data: Path) -> int | None:
    return server_pid(data / "valkey.pid", data)


def stop_servers(local_dir: Path) -> None:
    """PostgreSQL's fast shutdown (SIGINT) and Valkey's (SIGTERM: its journal is flushed); wait for both."""
    servers = (
        (postgres_pid, local_dir / "postgres", signal.SIGINT),
        (valkey_pid, local_dir / "valkey", signal.SIGTERM),
    )
    for find, data, order in servers:
        if pid := find(data):
            with suppress(ProcessLookupError):
                os.kill(pid, order)
    deadline = time.monotonic() + STOP_TIMEOUT
    while any(find(data) for find, data, _ in servers) and time.monotonic() < deadline:
        time.sleep(0.02)


def guard(local_dir: Path) -> None:
    """Sleep until no process holds the users' lock, then stop the servers."""
    # Closed in reverse order: who gets the start lock next must see that there is no guardian any more.
    with (
        open(local_dir / "start.lock", "a") as start,
        open(local_dir / "users.lock", "a") as users,
        open(local_dir / "guardian.lock", "a") as guardian,
    ):
        try:
            fcntl.flock(guardian, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        while True:
            fcntl.flock(users, fcntl.LOCK_EX)
            # Given back at once: whoever starts or stops holds the start lock first, then asks for this one.
            fcntl.flock(users, fcntl.LOCK_UN)
            fcntl.flock(start, fcntl.LOCK_EX)
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                fcntl.flock(start, fcntl.LOCK_UN)
                continue
            stop_servers(local_dir)
            return


if __name__ == "__main__":
    guard(Path(sys.argv[1]))
