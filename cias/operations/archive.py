"""The file of a backup: a tar of three kinds of members, encrypted as a whole under the first field-encryption key.

    manifest.json           what was backed up: versions, migrations, tables and their checksums, key identifiers
    database/000000…        pg_dump's custom format, cut in pieces so that nothing waits on disk or in memory
    documents/<path>        the files of MEDIA_ROOT as they are, most of them encrypted already
    end.json                checksums of the dump and of each document

The encryption (cias/core/crypto.py) authenticates each block, its rank and which one is the last: a file that was
altered or cut short does not open to its end.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from cias.core import crypto
from cias.core.crypto import keys as our_keys
from cias.operations.errors import OperationRefused

FORMAT = 1
ADDRESS = "cias backup"
MANIFEST, END = "manifest.json", "end.json"
DATABASE, DOCUMENTS = "database/", "documents/"
PIECE_BYTES = 8 * 1024 * 1024
READ_BYTES = 256 * 1024
NOT_A_BACKUP = "Ce fichier n’est pas une sauvegarde de ce logiciel."
DAMAGED = "Cette sauvegarde est endommagée ou incomplète\u00a0: prenez-en une autre. Rien n’a été restauré."


@dataclass(frozen=True)
class Member:
    """One member while it is read: its name, its size in bytes and its content, to be consumed before the next."""

    name: str
    size: int
    pieces: Iterator[bytes]


def member(name: str, content: bytes) -> Iterator[bytes]:
    yield _header(name, len(content))
    yield content
    yield _padding(len(content))


def json_member(name: str, value: Any) -> Iterator[bytes]:
    yield from member(name, json.dumps(value, sort_keys=True).encode())


def database_members(dump: Iterable[bytes], end: dict[str, Any]) -> Iterator[bytes]:
    """The dump in pieces; its size and checksum go to `end`."""
    checksum, size, held, rank = hashlib.sha256(), 0, bytearray(), 0
    for piece in dump:
        checksum.update(piece)
        size += len(piece)
        held += piece
        while len(held) >= PIECE_BYTES:
            yield from member(f"{DATABASE}{rank:06}", bytes(held[:PIECE_BYTES]))
            del held[:PIECE_BYTES]
            rank += 1
    yield from member(f"{DATABASE}{rank:06}", bytes(held))
    end["database"] = {"bytes": size, "sha256": checksum.hexdigest()}


def document_members(root: Path, end: dict[str, Any]) -> Iterator[bytes]:
    """Each file under `root`; checksums go to `end`.

    What is erased meanwhile was meant to be and is left out; what is being written (hidden names) has no row yet.
    """
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(files_of(root)):
        try:
            file = path.open("rb")
        except FileNotFoundError:
            continue
        with file:
            name, size, left = path.relative_to(root).as_posix(), os.fstat(file.fileno()).st_size, 0
            checksum = hashlib.sha256()
            yield _header(DOCUMENTS + name, size)
            while piece := file.read(min(READ_BYTES, size - left)):
                checksum.update(piece)
                left += len(piece)
                yield piece
            if left != size:
                raise OperationRefused(
                    "Un document a raccourci pendant sa copie\u00a0: recommencez la sauvegarde."
                )
            yield _padding(size)
            found[name] = {"bytes": size, "sha256": checksum.hexdigest()}
    end["documents"] = found


def files_of(root: Path) -> Iterator[Path]:
    """The files kept under `root`; a hidden one is being written."""
    for path in root.rglob("*"):
        if (
            path.is_file()
            and not path.is_symlink()
            and not any(part.startswith(".") for part in path.relative_to(root).parts)
        ):
            yield path


def trailer() -> bytes:
    """The two empty blocks a tar ends with."""
    return bytes(2 * tarfile.BLOCKSIZE)


def _header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "strict")


def _padding(size: int) -> bytes:
    return bytes(-size % tarfile.BLOCKSIZE)


class _Reader(io.RawIOBase):
    """The decrypted bytes as a file that only goes forward."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self.blocks, self.held = blocks, b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while not self.held:
            block = next(self.blocks, None)
            if block is None:
                return b""
            self.held = block
        taken = self.held if size < 0 else self.held[:size]
        self.held = self.held[len(taken) :]
        return taken


def key_identifiers() -> list[str]:
    """Digests that name our keys and open nothing, the newest first."""
    return [key.identifier.hex() for key in our_keys()]


def check_key(path: Path) -> None:
    """Whether the file looks like a backup, and one of our keys opens it; OperationRefused otherwise."""
    try:
        with path.open("rb") as file:
            header = file.read(crypto.HEADER_BYTES)
    except OSError as error:
        raise OperationRefused(f"La sauvegarde ne se lit pas ({error.strerror}).") from error
    try:
        identifier = crypto.key_of(header)
    except crypto.CannotDecryptError as error:
        raise OperationRefused(NOT_A_BACKUP) from error
    if identifier.hex() not in key_identifiers():
        raise OperationRefused(
            f"Aucune clé de FIELD_ENCRYPTION_KEYS n’ouvre cette sauvegarde\u00a0: il y faut la clé "
            f"{identifier.hex()}. Rien n’a été restauré."
        )


def read(path: Path) -> Iterator[Member]:
    """The members in order, checked block by block to the very last one; OperationRefused when the file is damaged."""
    check_key(path)
    with _damage(), path.open("rb") as file:
        blocks = crypto.decrypt(iter(lambda: file.read(READ_BYTES), b""), ADDRESS)
        with tarfile.open(fileobj=_Reader(blocks), mode="r|", bufsize=READ_BYTES) as archive:
            while info := archive.next():
                content = archive.extractfile(info)
                if content is None:
                    raise OperationRefused(DAMAGED)
                yield Member(info.name, info.size, _pieces(content))
                # tarfile remembers every member it met: a long archive would fill the memory.
                archive.members = []  # type: ignore[attr-defined]
        for _block in blocks:
            pass


def _pieces(content: IO[bytes]) -> Iterator[bytes]:
    with _damage():
        while piece := content.read(READ_BYTES):
            yield piece


@contextmanager
def _damage() -> Iterator[None]:
    try:
        yield
    except (crypto.CannotDecryptError, tarfile.TarError, EOFError) as error:
        raise OperationRefused(DAMAGED) from error
    except OSError as error:
        raise OperationRefused(f"La sauvegarde ne se lit pas ({error.strerror}).") from error


def as_json(one: Member) -> Any:
    return json.loads(b"".join(one.pieces))
