"""A restoration: into an empty database and an empty folder of documents only, compared with the backup afterwards."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from cias.operations import archive, postgres
from cias.operations.checksums import is_empty, table_sums
from cias.operations.errors import OperationRefused, database_errors
from cias.operations.manifest import check_manifest, pending_migrations
from cias.operations.verify import Contents, Sum, verify

STAGING = ".restauration-"


@dataclass(frozen=True)
class Restoration:
    """What was restored, and how many migrations of this version are still to be applied."""

    contents: Contents
    pending: int


def check_backup(path: Path) -> Contents:
    """Read a backup to its end and tell whether this machine could restore it; writes nothing."""
    with database_errors():
        _check_manifest(path)
        return verify(path)


def restore_backup(path: Path) -> Restoration:
    """Put the backup's database and documents back, and compare their checksums with the backup's.

    Raises OperationRefused before anything is written when the database or the folder is not empty, when the file is
    damaged, or when a key or the version does not fit. Documents wait in a hidden folder until the database, restored
    in one transaction, is found to be the backup's.
    """
    root = Path(settings.MEDIA_ROOT)
    with database_errors():
        _check_manifest(path)
        _refuse_to_overwrite(root)
        with _staging(root) as staging:
            contents = verify(path, write_to=staging)
            _compare_documents(staging, contents)
            postgres.restore(_dump(path))
            _compare_tables(contents)
            for child in staging.iterdir():
                child.rename(root / child.name)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        return Restoration(contents, pending_migrations())


def _check_manifest(path: Path) -> None:
    """The manifest comes first: what does not fit here is known without reading the rest."""
    first = next(archive.read(path), None)
    if first is None or first.name != archive.MANIFEST:
        raise OperationRefused(archive.DAMAGED)
    check_manifest(archive.as_json(first))


def _refuse_to_overwrite(root: Path) -> None:
    if not is_empty():
        raise OperationRefused(
            "La base n’est pas vide\u00a0: une restauration n’écrase rien. Créez une base vide, ou videz celle-ci."
        )
    if root.is_dir() and any(not child.name.startswith(STAGING) for child in root.iterdir()):
        raise OperationRefused(
            "Le dossier des documents (MEDIA_ROOT) n’est pas vide\u00a0: une restauration n’écrase rien. Déplacez-le."
        )


@contextmanager
def _staging(root: Path) -> Iterator[Path]:
    """A hidden folder on the same disk as the documents; what an interrupted restoration left there goes first."""
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in root.glob(f"{STAGING}*"):
            shutil.rmtree(left)
        staging = Path(tempfile.mkdtemp(dir=root, prefix=STAGING))
        try:
            yield staging
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise OperationRefused(f"Le disque refuse les documents ({error.strerror}).") from error


def _dump(path: Path) -> Iterator[bytes]:
    for one in archive.read(path):
        if one.name.startswith(archive.DATABASE):
            yield from one.pieces


def _compare_tables(contents: Contents) -> None:
    with transaction.atomic():
        here = table_sums()
    wanted = contents.manifest["tables"]
    differing = [
        name
        for name in sorted(here.keys() | wanted.keys())
        if name not in here or vars(here[name]) != wanted.get(name)
    ]
    if differing:
        raise OperationRefused(
            f"La base restaurée diffère de la sauvegarde ({', '.join(differing[:5])})\u00a0: ne l’utilisez pas."
        )


def _compare_documents(staging: Path, contents: Contents) -> None:
    """Read from the disk again, not from what was meant to be written there."""
    for name, wanted in contents.documents.items():
        found = Sum()
        with (staging / name).open("rb") as file:
            found.take(iter(lambda: file.read(archive.READ_BYTES), b""))
        if found.facts != wanted:
            raise OperationRefused(
                "Les documents restaurés diffèrent de la sauvegarde\u00a0: ne les utilisez pas."
            )
