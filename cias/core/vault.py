"""Encrypted files outside the web root: a random name, whole or absent, never readable without our keys."""

import os
import re
import secrets
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import chain
from pathlib import Path

from django.conf import settings

from cias.core import crypto

_NAME = re.compile(r"[0-9a-f]{32}(\.[a-z]+)?")
READ_BYTES = 256 * 1024


class VaultError(Exception):
    """The disk refused (full, read-only, gone): nothing was kept. The cause is the OSError."""


class MissingFileError(Exception):
    """The database knows this file, the disk does not."""


def new_name() -> str:
    return secrets.token_hex(16)


class Vault:
    """The files of one kind, in a folder of MEDIA_ROOT. `address` binds a file to the row that owns it."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    @property
    def root(self) -> Path:
        return Path(settings.MEDIA_ROOT) / self.folder

    def path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError("Not a name of this vault.")
        return self.root / name[:2] / name

    def write(self, name: str, content: Iterable[bytes], *, address: str) -> None:
        """The whole file or nothing, even if the machine stops: temporary file, fsync, rename. Raises VaultError."""
        path = self.path(name)
        temporary = ""
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
            with os.fdopen(descriptor, "wb") as file:
                for block in crypto.encrypt(content, address):
                    file.write(block)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
            _sync_folder(path.parent)
        except BaseException as error:
            if temporary:
                Path(temporary).unlink(missing_ok=True)
            if isinstance(error, OSError):
                raise VaultError from error
            raise

    def read(self, name: str, *, address: str) -> Iterator[bytes]:
        """The content in blocks; the first one is checked before this returns.

        Raises MissingFileError or CannotDecryptError, the latter also later on: who reads stops there.
        """
        blocks = crypto.decrypt(self._sealed(name), address)
        return chain([next(blocks)], blocks)

    def _sealed(self, name: str) -> Iterator[bytes]:
        try:
            with self.path(name).open("rb") as file:
                while block := file.read(READ_BYTES):
                    yield block
        except FileNotFoundError as error:
            raise MissingFileError from error

    def has(self, name: str) -> bool:
        return self.path(name).is_file()

    def delete(self, name: str) -> None:
        self.path(name).unlink(missing_ok=True)

    def rekey(self, name: str, *, address: str) -> bool:
        """Encrypt the file again with the newest key; False when it already is. The old file stays until the end."""
        header = next(self._sealed(name), b"")[: crypto.HEADER_BYTES]
        if crypto.key_of(header) == crypto.keys()[0].identifier:
            return False
        self.write(name, self.read(name, address=address), address=address)
        return True

    def sweep(self, known: Iterable[str], *, older_than: timedelta) -> int:
        """Delete the files nobody knows, temporary ones included, once they are old enough; returns how many.

        The age protects what is being written: its row comes right after it.
        """
        kept, limit, count = set(known), time.time() - older_than.total_seconds(), 0
        for path in self.root.glob("*/*"):
            with suppress(FileNotFoundError):
                if path.name not in kept and path.stat().st_mtime < limit:
                    path.unlink()
                    count += 1
        return count


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
