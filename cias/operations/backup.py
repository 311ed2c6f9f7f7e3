"""A backup: one encrypted file with the database as of one moment, the documents and what checks both."""

import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection

from cias.core import crypto
from cias.operations import archive, postgres
from cias.operations.checksums import snapshot
from cias.operations.errors import OperationRefused, database_errors
from cias.operations.manifest import make_manifest
from cias.operations.verify import Contents, verify

NAME = re.compile(r"sauvegarde-\d{8}T\d{6}Z\.cias")
UNFINISHED = ".sauvegarde-"
UNFINISHED_AGE = 24 * 3600
LOCK = 0x_C1A5_BACC
# What a monitoring program reads (cias/operations/metrics.py).
LAST_BACKUP = "operations:last-backup"


@dataclass(frozen=True)
class Backup:
    """A finished backup, read back to its end; `removed` older ones went."""

    path: Path
    contents: Contents
    removed: int


def make_backup(folder: Path, *, keep: int | None = None) -> Backup:
    """Write a backup in `folder`, read it back, and leave only the `keep` newest ones of this name there.

    The file appears under its name once whole. Raises OperationRefused: nothing was kept, nothing removed.
    """
    if not folder.is_dir():
        raise OperationRefused(
            "Ce dossier n’existe pas\u00a0: créez-le, ou montez le disque des sauvegardes."
        )
    with database_errors(), _disk_errors(), _alone():
        _remove_unfinished(folder)
        path = folder / f"sauvegarde-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.cias"
        descriptor, draft = tempfile.mkstemp(dir=folder, prefix=UNFINISHED)
        try:
            with os.fdopen(descriptor, "wb") as file:
                for block in crypto.encrypt(_content(), archive.ADDRESS):
                    file.write(block)
                file.flush()
                os.fsync(file.fileno())
            contents = verify(Path(draft))
            Path(draft).rename(path)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
        removed = _remove_old(folder, keep) if keep else 0
    with suppress(Exception):  # the backup is made, whatever becomes of what is said of it
        cache.set(LAST_BACKUP, {"at": time.time(), "bytes": path.stat().st_size}, timeout=None)
    return Backup(path, contents, removed)


def _content() -> Iterator[bytes]:
    end: dict[str, Any] = {}
    with snapshot() as name:
        yield from archive.json_member(archive.MANIFEST, make_manifest())
        yield from archive.database_members(postgres.dump(snapshot=name), end)
    # After the database: a document is on disk before its row is written, so none that a row names is missed.
    yield from chain(
        archive.document_members(Path(settings.MEDIA_ROOT), end),
        archive.json_member(archive.END, end),
        [archive.trailer()],
    )


@contextmanager
def _alone() -> Iterator[None]:
    """Two backups at once would halve each other's speed and remove each other's files."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise OperationRefused("Une sauvegarde est déjà en cours.")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


@contextmanager
def _disk_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OperationRefused(
            f"Le disque refuse la sauvegarde ({error.strerror})\u00a0: rien n’a été gardé."
        ) from error


def _remove_unfinished(folder: Path) -> None:
    for path in folder.glob(f"{UNFINISHED}*"):
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > UNFINISHED_AGE:
                path.unlink()


def _remove_old(folder: Path, keep: int) -> int:
    ours = sorted((path for path in folder.iterdir() if NAME.fullmatch(path.name)), reverse=True)
    for path in ours[keep:]:
        path.unlink()
    return len(ours[keep:])
