"""Reading a backup to its end: every block authentic, every document the one its checksum names."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cias.operations import archive
from cias.operations.errors import OperationRefused


@dataclass(frozen=True)
class Contents:
    """What a whole backup holds; `bytes` is the size of its file."""

    manifest: dict[str, Any]
    documents: dict[str, dict[str, Any]]
    bytes: int

    @property
    def rows(self) -> int:
        return sum(table["rows"] for table in self.manifest["tables"].values())


def verify(path: Path, *, write_to: Path | None = None) -> Contents:
    """Read the whole file and compare checksums; OperationRefused when anything differs or is missing.

    With `write_to`, the documents are written in that folder on the way.
    """
    manifest, end = None, None
    dump, documents = Sum(), {}
    for one in archive.read(path):
        if one.name == archive.MANIFEST:
            manifest = archive.as_json(one)
        elif one.name == archive.END:
            end = archive.as_json(one)
        elif one.name.startswith(archive.DATABASE):
            dump.take(one.pieces)
        elif one.name.startswith(archive.DOCUMENTS):
            name, found = one.name.removeprefix(archive.DOCUMENTS), Sum()
            if write_to:
                _write(write_to, name, found.through(one.pieces))
            else:
                found.take(one.pieces)
            documents[name] = found.facts
    if not manifest or not end or end["database"] != dump.facts or end["documents"] != documents:
        raise OperationRefused(archive.DAMAGED)
    return Contents(manifest, documents, path.stat().st_size)


def _write(folder: Path, name: str, pieces: Iterable[bytes]) -> None:
    target = folder / name
    if not target.resolve().is_relative_to(folder.resolve()):
        raise OperationRefused(archive.DAMAGED)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())


class Sum:
    """Size and SHA-256 of what goes by."""

    def __init__(self) -> None:
        self.size, self.digest = 0, hashlib.sha256()

    def take(self, pieces: Iterable[bytes]) -> None:
        for _piece in self.through(pieces):
            pass

    def through(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self.digest.update(piece)
            self.size += len(piece)
            yield piece

    @property
    def facts(self) -> dict[str, Any]:
        return {"bytes": self.size, "sha256": self.digest.hexdigest()}
