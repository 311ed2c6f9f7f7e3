"""Who uses the embedded servers: the first process starts them, the last one stops them.

Two files carry the locks, which the kernel releases whatever kills a process. `start.lock` is held while
servers are started or stopped; `users.lock` is held shared by each process that uses them. A guardian process
(`stop.py`) sleeps on `users.lock`: it stops the servers when the last user dies without a word.
"""

import atexit
import fcntl
import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

import environ

from cias.embedded import postgres, stop, valkey
from cias.embedded.paths import LOCAL_DIR, REPOSITORY, RUN_DIR, EmbeddedError, is_configured

MIN_FREE_BYTES = 200 * 1024 * 1024


class _Share:
    """This process's share of the servers; nested uses are counted, a forked child has none of its own."""

    count = 0
    lock: TextIO | None = None
    owner = 0


def _owner_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _prepare() -> None:
    """LOCAL_DIR and the sockets' folder, private and ours; raises EmbeddedError with what to do otherwise."""
    for folder in (LOCAL_DIR, RUN_DIR):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise EmbeddedError(f"Le dossier {folder} ne peut pas être créé : {error.strerror}.") from error
        facts = folder.lstat()
        if facts.st_uid != os.geteuid() or folder.is_symlink():
            raise EmbeddedError(
                f"Le dossier {folder} appartient à « {_owner_name(facts.st_uid)} » : lancez la commande "
                "sous ce compte, ou supprimez ce dossier."
            )
        folder.chmod(0o700)


def _check_disk() -> None:
    """A full disk stops PostgreSQL at the worst time; better not to start."""
    free = shutil.disk_usage(LOCAL_DIR).free
    if free < MIN_FREE_BYTES:
        raise EmbeddedError(
            f"Il ne reste que {free // 1_000_000} Mo sur le disque de {LOCAL_DIR} : libérez-en au moins "
            f"{MIN_FREE_BYTES // 1_000_000} avant de démarrer les services."
        )


def _missing() -> tuple[bool, bool]:
    """Whether PostgreSQL, and Valkey, are ours to provide; raises EmbeddedError in production."""
    environ.Env.read_env(REPOSITORY / ".env")
    missing = (not is_configured("DATABASE_URL"), not is_configured("REDIS_URL"))
    if any(missing) and os.environ.get("ENVIRONMENT") == "production":
        raise EmbeddedError(
            "En production, DATABASE_URL et REDIS_URL sont obligatoires : les services embarqués sont "
            "réservés au développement et à la démonstration."
        )
    return missing


@contextmanager
def _starting_or_stopping() -> Iterator[None]:
    with open(LOCAL_DIR / "start.lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def ensure_running() -> None:
    """Start what is ours to provide and does not run (a server may have died); raises EmbeddedError."""
    database, broker = _missing()
    if not (database or broker):
        return
    _prepare()
    with _starting_or_stopping():
        if not (
            (not database or stop.postgres_pid(postgres.DATA))
            and (not broker or stop.valkey_pid(valkey.DATA))
        ):
            _check_disk()
        if database:
            postgres.start()
        if broker:
            valkey.start()


def _acquire() -> None:
    """Take a share, so that nobody stops the servers, then have them run."""
    if _Share.count == 0 or _Share.owner != os.getpid():
        _prepare()
        with _starting_or_stopping():
            _Share.lock = open(LOCAL_DIR / "users.lock", "a")  # noqa: SIM115 - held until _release
            fcntl.flock(_Share.lock, fcntl.LOCK_SH)
            _start_guardian()
        _Share.count, _Share.owner = 0, os.getpid()
    _Share.count += 1
    try:
        ensure_running()
    except BaseException:
        _release()
        raise


def _start_guardian() -> None:
    with open(LOCAL_DIR / "guardian.lock", "a") as probe:
        try:
            fcntl.flock(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
    subprocess.Popen(  # noqa: S603 - our own script and arguments
        [sys.executable, "-I", "-S", stop.__file__, str(LOCAL_DIR)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
        start_new_session=True,
    )  # fmt: skip


def _release() -> None:
    """Give the share back; the last one stops the servers."""
    if _Share.owner != os.getpid() or _Share.lock is None:
        return
    _Share.count -= 1
    if _Share.count > 0:
        return
    with _starting_or_stopping(), _Share.lock as lock:
        # The guardian, waiting for the same lock, may get it for an instant: hence the few tries.
        for _ in range(5):
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(0.01)
            else:
                stop.stop_servers(LOCAL_DIR)
                break
    _Share.lock = None


@contextmanager
def running_services() -> Iterator[None]:
    """The servers run inside the block; does nothing when the environment names others.

    For command lines: what cannot be had ends the program with one sentence and code 1.
    """
    try:
        ours = any(_missing())
        if ours:
            _acquire()
    except EmbeddedError as error:
        raise SystemExit(str(error)) from None
    try:
        yield
    finally:
        if ours:
            _release()


def start_for_process() -> None:
    """The servers run until this process exits (tests/conftest.py); raises EmbeddedError."""
    if any(_missing()):
        _acquire()
        atexit.register(_release)
